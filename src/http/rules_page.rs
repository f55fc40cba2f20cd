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
}

/// What was done before the page is shown.
#[derive(Deserialize)]
pub struct RulesDone {
    done: Option<String>,
}

/// The rules, as the form sends them: a box that is not ticked is not sent.
#[derive(Deserialize)]
pub struct RulesForm {
    /// That it is this form.
    #[serde(rename = "rules")]
    _rules: String,
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

/// Shows the rules.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Sought(said): Sought<RulesDone>,
) -> PageResult {
    let signed_in = browser.signed_in("/rules")?;
    policy::half(OperationKind::UpdateAccountRules, &signed_in.actor)?;
    let own = visibility::own(&signed_in.actor);
    let rules = rules::find(http.app.db.read(), &own).await?;
    let rules = rules.ok_or_else(Error::not_found)?;
    Ok(page::render(
        StatusCode::OK,
        &shown(&signed_in, rules, said.done.is_some(), None),
    ))
}

fn shown<'a>(
    signed_in: &'a SignedIn,
    rules: Rules,
    done: bool,
    problem: Option<&Error>,
) -> RulesPage<'a> {
    let w = frame::words();
    RulesPage {
        w,
        f: Frame::of(w, signed_in),
        organization: &signed_in.actor.organization_name,
        done,
        problem: problem.map(|error| page::sentence(w, error)),
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
    let form = &sent.form;
    let rules = Rules {
        link_allowed: form.link,
        show_once_allowed: form.show_once,
        ticket_required: form.ticket,
        note_required: form.note,
        sign_ins_delegable: form.sign_ins,
    };
    let done = match sent.confirm(&http.app, &signed_in).await {
        Ok(()) => run(&http.app, &signed_in, rules).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(page::go("/rules?done=true")),
        Err(error) => {
            if let Some(page) = sent.again(&signed_in, &error) {
                return Ok(page);
            }
            let error = page::told(error)?;
            let page = shown(&signed_in, rules, false, Some(&error));
            Ok(page::render(page::status(&error), &page))
        }
    }
}

async fn run(app: &App, signed_in: &SignedIn, rules: Rules) -> Result<(), Error> {
    let deliveries: Vec<PasswordDelivery> = rules.deliveries().collect();
    let operation = UpdateAccountRules {
        account: signed_in.actor.organization,
        deliveries: Some(deliveries),
        ticket_required: Some(rules.ticket_required),
        note_required: Some(rules.note_required),
        sign_ins_delegable: Some(rules.sign_ins_delegable),
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    operations::run(app, who, envelope, operation).await?;
    Ok(())
}
