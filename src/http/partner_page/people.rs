//! The page of a partner's people: who has administrative access to the companies that it supports, and what is in the
//! accounts of clients through each.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use entity::{ids::UserId, states::DelegatedRole, user};
use serde::Deserialize;

use super::{Choice, MOST, chosen, given, scope};
use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy,
        reason::Reason,
        values::{Search, id::GlobalId},
        visibility::{self, View},
    },
    error::{Error, Result},
    http::{
        browser::{Browser, SignedIn},
        frame::{self, Frame},
        page::{self, PageError, PageResult},
        sent::{Sent, Sought},
        state::Http,
    },
    operations::{
        self, Envelope,
        partner::{
            assign_delegated_role::AssignDelegatedRole, remove_delegated_role::RemoveDelegatedRole,
        },
        subjects::OnUser,
    },
    store::{
        directory::{self, Filter},
        page::Page,
        waiting::{self, Prepared},
    },
    words::Words,
};

/// No delegated role.
const NONE: &str = "NONE";

#[derive(Template)]
#[template(path = "page/partner_people.html")]
struct PeoplePage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    done: bool,
    problem: Option<String>,
    asked: &'a Asked,
    people: Vec<Person>,
    /// Whether the reader may give and take delegated roles.
    changeable: bool,
    next: Option<String>,
}

/// A user of the partner.
struct Person {
    id: String,
    name: String,
    sign_in_name: String,
    role: &'static str,
    access: String,
    prepared: String,
    choices: Vec<Choice>,
}

/// Who is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    search: String,
    after: Option<String>,
    done: Option<String>,
}

/// Shows the people.
pub async fn list(
    State(http): State<Http>,
    browser: Browser,
    Sought(asked): Sought<Asked>,
) -> PageResult {
    let signed_in = browser.signed_in("/partner/people")?;
    Ok(shown(&http.app, &signed_in, &asked, None).await?)
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    asked: &Asked,
    problem: Option<&Error>,
) -> Result<Response> {
    let (db, w) = (app.db.read(), frame::words());
    let partner = scope(signed_in)?;
    let own = visibility::own(&signed_in.actor);
    if !own.sees(View::Users) {
        return Err(Error::Refused(Reason::RoleRequired.into()));
    }
    let search = given(&asked.search).map(Search::try_from).transpose();
    let search = search.map_err(|invalid| Error::input("search", invalid))?;
    let filter = Filter {
        search: search.map(String::from),
        ..Filter::default()
    };
    let after = match asked.after.as_deref().map(GlobalId::decode) {
        Some(Some(GlobalId::User(id))) => Some(id.0),
        _ => None,
    };
    let page = Page { first: MOST, after };
    let found = directory::list(db, &own, &filter, page).await?;
    let last = found.stopped.map(UserId);
    let last = last.or_else(|| found.rows.last().map(|row| row.id));
    let ids: Vec<_> = found.rows.iter().map(|row| row.id).collect();
    let prepared = waiting::prepared(db, &partner, &ids).await?;
    let people = found.rows.into_iter();
    let people = people.map(|row| {
        let of = prepared.get(&row.id).copied().unwrap_or_default();
        person(w, row, of)
    });
    let page = PeoplePage {
        w,
        f: Frame::of(w, signed_in),
        organization: &signed_in.actor.organization_name,
        done: asked.done.is_some(),
        problem: problem.map(|error| page::sentence(w, error)),
        people: people.collect(),
        changeable: policy::half(OperationKind::AssignDelegatedRole, &signed_in.actor).is_ok(),
        next: last
            .filter(|_| found.has_next)
            .map(|id| GlobalId::User(id).encode()),
        asked,
    };
    let status = problem.map_or(StatusCode::OK, page::status);
    Ok(page::render(status, &page))
}

fn person(w: &Words, row: user::Model, prepared: Prepared) -> Person {
    let role = row.delegated_role.map_or(NONE, DelegatedRole::as_str);
    let say = |role: &str| w.say(&format!("people-access-{role}"));
    let roles = DelegatedRole::ALL.iter().map(|role| role.as_str());
    let choices = [NONE].into_iter().chain(roles);
    let choices = choices.map(|role| (role.to_owned(), say(role)));
    let parts = [
        ("people-prepared-hands", prepared.hands),
        ("people-prepared-roles", prepared.roles),
    ];
    let parts = parts.into_iter().filter(|(_, number)| *number > 0);
    let parts: Vec<_> = parts.map(|(id, number)| w.number(id, number)).collect();
    Person {
        id: GlobalId::User(row.id).encode(),
        choices: chosen(choices, role),
        access: say(role),
        role,
        prepared: match parts.is_empty() {
            true => w.say("people-prepared-none"),
            false => parts.join(", "),
        },
        name: row.display_name,
        sign_in_name: row.sign_in_name,
    }
}

/// The access of one person.
#[derive(Deserialize)]
pub struct Access {
    user: String,
    role: String,
}

/// Gives or takes a delegated role.
pub async fn set(
    State(http): State<Http>,
    browser: Browser,
    sent: Result<Sent<Access>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in("/partner/people")?;
    let sent = sent?;
    let done = match sent.confirm(&http.app, &signed_in).await {
        Ok(()) => run(&http.app, &signed_in, &sent.form).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(page::go("/partner/people?done=true")),
        Err(error) => {
            if let Some(page) = sent.again(&signed_in, &error) {
                return Ok(page);
            }
            let error = page::told(error)?;
            Ok(shown(&http.app, &signed_in, &Asked::default(), Some(&error)).await?)
        }
    }
}

async fn run(app: &App, signed_in: &SignedIn, access: &Access) -> Result<()> {
    let Some(GlobalId::User(user)) = GlobalId::decode(&access.user) else {
        return Err(Error::not_found());
    };
    let on = OnUser {
        account: signed_in.actor.organization,
        user,
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    let roles = DelegatedRole::ALL.iter().copied();
    let mut role = roles.filter(|role| role.as_str() == access.role);
    match role.next() {
        Some(role) => {
            operations::run(app, who, envelope, AssignDelegatedRole { on, role }).await?;
        }
        None if access.role == NONE => {
            operations::run(app, who, envelope, RemoveDelegatedRole(on)).await?;
        }
        None => return Err(Error::field("role", Reason::InputInvalid)),
    }
    Ok(())
}
