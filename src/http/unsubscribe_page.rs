//! The page that stops offers by mail. GET shows, POST acts: mail scanners open links, and mail programs post
//! to them (RFC 8058).

use askama::Template;
use axum::{extract::State, http::StatusCode};
use entity::ids::SendingId;

use super::{
    address::ClientAddress,
    frame::{self, Frame},
    page,
    segment::Segment,
    state::Http,
};
use crate::{
    app::App,
    auth::signed_id,
    domain::reason::Reason,
    error::{Error, Result},
    http::page::PageResult,
    operations::{self, Envelope, personal::unsubscribe::Unsubscribe},
    store::{facts::Who, sendings},
    words::Words,
};

#[derive(Template)]
#[template(path = "page/unsubscribe.html")]
struct UnsubscribePage<'a> {
    w: &'static Words,
    f: Frame,
    address: &'a str,
}

async fn find(app: &App, token: &str) -> Result<(SendingId, String)> {
    let invalid = || Error::Refused(Reason::LinkInvalid.into());
    signed_id::check_whole(token)?;
    let sending = signed_id::id(&app.keys, signed_id::UNSUBSCRIBE, token, None);
    let sending = SendingId(sending.ok_or_else(invalid)?);
    let found = sendings::find(app.db.read(), sending).await?;
    let (row, _) = found.ok_or_else(invalid)?;
    Ok((sending, row.address))
}

/// Shows the button.
pub async fn show(State(http): State<Http>, Segment(token): Segment<String>) -> PageResult {
    let (_, address) = find(&http.app, &token).await?;
    let w = frame::words();
    let page = UnsubscribePage {
        w,
        f: Frame::new(w),
        address: &address,
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// Notes that the address wants no more offers.
pub async fn act(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(token): Segment<String>,
) -> PageResult {
    let app = &http.app;
    let (sending, recipient) = find(app, &token).await?;
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    operations::run(app, Who::Anonymous, envelope, Unsubscribe { sending }).await?;
    let w = frame::words();
    let text = [w.with("unsubscribe-done", &[("address", &recipient)])];
    let title = w.say("unsubscribe-title");
    Ok(page::notice(StatusCode::OK, &title, &text))
}
