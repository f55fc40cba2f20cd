//! The page of one grant.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use entity::operation;

use super::{Said, Shown, sentence, shown};
use crate::{
    app::App,
    domain::{
        described::Described, kind::OperationKind, policy, reason::Reason, record::Beside,
        values::id::GlobalId, visibility,
    },
    error::{Error, Result},
    http::{
        browser::{Browser, SignedIn},
        page,
        router::Http,
        segment::Segment,
    },
    mail::letter::moment,
    store::{
        grants, left_behind, organizations,
        page::Page,
        record_search::{self, Filter},
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
    grant: Shown,
    /// What is left: a heading, and names.
    left: Vec<(&'static str, Vec<String>)>,
    acts: Vec<Act>,
    more: bool,
}

/// One entry of the record.
struct Act {
    at: String,
    what: &'static str,
    target: Option<String>,
    who: Option<String>,
    ticket: Option<String>,
    /// Why it was refused, where it was.
    refused: Option<&'static str>,
}

/// Shows one grant.
pub async fn show(
    State(http): State<Http>,
    Browser(browser): Browser,
    Segment(id): Segment<String>,
    Query(said): Query<Said>,
) -> Response {
    let Some(signed_in) = browser else {
        return page::sign_in_first(&format!("/grants/{id}"));
    };
    if let Err(denial) = policy::half(OperationKind::EndGrant, &signed_in.actor) {
        return page::failed(&Error::Refused(denial));
    }
    let said = said.done.as_deref().and_then(sentence);
    match find(&http.app, &signed_in, &id, said).await {
        Ok(page) => page::render(StatusCode::OK, &page),
        Err(error) => {
            error.log();
            page::failed(&error)
        }
    }
}

async fn find<'a>(
    app: &App,
    signed_in: &'a SignedIn,
    id: &str,
    said: Option<&'static str>,
) -> Result<GrantPage<'a>> {
    let (db, now) = (app.db.read(), app.now());
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
    for (heading, users) in [
        (
            "Passwords that delegates set or could have known",
            left_behind::passwords_set(db, &own, id, page()).await?,
        ),
        (
            "Users that delegates added",
            left_behind::users_added(db, &own, id, page()).await?,
        ),
        (
            "Contacts that delegates set",
            left_behind::contacts_set(db, &own, id, page()).await?,
        ),
    ] {
        let users = users.rows.into_iter();
        let users = users.map(|user| format!("{} ({})", user.display_name, user.sign_in_name));
        left.push((heading, users.collect()));
    }
    let domains = left_behind::domains_added(db, &own, id, page()).await?;
    let domains = domains.rows.into_iter().map(|domain| domain.name);
    left.push(("Domain names that delegates added", domains.collect()));
    left.retain(|(_, names): &(_, Vec<String>)| !names.is_empty());
    let filter = Filter {
        grant: Some(id),
        delegated: Some(true),
        ..Filter::default()
    };
    let acts = record_search::list(db, &own, &filter, page()).await?;
    Ok(GrantPage {
        user: &signed_in.actor.name,
        organization: &signed_in.actor.organization_name,
        said,
        grant: shown(&row, &card, now),
        left,
        more: acts.has_next,
        acts: acts.rows.iter().map(act).collect(),
    })
}

fn act(row: &operation::Model) -> Act {
    let beside = Beside::of(row.beside.as_deref());
    let kind = OperationKind::by_stable_name(&row.kind);
    let refused = row.reason.as_deref().map(|name| {
        let mut reasons = Reason::all().iter();
        let reason = reasons.find(|reason| reason.name() == name);
        reason.map_or("It was refused.", |reason| reason.about())
    });
    Act {
        at: moment(row.at),
        what: kind.map_or("An act that this server does not know.", |kind| {
            kind.spec().about
        }),
        who: beside.who(),
        target: beside.target_name,
        ticket: beside.ticket,
        refused,
    }
}
