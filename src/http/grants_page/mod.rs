//! The pages of a client's grants: who may administer its account, and how to hold, lift and end it; for
//! one grant, what was done under it, what it left behind, and how to clean up. They call the same
//! operations as the mutations do.

pub mod one;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
};
use axum_extra::extract::{Form, FormRejection};
use chrono::TimeDelta;
use entity::{
    ids::{GrantId, UserId},
    states::Side,
};
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    me_page, page,
    segment::Segment,
    state::Http,
};
use crate::{
    app::App,
    domain::{
        described::Described, grant::GrantState, kind::OperationKind, policy, reason::Reason,
        record::Key, values::id::GlobalId, viewer::Actor, visibility,
    },
    error::{Error, Result},
    http::page::{PageError, PageResult},
    mail::letter::moment,
    operations::{
        self, Envelope,
        client::{
            clean_up_grant::CleanUpGrant, end_grant::EndGrant, give_back_roles::GiveBackRoles,
            hold_grant::HoldGrant, lift_grant::LiftGrant,
        },
    },
    store::{grants, organizations, page::Page, record},
};

/// How many grants the page shows, the newest first.
const MOST: u64 = 100;
/// How long a declared loss is shown.
const LATELY: TimeDelta = TimeDelta::days(30);

#[derive(Template)]
#[template(path = "page/grants.html")]
struct GrantsPage<'a> {
    organization: &'a str,
    user: &'a str,
    said: Option<&'static str>,
    problem: Option<String>,
    grants: Vec<GrantRow>,
    more: bool,
    /// Whether a recovery can be stopped.
    recovering: bool,
    /// What was lost of the record, if a loss was declared.
    lost: Option<String>,
}

/// A grant as the page shows it.
struct GrantRow {
    id: String,
    partner: String,
    partner_domain: String,
    state: GrantState,
    about: String,
    role_cap: &'static str,
    accepted: String,
    expires: String,
    /// Whether the client itself holds it.
    own_hold: bool,
    /// Whether it is not over.
    open: bool,
    /// Whether it can be ended. Its term may be over, as long as the grace time runs.
    endable: bool,
}

/// What was done before the page is shown.
#[derive(Deserialize)]
pub struct GrantForm {
    done: Option<String>,
}

/// Shows the grants.
pub async fn list(
    State(http): State<Http>,
    browser: Browser,
    Query(said): Query<GrantForm>,
) -> PageResult {
    let signed_in = browser.signed_in("/grants")?;
    let said = said.done.as_deref().and_then(sentence);
    show(&http.app, &signed_in, StatusCode::OK, said, None).await
}

fn sentence(done: &str) -> Option<&'static str> {
    Some(match done {
        "hold" => "The grant is held: nobody of the partner reaches anything until you lift it.",
        "lift" => "Your hold is lifted.",
        "end" => {
            "The grant has ended: nobody of the partner reaches anything through it any more. What ended with it, \
             and whose sign-in its people may still hold, you see here."
        }
        "clean-up" => {
            "Roles that were given under the grant are taken, and passwords that its people may know have ended. \
             Who has a contact of its own gets a link to a new one."
        }
        "give-back" => "The roles that delegates took are given back.",
        _ => return None,
    })
}

async fn show(
    app: &App,
    signed_in: &SignedIn,
    status: StatusCode,
    said: Option<&'static str>,
    problem: Option<&Error>,
) -> PageResult {
    let actor = &signed_in.actor;
    policy::half(OperationKind::EndGrant, actor)?;
    let (grants, more) = find(app, signed_in).await?;
    let page = GrantsPage {
        lost: lost(app, actor).await?,
        organization: &actor.organization_name,
        user: &signed_in.called,
        said,
        problem: problem.map(Error::message),
        grants,
        more,
        recovering: me_page::recovering(app, signed_in).await?.is_some(),
    };
    Ok(page::render(status, &page))
}

/// What was lost of the record, if that was declared recently: the reader should know it before lifting a hold.
async fn lost(app: &App, actor: &Actor) -> Result<Option<String>> {
    let Some(row) = record::loss_seen(app.db.read(), &visibility::own(actor)).await? else {
        return Ok(None);
    };
    if row.at + LATELY < app.now() {
        return Ok(None);
    }
    let size = record::change(&row, Key::LostSize).and_then(|size| size.parse().ok());
    let what = match size.filter(|size: &i64| *size >= row.seq) {
        Some(last) => format!("Entries {} to {last} of your record were lost", row.seq),
        None => "No entry of your record is known to be lost, but a backup of the database was put back, or the record did \
                 not end as this server had signed it"
            .to_owned(),
    };
    Ok(Some(format!(
        "{what}; the platform's operators declared it on {}. What was done last may be undone: a grant \
         that you ended may be there again, and a user or a role that you took away too. Compare with the notes and \
         receipts that you hold, and look through your admins, before you lift a hold.",
        moment(row.at)
    )))
}

async fn find(app: &App, signed_in: &SignedIn) -> Result<(Vec<GrantRow>, bool)> {
    let (db, now) = (app.db.read(), app.now());
    let own = visibility::own(&signed_in.actor);
    let page = Page {
        first: MOST,
        after: None,
    };
    let slice = grants::list(db, &own, None, Some(Side::Client), now, page).await?;
    let partners: Vec<_> = slice.rows.iter().map(|row| row.grant.partner_id).collect();
    let cards = organizations::cards(db, &partners).await?;
    let shown = slice.rows.iter().filter_map(|row| {
        let card = cards.get(&row.grant.partner_id)?;
        Some(shown(app, row, card))
    });
    Ok((shown.collect(), slice.has_next))
}

fn shown(app: &App, row: &grants::Row, card: &organizations::Row) -> GrantRow {
    let (now, grace) = (app.now(), app.config.times.grant_grace());
    let state = row.facts().state(now);
    GrantRow {
        id: GlobalId::Grant(row.grant.id).encode(),
        partner: card.organization.name.clone(),
        partner_domain: organizations::default_domain(&card.organization).to_owned(),
        state,
        about: about(row, state, grace),
        role_cap: row.grant.role_cap.as_str(),
        accepted: moment(row.grant.accepted_at),
        expires: moment(row.grant.expires_at),
        own_hold: row.grant.client_hold_at.is_some(),
        open: matches!(state, GrantState::Active | GrantState::Held),
        endable: state != GrantState::Ended,
    }
}

/// Why it is in its state, in words to the client.
fn about(row: &grants::Row, state: GrantState, grace: TimeDelta) -> String {
    let grant = &row.grant;
    match state {
        GrantState::Active => "The partner's delegates can act.".to_owned(),
        GrantState::Held => {
            let holds = [
                (
                    grant.client_hold_at.is_some(),
                    "Your organization holds it.",
                ),
                (grant.partner_hold_at.is_some(), "The partner holds it."),
                (
                    !row.certification.is_current(),
                    "The partner's certification is not current.",
                ),
            ];
            let holds = holds.into_iter().filter(|(stands, _)| *stands);
            let holds: Vec<_> = holds.map(|(_, what)| what).collect();
            format!("Nobody of the partner can act. {}", holds.join(" "))
        }
        GrantState::Expired => format!(
            "Its term ended on {}: nobody of the partner can act. If you accept an offer of the partner before {}, \
             it goes on as it was; then it is closed for good.",
            moment(grant.expires_at),
            moment(grant.expires_at + grace)
        ),
        GrantState::Ended => {
            let by = match grant.ended_by {
                Some(Side::Client) => "Your organization ended it",
                Some(Side::Partner) => "The partner ended it",
                None => "It ended",
            };
            let at = moment(grant.ended_at.unwrap_or(grant.expires_at));
            format!("{by} on {at}.")
        }
    }
}

/// What to do with a grant.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wanted {
    Hold,
    Lift,
    End,
    CleanUp,
    GiveBack,
}

/// A button of a grant, with the users whose sign-ins end too.
#[derive(Deserialize)]
pub struct Button {
    action: Wanted,
    #[serde(default)]
    sign_in: Vec<String>,
}

impl Button {
    fn sign_ins(&self) -> Vec<UserId> {
        let users = self.sign_in.iter();
        let users = users.filter_map(|id| match GlobalId::decode(id) {
            Some(GlobalId::User(user)) => Some(user),
            _ => None,
        });
        users.collect()
    }
}

/// Holds, lifts, ends or cleans up.
pub async fn act(
    State(http): State<Http>,
    browser: Browser,
    Segment(id): Segment<String>,
    form: Result<Form<Button>, FormRejection>,
) -> PageResult {
    let signed_in = browser.signed_in("/grants")?;
    let Form(button) = page::filled(form)?;
    let Some(GlobalId::Grant(grant)) = GlobalId::decode(&id) else {
        return Err(Error::not_found().into());
    };
    match run(&http.app, &signed_in, grant, button).await {
        Ok(done @ ("end" | "clean-up" | "give-back")) => {
            Ok(page::go(&format!("/grants/{id}?done={done}")))
        }
        Ok(done) => Ok(page::go(&format!("/grants?done={done}"))),
        // After signing in again, the user comes back here and presses the button once more.
        Err(error) if error.reason() == Some(Reason::FreshSignInRequired) => {
            Err(PageError::SignInFirst("/grants".to_owned()))
        }
        Err(error) => {
            let error = page::told(error)?;
            let status = page::status(&error);
            show(&http.app, &signed_in, status, None, Some(&error)).await
        }
    }
}

async fn run(
    app: &App,
    signed_in: &SignedIn,
    grant: GrantId,
    button: Button,
) -> Result<&'static str> {
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    Ok(match button.action {
        Wanted::Hold => {
            operations::run(app, who, envelope, HoldGrant { grant }).await?;
            "hold"
        }
        Wanted::Lift => {
            operations::run(app, who, envelope, LiftGrant { grant }).await?;
            "lift"
        }
        Wanted::End => {
            operations::run(
                app,
                who,
                envelope,
                EndGrant {
                    grant,
                    sign_ins: button.sign_ins(),
                },
            )
            .await?;
            "end"
        }
        Wanted::GiveBack => {
            operations::run(app, who, envelope, GiveBackRoles { grant }).await?;
            "give-back"
        }
        Wanted::CleanUp => {
            let clean_up = CleanUpGrant {
                grant,
                strip_roles: true,
                force_resets: true,
            };
            operations::run(app, who, envelope, clean_up).await?;
            "clean-up"
        }
    })
}
