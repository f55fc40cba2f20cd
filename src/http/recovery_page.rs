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
    link_page::{Chosen, LinkPage},
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
    mail::letter::moment,
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
};

#[derive(Template)]
#[template(path = "page/recovery.html")]
struct StopPage<'a> {
    organization: &'a str,
    platform: &'a str,
    name: &'a str,
    sign_in_name: &'a str,
    contact: &'a str,
    started: &'a str,
    due: Option<String>,
    sent: bool,
    /// Whether the link was redeemed.
    redeemed: bool,
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
            let text = [
                "You can sign in with it now. This link has done its work.".to_owned(),
                format!(
                    "For {hours} hours you can hold, lower and end grants, and do nothing else: so that it can be stopped \
                     if it was not you."
                ),
            ];
            Ok(page::notice(StatusCode::OK, "Your password is set", &text))
        }
        Err(error) if error.code() == Code::BadUserInput => {
            let problem = Some(error.message());
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
    let page = LinkPage {
        title: "Choose a new password",
        intro: "Your sign-in was recovered. Choose a new password; every earlier session and link ends.",
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
    let redeemed = found.row.ended_at.is_some();
    let RecoveryOf { row, user } = found;
    let organization = mailing::organization_name(app.db.read(), row.organization_id).await?;
    let page = StopPage {
        organization: organization.as_deref().unwrap_or_default(),
        platform: &app.config.platform.name,
        name: &user.display_name,
        sign_in_name: &user.sign_in_name,
        contact: &row.contact,
        started: &moment(row.started_at),
        due: row.due_at.map(moment),
        sent: row.sent_at.is_some(),
        redeemed,
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
    Ok(page::notice(
        StatusCode::OK,
        "The recovery is stopped",
        &stopped(),
    ))
}

/// The message after a recovery was stopped.
pub(super) fn stopped() -> [String; 2] {
    [
        "The link, if one was sent, leads nowhere. If a password was chosen by it, its sessions have ended, and the \
         password and the contact are what they were before."
            .to_owned(),
        "Everyone who was told of the recovery is told of this too. If it is still needed, the operators start another."
            .to_owned(),
    ]
}
