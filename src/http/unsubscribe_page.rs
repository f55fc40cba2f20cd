//! Wanting no more offers by mail. GET shows, POST acts: mail scanners open links, and mail programs post
//! to them (RFC 8058).

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use entity::ids::SendingId;

use super::{address::ClientAddress, page, segment::Segment, state::Http};
use crate::{
    app::App,
    auth::signed_id,
    domain::reason::Reason,
    error::{Error, Result},
    operations::{self, Envelope, personal::unsubscribe::Unsubscribe},
    store::{facts::Who, sendings},
};

#[derive(Template)]
#[template(path = "page/unsubscribe.html")]
struct UnsubscribePage<'a> {
    address: &'a str,
}

async fn find(app: &App, token: &str) -> Result<(SendingId, String)> {
    let invalid = || Error::Refused(Reason::LinkInvalid.into());
    let sending = signed_id::id(&app.keys, signed_id::UNSUBSCRIBE, token, None);
    let sending = SendingId(sending.ok_or_else(invalid)?);
    let found = sendings::find(app.db.read(), sending).await?;
    let (row, _) = found.ok_or_else(invalid)?;
    Ok((sending, row.address))
}

/// Shows the button.
pub async fn show(State(http): State<Http>, Segment(token): Segment<String>) -> Response {
    match find(&http.app, &token).await {
        Ok((_, address)) => page::render(StatusCode::OK, &UnsubscribePage { address: &address }),
        Err(error) => page::failed(&error),
    }
}

/// Takes the address off.
pub async fn act(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(token): Segment<String>,
) -> Response {
    let app = &http.app;
    let (sending, recipient) = match find(app, &token).await {
        Ok(found) => found,
        Err(error) => return page::failed(&error),
    };
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    match operations::run(app, Who::Anonymous, envelope, Unsubscribe { sending }).await {
        Ok(_) => {
            let text = [format!(
                "Done: no partner can have an offer sent to {recipient} through this server any more."
            )];
            page::notice(StatusCode::OK, "No more offers", &text)
        }
        Err(error) => page::failed(&error),
    }
}
