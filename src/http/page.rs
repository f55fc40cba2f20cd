//! What all pages share: rendering, headers, the style sheet, and the page with a single message.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::{
    browser::SignedIn,
    compression::Open,
    frame::{self, Frame},
    state::Http,
};
use crate::{
    domain::{
        described::Described,
        reason::{Code, Reason},
    },
    error::Error,
    words::Words,
};

/// No script, no other host, no frame; forms are sent only to this server.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page with a single message.
#[derive(Template)]
#[template(path = "page/notice.html")]
pub struct Notice<'a> {
    pub w: &'static Words,
    pub f: Frame,
    /// What happened, as a heading.
    pub title: &'a str,
    /// What it means and what to do: paragraphs.
    pub text: &'a [String],
    /// Whether the reader is shown the way to its own page, and out.
    pub own: bool,
}

/// Renders a page.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "A page could not be rendered.");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page with a single message, to a reader who may be nobody.
pub fn notice(status: StatusCode, title: &str, text: &[String]) -> Response {
    alone(status, title, text, false)
}

fn alone(status: StatusCode, title: &str, text: &[String], own: bool) -> Response {
    let w = frame::words();
    let f = Frame::new(w);
    render(
        status,
        &Notice {
            w,
            f,
            title,
            text,
            own,
        },
    )
}

/// A page with a single message, to who is signed in.
pub fn told_to(signed_in: &SignedIn, title: &str, text: &[String]) -> Response {
    let w = frame::words();
    let page = Notice {
        f: Frame::of(w, signed_in),
        w,
        title,
        text,
        own: false,
    };
    render(StatusCode::OK, &page)
}

/// What is wrong and what would help, in the reader's language.
pub fn sentence(w: &Words, error: &Error) -> String {
    match (error, error.reason()) {
        (Error::Overloaded, _) => w.say("error-overloaded"),
        (Error::Storage, _) => w.say("error-storage"),
        (Error::Unsure, _) => w.say("error-unsure"),
        (Error::Internal { .. }, _) => w.say("error-internal"),
        // It was made for this very value.
        (
            Error::Input {
                field,
                message,
                reason,
            },
            Some(Reason::InputInvalid),
        ) if message != reason.about() => w.input(field, message),
        (_, Some(reason)) => {
            let name = reason.name();
            // Some cures of the API would not help here, and English has the others in the code.
            let cures = [format!("page-cure-{name}"), format!("cure-{name}")];
            let cure = cures.iter().find(|id| w.knows(id)).map(|id| w.say(id));
            match cure {
                Some(cure) => format!("{} {cure}", w.reason(name)),
                None if w.knows(&format!("reason-{name}")) => w.reason(name),
                None => error.message(),
            }
        }
        (_, None) => error.message(),
    }
}

/// Sends the browser on to a page of this server.
pub fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Where to go on: the page of this server that the request names, or else the first page.
pub fn onward(next: Option<&str>) -> &str {
    next.filter(|path| {
        let inside = ["/offers/", "/grants/", "/partner/"]
            .iter()
            .any(|above| path.starts_with(above))
            || [
                "/", "/grants", "/hands", "/me", "/partner", "/record", "/rules",
            ]
            .contains(path);
        inside
            && path
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte))
    })
    .unwrap_or("/")
}

/// A page, or what keeps it from being shown.
pub type PageResult = Result<Response, PageError>;

/// What keeps a page from being shown.
#[derive(Debug)]
pub enum PageError {
    /// Nobody is signed in: the browser is sent to sign in, and then on to this page of this server.
    SignInFirst(String),
    /// A form came without all of its fields.
    Incomplete,
    /// An address asks for what is nothing.
    Address,
    /// Anything else. Its cause is logged when it is answered, and nowhere before.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::SignInFirst(path) => go(&format!("/sign-in?next={}", onward(Some(&path)))),
            Self::Incomplete => {
                let w = frame::words();
                let text = [w.say("incomplete-text")];
                let title = w.say("incomplete");
                notice(StatusCode::UNPROCESSABLE_ENTITY, &title, &text)
            }
            Self::Address => {
                let w = frame::words();
                let text = [w.say("missing-text")];
                notice(StatusCode::BAD_REQUEST, &w.say("failed"), &text)
            }
            Self::Failed(error) => {
                error.log();
                let w = frame::words();
                let own = status(&error) == StatusCode::FORBIDDEN;
                let title = w.say(if own { "failed-forbidden" } else { "failed" });
                let page = alone(status(&error), &title, &[sentence(w, &error)], own);
                retry(page, &error)
            }
        }
    }
}

/// Says after how many seconds to try again, if the error does (RFC 9110, section 10.2.3).
pub fn retry(mut page: Response, error: &Error) -> Response {
    if let Some(seconds) = error.retry_after() {
        page.headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    page
}

/// Says when to try again on pages that were refused for a limit and do not say so themselves: limits are by the minute.
pub async fn wait(mut page: Response) -> Response {
    let limited = page.status() == StatusCode::TOO_MANY_REQUESTS;
    if limited && !page.headers().contains_key(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, 60.into());
    }
    page
}

/// What was sent by a form.
pub fn filled<F, E>(form: Result<F, E>) -> Result<F, PageError> {
    form.map_err(|_| PageError::Incomplete)
}

/// An error that is shown beside the form that it is about. A failure of the server, and a thing that does not exist,
/// have a page of their own.
pub fn told(error: Error) -> Result<Error, PageError> {
    match error.code() {
        Code::Internal | Code::Overloaded | Code::NotFound => Err(error.into()),
        _ => Ok(error),
    }
}

/// An error about the password of who is signed in, in the reader's language.
pub fn of_password(error: Error) -> Error {
    match error {
        Error::Input {
            field: field @ ("password" | "currentPassword"),
            reason,
            ..
        } => Error::Input {
            field,
            reason,
            message: frame::words().say("password-wrong"),
        },
        other => other,
    }
}

/// The beginning of a day (ISO 8601), by UTC.
///
/// # Errors
/// When it is none.
pub fn day(field: &'static str, text: &str) -> Result<DateTime<Utc>, Error> {
    let day = text.parse::<NaiveDate>().ok();
    // Beyond these, a moment is written with other letters, and sorted elsewhere.
    let day = day.filter(|day| (1..=9998).contains(&day.year()));
    let start = day.and_then(|day| day.and_hms_opt(0, 0, 0));
    start
        .map(|start| start.and_utc())
        .ok_or_else(|| Error::Input {
            field,
            reason: Reason::InputInvalid,
            message: frame::words().say("not-a-day"),
        })
}

/// The end of a day (ISO 8601), by UTC, which is the beginning of the next one.
///
/// # Errors
/// When it is none.
pub fn day_after(field: &'static str, text: &str) -> Result<DateTime<Utc>, Error> {
    Ok(day(field, text)? + TimeDelta::days(1))
}

/// The page of an address that is not routed; the way on, if only a slash at its end is too much.
pub async fn unknown(method: Method, address: Uri) -> Response {
    match address.path().strip_suffix('/') {
        // After two slashes, or a backslash, browsers would read the name of another server.
        Some(path)
            if method == Method::GET
                && !path.is_empty()
                && !path.contains(['\\'])
                && !path.contains("//") =>
        {
            let query = address.query().map(|query| format!("?{query}"));
            let address = format!("{path}{}", query.unwrap_or_default());
            Redirect::permanent(&address).into_response()
        }
        _ => missing().await,
    }
}

/// The page for what does not exist.
pub async fn missing() -> Response {
    let w = frame::words();
    let text = [w.say("missing-text")];
    notice(StatusCode::NOT_FOUND, &w.say("missing"), &text)
}

/// The status of an error.
pub fn status(error: &Error) -> StatusCode {
    match error.code() {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::DelegationNotSupported => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Conflict | Code::FailedPrecondition => StatusCode::CONFLICT,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::BadUserInput | Code::ParseFailed | Code::ValidationFailed | Code::QueryTooComplex => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}

/// The platform's picture, if it has one.
pub async fn logo(State(http): State<Http>) -> Response {
    let path = &http.app.config.platform.logo;
    let media = match path.extension().and_then(|end| end.to_str()) {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => return missing().await,
    };
    match tokio::fs::read(path).await {
        Ok(picture) => {
            let headers = [
                (header::CONTENT_TYPE, media),
                (header::CACHE_CONTROL, "max-age=3600"),
            ];
            (headers, picture).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "platform.logo cannot be read.");
            missing().await
        }
    }
}

/// The style sheet of all pages.
pub async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (Extension(Open), headers, include_str!("style.css")).into_response()
}
