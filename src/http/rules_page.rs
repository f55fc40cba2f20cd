//! The page of an organization's rules for those who act in its account. It calls the same operation as the mutation
//! does.

use askama::Template;
use axum::{extract::State, http::StatusCode};
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
    /// The boxes that were ticked when the page was shown first.
    seen: String,
}

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
    /// A box that was changed on the page. What somebody else set since then stays.
    fn changed(&self, name: &str, now: bool) -> Option<bool> {
        let before = self.rules.split(' ').any(|ticked| ticked == name);
        (before != now).then_some(now)
    }

    /// The rules as they are ticked.
    fn ticked(&self) -> Rules {
        Rules {
            link_allowed: self.link,
            show_once_allowed: self.show_once,
            ticket_required: self.ticket,
            note_required: self.note,
            sign_ins_delegable: self.sign_ins,
        }
    }
}

/// The names of the boxes that are ticked.
fn boxes(rules: Rules) -> String {
    let boxes = [
        ("link", rules.link_allowed),
        ("show_once", rules.show_once_allowed),
        ("ticket", rules.ticket_required),
        ("note", rules.note_required),
        ("sign_ins", rules.sign_ins_delegable),
    ];
    let ticked = boxes.into_iter().filter(|(_, ticked)| *ticked);
    let names: Vec<_> = ticked.map(|(name, _)| name).collect();
    names.join(" ")
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
        &shown(&signed_in, boxes(rules), rules, said.done.is_some(), None),
    ))
}

async fn found(app: &App, signed_in: &SignedIn) -> Result<Option<Rules>, Error> {
    rules::find(app.db.read(), &visibility::own(&signed_in.actor)).await
}

fn shown<'a>(
    signed_in: &'a SignedIn,
    seen: String,
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
    let done = match sent.confirm(&http.app, &signed_in).await {
        Ok(()) => run(&http.app, &signed_in, &sent.form).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(page::go("/rules?done=true")),
        Err(error) => {
            if let Some(page) = sent.again(&signed_in, &error) {
                return Ok(page);
            }
            let error = page::told(error)?;
            let RulesForm { rules: seen, .. } = &sent.form;
            let ticked = sent.form.ticked();
            let page = shown(&signed_in, seen.clone(), ticked, false, Some(&error));
            Ok(page::render(page::status(&error), &page))
        }
    }
}

async fn run(app: &App, signed_in: &SignedIn, form: &RulesForm) -> Result<(), Error> {
    let deliveries = [("link", form.link), ("show_once", form.show_once)];
    let [link, show_once] = deliveries.map(|(name, now)| form.changed(name, now));
    let deliveries = match link.or(show_once) {
        Some(_) => {
            // Who may not see them may not set them, which the operation says.
            let rules = found(app, signed_in).await?.unwrap_or_default();
            let rules = Rules {
                link_allowed: link.unwrap_or(rules.link_allowed),
                show_once_allowed: show_once.unwrap_or(rules.show_once_allowed),
                ..rules
            };
            Some(rules.deliveries().collect())
        }
        None => None,
    };
    let operation = UpdateAccountRules {
        account: signed_in.actor.organization,
        deliveries,
        ticket_required: form.changed("ticket", form.ticket),
        note_required: form.changed("note", form.note),
        sign_ins_delegable: form.changed("sign_ins", form.sign_ins),
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    operations::run(app, who, envelope, operation).await?;
    Ok(())
}
