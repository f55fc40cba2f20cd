//! The chains over HTTP, on each database.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::{ids::UserId, states::Way};
use mandate::{cli::DEMO_PASSWORD, domain::values::id::GlobalId, store::hands};
use serde_json::{Value, json};

use super::{
    By, CARLA, Done, FIRST_ADDED,
    Party::{self, Fiona, Liam, Owner, Tom},
    Step, What, World, asked, run,
};
use crate::support::{Actor, Link, TestApp, both, reason};

const NAMES: [&str; FIRST_ADDED] = ["carla", "uma", "paul", "ivan"];
/// How many chains run at a time.
const LANES: u64 = 4;

const NEW: &str = "seven quiet otters carry umbrellas";

/// A link that was sent: its sort, its secret, and who reads the mailbox.
type Sent = (Link, String, Party);

struct Api<'a> {
    app: &'a TestApp,
    contoso: String,
    users: Vec<(UserId, String)>,
    passwords: Vec<String>,
    mailboxes: HashMap<String, (usize, Party)>,
    links: HashMap<usize, Sent>,
    technicians: HashMap<String, Party>,
    number: usize,
}

fn name(party: Party) -> &'static str {
    match party {
        Owner => "owner",
        Fiona => "fiona",
        Liam => "liam",
        Tom => "tom",
    }
}

const PARTNERS: [&str; 2] = ["northwind", "tailspin"];

impl<'a> Api<'a> {
    async fn new(app: &'a TestApp) -> Self {
        app.db_grant_to_tailspin().await;
        app.mails().await;
        let contoso = app.account("contoso").await;
        let rules = json!({ "accountId": contoso, "signInsDelegable": true, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
        app.sign_in("carla")
            .await
            .done("updateAccountRules", rules, "__typename")
            .await;
        let (mut users, mut mailboxes, mut technicians) =
            (Vec::new(), HashMap::new(), HashMap::new());
        for (number, name) in NAMES.into_iter().enumerate() {
            users.push((
                app.db_user(name).await,
                format!("{name}@contoso.mandate.example"),
            ));
            mailboxes.insert(format!("{name}.contoso@example.org"), (number, Owner));
        }
        for party in [Fiona, Liam, Tom] {
            technicians.insert(app.user(name(party)).await, party);
        }
        Self {
            app,
            contoso,
            users,
            passwords: vec![DEMO_PASSWORD.to_owned(); FIRST_ADDED],
            mailboxes,
            links: HashMap::new(),
            technicians,
            number: 0,
        }
    }

    fn mailbox(&mut self, user: usize, reader: Party) -> String {
        self.number += 1;
        let address = format!("{}{}.{user}@example.net", name(reader), self.number);
        self.mailboxes.insert(address.clone(), (user, reader));
        address
    }

    async fn by(&self, by: By) -> Option<Actor<'a>> {
        match by {
            By::Delegate(party) => Some(self.app.sign_in(name(party)).await),
            By::As(user, _) => {
                let (_, name) = &self.users[user];
                let answer = self
                    .app
                    .anonymous()
                    .sign_in(name, &self.passwords[user])
                    .await;
                let token = answer["data"]["signIn"]["accessToken"].as_str()?;
                Some(self.app.with_token(token))
            }
        }
    }

    fn on(&self, user: usize) -> Value {
        json!({ "accountId": self.contoso, "userId": GlobalId::User(self.users[user].0).encode() })
    }

    async fn act(&mut self, by: By, what: What) -> Option<Done> {
        let actor = self.by(by).await?;
        let with = |user: usize, field: &str, value: &str| {
            let mut input = self.on(user);
            input[field] = json!(value);
            input
        };
        let role = |global: bool| if global { "GLOBAL_ADMIN" } else { "USER_ADMIN" };
        let (field, input) = match what {
            What::Add(reader) => {
                let user = self.users.len();
                let contact = self.mailbox(user, reader);
                let input = json!({ "accountId": self.contoso, "displayName": format!("User {user}"), "signInName": format!("user{user}"), "contact": contact });
                ("addUser", input)
            }
            What::SetContact(user, reader) => {
                let contact = self.mailbox(user, reader);
                let mut input = self.on(user);
                input["contact"] = json!(contact);
                ("changeContact", input)
            }
            What::Show(user) => ("resetPassword", with(user, "delivery", "SHOW_ONCE")),
            What::Send(user) => ("resetPassword", with(user, "delivery", "LINK")),
            What::Choose => {
                let By::As(user, _) = by else { return None };
                self.number += 1;
                let chosen = format!("{NEW} {}", self.number);
                (
                    "changeOwnPassword",
                    json!({ "currentPassword": self.passwords[user], "newPassword": chosen }),
                )
            }
            What::Give(user, global) => ("assignAdminRole", with(user, "role", role(global))),
            What::Take(user, global) => ("removeAdminRole", with(user, "role", role(global))),
            What::Confirm(user) => {
                let (id, _) = self.users[user];
                let query = "query($id: ID!) { node(id: $id) { ... on User { contact } } }";
                let read = actor
                    .run(query, json!({ "id": GlobalId::User(id).encode() }))
                    .await;
                let contact = read["data"]["node"]["contact"]
                    .as_str()
                    .unwrap_or("x@example.org");
                ("confirmContact", with(user, "contact", contact))
            }
            What::Touch(user) => {
                self.number += 1;
                let title = format!("Clerk {}", self.number);
                let mut input = self.on(user);
                input["jobTitle"] = json!(title);
                ("updateProfile", input)
            }
            What::Block(user) => ("blockSignIn", self.on(user)),
            What::Unblock(user) => ("unblockSignIn", self.on(user)),
            What::Delete(user) => ("deleteUser", self.on(user)),
            What::Restore(user) => ("restoreUser", self.on(user)),
            What::Consent => ("acceptOffer", self.offer(true).await),
        };
        let shown = matches!(what, What::Show(_));
        let made = matches!(what, What::Add(_));
        let selection = format!(
            "operation {{ actor {{ id }} hands {{ personId }} }} {} {}",
            if shown { "temporaryPassword" } else { "" },
            if made { "user { id }" } else { "" }
        );
        let chosen = input["newPassword"].as_str().map(str::to_owned);
        let answer = actor.mutate(field, input, &selection).await;
        if !reason(&answer).is_empty() {
            return None;
        }
        let done = &answer["data"][field];
        match (what, by) {
            (What::Add(_), _) => {
                let id = done["user"]["id"].as_str()?;
                let Some(GlobalId::User(id)) = GlobalId::decode(id) else {
                    return None;
                };
                let name = format!("user{}@contoso.mandate.example", self.users.len());
                self.users.push((id, name));
                self.passwords.push(String::new());
            }
            (What::Show(user), _) => done["temporaryPassword"]
                .as_str()?
                .clone_into(&mut self.passwords[user]),
            (What::Choose, By::As(user, _)) => self.passwords[user] = chosen?,
            _ => {}
        }
        let operation = &done["operation"];
        let hands = operation["hands"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|hand| &hand["personId"]);
        let named = hands.chain([&operation["actor"]["id"]]);
        let named = named.filter_map(|id| self.technicians.get(id.as_str()?).copied());
        Some(Done {
            named: named.collect(),
            ..Done::default()
        })
    }

    async fn offer(&self, amend: bool) -> Value {
        let (offer, revision) = self.app.db_offer("northwind").await;
        json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "amend": amend })
    }

    async fn open(&mut self, user: usize) -> Option<Done> {
        for mail in self.app.mails().await {
            let links = [Link::Enrol, Link::Reset, Link::Contact];
            let link = links.into_iter().find(|link| link.is_in(&mail));
            if let (Some(link), Some((user, reader))) = (link, self.mailboxes.get(&mail.to)) {
                self.links.insert(*user, (link, mail.secret(), *reader));
            }
        }
        let (link, secret, reader) = self.links.get(&user)?.clone();
        self.number += 1;
        let chosen = format!("{NEW} {}", self.number);
        let why = link.redeem_by(self.app, &secret, &chosen).await;
        if !why.is_empty() {
            return None;
        }
        let chooses = link != Link::Contact;
        if chooses {
            self.passwords[user] = chosen;
        }
        Some(Done {
            named: Vec::new(),
            reader: Some(reader),
            chosen: chooses,
        })
    }

    async fn of_grant(&self, field: &str, partner: usize, more: Value) -> Option<Done> {
        let carla = self.by(By::As(CARLA, Owner)).await?;
        let mut input = more;
        input["grantId"] = json!(self.app.grant(PARTNERS[partner], "contoso").await);
        let answer = carla.mutate(field, input, "grant { state }").await;
        reason(&answer).is_empty().then(Done::default)
    }

    async fn of_technician(&self, field: &str, party: Party, role: Option<&str>) -> Option<Done> {
        let (admin, partner) = if party == Tom {
            ("tina", "tailspin")
        } else {
            ("petra", "northwind")
        };
        let mut input = json!({ "accountId": self.app.account(partner).await, "userId": self.app.user(name(party)).await });
        if let Some(role) = role {
            input["role"] = json!(role);
        }
        let answer = self
            .app
            .sign_in(admin)
            .await
            .mutate(field, input, "user { id }")
            .await;
        reason(&answer).is_empty().then(Done::default)
    }
}

impl World for Api<'_> {
    async fn step(&mut self, step: Step) -> Option<Done> {
        match step {
            Step::Act(by, what) => self.act(by, what).await,
            Step::Open(user) => self.open(user).await,
            Step::Hold(partner) => self.of_grant("holdGrant", partner, json!({})).await,
            Step::Lift(partner) => self.of_grant("liftGrant", partner, json!({})).await,
            Step::End(partner) => self.of_grant("endGrant", partner, json!({})).await,
            Step::Lower(partner) => {
                self.of_grant("lowerGrant", partner, json!({ "roleCap": "LIMITED" }))
                    .await
            }
            // Where a grant stands, this would amend it.
            Step::Renew(partner) => {
                let query = "{ grants(first: 50) { nodes { state partner { name } } } }";
                let carla = self.by(By::As(CARLA, Owner)).await?;
                let grants = carla.data(query, Value::Null).await;
                let open = |grant: &&Value| {
                    grant["partner"]["name"] == "Northwind Support" && grant["state"] != "ENDED"
                };
                if partner == 1
                    || grants["grants"]["nodes"]
                        .as_array()?
                        .iter()
                        .any(|grant| open(&grant))
                {
                    return None;
                }
                let answer = carla
                    .mutate("acceptOffer", self.offer(false).await, "grant { state }")
                    .await;
                reason(&answer).is_empty().then(Done::default)
            }
            Step::Dismiss(party) => self.of_technician("removeDelegatedRole", party, None).await,
            Step::Wait => {
                self.app.app.clock.advance(TimeDelta::hours(25));
                Some(Done::default())
            }
            Step::Demote(party) => {
                self.of_technician("assignDelegatedRole", party, Some("LIMITED"))
                    .await
            }
            Step::Return(party) => {
                let role = if party == Liam { "LIMITED" } else { "FULL" };
                self.of_technician("assignDelegatedRole", party, Some(role))
                    .await
            }
        }
    }

    async fn hands(&mut self, user: usize) -> Vec<(Way, Party)> {
        let (db, now) = (&self.app.app.db.server(), self.app.app.now());
        let hands = hands::of_user(db, self.users[user].0, now).await.unwrap();
        let people = hands.0.iter().filter_map(|hand| {
            let person = GlobalId::User(hand.cause.person?).encode();
            Some((hand.way, self.technicians.get(&person).copied()?))
        });
        people.collect()
    }
}

async fn chains(app: &TestApp, chains: u64, length: usize) {
    let (chains, seed) = asked(chains);
    println!("{chains} chains from MODEL_SEED={seed}");
    // Side by side: most of the time goes by while a database is copied.
    let lanes = (0..LANES).map(|lane| async move {
        for number in (lane..chains).step_by(usize::try_from(LANES).unwrap()) {
            let fresh = app.fresh().await;
            let ended = run(
                &mut Api::new(&fresh).await,
                seed.wrapping_add(number),
                length,
            )
            .await;
            fresh.finish().await;
            ended.unwrap_or_else(|what| panic!("{what}"));
        }
    });
    futures_util::future::join_all(lanes).await;
}

async fn chains_over_http(app: &TestApp) {
    chains(app, 300, 15).await;
}

both!(chains_over_http);
