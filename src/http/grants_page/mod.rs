//! The pages of a client's grants: who may administer its account, and how to hold, lift and end it; for
//! one grant, what was done under it, what it left behind, and how to clean up. They call the same
//! operations as the mutations do.

pub mod one;

use askama::Template;
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{GrantId, UserId},
    states::{DelegatedRole, Side},
};
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    me_page, page,
    segment::Segment,
    sent::{Sent, Sought},
    state::Http,
};
use crate::{
    app::App,
    domain::{
        described::Described, grant::GrantState, kind::OperationKind, policy, record::Key,
        values::id::GlobalId, viewer::Actor, visibility,
    },
    error::{Error, Result},
    http::page::{PageError, PageResult},
    operations::{
        self, Envelope,
        client::{
            clean_up_grant::CleanUpGrant, end_grant::EndGrant, give_back_roles::GiveBackRoles,
            hold_grant::HoldGrant, lift_grant::LiftGrant, lower_grant::LowerGrant,
            shorten_grant::ShortenGrant,
        },
    },
    store::{grants, organizations, page::Page, record},
    words::Words,
};

/// How many grants the page shows, the newest first.
const MOST: u64 = 100;
/// How long a declared loss is shown.
const LATELY: TimeDelta = TimeDelta::days(30);

#[derive(Template)]
#[template(path = "page/grants.html")]
struct GrantsPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    said: Option<String>,
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
    role_cap: String,
    accepted: String,
    expires: String,
    /// Whether the client itself holds it.
    own_hold: bool,
    /// Whether its delegates can act.
    active: bool,
    /// Whether it is not over.
    open: bool,
    /// Whether it can be ended. Its term may be over, as long as the grace time runs.
    endable: bool,
    /// Whether its role cap can be lowered.
    lowerable: bool,
    /// The days at whose end its term could end, if it were shortened (ISO 8601).
    first_end: String,
    last_end: String,
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
    Sought(said): Sought<GrantForm>,
) -> PageResult {
    let signed_in = browser.signed_in("/grants")?;
    let said = said
        .done
        .as_deref()
        .and_then(|done| sentence(frame::words(), done));
    show(&http.app, &signed_in, StatusCode::OK, said, None).await
}

/// What was done, as a sentence.
fn sentence(w: &Words, done: &str) -> Option<String> {
    let id = format!("grant-done-{done}");
    w.knows(&id).then(|| w.say(&id))
}

async fn show(
    app: &App,
    signed_in: &SignedIn,
    status: StatusCode,
    said: Option<String>,
    problem: Option<&Error>,
) -> PageResult {
    let (actor, w) = (&signed_in.actor, frame::words());
    policy::half(OperationKind::EndGrant, actor)?;
    let (grants, more) = find(app, signed_in, w).await?;
    let page = GrantsPage {
        w,
        f: Frame::of(w, signed_in),
        lost: lost(app, actor, w).await?,
        organization: &actor.organization_name,
        said,
        problem: problem.map(|error| page::sentence(w, error)),
        grants,
        more,
        recovering: me_page::recovering(app, signed_in).await?.is_some(),
    };
    Ok(page::render(status, &page))
}

/// What was lost of the record, if that was declared recently: the reader should know it before lifting a hold.
async fn lost(app: &App, actor: &Actor, w: &Words) -> Result<Option<String>> {
    let Some(row) = record::loss_seen(app.db.read(), &visibility::own(actor)).await? else {
        return Ok(None);
    };
    if row.at + LATELY < app.now() {
        return Ok(None);
    }
    let size = record::change(&row, Key::LostSize).and_then(|size| size.parse().ok());
    let what = match size.filter(|size: &i64| *size >= row.seq) {
        Some(last) => {
            let texts = [("from", row.seq.to_string()), ("to", last.to_string())];
            w.with("grant-lost-entries", &texts)
        }
        None => w.say("grant-lost-nothing"),
    };
    let texts = [("what", what), ("at", w.moment(row.at))];
    Ok(Some(w.with("grant-lost", &texts)))
}

async fn find(app: &App, signed_in: &SignedIn, w: &Words) -> Result<(Vec<GrantRow>, bool)> {
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
        Some(shown(app, w, row, card))
    });
    Ok((shown.collect(), slice.has_next))
}

fn shown(app: &App, w: &Words, row: &grants::Row, card: &organizations::Row) -> GrantRow {
    let (now, grace) = (app.now(), app.config.times.grant_grace());
    let state = row.facts().state(now);
    let day = |at: DateTime<Utc>| at.format("%F").to_string();
    GrantRow {
        id: GlobalId::Grant(row.grant.id).encode(),
        partner: card.organization.name.clone(),
        partner_domain: organizations::default_domain(&card.organization).to_owned(),
        state,
        about: about(w, row, state, grace),
        role_cap: w.cap(row.grant.role_cap),
        accepted: w.moment(row.grant.accepted_at),
        expires: w.until(row.grant.expires_at),
        own_hold: row.grant.client_hold_at.is_some(),
        active: state == GrantState::Active,
        open: matches!(state, GrantState::Active | GrantState::Held),
        endable: state != GrantState::Ended,
        lowerable: row.grant.role_cap > DelegatedRole::Limited,
        first_end: day(now),
        last_end: day(row.grant.expires_at - TimeDelta::days(1)),
    }
}

/// Why it is in its state, in words to the client.
fn about(w: &Words, row: &grants::Row, state: GrantState, grace: TimeDelta) -> String {
    let grant = &row.grant;
    match state {
        GrantState::Active => w.say("grant-about-active"),
        GrantState::Held => {
            let holds = [
                (grant.client_hold_at.is_some(), "grant-held-by-client"),
                (grant.partner_hold_at.is_some(), "grant-held-by-partner"),
                (!row.certification.is_current(), "grant-held-by-platform"),
            ];
            let holds = holds.into_iter().filter(|(stands, _)| *stands);
            let holds: Vec<_> = holds.map(|(_, what)| w.say(what)).collect();
            format!("{} {}", w.say("grant-about-held"), holds.join(" "))
        }
        GrantState::Expired => {
            let until = w.moment(grant.expires_at);
            let grace = w.moment(grant.expires_at + grace);
            w.with("grant-about-expired", &[("until", until), ("grace", grace)])
        }
        GrantState::Ended => {
            let by = match grant.ended_by {
                Some(Side::Client) => "grant-ended-by-client",
                Some(Side::Partner) => "grant-ended-by-partner",
                None => "grant-ended",
            };
            let at = w.moment(grant.ended_at.unwrap_or(grant.expires_at));
            w.with(by, &[("at", at)])
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
    Lower,
    Shorten,
}

/// A button of a grant, with the users whose sign-ins end too.
#[derive(Deserialize)]
pub struct Button {
    action: Wanted,
    #[serde(default)]
    sign_in: Vec<String>,
    /// The day at whose end the term is to end.
    until: Option<String>,
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
    sent: Result<Sent<Button>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in("/grants")?;
    let sent = sent?;
    let button = &sent.form;
    let Some(GlobalId::Grant(grant)) = GlobalId::decode(&id) else {
        return Err(Error::not_found().into());
    };
    let of_one = !matches!(button.action, Wanted::Hold | Wanted::Lift);
    // Whose page it is: a partner ends its grants elsewhere.
    let own = visibility::own(&signed_in.actor);
    if grants::given(http.app.db.read(), &own, grant)
        .await?
        .is_none()
    {
        return Err(Error::not_found().into());
    }
    let done = match sent.confirm(&http.app, &signed_in).await {
        Ok(()) => run(&http.app, &signed_in, grant, &sent).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(done) if of_one => Ok(page::go(&format!("/grants/{id}?done={done}"))),
        Ok(done) => Ok(page::go(&format!("/grants?done={done}"))),
        Err(error) => {
            if let Some(page) = sent.again(&signed_in, &error) {
                return Ok(page);
            }
            let error = page::told(error)?;
            let status = page::status(&error);
            match of_one {
                true => one::again(&http.app, &signed_in, &id, &error).await,
                false => show(&http.app, &signed_in, status, None, Some(&error)).await,
            }
        }
    }
}

async fn run(
    app: &App,
    signed_in: &SignedIn,
    grant: GrantId,
    sent: &Sent<Button>,
) -> Result<&'static str> {
    let (who, envelope, button) = (signed_in.who.clone(), Envelope::default(), &sent.form);
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
            let sign_ins = button.sign_ins();
            operations::run(app, who, sent.once(), EndGrant { grant, sign_ins }).await?;
            "end"
        }
        Wanted::Lower => {
            let role_cap = DelegatedRole::Limited;
            operations::run(app, who, envelope, LowerGrant { grant, role_cap }).await?;
            "lower"
        }
        Wanted::Shorten => {
            let expires_at = page::day_after("until", button.until.as_deref().unwrap_or_default())?;
            operations::run(app, who, envelope, ShortenGrant { grant, expires_at }).await?;
            "shorten"
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
