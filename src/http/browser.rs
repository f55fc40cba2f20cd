//! The browser's session: a short-lived cookie of its own, which is renewed while pages are looked at, and works for
//! them and nothing else.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use entity::ids::{SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};

use super::{frame, page::PageError, regulars::Guest};
use crate::{
    app::App,
    auth::{
        secret,
        token::{self, Door},
    },
    domain::viewer::Actor,
    error::Result,
    store::{facts::Who, organizations, viewer},
};

/// The user of the browser's session; `None` if nobody is signed in or the session is over.
pub struct Browser(pub Option<SignedIn>);

impl Browser {
    /// Who is signed in.
    ///
    /// # Errors
    /// If nobody is signed in, or a temporary password has to be replaced: the browser is sent to do so, and then on
    /// to this page.
    pub fn signed_in(self, path: &str) -> Result<SignedIn, PageError> {
        self.0
            .filter(|signed_in| !signed_in.actor.must_change)
            .ok_or_else(|| PageError::SignInFirst(path.to_owned()))
    }
}

/// A user who signed in on the pages.
pub struct SignedIn {
    /// The caller, for the executor.
    pub who: Who,
    /// The user, as the database knows it now.
    pub actor: Actor,
    /// Its name, followed by the partners whose people may hold its sign-in too.
    pub called: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Browser
where
    App: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let jar = CookieJar::from_headers(&parts.headers);
        match find(&app, &jar).await {
            Ok(found) => {
                let guest = parts.extensions.get::<Guest>();
                if let (Some(guest), Some(_)) = (guest, &found) {
                    guest.is_signed_in();
                }
                Ok(Self(found))
            }
            Err(error) => {
                error.log();
                Ok(Self(None))
            }
        }
    }
}

async fn find(app: &App, jar: &CookieJar) -> Result<Option<SignedIn>> {
    let now = app.now();
    let Some(cookie) = jar.get(name(app)) else {
        return Ok(None);
    };
    let (keys, auth) = (&app.keys, &app.config.auth);
    let Some(claims) = token::verify(keys, auth, Door::Browser, cookie.value(), now) else {
        return Ok(None);
    };
    let Some(actor) = viewer::caller(&app.db, claims.sid, claims.sub, now).await? else {
        return Ok(None);
    };
    // Whoever goes on looking at pages stays signed in, as long as the session itself lives.
    if (claims.until() - now).num_seconds() < auth.browser_seconds * 2 / 3 {
        frame::keep(session(app, claims.sub, claims.sid)?);
    }
    Ok(Some(SignedIn {
        who: Who::Session(claims.sid, claims.sub),
        called: called(app, &actor).await?,
        actor,
    }))
}

/// A user's name, followed by the partners whose people may hold its sign-in too.
async fn called(app: &App, actor: &Actor) -> Result<String> {
    let name = &actor.name;
    if actor.hands.is_empty() {
        return Ok(name.clone());
    }
    let mut partners: Vec<_> = actor
        .hands
        .0
        .iter()
        .map(|hand| hand.cause.partner)
        .collect();
    partners.sort_unstable();
    partners.dedup();
    let cards = organizations::cards(app.db.read(), &partners).await?;
    let cards = partners.iter().filter_map(|id| cards.get(id));
    let names: Vec<_> = cards.map(|card| card.organization.name.as_str()).collect();
    let w = frame::words();
    let texts = [("name", name.clone()), ("partners", names.join(", "))];
    Ok(w.with("called-in-hands", &texts))
}

/// The user of a session that was just begun.
pub async fn actor(app: &App, who: Who) -> Result<Option<Actor>> {
    match who {
        Who::Session(session, user) => viewer::caller(&app.db, session, user, app.now()).await,
        Who::Known(known) => Ok(Some(known.actor.clone())),
        Who::Anonymous | Who::System(_) => Ok(None),
    }
}

/// `__Host-` binds the cookie to this very host, wherever there is TLS (RFC 6265bis section 4.1.3.2).
fn name(app: &App) -> &'static str {
    match is_secure(app) {
        true => "__Host-mandate",
        false => "mandate",
    }
}

fn is_secure(app: &App) -> bool {
    app.config.http.public_url.starts_with("https://")
}

fn cookie(app: &App, value: String) -> Cookie<'static> {
    let mut cookie = Cookie::new(name(app), value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    // A link in a mail must find the user still signed in. Forms of other sites are refused by their origin.
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(is_secure(app));
    cookie
}

/// The secret by which the browser is known where somebody signed in before; it lets nobody in.
pub fn familiar(app: &App, jar: &CookieJar) -> Option<SecretString> {
    let cookie = jar.get(&familiar_name(app))?;
    let secret = cookie.value().to_owned().into();
    secret::check_whole(&secret).is_ok().then_some(secret)
}

fn familiar_name(app: &App) -> String {
    format!("{}-browser", name(app))
}

/// Has a browser keep its secret.
pub fn remember(app: &App, secret: &SecretString) -> Cookie<'static> {
    let mut cookie = cookie(app, secret.expose_secret().to_owned());
    cookie.set_name(familiar_name(app));
    cookie.make_permanent();
    cookie
}

/// The cookie in which a browser keeps the language that its reader chose.
pub const LANGUAGE: &str = "mandate-language";

/// Has a browser keep the language that its reader chose.
pub fn language(app: &App, code: String) -> Cookie<'static> {
    let mut cookie = cookie(app, code);
    cookie.set_name(LANGUAGE);
    cookie.make_permanent();
    cookie
}

/// Signs the browser in, and sends it on.
///
/// # Errors
/// Only when signing the cookie fails.
pub fn enter(app: &App, user: UserId, session: SessionId, next: &str) -> Result<Response> {
    let jar = CookieJar::new().add(self::session(app, user, session)?);
    Ok((jar, Redirect::to(next)).into_response())
}

/// The cookie of a session, good from now on.
fn session(app: &App, user: UserId, session: SessionId) -> Result<Cookie<'static>> {
    let (keys, auth) = (&app.keys, &app.config.auth);
    let value = token::issue(keys, auth, Door::Browser, user, session, app.now())?;
    Ok(cookie(app, value))
}

/// Signs the browser out, and sends it on.
pub fn leave(app: &App, next: &str) -> Response {
    let mut gone = cookie(app, String::new());
    gone.make_removal();
    (CookieJar::new().add(gone), Redirect::to(next)).into_response()
}
