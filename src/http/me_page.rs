//! The page of one's own sign-in: who one is here, where one's links are sent, and who may hold the sign-in besides.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    browser::{Browser, SignedIn},
    hands_page, page,
    router::Http,
};
use crate::{
    app::App,
    domain::{kind::OperationKind, policy, visibility},
    error::{Error, Result},
    store::directory,
};

#[derive(Template)]
#[template(path = "page/me.html")]
struct MePage<'a> {
    user: &'a str,
    organization: &'a str,
    name: &'a str,
    sign_in_name: &'a str,
    contact: &'a str,
    proven: bool,
    roles: String,
    recovered: Option<i64>,
    /// Who may hold the sign-in besides: a sentence each.
    hands: Vec<String>,
    /// Whether it may see who administers its organization.
    grants: bool,
}

/// Shows the first page: who may administer the organization, to who may end it; else one's own.
pub async fn first(Browser(browser): Browser) -> Response {
    match browser {
        None => page::sign_in_first("/"),
        Some(signed_in) if policy::half(OperationKind::EndGrant, &signed_in.actor).is_ok() => {
            page::go("/grants")
        }
        Some(_) => page::go("/me"),
    }
}

/// Shows one's own sign-in.
pub async fn show(State(http): State<Http>, Browser(browser): Browser) -> Response {
    let Some(signed_in) = browser else {
        return page::sign_in_first("/me");
    };
    if signed_in.actor.must_change {
        return page::go("/sign-in?next=/me");
    }
    render(&http.app, &signed_in).await.unwrap_or_else(|error| {
        error.log();
        page::failed(&error)
    })
}

async fn render(app: &App, signed_in: &SignedIn) -> Result<Response> {
    let actor = &signed_in.actor;
    let own = visibility::own(actor);
    let user = directory::find(app.db.read(), &own, actor.user).await?;
    let user = user.ok_or_else(Error::not_found)?;
    let (contact, proven) = (user.contact.clone(), user.contact_verified_at.is_some());
    let held = hands_page::held(app, vec![user]).await?;
    let hands = held.into_iter().flat_map(|held| held.hands).collect();
    let roles: Vec<_> = actor.roles.iter().map(|role| role.as_str()).collect();
    let page = MePage {
        user: &signed_in.called,
        organization: &actor.organization_name,
        name: &actor.name,
        sign_in_name: &actor.sign_in_name,
        contact: &contact,
        proven,
        roles: roles.join(", "),
        recovered: actor.recovered.then_some(app.config.times.recovered_hours),
        hands,
        grants: policy::half(OperationKind::EndGrant, actor).is_ok(),
    };
    Ok(page::render(StatusCode::OK, &page))
}
