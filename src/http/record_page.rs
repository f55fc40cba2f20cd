//! The page of an organization's whole record, with filters, and its export. It reads and exports as the API does.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use entity::{
    ids::OperationId,
    states::{ExportFormat, Outcome},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{
    acts::{self, Act},
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    page,
    sent::{Sent, Sought},
    state::Http,
};
use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy,
        reason::Reason,
        values::{id::GlobalId, text},
        visibility::{self, View},
    },
    error::{Error, Result},
    http::page::{PageError, PageResult},
    operations::{self, Envelope, client::export_record::ExportRecord},
    store::{
        page::Page,
        record::search::{self, Filter},
    },
    words::Words,
};

/// How many entries a page shows.
const MOST: u64 = 50;
/// The longest ticket that is looked for, in characters.
const LONGEST: usize = 120;

#[derive(Template)]
#[template(path = "page/record.html")]
struct RecordPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    problem: Option<String>,
    asked: &'a Asked,
    /// Whether not all entries are asked for.
    filtered: bool,
    /// What can be chosen: the value, what it is, and whether it is chosen.
    whos: Vec<(&'static str, String, bool)>,
    outcomes: Vec<(&'static str, String, bool)>,
    kinds: Vec<(&'static str, String, bool)>,
    acts: Vec<Act>,
    /// What is asked for, without the place, as a query of the address.
    query: String,
    /// Whether the newest are not among them.
    paged: bool,
    /// Where older ones begin, if there are some.
    older: Option<String>,
    exportable: bool,
}

#[derive(Template)]
#[template(path = "page/exported.html")]
struct ExportedPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    minutes: String,
    path: String,
}

/// Which entries are asked for.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    /// `delegates`, `own`, or empty for everyone.
    #[serde(skip_serializing_if = "String::is_empty")]
    who: String,
    /// `DONE`, `REFUSED`, or empty for both.
    #[serde(skip_serializing_if = "String::is_empty")]
    outcome: String,
    /// The name of a kind, or empty for all.
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    /// Days (ISO 8601).
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    to: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ticket: String,
    /// A grant, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
    /// The entry after which the page begins.
    #[serde(skip_serializing)]
    after: Option<String>,
}

impl Asked {
    fn filter(&self) -> Result<Filter> {
        let grant = match self.grant.as_deref().map(GlobalId::decode) {
            None => None,
            Some(Some(GlobalId::Grant(id))) => Some(id),
            Some(_) => return Err(Error::not_found()),
        };
        let ticket = text::trimmed(&self.ticket);
        if ticket.chars().count() > LONGEST {
            return Err(Error::field("ticket", Reason::InputInvalid));
        }
        let days = [("from", &self.from), ("to", &self.to)];
        let [from, to] = days.map(|(field, day)| (field, Some(day).filter(|day| !day.is_empty())));
        Ok(Filter {
            kinds: kind(&self.kind).map(|kind| vec![kind.spec().stable.to_owned()]),
            outcome: Outcome::ALL
                .iter()
                .copied()
                .find(|outcome| outcome.as_str() == self.outcome),
            delegated: match self.who.as_str() {
                "delegates" => Some(true),
                "own" => Some(false),
                _ => None,
            },
            grant,
            ticket: (!ticket.is_empty()).then(|| ticket.to_owned()),
            from: from.1.map(|day| page::day(from.0, day)).transpose()?,
            to: to.1.map(|day| page::day_after(to.0, day)).transpose()?,
            ..Filter::default()
        })
    }

    fn after(&self) -> Option<OperationId> {
        match GlobalId::decode(self.after.as_deref()?) {
            Some(GlobalId::Operation(id)) => Some(id),
            _ => None,
        }
    }
}

fn kind(name: &str) -> Option<OperationKind> {
    OperationKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.name() == name)
}

/// Shows the record.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Sought(asked): Sought<Asked>,
) -> PageResult {
    let signed_in = browser.signed_in("/record")?;
    let filter = match asked.filter() {
        Ok(filter) => filter,
        Err(error) => {
            let error = page::told(error)?;
            let none = Filter::default();
            return Ok(shown(&http.app, &signed_in, &asked, none, Some(&error)).await?);
        }
    };
    Ok(shown(&http.app, &signed_in, &asked, filter, None).await?)
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    asked: &Asked,
    filter: Filter,
    problem: Option<&Error>,
) -> Result<Response> {
    let (actor, w) = (&signed_in.actor, frame::words());
    let own = visibility::own(actor);
    if !own.sees(View::Record) {
        return Err(Error::Refused(Reason::RoleRequired.into()));
    }
    let page = Page {
        first: MOST,
        after: asked.after().map(|id| id.0),
    };
    let found = search::list(app.db.read(), &own, &filter, page).await?;
    let last = found.stopped.map(OperationId);
    let last = last.or_else(|| found.rows.last().map(|row| row.id));
    let older = last.filter(|_| found.has_next);
    let choice = |id: &str, value: &'static str, chosen: &str| (value, w.say(id), value == chosen);
    let page = RecordPage {
        w,
        f: Frame::of(w, signed_in),
        organization: &actor.organization_name,
        problem: problem.map(|error| page::sentence(w, error)),
        filtered: !filter.is_empty() || problem.is_some(),
        whos: [
            ("record-who-all", ""),
            ("record-who-delegates", "delegates"),
            ("record-who-own", "own"),
        ]
        .map(|(id, value)| choice(id, value, &asked.who))
        .to_vec(),
        outcomes: [
            ("record-outcome-all", ""),
            ("record-outcome-done", Outcome::Done.as_str()),
            ("record-outcome-refused", Outcome::Refused.as_str()),
        ]
        .map(|(id, value)| choice(id, value, &asked.outcome))
        .to_vec(),
        kinds: kinds(w, &asked.kind),
        acts: acts::acts(app, w, &own, &found.rows, None).await?,
        query: serde_urlencoded::to_string(asked).map_err(Error::internal)?,
        paged: asked.after.is_some(),
        older: older.map(|id| GlobalId::Operation(id).encode()),
        exportable: policy::half(OperationKind::ExportRecord, actor).is_ok(),
        asked,
    };
    let status = problem.map_or(StatusCode::OK, page::status);
    Ok(page::render(status, &page))
}

/// The kinds by which entries are found, in the order of what they are called.
fn kinds(w: &Words, chosen: &str) -> Vec<(&'static str, String, bool)> {
    let all = OperationKind::ALL.iter();
    let mut kinds: Vec<_> = all
        .map(|kind| (kind.name(), w.kind(*kind), kind.name() == chosen))
        .collect();
    kinds.sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
    kinds
}

/// How the record is to be written.
#[derive(Deserialize)]
pub struct Wanted {
    format: Format,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Format {
    Csv,
    Lines,
}

/// Exports the entries that are asked for.
pub async fn export(
    State(http): State<Http>,
    browser: Browser,
    Sought(asked): Sought<Asked>,
    sent: Result<Sent<Wanted>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in("/record")?;
    let (sent, app) = (sent?, &http.app);
    let done = match sent.confirm(app, &signed_in).await {
        Ok(()) => run(app, &signed_in, &asked, sent.form.format).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(path) => {
            let w = frame::words();
            let page = ExportedPage {
                w,
                f: Frame::of(w, &signed_in),
                organization: &signed_in.actor.organization_name,
                minutes: app.config.times.export().num_minutes().to_string(),
                path,
            };
            Ok(page::render(StatusCode::OK, &page))
        }
        Err(error) => {
            if let Some(page) = sent.again(&signed_in, &error) {
                return Ok(page);
            }
            let error = page::told(error)?;
            let none = Filter::default();
            Ok(shown(app, &signed_in, &asked, none, Some(&error)).await?)
        }
    }
}

async fn run(app: &App, signed_in: &SignedIn, asked: &Asked, format: Format) -> Result<String> {
    let operation = ExportRecord {
        account: signed_in.actor.organization,
        format: match format {
            Format::Csv => ExportFormat::Csv,
            Format::Lines => ExportFormat::JsonLines,
        },
        filter: asked.filter()?,
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    let done = operations::run(app, who, envelope, operation).await?;
    let secret = done.secret.ok_or_else(|| {
        Error::internal(anyhow::anyhow!(
            "an export without the secret of its download"
        ))
    })?;
    Ok(format!("/exports/{}", secret.expose_secret()))
}
