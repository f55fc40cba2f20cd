//! What a browser sent: the query of an address, and a form that can be sent once more with the password.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{Uri, request::Parts},
    response::Response,
};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{
    browser::SignedIn,
    frame::{self, Frame},
    page::{self, PageError},
};
use crate::{
    app::App,
    domain::reason::Reason,
    error::{Error, Result},
    operations::{self, Envelope, personal::confirm_password::ConfirmPassword},
    words::Words,
};

/// The field in which a form comes with the password of who sends it.
const PASSWORD: &str = "confirmPassword";

/// The field by which a form that is sent twice, such as by a double click, is known for the same.
const ONCE: &str = "once";

/// What the query of an address asks for. Of a name that comes more than once, the last counts.
pub struct Sought<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Sought<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        sought(&parts.uri).map(Self).ok_or(PageError::Address)
    }
}

fn sought<T: DeserializeOwned>(address: &Uri) -> Option<T> {
    let query = address.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        pairs.retain(|(earlier, _)| *earlier != name);
        pairs.push((name.into_owned(), value.into_owned()));
    }
    let plain = serde_urlencoded::to_string(pairs).ok()?;
    serde_urlencoded::from_str(&plain).ok()
}

/// A form, as it was sent.
pub struct Sent<T> {
    /// What it says.
    pub form: T,
    fields: Vec<(String, String)>,
    /// Where it was sent to.
    path: String,
    password: Option<SecretString>,
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequest<S> for Sent<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let path = request.uri().path_and_query().map(|path| path.as_str());
        let path = path.unwrap_or("/").to_owned();
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| PageError::Incomplete)?;
        let form = serde_html_form::from_bytes(&body).map_err(|_| PageError::Incomplete)?;
        let fields = url::form_urlencoded::parse(&body).into_owned();
        let (password, fields) = fields.partition::<Vec<_>, _>(|(name, _)| name == PASSWORD);
        let password = password
            .into_iter()
            .map(|(_, password)| password)
            .next_back();
        Ok(Self {
            form,
            fields,
            path,
            password: password.map(SecretString::from),
        })
    }
}

#[derive(Template)]
#[template(path = "page/confirm.html")]
struct ConfirmPage<'a> {
    w: &'static Words,
    f: Frame,
    path: &'a str,
    fields: &'a [(String, String)],
    name: &'a str,
    problem: Option<String>,
}

impl<T> Sent<T> {
    /// What comes with an act that is done once, however often the same form is sent. A form that says something else
    /// is another one, also where a browser kept the page.
    pub fn once(&self) -> Envelope {
        let mut known = self.fields.iter().filter(|(name, _)| name == ONCE);
        if !known.any(|(_, value)| !value.is_empty()) {
            return Envelope::default();
        }
        let mut all = Sha256::new();
        let fields = self.fields.iter().flat_map(|(name, value)| [name, value]);
        for part in [&self.path].into_iter().chain(fields) {
            all.update(part.len().to_be_bytes());
            all.update(part);
        }
        Envelope {
            idempotency_key: Some(format!("form {}", hex::encode(all.finalize()))),
            ..Envelope::default()
        }
    }

    /// Confirms who sends it, if it came with a password.
    ///
    /// # Errors
    /// When the password is not right.
    pub async fn confirm(&self, app: &App, signed_in: &SignedIn) -> Result<()> {
        let Some(password) = self.password.clone() else {
            return Ok(());
        };
        let (who, envelope) = (signed_in.who.clone(), Envelope::default());
        operations::run(app, who, envelope, ConfirmPassword { password }).await?;
        Ok(())
    }

    /// The page that asks for the password and sends the same once more, if that is what is missing.
    pub fn again(&self, signed_in: &SignedIn, error: &Error) -> Option<Response> {
        let problem = match (error.reason(), error.input_field()) {
            (Some(Reason::FreshSignInRequired), _) => None,
            (_, Some("password")) => Some("confirm-wrong"),
            _ => return None,
        };
        let w = frame::words();
        let page = ConfirmPage {
            w,
            f: Frame::of(w, signed_in),
            path: &self.path,
            fields: &self.fields,
            name: &signed_in.actor.sign_in_name,
            problem: problem.map(|id| w.say(id)),
        };
        Some(page::render(page::status(error), &page))
    }
}
