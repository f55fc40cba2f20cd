//! Signing in and out on the pages.

use askama::Template;
use axum::Form;
use axum::{
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    address::ClientAddress,
    browser::{self, Browser, SignedIn},
    frame::{self, Frame},
    link_page::Chosen,
    page,
    sent::Sought,
    state::Http,
};
use crate::{
    app::App,
    auth::{password, secret, token::Door},
    domain::values::SignInName,
    error::{Error, Result},
    http::page::PageResult,
    operations::{
        self, Envelope,
        personal::{change_own_password::ChangeOwnPassword, sign_in::SignIn, sign_out::SignOut},
    },
    store::facts::Who,
    words::Words,
};

#[derive(Template)]
#[template(path = "page/sign_in.html")]
struct SignInPage<'a> {
    w: &'static Words,
    f: Frame,
    next: &'a str,
    sign_in_name: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "page/password.html")]
struct PasswordPage<'a> {
    w: &'static Words,
    f: Frame,
    next: &'a str,
    sign_in_name: &'a str,
    /// Whether the present one is temporary.
    temporary: bool,
    problem: Option<String>,
    least: usize,
    most: usize,
}

/// Where to go on.
#[derive(Deserialize)]
pub struct Onward {
    next: Option<String>,
    /// Whether a form led here, which was not taken.
    lost: Option<String>,
}

/// Shows the form.
pub async fn show(Browser(browser): Browser, Sought(onward): Sought<Onward>) -> Response {
    let next = page::onward(onward.next.as_deref());
    match browser {
        Some(signed_in) if signed_in.actor.must_change => {
            choice(StatusCode::OK, next, &signed_in, None)
        }
        _ => {
            let lost = onward.lost.map(|_| frame::words().say("sign-in-lost-form"));
            form(StatusCode::OK, next, "", lost)
        }
    }
}

/// Shows the form of a new password.
pub async fn choose_password(browser: Browser) -> PageResult {
    let signed_in = browser.signed_in("/sign-in/password")?;
    Ok(choice(StatusCode::OK, "/me", &signed_in, None))
}

fn choice(
    status: StatusCode,
    next: &str,
    signed_in: &SignedIn,
    problem: Option<String>,
) -> Response {
    let (actor, w) = (&signed_in.actor, frame::words());
    page::render(
        status,
        &PasswordPage {
            w,
            f: Frame::of(w, signed_in),
            next,
            sign_in_name: &actor.sign_in_name,
            temporary: actor.must_change,
            problem,
            least: password::LEAST,
            most: password::MOST,
        },
    )
}

fn form(status: StatusCode, next: &str, sign_in_name: &str, problem: Option<String>) -> Response {
    let w = frame::words();
    page::render(
        status,
        &SignInPage {
            w,
            f: Frame::new(w),
            next,
            sign_in_name,
            problem,
        },
    )
}

/// The form of a sign-in.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(rename = "signInName")]
    sign_in_name: String,
    password: SecretString,
    next: Option<String>,
}

/// Signs in.
pub async fn sign_in(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    jar: CookieJar,
    form_data: Result<Form<Credentials>, FormRejection>,
) -> PageResult {
    let Form(credentials) = page::filled(form_data)?;
    let next = page::onward(credentials.next.as_deref()).to_owned();
    let name = credentials.sign_in_name.clone();
    let from = From { address, jar };
    match enter(&http.app, from, &name, credentials.password, &next).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let error = page::told(error)?;
            let (status, problem) = (page::status(&error), page::sentence(frame::words(), &error));
            Ok(form(status, &next, &name, Some(problem)))
        }
    }
}

/// Where a sign-in comes from.
pub(super) struct From {
    pub address: Option<String>,
    pub jar: CookieJar,
}

/// Signs in and sends the browser on; first to the choice of a password, if the present one is temporary.
///
/// # Errors
/// When the credentials are not right.
pub(super) async fn enter(
    app: &App,
    from: From,
    name: &str,
    password: SecretString,
    next: &str,
) -> Result<Response> {
    let known = browser::familiar(app, &from.jar);
    let known = known.unwrap_or_else(|| secret::new(&app.rng));
    let envelope = Envelope {
        address: from.address,
        ..Envelope::default()
    };
    let operation = SignIn {
        sign_in_name: SignInName::try_from(name).ok(),
        password,
        door: Door::Browser,
        browser: Some(known.clone()),
        language: Some(frame::words().code()),
        verified: Default::default(),
        places: Default::default(),
    };
    let done = operations::run(app, Who::Anonymous, envelope, operation).await?;
    let (Some(session), Some(user)) = (done.ids.session, done.ids.user) else {
        return Err(Error::internal(anyhow::anyhow!(
            "a sign-in without a session"
        )));
    };
    let who = Who::Session(session, user);
    let actor = browser::actor(app, who).await?;
    // A temporary password only lets the user choose another.
    let entered = match actor.is_some_and(|actor| actor.must_change) {
        true => browser::enter(app, user, session, &format!("/sign-in?next={next}")),
        false => browser::enter(app, user, session, next),
    }?;
    let jar = CookieJar::new().add(browser::remember(app, &known));
    Ok((jar, entered).into_response())
}

/// The form of a new password.
#[derive(Deserialize)]
pub struct NewPassword {
    #[serde(rename = "currentPassword")]
    current_password: SecretString,
    #[serde(flatten)]
    chosen: Chosen,
    next: Option<String>,
}

/// Chooses a password in place of the present one.
pub async fn change_password(
    State(http): State<Http>,
    Browser(browser): Browser,
    form_data: Result<Form<NewPassword>, FormRejection>,
) -> PageResult {
    let Form(chosen) = page::filled(form_data)?;
    let next = page::onward(chosen.next.as_deref()).to_owned();
    let Some(signed_in) = browser else {
        return Ok(form(StatusCode::UNAUTHORIZED, &next, "", None));
    };
    match change(&http.app, &signed_in, chosen).await {
        Ok(()) => Ok(page::go(&next)),
        Err(error) => {
            let error = page::told(error)?;
            let problem = Some(page::sentence(frame::words(), &error));
            Ok(choice(page::status(&error), &next, &signed_in, problem))
        }
    }
}

async fn change(app: &App, signed_in: &SignedIn, chosen: NewPassword) -> Result<()> {
    let operation = ChangeOwnPassword {
        current_password: chosen.current_password,
        new_password: chosen.chosen.password()?,
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    let done = operations::run(app, who, envelope, operation).await;
    done.map_err(page::of_password)?;
    Ok(())
}

/// Signs out.
pub async fn sign_out(State(http): State<Http>, Browser(browser): Browser) -> Response {
    if let Some(signed_in) = browser
        && let Err(error) = operations::run(
            &http.app,
            signed_in.who.clone(),
            Envelope::default(),
            SignOut,
        )
        .await
    {
        error.log();
    }
    browser::leave(&http.app, "/sign-in")
}
