//! The page of an organization's rules for those who act in its account. It calls the same operation as the mutation
//! does.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State, rejection::FormRejection},
    http::StatusCode,
};
use entity::states::PasswordDelivery;
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    page,
    state::Http,
};
use crate::{
    app::App,
    domain::{kind::OperationKind, policy, reason::Reason, rules::Rules, visibility},
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
    #[serde(default)]
    done: bool,
}

/// The rules, as the form sends them: a box that is not ticked is not sent.
#[derive(Deserialize)]
pub struct RulesForm {
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
    Query(said): Query<RulesDone>,
) -> PageResult {
    let signed_in = browser.signed_in("/rules")?;
    policy::half(OperationKind::UpdateAccountRules, &signed_in.actor)?;
    let own = visibility::own(&signed_in.actor);
    let rules = rules::find(http.app.db.read(), &own).await?;
    let rules = rules.ok_or_else(Error::not_found)?;
    Ok(page::render(
        StatusCode::OK,
        &shown(&signed_in, rules, said.done, None),
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
    form: Result<Form<RulesForm>, FormRejection>,
) -> PageResult {
    let signed_in = browser.signed_in("/rules")?;
    let Form(form) = page::filled(form)?;
    let rules = Rules {
        link_allowed: form.link,
        show_once_allowed: form.show_once,
        ticket_required: form.ticket,
        note_required: form.note,
        sign_ins_delegable: form.sign_ins,
    };
    match run(&http.app, &signed_in, rules).await {
        Ok(()) => Ok(page::go("/rules?done=true")),
        // After signing in again, the user comes back here and sets them once more.
        Err(error) if error.reason() == Some(Reason::FreshSignInRequired) => {
            Err(PageError::SignInFirst("/rules".to_owned()))
        }
        Err(error) => {
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
