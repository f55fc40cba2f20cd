//! The pages of a recovery: choosing a new password by its link, and stopping it by the link in a mail about it. GET
//! shows, POST acts: mail scanners open links.

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use secrecy::SecretString;

use super::{
    address::ClientAddress,
    frame::{self, Frame},
    link_page::{Chosen, LinkPage},
    page,
    segment::Segment,
    state::Http,
};
use crate::{
    app::App,
    auth::{password, secret},
    domain::{
        reason::{Code, Reason},
        values::id::GlobalId,
    },
    error::{Error, Result},
    http::page::PageResult,
    operations::{
        self, Envelope,
        personal::{
            redeem_recovery::RedeemRecovery,
            stop_recovery_by_link::{self, StopRecoveryByLink},
        },
    },
    store::{
        facts::Who,
        mailing,
        recoveries::{self, RecoveryOf},
    },
    words::Words,
};

#[derive(Template)]
#[template(path = "page/recovery.html")]
struct StopPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    one: Recovering,
}

/// A recovery that can be stopped, as pages show it.
pub(super) struct Recovering {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sign_in_name: String,
    pub(super) contact: String,
    pub(super) started: String,
    pub(super) due: Option<String>,
    pub(super) sent: bool,
    /// Whether the link was redeemed.
    pub(super) redeemed: bool,
}

impl Recovering {
    pub(super) fn new(w: &Words, found: RecoveryOf) -> Self {
        let RecoveryOf { row, user } = found;
        Self {
            id: GlobalId::Recovery(row.id).encode(),
            name: user.display_name,
            sign_in_name: user.sign_in_name,
            started: w.moment(row.started_at),
            due: row.due_at.map(|due| w.moment(due)),
            sent: row.sent_at.is_some(),
            redeemed: row.ended_at.is_some(),
            contact: row.contact,
        }
    }
}

/// Shows the form of a new password.
pub async fn recover(
    State(http): State<Http>,
    Segment(secret): Segment<SecretString>,
) -> PageResult {
    Ok(form(&http.app, &secret, StatusCode::OK, None).await?)
}

/// Chooses it.
pub async fn recover_post(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(secret): Segment<SecretString>,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> PageResult {
    let Form(chosen) = page::filled(chosen)?;
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    let done = match chosen.password() {
        Ok(new_password) => {
            let secret = secret.clone();
            let operation = RedeemRecovery {
                secret,
                new_password,
            };
            operations::run(&http.app, Who::Anonymous, envelope, operation).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            let hours = http.app.config.times.recovered_hours;
            let w = frame::words();
            let hours = hours.to_string();
            let text = [
                w.say("password-set-text"),
                w.with("password-set-recovered", &[("hours", &hours)]),
            ];
            Ok(page::notice(StatusCode::OK, &w.say("password-set"), &text))
        }
        Err(error) if error.code() == Code::BadUserInput => {
            let problem = Some(page::sentence(frame::words(), &error));
            Ok(form(&http.app, &secret, page::status(&error), problem).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    app: &App,
    secret: &SecretString,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response> {
    secret::check_whole(secret)?;
    let db = app.db.read();
    let found = recoveries::by_link(db, &secret::hash(secret), app.now()).await?;
    let found = found.ok_or_else(|| Error::Refused(Reason::LinkInvalid.into()))?;
    let organization = mailing::organization_name(db, found.row.organization_id).await?;
    let w = frame::words();
    let page = LinkPage {
        w,
        f: Frame::new(w),
        title: w.say("password-new-title"),
        intro: w.say("recover-intro"),
        organization: organization.as_deref().unwrap_or_default(),
        sign_in_name: &found.user.sign_in_name,
        problem,
        least: password::LEAST,
        most: password::MOST,
    };
    Ok(page::render(status, &page))
}

/// Shows what would be stopped.
pub async fn stop(State(http): State<Http>, Segment(token): Segment<String>) -> PageResult {
    Ok(show_stop(&http.app, &token).await?)
}

async fn show_stop(app: &App, token: &str) -> Result<Response> {
    let (found, _) = stop_recovery_by_link::found(app, token).await?;
    if !found.can_be_stopped(app.now()) {
        return Err(Error::Failed(Reason::RecoveryOver));
    }
    let id = found.row.organization_id;
    let organization = mailing::organization_name(app.db.read(), id).await?;
    let w = frame::words();
    let page = StopPage {
        w,
        f: Frame::new(w),
        organization: organization.as_deref().unwrap_or_default(),
        one: Recovering::new(w, found),
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// Stops it.
pub async fn stop_post(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Segment(token): Segment<String>,
) -> PageResult {
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    let operation = StopRecoveryByLink { token };
    operations::run(&http.app, Who::Anonymous, envelope, operation).await?;
    let w = frame::words();
    let title = w.say("recovery-stopped");
    Ok(page::notice(StatusCode::OK, &title, &stopped(w)))
}

/// The message after a recovery was stopped.
pub(super) fn stopped(w: &Words) -> [String; 2] {
    ["recovery-stopped-text", "recovery-stopped-told"].map(|id| w.say(id))
}
