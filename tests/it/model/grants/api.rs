//! The sequences over HTTP, on either database.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use entity::{grant, offer_count, response, states::Answer};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{PARTNER_OF, Role, Side, State, Step, TWO};
use crate::support::{Actor, TestApp, postgres, reason, record_verifies};

/// For how many days after its term a grant is renewed, by default.
pub const GRACE_DAYS: u32 = 30;

const TECHNICIANS: [&str; 3] = ["fiona", "liam", "tom"];
const PARTNERS: [&str; 2] = ["northwind", "tailspin"];
const PARTNER_ADMINS: [&str; 2] = ["petra", "tina"];
const CLIENTS: [&str; 2] = ["contoso", "adatum"];
const CLIENT_ADMINS: [&str; 2] = ["carla", "adam"];
const USERS: [&str; 2] = ["ivan", "alma"];

/// Whether the sequences can run on PostgreSQL.
pub fn has_postgres() -> bool {
    postgres::url("postgres").is_some()
}

/// A server on SQLite or PostgreSQL.
pub struct Api<const POSTGRES: bool> {
    runtime: Runtime,
    app: TestApp,
    /// The latest offer of each partner: its id, and what an answer to it names.
    offers: HashMap<usize, (Value, Value)>,
    number: u32,
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Limited => "LIMITED",
        Role::Full => "FULL",
    }
}

async fn open_grants(app: &TestApp, partner: usize, client: usize) -> u64 {
    let partner = app.db_organization(PARTNERS[partner]).await;
    let client = app.db_organization(CLIENTS[client]).await;
    let open = grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::ClientId.eq(client))
        .filter(grant::Column::EndedAt.is_null());
    open.count(app.app.db.read()).await.unwrap()
}

/// What is kept of each offer's answers is what they are, if they are counted: each client by its latest.
async fn answers_are_counted(app: &TestApp) {
    let db = app.app.db.server();
    let query = response::Entity::find().order_by_asc(response::Column::Id);
    let mut latest = BTreeMap::new();
    for row in query.all(&db).await.unwrap() {
        latest.insert((row.offer_id, row.client_id), row.answer);
    }
    let mut counted: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for ((offer, _), answer) in latest {
        let counts = counted.entry(offer).or_default();
        match answer {
            Answer::Accepted => counts.0 += 1,
            Answer::Declined => counts.1 += 1,
        }
    }
    let kept = offer_count::Entity::find().all(&db).await.unwrap();
    let kept = kept.into_iter();
    let kept: BTreeMap<_, _> = kept
        .map(|row| (row.offer_id, (row.accepted, row.declined)))
        .collect();
    assert_eq!(kept, counted);
}

async fn opened(postgres: bool) -> TestApp {
    let app = match postgres {
        true => TestApp::postgres().await.unwrap(),
        false => TestApp::sqlite().await,
    };
    for partner in TWO {
        for client in TWO {
            if open_grants(&app, partner, client).await > 0 {
                let input =
                    json!({ "grantId": app.grant(PARTNERS[partner], CLIENTS[client]).await });
                let admin = app.sign_in(CLIENT_ADMINS[client]).await;
                admin.done("endGrant", input, "__typename").await;
            }
        }
    }
    app
}

/// Who takes a step, by which mutation, with what.
async fn call<'a>(
    app: &'a TestApp,
    offers: &HashMap<usize, (Value, Value)>,
    step: &Step,
) -> (Actor<'a>, &'static str, Value) {
    let grant = async |partner: usize, client: usize| json!({ "grantId": app.grant(PARTNERS[partner], CLIENTS[client]).await });
    let side = |partner: usize, client: usize, side: Side| match side {
        Side::Client => CLIENT_ADMINS[client],
        Side::Partner => PARTNER_ADMINS[partner],
    };
    let account = async |partner: usize| app.account(PARTNERS[partner]).await;
    let (who, field, input) = match *step {
        Step::Offer(partner, cap, days) => {
            let expires = app.app.now() + TimeDelta::days(300);
            let input = json!({ "accountId": account(partner).await, "roleCap": name(cap), "term": format!("P{days}D"), "expiresAt": expires });
            (PARTNER_ADMINS[partner], "createOffer", input)
        }
        Step::Withdraw(partner) => {
            let input =
                json!({ "accountId": account(partner).await, "offerId": offers[&partner].0 });
            (PARTNER_ADMINS[partner], "withdrawOffer", input)
        }
        Step::Accept {
            partner,
            client,
            lower,
            amend,
        } => {
            let mut input = offers[&partner].1.clone();
            input["amend"] = json!(amend);
            if lower {
                input["roleCap"] = json!("LIMITED");
            }
            (CLIENT_ADMINS[client], "acceptOffer", input)
        }
        Step::Decline(partner, client) => (
            CLIENT_ADMINS[client],
            "declineOffer",
            offers[&partner].1.clone(),
        ),
        Step::End(partner, client, by) => (
            side(partner, client, by),
            "endGrant",
            grant(partner, client).await,
        ),
        Step::Hold(partner, client, by) => (
            side(partner, client, by),
            "holdGrant",
            grant(partner, client).await,
        ),
        Step::Lift(partner, client, by) => (
            side(partner, client, by),
            "liftGrant",
            grant(partner, client).await,
        ),
        Step::Give(technician, _) | Step::Take(technician) => {
            let partner = PARTNER_OF[technician];
            let mut input = json!({ "accountId": account(partner).await, "userId": app.user(TECHNICIANS[technician]).await });
            let field = match *step {
                Step::Give(_, role) => {
                    input["role"] = json!(name(role));
                    "assignDelegatedRole"
                }
                _ => "removeDelegatedRole",
            };
            (PARTNER_ADMINS[partner], field, input)
        }
        Step::Suspend(partner) => {
            let input =
                json!({ "organizationId": account(partner).await, "message": "Under review." });
            ("olivia", "suspendCertification", input)
        }
        Step::Reinstate(partner) => {
            let input = json!({ "organizationId": account(partner).await });
            ("olivia", "reinstateCertification", input)
        }
        Step::Wait(_) => unreachable!("nobody does this"),
    };
    (app.sign_in(who).await, field, input)
}

impl<const POSTGRES: bool> StateMachineTest for Api<POSTGRES> {
    type SystemUnderTest = Self;
    type Reference = State;

    fn init_test(_: &State) -> Self {
        let runtime = Runtime::new().unwrap();
        let app = runtime.block_on(opened(POSTGRES));
        Self {
            runtime,
            app,
            offers: HashMap::new(),
            number: 0,
        }
    }

    fn apply(mut api: Self, state: &State, step: Step) -> Self {
        api.number += 1;
        if let Step::Wait(days) = step {
            api.app.app.clock.advance(TimeDelta::days(days.into()));
            return api;
        }
        let answer = api.runtime.block_on(async {
            let (actor, field, input) = call(&api.app, &api.offers, &step).await;
            let selection = match step {
                Step::Offer(..) => "offer { id token revision digest }",
                _ => "__typename",
            };
            let answer = actor.mutate(field, input, selection).await;
            assert!(
                answer.get("errors").is_some() == state.refused
                    || matches!(step, Step::Decline(..)),
                "{step:?}: {}",
                reason(&answer)
            );
            answer
        });
        let offer = &answer["data"]["createOffer"]["offer"];
        if let (Step::Offer(partner, ..), true) = (step, offer.is_object()) {
            let read = json!({ "token": offer["token"], "revision": offer["revision"], "digest": offer["digest"] });
            api.offers.insert(partner, (offer["id"].clone(), read));
        }
        api
    }

    fn check_invariants(api: &Self, state: &<State as ReferenceStateMachine>::State) {
        api.runtime.block_on(async {
            for partner in TWO {
                for client in TWO {
                    let open = open_grants(&api.app, partner, client).await;
                    assert_eq!(open, state.open_grants(partner, client), "{partner} {client}");
                }
            }
            for (technician, name) in TECHNICIANS.into_iter().enumerate() {
                let actor = api.app.sign_in(name).await;
                for client in TWO {
                    let role = state.acts_as(technician, client);
                    let user = api.app.user(USERS[client]).await;
                    let input = json!({ "accountId": api.app.account(CLIENTS[client]).await, "userId": user });
                    let mut asked = input.clone();
                    asked["operation"] = json!("RESET_PASSWORD");
                    let query = "query($input: ExplainAccessInput!) { explainAccess(input: $input) { allowed reason } }";
                    let answer = actor.data(query, json!({ "input": asked })).await;
                    let allowed = &answer["explainAccess"];
                    assert_eq!(allowed["allowed"], json!(role.is_some()), "{name} in {client}: {allowed}");
                    let mut input = input;
                    input["jobTitle"] = json!(format!("Clerk {} {name}", api.number));
                    let answer = actor.mutate("updateProfile", input, "__typename").await;
                    let done = answer.get("errors").is_none();
                    assert_eq!(done, role == Some(Role::Full), "{name} in {client}: {}", reason(&answer));
                }
            }
        });
    }

    fn teardown(api: Self, _: State) {
        let Self { runtime, app, .. } = api;
        runtime.block_on(async {
            record_verifies(&app).await;
            answers_are_counted(&app).await;
            app.finish().await;
        });
    }
}
