//! The pages of an offer that cannot be answered now: withdrawn, expired, or of a partner that lost
//! its certification.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::OfferAtUrl;
use crate::{
    app::App,
    domain::offer::OfferState,
    http::{browser::SignedIn, frame::Frame, page},
    words::Words,
};

#[derive(Template)]
#[template(path = "page/closed.html")]
struct ClosedPage<'a> {
    w: &'static Words,
    f: Frame,
    partner: &'a str,
    why: Why,
    /// When the offer ended; empty if it did not.
    at: String,
}

/// Why an offer cannot be answered now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Withdrawn,
    Expired,
    /// The partner's certification is not current.
    Certification,
}

/// Why the offer cannot be answered now; `None` when it can.
pub(super) fn why(app: &App, found: &OfferAtUrl) -> Option<Why> {
    match found.offer.state(app.now()) {
        OfferState::Withdrawn => Some(Why::Withdrawn),
        OfferState::Expired => Some(Why::Expired),
        OfferState::Open if found.partner.state().is_current() => None,
        OfferState::Open => Some(Why::Certification),
    }
}

/// The page that says so; `None` when the offer can be answered.
pub(super) fn page(
    app: &App,
    found: &OfferAtUrl,
    signed_in: Option<&SignedIn>,
    w: &'static Words,
) -> Option<Response> {
    let why = why(app, found)?;
    let offer = &found.offer.offer;
    let at = match why {
        Why::Withdrawn => offer.withdrawn_at,
        Why::Expired => offer.expires_at,
        Why::Certification => None,
    };
    let page = ClosedPage {
        w,
        f: signed_in.map_or_else(|| Frame::new(w), |signed_in| Frame::of(w, signed_in)),
        partner: &found.partner.organization.name,
        why,
        at: at.map(|at| w.moment(at)).unwrap_or_default(),
    };
    Some(page::render(StatusCode::GONE, &page))
}
