//! The page of users who are in a partner's hands, whose sign-in someone of a partner may hold, with a button
//! to confirm each contact. It calls the same operations as the mutations do.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use entity::{
    states::{PasswordDelivery, Way},
    user,
};
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    page,
    segment::Segment,
    sent::{Sent, Sought},
    state::Http,
};
use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy,
        values::{Email, id::GlobalId},
        visibility,
    },
    error::{Error, Result},
    http::page::{PageError, PageResult},
    operations::{
        self,
        account::{
            change_contact::ChangeContact, confirm_contact::ConfirmContact,
            reset_password::ResetPassword,
        },
        subjects::OnUser,
    },
    store::{awaited, hands, left_behind, organizations, page::Page},
    words::Words,
};

/// How many users the page shows, the oldest first.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "page/hands.html")]
struct HandsPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    said: Option<String>,
    problem: Option<String>,
    users: Vec<HeldUser>,
    more: bool,
}

/// A user in someone's hands, as pages show it.
pub(super) struct HeldUser {
    /// Its opaque id.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sign_in_name: String,
    pub(super) contact: String,
    /// One sentence for each hand: who may hold its sign-in, how, and since when.
    pub(super) hands: Vec<String>,
    /// Whether its password ended, and it has not chosen another.
    pub(super) ended: bool,
    /// Whether its contact was set under a grant.
    pub(super) contact_set: bool,
    /// Roles that wait until it is in nobody's hands.
    pub(super) awaited: String,
    /// Whether one of the account's own admins confirmed the contact, and the user has not proven it yet.
    pub(super) waits: bool,
}

/// What was done before the page is shown.
#[derive(Deserialize)]
pub struct HandsForm {
    done: Option<String>,
}

/// What to do with a user.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wanted {
    Confirm,
    Change,
    Reset,
}

/// A button of a user.
#[derive(Deserialize)]
pub struct Button {
    action: Wanted,
    contact: String,
}

/// Shows the users who are in somebody's hands.
pub async fn list(
    State(http): State<Http>,
    browser: Browser,
    Sought(said): Sought<HandsForm>,
) -> PageResult {
    let signed_in = browser.signed_in("/hands")?;
    let said = said
        .done
        .as_deref()
        .and_then(|done| sentence(frame::words(), done));
    show(&http.app, &signed_in, StatusCode::OK, said, None).await
}

fn sentence(w: &Words, done: &str) -> Option<String> {
    let id = format!("hands-done-{done}");
    w.knows(&id).then(|| w.say(&id))
}

/// The list, to who comes to the address of a form.
pub async fn back() -> Response {
    page::go("/hands")
}

/// Confirms or changes one contact, or sends a link to a new password.
pub async fn act(
    State(http): State<Http>,
    browser: Browser,
    Segment(id): Segment<String>,
    sent: Result<Sent<Button>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in("/hands")?;
    let sent = sent?;
    match run(&http.app, &signed_in, &id, &sent).await {
        Ok(done) => Ok(page::go(&format!("/hands?done={done}"))),
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
    id: &str,
    sent: &Sent<Button>,
) -> Result<&'static str> {
    let Some(GlobalId::User(user)) = GlobalId::decode(id) else {
        return Err(Error::not_found());
    };
    let (who, envelope, button) = (signed_in.who.clone(), sent.once(), &sent.form);
    let account = signed_in.actor.organization;
    let contact = || {
        Email::try_from(button.contact.as_str()).map_err(|invalid| Error::input("contact", invalid))
    };
    Ok(match button.action {
        Wanted::Confirm => {
            let contact = contact()?;
            let confirm = ConfirmContact {
                on: OnUser { account, user },
                contact,
            };
            operations::run(app, who, envelope, confirm).await?;
            "confirm"
        }
        Wanted::Change => {
            let change = ChangeContact {
                on: OnUser { account, user },
                contact: contact()?,
            };
            operations::run(app, who, envelope, change).await?;
            "change"
        }
        Wanted::Reset => {
            let reset = ResetPassword {
                on: OnUser { account, user },
                delivery: PasswordDelivery::Link,
            };
            operations::run(app, who, envelope, reset).await?;
            "reset"
        }
    })
}

async fn show(
    app: &App,
    signed_in: &SignedIn,
    status: StatusCode,
    said: Option<String>,
    problem: Option<&Error>,
) -> PageResult {
    let (actor, w) = (&signed_in.actor, frame::words());
    policy::half(OperationKind::ConfirmContact, actor)?;
    let (users, more) = find(app, signed_in).await?;
    let page = HandsPage {
        w,
        f: Frame::of(w, signed_in),
        organization: &actor.organization_name,
        said,
        problem: problem.map(|error| page::sentence(w, error)),
        users,
        more,
    };
    Ok(page::render(status, &page))
}

async fn find(app: &App, signed_in: &SignedIn) -> Result<(Vec<HeldUser>, bool)> {
    let own = visibility::own(&signed_in.actor);
    let page = Page {
        first: MOST,
        after: None,
    };
    let slice = left_behind::in_hands(app.db.read(), &own, page).await?;
    let more = slice.has_next;
    Ok((held(app, frame::words(), slice.rows).await?, more))
}

/// These users, with the sentences about the hands that they are in.
pub(super) async fn held(app: &App, w: &Words, users: Vec<user::Model>) -> Result<Vec<HeldUser>> {
    let (db, now) = (app.db.read(), app.now());
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let mut all = hands::of_users(db, &ids, now).await?;
    let mut awaited = awaited::of_users(db, &ids).await?;
    let partners = all.values().flatten().map(|shown| shown.hand.cause.partner);
    let cards = organizations::cards(db, &partners.collect::<Vec<_>>()).await?;
    let of = |user: user::Model| {
        let shown = all.remove(&user.id).unwrap_or_default();
        let contact_set = shown.iter().any(|shown| shown.hand.way == Way::Contact);
        let say = |shown: &hands::HandDetails| {
            let card = cards.get(&shown.hand.cause.partner);
            let partner = card.map(|card| card.organization.name.clone());
            let partner = partner.unwrap_or_else(|| w.say("hands-a-partner"));
            let who = match shown.person.as_ref().zip(shown.sign_in_name.as_ref()) {
                Some((person, name)) => {
                    let texts = [("person", person), ("name", name), ("partner", &partner)];
                    w.with("hands-by-person", &texts)
                }
                None => w.with("hands-by-someone", &[("partner", &partner)]),
            };
            let texts = [("who", who), ("at", w.moment(shown.since))];
            match shown.hand.way {
                Way::Contact => w.with("hands-set-contact", &texts),
                Way::Secret => w.with("hands-knows", &texts),
            }
        };
        HeldUser {
            id: GlobalId::User(user.id).encode(),
            hands: shown.iter().map(say).collect(),
            contact_set,
            ended: user.enrolled_at.is_some() && user.password_hash.is_none(),
            awaited: {
                let roles = awaited.remove(&user.id).unwrap_or_default();
                w.roles(roles.into_iter())
            },
            waits: contact_set && user.contact_own_at.is_some(),
            name: user.display_name,
            sign_in_name: user.sign_in_name,
            contact: user.contact,
        }
    };
    Ok(users.into_iter().map(of).collect())
}
