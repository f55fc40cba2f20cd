//! The pages of one-time links: enrol, redeem a reset, confirm a contact. GET shows, POST acts: mail scanners open
//! links.

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use entity::states::LinkPurpose;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    address::ClientAddress,
    frame::{self, Frame},
    page,
    segment::Segment,
    state::Http,
};
use crate::{
    app::App,
    auth::{password, secret},
    domain::reason::{Code, Reason},
    error::{Error, Result},
    http::page::PageResult,
    operations::{
        self, Done, Envelope,
        personal::{enrol::Enrol, redeem_reset::RedeemReset, verify_contact::VerifyContact},
    },
    store::{
        facts::Who,
        links::{self, Sending},
    },
    words::Words,
};

#[derive(Template)]
#[template(path = "page/link.html")]
pub(super) struct LinkPage<'a> {
    pub(super) w: &'static Words,
    pub(super) f: Frame,
    pub(super) title: String,
    pub(super) intro: String,
    pub(super) organization: &'a str,
    pub(super) sign_in_name: &'a str,
    pub(super) problem: Option<String>,
    pub(super) least: usize,
    pub(super) most: usize,
}

#[derive(Template)]
#[template(path = "page/contact.html")]
struct ContactPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    name: &'a str,
    contact: &'a str,
}

/// The password chosen.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(rename = "newPassword")]
    new_password: SecretString,
    /// The same once more, as every form asks for it.
    repeated: Option<SecretString>,
}

impl Chosen {
    /// The password, if it was typed the same twice.
    ///
    /// # Errors
    /// When it was not.
    pub(super) fn password(self) -> Result<SecretString> {
        let differs =
            |repeated: &SecretString| repeated.expose_secret() != self.new_password.expose_secret();
        if self.repeated.as_ref().is_some_and(differs) {
            return Err(Error::Input {
                field: "repeated",
                reason: Reason::InputInvalid,
                message: frame::words().say("password-differ"),
            });
        }
        Ok(self.new_password)
    }
}

/// Shows the enrolment page.
pub async fn enrol(State(http): State<Http>, Segment(secret): Segment<SecretString>) -> PageResult {
    show(&http.app, &secret, LinkPurpose::Enrol).await
}

/// Enrols.
pub async fn enrol_post(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(secret): Segment<SecretString>,
    form: Result<Form<Chosen>, FormRejection>,
) -> PageResult {
    let Form(chosen) = page::filled(form)?;
    act(&http.app, secret, address, chosen, LinkPurpose::Enrol).await
}

/// Shows the page of a reset.
pub async fn reset(State(http): State<Http>, Segment(secret): Segment<SecretString>) -> PageResult {
    show(&http.app, &secret, LinkPurpose::Reset).await
}

/// Redeems a reset.
pub async fn reset_post(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(secret): Segment<SecretString>,
    form: Result<Form<Chosen>, FormRejection>,
) -> PageResult {
    let Form(chosen) = page::filled(form)?;
    act(&http.app, secret, address, chosen, LinkPurpose::Reset).await
}

/// Shows the page that confirms a contact.
pub async fn contact(
    State(http): State<Http>,
    Segment(secret): Segment<SecretString>,
) -> PageResult {
    show(&http.app, &secret, LinkPurpose::Contact).await
}

/// Confirms a contact.
pub async fn contact_post(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(secret): Segment<SecretString>,
) -> PageResult {
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    let operation = VerifyContact { secret };
    operations::run(&http.app, Who::Anonymous, envelope, operation).await?;
    let w = frame::words();
    let text = [w.say("contact-confirmed-text")];
    let title = w.say("contact-confirmed");
    Ok(page::notice(StatusCode::OK, &title, &text))
}

async fn find(app: &App, secret: &SecretString, purpose: LinkPurpose) -> Result<Option<Sending>> {
    secret::check_whole(secret)?;
    links::preview(app.db.read(), &secret::hash(secret), purpose, app.now()).await
}

async fn show(app: &App, secret: &SecretString, purpose: LinkPurpose) -> PageResult {
    let link = find(app, secret, purpose).await?;
    let link = link.ok_or_else(|| Error::Refused(Reason::LinkInvalid.into()))?;
    if purpose == LinkPurpose::Contact {
        let w = frame::words();
        let page = ContactPage {
            w,
            f: Frame::new(w),
            organization: &link.organization_name,
            name: &link.user.display_name,
            contact: &link.user.contact,
        };
        return Ok(page::render(StatusCode::OK, &page));
    }
    Ok(form(StatusCode::OK, &link, purpose, None))
}

fn form(
    status: StatusCode,
    link: &Sending,
    purpose: LinkPurpose,
    problem: Option<String>,
) -> Response {
    let stands = link.user.password_hash.is_some();
    let (title, intro) = match purpose {
        LinkPurpose::Enrol => ("password-first-title", "enrol-intro"),
        LinkPurpose::Reset if stands => ("password-new-title", "reset-intro-stands"),
        LinkPurpose::Reset => ("password-new-title", "reset-intro"),
        // It has a page of its own, without a password.
        LinkPurpose::Contact => ("contact-title", "contact-title"),
    };
    let w = frame::words();
    let page = LinkPage {
        w,
        f: Frame::new(w),
        title: w.say(title),
        intro: w.say(intro),
        organization: &link.organization_name,
        sign_in_name: &link.user.sign_in_name,
        problem,
        least: password::LEAST,
        most: password::MOST,
    };
    page::render(status, &page)
}

async fn act(
    app: &App,
    secret: SecretString,
    address: Option<String>,
    chosen: Chosen,
    purpose: LinkPurpose,
) -> PageResult {
    let error = match run(app, &secret, address, chosen, purpose).await {
        Ok(_) => {
            let w = frame::words();
            let text = [w.say("password-set-text")];
            return Ok(page::notice(StatusCode::OK, &w.say("password-set"), &text));
        }
        Err(error) => error,
    };
    if error.code() == Code::BadUserInput
        && let Ok(Some(link)) = find(app, &secret, purpose).await
    {
        let (status, problem) = (page::status(&error), page::sentence(frame::words(), &error));
        return Ok(form(status, &link, purpose, Some(problem)));
    }
    Err(error.into())
}

async fn run(
    app: &App,
    secret: &SecretString,
    address: Option<String>,
    chosen: Chosen,
    purpose: LinkPurpose,
) -> Result<Done> {
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    let (secret, new_password) = (secret.clone(), chosen.password()?);
    match purpose {
        LinkPurpose::Enrol => {
            operations::run(
                app,
                Who::Anonymous,
                envelope,
                Enrol {
                    secret,
                    new_password,
                },
            )
            .await
        }
        LinkPurpose::Reset => {
            let operation = RedeemReset {
                secret,
                new_password,
            };
            operations::run(app, Who::Anonymous, envelope, operation).await
        }
        LinkPurpose::Contact => Err(Error::not_found()),
    }
}
