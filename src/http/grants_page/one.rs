//! The page of one grant.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use entity::{
    ids::UserId,
    operation,
    states::{AdminRole, Way},
    user,
};

use super::{GrantForm, GrantRow, sentence, shown};
use crate::{
    app::App,
    domain::{
        described::Described,
        kind::OperationKind,
        policy,
        values::id::GlobalId,
        visibility::{self, Scope},
    },
    error::{Error, Result},
    http::{
        acts::{self, Act},
        browser::{Browser, SignedIn},
        frame::{self, Frame},
        hands_page::{self, HeldUser},
        page::{self, PageResult},
        segment::Segment,
        sent::Sought,
        state::Http,
    },
    store::{
        directory,
        ends::EndEntry,
        grants,
        left_behind::{self, Which},
        organizations,
        page::Page,
        record::{
            self,
            search::{self, Filter},
        },
        roles, taken,
    },
    words::Words,
};

/// How many of each thing the page shows.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "page/grant.html")]
struct GrantPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    said: Option<String>,
    problem: Option<String>,
    grant: GrantRow,
    /// Who can act under it now, and as what.
    delegates: Vec<String>,
    more_delegates: bool,
    /// What ended with it: a heading, and names.
    ended: Vec<(String, Vec<String>)>,
    /// Users whose sign-in the partner's people may hold.
    held: Vec<Holdable>,
    more_held: bool,
    /// What else is left: a heading, and names.
    left: Vec<(String, Vec<String>)>,
    /// Whether a role that delegates took can be given back.
    roles_taken: bool,
    /// Whether there is still a password that someone who acted under it may know.
    passwords: bool,
    acts: Vec<Act>,
    more: bool,
}

/// A user in the partner's hands, whose sign-in can be ended with the grant.
struct Holdable {
    held: HeldUser,
    /// Its admin roles, as people read them; empty for none.
    roles: String,
    /// Whether ending its sign-in is chosen by default, because it holds a role.
    ends: bool,
}

/// Shows one grant.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Segment(id): Segment<String>,
    Sought(said): Sought<GrantForm>,
) -> PageResult {
    let signed_in = browser.signed_in(&format!("/grants/{id}"))?;
    policy::half(OperationKind::EndGrant, &signed_in.actor)?;
    let mut page = find(&http.app, &signed_in, &id).await?;
    page.said = said.done.as_deref().and_then(|done| sentence(page.w, done));
    Ok(page::render(StatusCode::OK, &page))
}

/// The page again, with what was wrong.
pub(super) async fn again(app: &App, signed_in: &SignedIn, id: &str, error: &Error) -> PageResult {
    policy::half(OperationKind::EndGrant, &signed_in.actor)?;
    let mut page = find(app, signed_in, id).await?;
    page.problem = Some(page::sentence(page.w, error));
    Ok(page::render(page::status(error), &page))
}

async fn find<'a>(app: &App, signed_in: &'a SignedIn, id: &str) -> Result<GrantPage<'a>> {
    let (db, w) = (app.db.read(), frame::words());
    let own = visibility::own(&signed_in.actor);
    let Some(GlobalId::Grant(id)) = GlobalId::decode(id) else {
        return Err(Error::not_found());
    };
    let row = grants::given(db, &own, id)
        .await?
        .ok_or_else(Error::not_found)?;
    let partner = row.grant.partner_id;
    let card = organizations::cards(db, &[partner]).await?.remove(&partner);
    let card = card.ok_or_else(Error::not_found)?;
    let page = || Page {
        first: MOST,
        after: None,
    };
    let roles = left_behind::roles_given(db, &own, id, MOST).await?;
    let roles = roles.into_iter().map(|given| {
        let role = w.role(given.role.role);
        w.with(
            "grant-role-of",
            &[("user", given.user.display_name), ("role", role)],
        )
    });
    let mut left = vec![(w.say("grant-left-roles"), roles.collect())];
    for (heading, which) in [
        ("grant-left-added", Which::Added),
        ("grant-left-blocked", Which::Blocked),
        ("grant-left-deleted", Which::Deleted),
    ] {
        let users = left_behind::users(db, &own, id, which, page()).await?;
        let users = users.rows.into_iter();
        let users = users.map(|user| format!("{} ({})", user.display_name, user.sign_in_name));
        left.push((w.say(heading), users.collect()));
    }
    let domains = left_behind::domains_added(db, &own, id, page()).await?;
    let domains = domains.rows.into_iter().map(|domain| domain.name);
    left.push((w.say("grant-left-domains"), domains.collect()));
    let changes = left_behind::changes(db, &own, id, page()).await?.rows;
    let names = changes.iter().map(|row| acts::line(w, row));
    left.push((w.say("grant-left-changes"), names.collect()));
    left.retain(|(_, names): &(_, Vec<String>)| !names.is_empty());
    let roles_taken = !taken::owed(db, &own, id).await?.is_empty();
    let passwords = left_behind::users(db, &own, id, Which::Held(Way::Secret), page()).await?;
    let held = left_behind::users(db, &own, id, Which::InHands, page()).await?;
    let more_held = held.has_next;
    let held = holdable(app, w, held.rows).await?;
    let ended = match left_behind::end(db, &own, id).await? {
        Some(row) => ended(app, w, &own, &row).await?,
        None => Vec::new(),
    };
    let filter = Filter {
        grant: Some(id),
        delegated: Some(true),
        ..Filter::default()
    };
    let acts = search::list(db, &own, &filter, page()).await?;
    let name = card.organization.name.as_str();
    let people = grants::delegates(db, &own, &row, MOST + 1, app.now()).await?;
    let (shown_people, cap) = (
        usize::try_from(MOST).unwrap_or(usize::MAX),
        row.grant.role_cap,
    );
    let delegates = people.iter().take(shown_people).filter_map(|person| {
        let role = w.cap(person.delegated_role?.min(cap));
        let texts = [
            ("user", person.display_name.as_str()),
            ("name", &person.sign_in_name),
            ("role", &role),
        ];
        Some(w.with("grant-delegate", &texts))
    });
    Ok(GrantPage {
        delegates: delegates.collect(),
        more_delegates: people.len() > shown_people,
        w,
        f: Frame::of(w, signed_in),
        organization: &signed_in.actor.organization_name,
        said: None,
        problem: None,
        grant: shown(app, w, &row, &card),
        ended,
        held,
        more_held,
        left,
        roles_taken,
        passwords: !passwords.rows.is_empty(),
        more: acts.has_next,
        acts: acts::acts(app, w, &own, &acts.rows, Some(name)).await?,
    })
}

/// These users, with the roles that they hold.
async fn holdable(app: &App, w: &Words, users: Vec<user::Model>) -> Result<Vec<Holdable>> {
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let roles = roles::of_users(app.db.read(), &ids).await?;
    let all = hands_page::held(app, w, users).await?;
    let with = ids.into_iter().zip(all).map(|(id, held)| {
        let of = roles.get(&id).copied().unwrap_or_default();
        Holdable {
            held,
            ends: !of.all.is_empty(),
            roles: w.roles(of.all.iter()),
        }
    });
    Ok(with.collect())
}

/// What the entry of a grant's end says: a heading, and names.
async fn ended(
    app: &App,
    w: &Words,
    own: &Scope,
    row: &operation::Model,
) -> Result<Vec<(String, Vec<String>)>> {
    let told = EndEntry::of(
        &record::changes(row),
        usize::try_from(MOST).unwrap_or(usize::MAX),
    );
    let (of_roles, of_users) = (
        told.roles.iter(),
        [&told.passwords, &told.sent, &told.links],
    );
    let ids = of_roles.map(|(user, _)| *user);
    let ids: Vec<UserId> = ids.chain(of_users.into_iter().flatten().copied()).collect();
    let users = directory::among(app.db.read(), own, &ids).await?;
    let find = |id: &UserId| users.iter().find(|user| user.id == *id);
    let role = |(id, role): &(UserId, AdminRole)| {
        let user = find(id)?.display_name.clone();
        Some(w.with("grant-role-of", &[("user", user), ("role", w.role(*role))]))
    };
    let name = |id: &UserId| {
        let user = find(id)?;
        Some(format!("{} ({})", user.display_name, user.sign_in_name))
    };
    let names = |ids: &[UserId]| ids.iter().filter_map(name).collect();
    let mut ended: Vec<(String, Vec<String>)> = vec![
        (
            w.say("grant-ended-roles"),
            told.roles.iter().filter_map(role).collect(),
        ),
        (w.say("grant-ended-passwords"), names(&told.passwords)),
        (w.say("grant-ended-sent"), names(&told.sent)),
        (w.say("grant-ended-links"), names(&told.links)),
    ];
    ended.retain(|(_, names)| !names.is_empty());
    Ok(ended)
}
