//! The page of one's own sign-in: one's name and organization, where one's links are sent, and who else may hold the
//! sign-in.

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    hands_page, page,
    recovery_page::{self, Recovering},
    sent::Sought,
    state::Http,
};
use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::RequestFacts,
        values::id::GlobalId,
        visibility::{self, Scope, View},
    },
    error::{Error, Result},
    http::page::PageResult,
    operations::{
        self, Envelope, explain, personal::sign_out_everywhere::SignOutEverywhere,
        platform::stop_recovery::StopRecovery,
    },
    store::{directory, facts::Subject, grants, organizations, recoveries, sessions},
    words::Words,
};

/// How many sessions and partners the page shows.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "page/me.html")]
struct MePage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    name: &'a str,
    sign_in_name: &'a str,
    contact: &'a str,
    proven: bool,
    roles: String,
    recovered: Option<i64>,
    /// Who else may hold the sign-in: one sentence for each hand.
    hands: Vec<String>,
    /// Whether all other sessions were just ended.
    ended: bool,
    sessions: Vec<Session>,
    /// Whose people may administer the organization, if the user is told.
    administrators: Vec<String>,
    told: bool,
    /// Whether the user may read the record.
    recorded: bool,
    /// The delegated role in its organization's clients.
    delegated: Option<String>,
    /// The recovery of a global admin that the user can stop.
    recovery: Option<Recovering>,
}

/// A session, as the page shows it.
struct Session {
    started: String,
    expires: String,
    current: bool,
}

/// What is to be done: all other sessions are ended, or a recovery is stopped.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act")]
pub enum MeForm {
    SignOutEverywhere,
    StopRecovery { recovery: String },
}

/// What was done before the page is shown.
#[derive(Deserialize)]
pub struct MeDone {
    done: Option<String>,
}

/// Shows the first page: for a partner's people, that of its offers; for another user who may end grants, that of the
/// organization's grants; for everyone else, that of one's own sign-in.
pub async fn first(browser: Browser) -> PageResult {
    let signed_in = browser.signed_in("/")?;
    let first = frame::first(&signed_in.actor);
    Ok(page::go(first))
}

/// Shows one's own sign-in.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Sought(said): Sought<MeDone>,
) -> PageResult {
    let signed_in = browser.signed_in("/me")?;
    let ended = said.done.as_deref() == Some("sign-out-everywhere");
    Ok(render(&http.app, &signed_in, ended).await?)
}

/// Stops a recovery, or ends all other sessions.
pub async fn act(
    State(http): State<Http>,
    browser: Browser,
    form: Result<Form<MeForm>, FormRejection>,
) -> PageResult {
    let signed_in = browser.signed_in("/me")?;
    let Form(form) = page::filled(form)?;
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    let MeForm::StopRecovery { recovery } = form else {
        operations::run(&http.app, who, envelope, SignOutEverywhere).await?;
        return Ok(page::go("/me?done=sign-out-everywhere"));
    };
    let Some(GlobalId::Recovery(recovery)) = GlobalId::decode(&recovery) else {
        return Err(Error::not_found().into());
    };
    operations::run(&http.app, who, envelope, StopRecovery { recovery }).await?;
    let w = frame::words();
    let (title, text) = (w.say("recovery-stopped"), recovery_page::stopped(w));
    Ok(page::told_to(&signed_in, &title, &text))
}

/// The recovery of a global admin of the organization that the viewer can stop.
pub(super) async fn recovering(
    app: &App,
    signed_in: &SignedIn,
) -> Result<Option<recoveries::RecoveryOf>> {
    let own = visibility::own(&signed_in.actor);
    let found = recoveries::of_organization(app.db.read(), &own).await?;
    let Some(found) = found.filter(|found| found.can_be_stopped(app.now())) else {
        return Ok(None);
    };
    let subject = Subject::Recovery(found.row.id);
    let (who, kind) = (signed_in.who.clone(), OperationKind::StopRecovery);
    let may = explain::explain(app, &who, kind, subject, RequestFacts::default()).await?;
    Ok(may.decision.is_ok().then_some(found))
}

/// The names of the partners whose people may administer the organization.
async fn administrators(app: &App, own: &Scope) -> Result<Vec<String>> {
    let db = app.db.read();
    let ids = grants::administrators(db, own, MOST, app.now()).await?;
    let mut cards = organizations::cards(db, &ids).await?;
    let cards = ids.iter().filter_map(|id| cards.remove(id));
    Ok(cards.map(|card| card.organization.name).collect())
}

async fn render(app: &App, signed_in: &SignedIn, ended: bool) -> Result<Response> {
    let (actor, w) = (&signed_in.actor, frame::words());
    let own = visibility::own(actor);
    let sessions = sessions::own(app.db.read(), &own, MOST, app.now()).await?;
    let sessions = sessions.into_iter().map(|row| Session {
        started: w.moment(row.created_at),
        expires: w.moment(row.expires_at),
        current: row.id == actor.session,
    });
    let user = directory::find(app.db.read(), &own, actor.user).await?;
    let user = user.ok_or_else(Error::not_found)?;
    let (contact, proven) = (user.contact.clone(), user.contact_verified_at.is_some());
    let held = hands_page::held(app, w, vec![user]).await?;
    let hands = held.into_iter().flat_map(|held| held.hands).collect();
    let recovery = recovering(app, signed_in).await?;
    let recovery = recovery.map(|found| Recovering::new(w, found));
    let page = MePage {
        w,
        f: Frame::of(w, signed_in),
        recovery,
        ended,
        sessions: sessions.collect(),
        administrators: administrators(app, &own).await?,
        told: own.sees(View::Administrators),
        recorded: own.sees(View::Record),
        organization: &actor.organization_name,
        name: &actor.name,
        sign_in_name: &actor.sign_in_name,
        contact: &contact,
        proven,
        roles: w.roles(actor.roles.iter()),
        delegated: actor.delegated_role.map(|role| w.cap(role)),
        recovered: actor.recovered.then_some(app.config.times.recovered_hours),
        hands,
    };
    Ok(page::render(StatusCode::OK, &page))
}
