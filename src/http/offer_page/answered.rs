//! The page of an offer that was answered: what the client has by it now.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::{response, states::Answer};

use super::{OfferAtUrl, Reader, closed};
use crate::{
    app::App,
    domain::{described::Described, grant::GrantState, visibility},
    error::Result,
    http::{frame::Frame, page},
    store::{grants, responses},
    words::Words,
};

#[derive(Template)]
#[template(path = "page/answered.html")]
struct AnsweredPage<'a> {
    w: &'static Words,
    f: Frame,
    /// Whether something is left to answer.
    open: bool,
    token: &'a str,
    organization: &'a str,
    partner: &'a str,
    accepted: bool,
    at: String,
    items: &'a [String],
    grant: Option<ShownGrant>,
}

/// A grant to the partner.
struct ShownGrant {
    role_cap: String,
    state: GrantState,
    until: String,
    /// Whether it was given by another offer.
    by_another: bool,
}

/// The page, for a client that answered; `None` for one that did not. `again` asks for the form instead, which
/// is shown if something is left to answer.
pub(super) async fn page(
    app: &App,
    found: &OfferAtUrl,
    reader: &Reader<'_>,
    again: bool,
    w: &'static Words,
) -> Result<Option<Response>> {
    let (db, actor) = (app.db.read(), &reader.signed_in.actor);
    let own = visibility::own(actor);
    let latest = responses::own_latest(db, &own, found.offer.offer.id).await?;
    let Some(latest): Option<response::Model> = latest else {
        return Ok(None);
    };
    let open =
        closed::why(app, found).is_none() && reader.before.leaves_open(found.offer.delegation());
    if again && open {
        return Ok(None);
    }
    let grant = match (&reader.grant, latest.grant_id) {
        (Some(standing), _) => Some(standing.clone()),
        (None, Some(given)) => grants::given(db, &own, given).await?,
        (None, None) => None,
    };
    let page = AnsweredPage {
        w,
        f: Frame::of(w, reader.signed_in),
        open,
        token: &found.offer.offer.token,
        organization: &actor.organization_name,
        partner: &found.partner.organization.name,
        accepted: latest.answer == Answer::Accepted,
        at: w.moment(latest.answered_at),
        items: &reader.items,
        grant: grant.map(|row| ShownGrant {
            state: row.facts().state(app.now()),
            role_cap: w.cap(row.grant.role_cap),
            until: w.until(row.grant.expires_at),
            by_another: row.grant.offer_id != found.offer.offer.id,
        }),
    };
    Ok(Some(page::render(StatusCode::OK, &page)))
}
