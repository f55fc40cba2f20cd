//! The page of a partner's clients, with the state and the end of each grant.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};

use super::{Choice, MOST, chosen, given, scope};
use crate::{
    app::App,
    domain::{
        described::Described,
        grant::GrantState,
        values::{Search, id::GlobalId},
    },
    error::{Error, Result},
    http::{
        browser::{Browser, SignedIn},
        frame::{self, Frame},
        page::{self, PageResult},
        sent::Sought,
        state::Http,
    },
    store::{
        clients::{self, Filter, Sort},
        grants,
        page::Page,
    },
    words::Words,
};

#[derive(Template)]
#[template(path = "page/partner_clients.html")]
struct ClientsPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    problem: Option<String>,
    asked: &'a Asked,
    states: Vec<Choice>,
    orders: Vec<Choice>,
    clients: Vec<ShownClient>,
    query: String,
    paged: bool,
    next: Option<String>,
}

/// A client, with its latest grant.
struct ShownClient {
    name: String,
    domain: String,
    state: String,
    state_name: &'static str,
    cap: String,
    until: String,
}

/// Which clients are asked for.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    search: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    /// `expiry`, or else by name.
    #[serde(skip_serializing_if = "String::is_empty")]
    order: String,
    #[serde(skip_serializing)]
    after: Option<String>,
}

impl Asked {
    fn filter(&self) -> Result<Filter> {
        let search = given(&self.search).map(Search::try_from).transpose();
        let search = search.map_err(|invalid| Error::input("search", invalid))?;
        let all = GrantState::all().iter().copied();
        let states: Vec<_> = all.filter(|state| state.name() == self.state).collect();
        Ok(Filter {
            search: search.map(String::from),
            states: (!states.is_empty()).then_some(states),
            ..Filter::default()
        })
    }
}

/// Shows the clients.
pub async fn list(
    State(http): State<Http>,
    browser: Browser,
    Sought(asked): Sought<Asked>,
) -> PageResult {
    let signed_in = browser.signed_in("/partner/clients")?;
    Ok(shown(&http.app, &signed_in, &asked).await?)
}

async fn shown(app: &App, signed_in: &SignedIn, asked: &Asked) -> Result<Response> {
    let (scope, w) = (scope(signed_in)?, frame::words());
    let (filter, problem) = match asked.filter() {
        Ok(filter) => (filter, None),
        Err(error) => (Filter::default(), Some(page::sentence(w, &error))),
    };
    let (sort, filter) = match asked.order.as_str() {
        // What is over ends no more.
        "expiry" => {
            let open = vec![GrantState::Active, GrantState::Held];
            let states = filter.states.or(Some(open));
            (Sort::Expiry, Filter { states, ..filter })
        }
        _ => (Sort::Name, filter),
    };
    let after = asked.after.as_deref().and_then(GlobalId::decode);
    let page = Page {
        first: MOST,
        after: after.and_then(GlobalId::account).map(|id| id.0),
    };
    let (db, now) = (app.db.read(), app.now());
    let found = clients::list(db, &scope, &filter, sort, now, page).await?;
    let last = found.stopped.map(entity::ids::OrganizationId);
    let last = last.or_else(|| found.rows.last().map(|row| row.organization.id));
    let rows = found.rows.into_iter().map(|row| {
        let certification = signed_in.actor.certification;
        let grant = grants::Row {
            grant: row.grant,
            certification,
        };
        let state = grant.facts().state(now);
        ShownClient {
            name: row.organization.name,
            domain: row.organization.initial_domain,
            state: w.state(state),
            state_name: state.name(),
            cap: w.cap(grant.grant.role_cap),
            until: match grant.grant.ended_at {
                Some(ended) => w.with("grant-ended", &[("at", w.day(ended))]),
                None => w.until(grant.grant.expires_at),
            },
        }
    });
    let states = GrantState::all().iter();
    let states = states.map(|state| (state.name().to_owned(), w.state(*state)));
    let orders = [
        ("", "clients-order-name"),
        ("expiry", "clients-order-expiry"),
    ];
    let orders = orders.map(|(value, id)| (value.to_owned(), w.say(id)));
    let page = ClientsPage {
        w,
        f: Frame::of(w, signed_in),
        organization: &signed_in.actor.organization_name,
        problem,
        states: chosen(states, &asked.state),
        orders: chosen(orders, &asked.order),
        clients: rows.collect(),
        query: serde_urlencoded::to_string(asked).map_err(Error::internal)?,
        paged: asked.after.is_some(),
        next: last
            .filter(|_| found.has_next)
            .map(|id| GlobalId::Client(id).encode()),
        asked,
    };
    Ok(page::render(StatusCode::OK, &page))
}
