//! The page of an organization's rules for those who act in its account. It calls the same operation as the mutation
//! does.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use entity::states::PasswordDelivery;
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    page,
    sent::{Sent, Sought},
    state::Http,
};
use crate::{
    app::App,
    domain::{kind::OperationKind, policy, rules::Rules, visibility},
    error::Error,
    http::page::{PageError, PageResult},
    operations::{self, Envelope, client::update_account_rules::UpdateAccountRules},
    store::rules,
    words::Words,
};

#[derive(Template)]
#[template(path = "page/rules.html")]
struct RulesPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    done: bool,
    problem: Option<String>,
    rules: Rules,
    /// The boxes that are ticked, by name.
    seen: String,
}

/// A rule's box: its name, and the rule.
type Ticked = (&'static str, fn(&mut Rules) -> &mut bool);

const BOXES: [Ticked; 5] = [
    ("link", |rules| &mut rules.link_allowed),
    ("show_once", |rules| &mut rules.show_once_allowed),
    ("ticket", |rules| &mut rules.ticket_required),
    ("note", |rules| &mut rules.note_required),
    ("sign_ins", |rules| &mut rules.sign_ins_delegable),
];

/// What was done before the page is shown.
#[derive(Deserialize)]
pub struct RulesDone {
    done: Option<String>,
}

/// The rules, as the form sends them: a box that is not ticked is not sent.
#[derive(Deserialize)]
pub struct RulesForm {
    /// The boxes that were ticked when the page was shown.
    rules: String,
    #[serde(default)]
    link: bool,
    #[serde(default)]
    show_once: bool,
    #[serde(default)]
    ticket: bool,
    #[serde(default)]
    note: bool,
    #[serde(default)]
    sign_ins: bool,
}

impl RulesForm {
    /// The rules, with the boxes that were changed on the page. What somebody else set since then stays.
    fn apply(&self, mut rules: Rules) -> Rules {
        let before: Vec<_> = self.rules.split(' ').collect();
        let now = [
            self.link,
            self.show_once,
            self.ticket,
            self.note,
            self.sign_ins,
        ];
        for ((name, rule), now) in BOXES.into_iter().zip(now) {
            if before.contains(&name) != now {
                *rule(&mut rules) = now;
            }
        }
        rules
    }
}

/// Shows the rules.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Sought(said): Sought<RulesDone>,
) -> PageResult {
    let signed_in = browser.signed_in("/rules")?;
    policy::half(OperationKind::UpdateAccountRules, &signed_in.actor)?;
    let rules = found(&http.app, &signed_in).await?;
    let rules = rules.ok_or_else(Error::not_found)?;
    Ok(page::render(
        StatusCode::OK,
        &shown(&signed_in, rules, rules, said.done.is_some(), None),
    ))
}

async fn found(app: &App, signed_in: &SignedIn) -> Result<Option<Rules>, Error> {
    rules::find(app.db.read(), &visibility::own(&signed_in.actor)).await
}

fn shown<'a>(
    signed_in: &'a SignedIn,
    mut seen: Rules,
    rules: Rules,
    done: bool,
    problem: Option<&Error>,
) -> RulesPage<'a> {
    let w = frame::words();
    let seen = BOXES
        .into_iter()
        .filter(|(_, rule)| *rule(&mut seen))
        .map(|(name, _)| name)
        .collect::<Vec<_>>()
        .join(" ");
    RulesPage {
        w,
        f: Frame::of(w, signed_in),
        organization: &signed_in.actor.organization_name,
        done,
        problem: problem.map(|error| page::sentence(w, error)),
        seen,
        rules,
    }
}

/// Sets the rules.
pub async fn set(
    State(http): State<Http>,
    browser: Browser,
    sent: Result<Sent<RulesForm>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in("/rules")?;
    let sent = sent?;
    // Who may not see them may not set them, which the operation says.
    let seen = found(&http.app, &signed_in).await?.unwrap_or_default();
    let rules = sent.form.apply(seen);
    let done = match sent.confirm(&http.app, &signed_in).await {
        Ok(()) => run(&http.app, &signed_in, seen, rules).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(page::go("/rules?done=true")),
        Err(error) => {
            if let Some(page) = sent.again(&signed_in, &error) {
                return Ok(page);
            }
            let error = page::told(error)?;
            if let Error::Refused(_) = error {
                return Err(error.into());
            }
            let page = shown(&signed_in, seen, rules, false, Some(&error));
            Ok(page::render(page::status(&error), &page))
        }
    }
}

/// Sets the rules that were changed; what somebody else sets meanwhile stays.
async fn run(app: &App, signed_in: &SignedIn, seen: Rules, rules: Rules) -> Result<(), Error> {
    let deliveries: Vec<PasswordDelivery> = rules.deliveries().collect();
    let changed = |of: fn(&Rules) -> bool| Some(of(&rules)).filter(|now| *now != of(&seen));
    let delivered: Vec<_> = seen.deliveries().collect();
    let operation = UpdateAccountRules {
        account: signed_in.actor.organization,
        deliveries: (deliveries != delivered).then_some(deliveries),
        ticket_required: changed(|rules| rules.ticket_required),
        note_required: changed(|rules| rules.note_required),
        sign_ins_delegable: changed(|rules| rules.sign_ins_delegable),
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    operations::run(app, who, envelope, operation).await?;
    Ok(())
}
