//! `/verify`: anyone checks a note or a receipt, pasted or as a file. `/notes/{token}`: the latest note of a
//! record, for anyone who has this address.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::ids::OrganizationId;

use super::{
    frame::{self, Frame},
    page,
    segment::Segment,
    state::Http,
};
use crate::{
    app::App,
    auth::signed_id,
    domain::{
        kind::OperationKind,
        reason::Reason,
        record::{
            Body,
            note::SignedNote,
            receipt::{self, Receipt},
        },
    },
    error::{Error, Result},
    http::page::{PageError, PageResult},
    store::record,
    words::Words,
};

#[derive(Template)]
#[template(path = "page/verify.html")]
struct VerifyPage {
    w: &'static Words,
    f: Frame,
    checked: Option<Checked>,
    problem: Option<String>,
}

/// What was found of a note.
struct Checked {
    domain: String,
    size: i64,
    at: String,
    link: String,
    /// Whether the record still has that entry; `None` if there is no such record.
    holds: bool,
    act: Option<Act>,
}

/// What a receipt says.
struct Act {
    what: String,
    at: String,
    who: Option<String>,
    changes: Vec<(String, String)>,
    terms: Option<String>,
}

/// Shows the form.
pub async fn show() -> Response {
    shown(StatusCode::OK, None, None)
}

fn shown(status: StatusCode, checked: Option<Checked>, problem: Option<String>) -> Response {
    let w = frame::words();
    let page = VerifyPage {
        w,
        f: Frame::new(w),
        checked,
        problem,
    };
    page::render(status, &page)
}

/// Checks what was sent: the file if there is one, otherwise the text.
pub async fn check(State(http): State<Http>, form: Multipart) -> PageResult {
    let text = sent(form).await.ok_or(PageError::Incomplete)?;
    Ok(match checked(&http.app, &text).await {
        Ok(checked) => shown(StatusCode::OK, Some(checked), None),
        Err(Error::Input { message, .. }) => {
            shown(StatusCode::UNPROCESSABLE_ENTITY, None, Some(message))
        }
        Err(error) => return Err(error.into()),
    })
}

async fn sent(mut form: Multipart) -> Option<String> {
    let mut sent = None;
    while let Ok(Some(field)) = form.next_field().await {
        let text = field.text().await.ok()?;
        if !text.trim().is_empty() {
            sent = Some(text);
        }
    }
    sent
}

fn wrong(message: String) -> Error {
    Error::Input {
        field: "text",
        reason: Reason::InputInvalid,
        message,
    }
}

async fn checked(app: &App, text: &str) -> Result<Checked> {
    let w = frame::words();
    let text = text.trim_start();
    let (note, act) = if text.starts_with('{') {
        let receipt: Receipt =
            serde_json::from_str(text).map_err(|_| wrong(w.say("verify-no-receipt")))?;
        let note = receipt::check(&receipt).map_err(|fault| {
            let fault = fault.to_string();
            wrong(w.with("verify-bad-receipt", &[("fault", &fault)]))
        })?;
        (note, Some(act(w, receipt)))
    } else {
        let note = SignedNote::parse(text)
            .or_else(|_| SignedNote::parse(&format!("{}\n", text.trim_end())));
        let note = note.map_err(|_| wrong(w.say("verify-neither")))?;
        (note, None)
    };
    if !app.keys.verify_note(&note) {
        return Err(wrong(w.say("verify-signature")));
    }
    let holds = record::says(app.db.read(), &note.note).await?;
    let at = note
        .note
        .at
        .parse()
        .map_or_else(|_| note.note.at.clone(), |at| w.moment(at));
    Ok(Checked {
        holds,
        domain: note.note.domain,
        size: note.note.size,
        at,
        link: note.note.link.to_string(),
        act,
    })
}

fn act(w: &Words, receipt: Receipt) -> Act {
    let body: Option<Body> = serde_json::from_str(&receipt.entry.body).ok();
    let texts = receipt.entry.texts;
    let text = |name: &str| texts.get(name).map(|one| one.text.clone());
    let kind = body
        .as_ref()
        .and_then(|body| OperationKind::by_stable_name(&body.kind));
    let at = body.as_ref().map(|body| body.at.0);
    Act {
        what: kind.map_or_else(|| w.say("act-unknown"), |kind| w.kind(kind)),
        at: at.map_or_else(String::new, |at| w.moment(at)),
        who: text("actor_name").or_else(|| text("actor_organization_name")),
        changes: body
            .map(|body| {
                body.changes
                    .shown()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            })
            .unwrap_or_default(),
        terms: receipt.terms,
    }
}

/// The latest note of a record, as text.
pub async fn note(State(http): State<Http>, Segment(token): Segment<String>) -> PageResult {
    let note = latest(&http.app, &token).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((StatusCode::OK, headers, note.text()).into_response())
}

async fn latest(app: &App, token: &str) -> Result<SignedNote> {
    signed_id::check_whole(token)?;
    let id = signed_id::id(&app.keys, signed_id::NOTE, token, None);
    let id = OrganizationId(id.ok_or_else(|| Error::Refused(Reason::LinkInvalid.into()))?);
    let note = record::head(app.db.read(), id, &app.config.platform.domain).await?;
    if app.anchors.believe(id, note.as_ref()).is_err() {
        return Err(Error::Failed(Reason::RecordNotTrusted));
    }
    note.ok_or_else(Error::not_found)
}
