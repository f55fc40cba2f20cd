//! Sign-up: an organization is asked for on the page of an offer, and made by the mailed link.

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use axum_extra::extract::CookieJar;
use entity::{sign_up, states::OfferKind};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    address::ClientAddress,
    frame::{self, Frame},
    link_page::Chosen,
    page,
    segment::Segment,
    sign_in_page::{self, From},
    state::Http,
};
use crate::{
    app::App,
    auth::{password, secret},
    domain::{
        offer::OfferState,
        reason::Reason,
        values::{OfferToken, text},
    },
    error::{Error, Result},
    http::page::PageResult,
    operations::{
        self, Envelope,
        personal::{complete_sign_up::CompleteSignUp, request_sign_up::SignUpTexts},
    },
    store::{facts::Who, offers, sign_ups},
    words::Words,
};

#[derive(Template)]
#[template(path = "page/sign_up.html")]
struct AskPage<'a> {
    w: &'static Words,
    f: Frame,
    token: &'a str,
    parent: &'a str,
    asked: &'a SignUpForm,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "page/complete.html")]
struct CompletePage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    domain: String,
    sign_in_name: String,
    problem: Option<String>,
    least: usize,
    most: usize,
}

/// What is asked for, as the form sends it.
#[derive(Default, Deserialize)]
pub struct SignUpForm {
    #[serde(rename = "organizationName")]
    organization_name: String,
    slug: String,
    #[serde(rename = "adminName")]
    admin_name: String,
    #[serde(rename = "adminSignInName")]
    admin_sign_in_name: String,
    contact: String,
}

/// Shows the form.
pub async fn show(State(http): State<Http>, Segment(token): Segment<OfferToken>) -> PageResult {
    let app = &http.app;
    let offer = offers::by_token(app.db.read(), &token).await?;
    let taken = offer.filter(|row| {
        row.offer.kind != OfferKind::Delegation && row.state(app.now()) == OfferState::Open
    });
    taken.ok_or(Error::Failed(Reason::SignUpNotOffered))?;
    Ok(form(
        app,
        &token,
        StatusCode::OK,
        &SignUpForm::default(),
        None,
    ))
}

fn form(
    app: &App,
    token: &OfferToken,
    status: StatusCode,
    asked: &SignUpForm,
    problem: Option<String>,
) -> Response {
    let w = frame::words();
    let page = AskPage {
        w,
        f: Frame::new(w),
        token: token.as_str(),
        parent: &app.config.platform.domain,
        asked,
        problem,
    };
    page::render(status, &page)
}

/// Asks for an organization.
pub async fn ask(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(token): Segment<OfferToken>,
    form_data: Result<Form<SignUpForm>, FormRejection>,
) -> PageResult {
    let Form(asked) = page::filled(form_data)?;
    let app = &http.app;
    match request(app, &token, address, &asked).await {
        Ok(()) => {
            let w = frame::words();
            let pause = app.config.mail.sign_up_pause_seconds.max(0);
            let minutes = pause.cast_unsigned().div_ceil(60).to_string();
            let texts = [
                ("contact", text::trimmed(&asked.contact)),
                ("organization", text::trimmed(&asked.organization_name)),
            ];
            let text = [
                w.with("sign-up-sent-text", &texts),
                w.with("sign-up-sent-again", &[("minutes", &minutes)]),
            ];
            Ok(page::notice(StatusCode::OK, &w.say("sign-up-sent"), &text))
        }
        Err(error) => {
            let error = page::told(error)?;
            let (status, problem) = (page::status(&error), problem(&error));
            Ok(form(app, &token, status, &asked, Some(problem)))
        }
    }
}

/// What is wrong, with the label of the field concerned.
fn problem(error: &Error) -> String {
    let w = frame::words();
    let said = page::sentence(w, error);
    let label = match error.input_field() {
        Some("organizationName") => "sign-up-organization",
        Some("slug") => "sign-up-slug",
        Some("adminName") => "sign-up-name",
        Some("adminSignInName") => "sign-up-sign-in-name",
        Some("contact") => "sign-up-contact",
        _ => return said,
    };
    format!("{}: {said}", w.say(label))
}

async fn request(
    app: &App,
    token: &OfferToken,
    address: Option<String>,
    asked: &SignUpForm,
) -> Result<()> {
    let said = SignUpTexts {
        organization_name: &asked.organization_name,
        slug: &asked.slug,
        admin_name: &asked.admin_name,
        admin_sign_in_name: &asked.admin_sign_in_name,
        contact: &asked.contact,
    };
    let operation = said.parse(app, token.clone())?;
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    operations::run(app, Who::Anonymous, envelope, operation).await?;
    Ok(())
}

/// Shows what the link makes.
pub async fn confirm(
    State(http): State<Http>,
    Segment(secret): Segment<SecretString>,
) -> PageResult {
    let (asked, _) = find(&http.app, &secret).await?;
    Ok(complete_form(&http.app, StatusCode::OK, &asked, None))
}

async fn find(app: &App, secret: &SecretString) -> Result<(sign_up::Model, String)> {
    secret::check_whole(secret)?;
    let open = sign_ups::open(app.db.read(), &secret::hash(secret), app.now()).await?;
    open.ok_or_else(|| Error::Refused(Reason::LinkInvalid.into()))
}

fn complete_form(
    app: &App,
    status: StatusCode,
    asked: &sign_up::Model,
    problem: Option<String>,
) -> Response {
    let domain = format!("{}.{}", asked.slug, app.config.platform.domain);
    let w = frame::words();
    let page = CompletePage {
        w,
        f: Frame::new(w),
        organization: &asked.name,
        sign_in_name: format!("{}@{domain}", asked.admin_sign_in_name),
        least: password::LEAST,
        most: password::MOST,
        domain,
        problem,
    };
    page::render(status, &page)
}

/// Makes the organization, signs its first global admin in, and goes on with the offer.
pub async fn complete(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    jar: CookieJar,
    Segment(secret): Segment<SecretString>,
    form_data: Result<Form<Chosen>, FormRejection>,
) -> PageResult {
    let Form(chosen) = page::filled(form_data)?;
    let app = &http.app;
    let (asked, token) = find(app, &secret).await?;
    match make(app, From { address, jar }, secret, chosen, &asked, &token).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let error = page::told(error)?;
            let (status, problem) = (page::status(&error), page::sentence(frame::words(), &error));
            Ok(complete_form(app, status, &asked, Some(problem)))
        }
    }
}

async fn make(
    app: &App,
    from: From,
    secret: SecretString,
    chosen: Chosen,
    asked: &sign_up::Model,
    token: &str,
) -> Result<Response> {
    let envelope = Envelope {
        address: from.address.clone(),
        ..Envelope::default()
    };
    let password = chosen.password()?;
    let operation = CompleteSignUp {
        secret,
        new_password: password.clone(),
        parent: app.config.platform.domain.clone(),
    };
    operations::run(app, Who::Anonymous, envelope, operation).await?;
    let name = format!(
        "{}@{}.{}",
        asked.admin_sign_in_name, asked.slug, app.config.platform.domain
    );
    sign_in_page::enter(app, from, &name, password, &format!("/offers/{token}")).await
}
