//! The page of one grant.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
};
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
        reason::Reason,
        values::id::GlobalId,
        visibility::{self, Scope},
    },
    error::{Error, Result},
    http::{
        browser::{Browser, SignedIn},
        hands_page::{self, HeldUser},
        page::{self, PageResult},
        segment::Segment,
        state::Http,
    },
    mail::letter::moment,
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
};

/// How many of each thing the page shows.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "page/grant.html")]
struct GrantPage<'a> {
    user: &'a str,
    organization: &'a str,
    said: Option<&'static str>,
    grant: GrantRow,
    /// What ended with it: a heading, and names.
    ended: Vec<(&'static str, Vec<String>)>,
    /// Users whose sign-in the partner's people may hold.
    held: Vec<Holdable>,
    more_held: bool,
    /// What else is left: a heading, and names.
    left: Vec<(&'static str, Vec<String>)>,
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

/// One entry of the record.
struct Act {
    at: String,
    what: &'static str,
    target: Option<String>,
    who: Option<String>,
    ticket: Option<String>,
    /// Whether it was done by a user whose sign-in the partner may hold.
    held: bool,
    /// Why it was refused, if it was.
    refused: Option<&'static str>,
}

/// Shows one grant.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Segment(id): Segment<String>,
    Query(said): Query<GrantForm>,
) -> PageResult {
    let signed_in = browser.signed_in(&format!("/grants/{id}"))?;
    policy::half(OperationKind::EndGrant, &signed_in.actor)?;
    let said = said.done.as_deref().and_then(sentence);
    let page = find(&http.app, &signed_in, &id, said).await?;
    Ok(page::render(StatusCode::OK, &page))
}

async fn find<'a>(
    app: &App,
    signed_in: &'a SignedIn,
    id: &str,
    said: Option<&'static str>,
) -> Result<GrantPage<'a>> {
    let db = app.db.read();
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
        let role = given.role.role.as_str();
        format!("{role} of {}", given.user.display_name)
    });
    let mut left = vec![("Admin roles that delegates gave", roles.collect())];
    for (heading, which) in [
        ("Users that delegates added", Which::Added),
        ("Users that delegates blocked", Which::Blocked),
        ("Users that delegates deleted", Which::Deleted),
    ] {
        let users = left_behind::users(db, &own, id, which, page()).await?;
        let users = users.rows.into_iter();
        let users = users.map(|user| format!("{} ({})", user.display_name, user.sign_in_name));
        left.push((heading, users.collect()));
    }
    let domains = left_behind::domains_added(db, &own, id, page()).await?;
    let domains = domains.rows.into_iter().map(|domain| domain.name);
    left.push(("Domain names that delegates added", domains.collect()));
    let changes = left_behind::changes(db, &own, id, page()).await?.rows;
    let names = changes.iter().map(|row| {
        let act = act(row);
        format!("{} {}", act.what, act.target.unwrap_or_default())
    });
    left.push((
        "Changes of names, licences, services and roles",
        names.collect(),
    ));
    left.retain(|(_, names): &(_, Vec<String>)| !names.is_empty());
    let roles_taken = !taken::owed(db, &own, id).await?.is_empty();
    let passwords = left_behind::users(db, &own, id, Which::Held(Way::Secret), page()).await?;
    let held = left_behind::users(db, &own, id, Which::InHands, page()).await?;
    let more_held = held.has_next;
    let held = holdable(app, held.rows).await?;
    let ended = match left_behind::end(db, &own, id).await? {
        Some(row) => ended(app, &own, &row).await?,
        None => Vec::new(),
    };
    let filter = Filter {
        grant: Some(id),
        delegated: Some(true),
        ..Filter::default()
    };
    let acts = search::list(db, &own, &filter, page()).await?;
    Ok(GrantPage {
        user: &signed_in.called,
        organization: &signed_in.actor.organization_name,
        said,
        grant: shown(app, &row, &card),
        ended,
        held,
        more_held,
        left,
        roles_taken,
        passwords: !passwords.rows.is_empty(),
        more: acts.has_next,
        acts: acts.rows.iter().map(act).collect(),
    })
}

/// These users, with the roles that they hold.
async fn holdable(app: &App, users: Vec<user::Model>) -> Result<Vec<Holdable>> {
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let roles = roles::of_users(app.db.read(), &ids).await?;
    let all = hands_page::held(app, users).await?;
    let with = ids.into_iter().zip(all).map(|(id, held)| {
        let of = roles.get(&id).copied().unwrap_or_default();
        let names: Vec<_> = of.all.iter().map(AdminRole::as_str).collect();
        Holdable {
            held,
            ends: !of.all.is_empty(),
            roles: names.join(", "),
        }
    });
    Ok(with.collect())
}

/// What the entry of a grant's end says: a heading, and names.
async fn ended(
    app: &App,
    own: &Scope,
    row: &operation::Model,
) -> Result<Vec<(&'static str, Vec<String>)>> {
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
        Some(format!("{} of {}", role.as_str(), find(id)?.display_name))
    };
    let name = |id: &UserId| {
        let user = find(id)?;
        Some(format!("{} ({})", user.display_name, user.sign_in_name))
    };
    let names = |ids: &[UserId]| ids.iter().filter_map(name).collect();
    let mut ended: Vec<(&'static str, Vec<String>)> = vec![
        (
            "Admin roles that were taken",
            told.roles.iter().filter_map(role).collect(),
        ),
        (
            "Sign-ins that ended: password, sessions and links",
            names(&told.passwords),
        ),
        (
            "Links to a new password, sent to a contact of their own",
            names(&told.sent),
        ),
        ("Links that lead nowhere any more", names(&told.links)),
    ];
    ended.retain(|(_, names)| !names.is_empty());
    Ok(ended)
}

fn act(row: &operation::Model) -> Act {
    let texts = record::texts(row);
    let kind = OperationKind::by_stable_name(&row.kind);
    let refused = row.reason.as_deref().map(|name| {
        let mut reasons = Reason::all().iter();
        let reason = reasons.find(|reason| reason.name() == name);
        reason.map_or("It was refused.", |reason| reason.about())
    });
    Act {
        held: !record::hands(row).is_empty(),
        at: moment(row.at),
        what: kind.map_or("An act that this server does not know.", |kind| {
            kind.spec().about
        }),
        who: texts.who(),
        target: texts.target_name,
        ticket: texts.ticket,
        refused,
    }
}
