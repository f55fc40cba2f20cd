//! Lanes: who goes first, how much may wait, and that what waits shares a transaction.

use std::time::Duration;

use entity::ids::OrganizationId;
use mandate::{
    db::{Lock, Locks, Tx},
    error::Error,
    lanes::{Act, Lanes, Turn},
};
use sea_orm::DatabaseBackend;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Actor, TestApp, both, record_verifies};

fn organization(number: u128) -> OrganizationId {
    Uuid::from_u128(number).into()
}

/// An act of this name, asked for by an organization.
fn act(name: &'static str, account: u128, asker: u128, first: bool) -> (Turn, Act) {
    let turn = Turn {
        account: organization(account),
        asker: organization(asker),
        first,
    };
    (turn, Box::new(name))
}

fn names(acts: Vec<Act>) -> Vec<&'static str> {
    let acts = acts.into_iter();
    acts.map(|act| *act.downcast::<&str>().unwrap()).collect()
}

#[test]
fn organizations_take_turns_and_what_ends_authority_goes_first() {
    let lanes = Lanes::new(1);
    let greedy = ["a1", "a2", "a3", "a4"].map(|name| act(name, 1, 10, false));
    assert_eq!(lanes.push(greedy.into()).unwrap(), [0]);
    let others = [
        act("b1", 2, 20, false),
        act("end", 1, 30, true),
        act("end again", 1, 30, true),
        act("end of another", 2, 30, true),
    ];
    // Somebody empties the lane already.
    assert!(lanes.push(others.into()).unwrap().is_empty());
    let taken = names(lanes.take(0, 5));
    assert_eq!(taken, ["end", "end of another", "a1", "b1", "end again"]);
    let (turn, back) = act("a2 again", 1, 10, false);
    lanes.put_back(turn, back).unwrap();
    assert_eq!(names(lanes.take(0, 9)), ["a2 again", "a2", "a3", "a4"]);
    assert!(lanes.take(0, 9).is_empty());
    let late = vec![act("late", 1, 10, false)];
    assert_eq!(lanes.push(late).unwrap(), [0], "the lane was idle");
}

#[test]
fn a_lane_is_bounded_and_no_organization_fills_it() {
    let lanes = Lanes::new(1);
    let many = |number, asker| (0..number).map(|_| act("x", 1, asker, false)).collect();
    lanes.push(many(900, 10)).unwrap();
    // All or none.
    assert!(matches!(lanes.push(many(200, 10)), Err(Error::Overloaded)));
    lanes.push(many(100, 10)).unwrap();
    assert!(matches!(lanes.push(many(1, 10)), Err(Error::Overloaded)));
    lanes.push(many(1_000, 20)).unwrap();
    assert!(matches!(lanes.push(many(1, 30)), Err(Error::Overloaded)));
    assert_eq!(lanes.take(0, 500).len(), 500);
    lanes.push(many(500, 30)).unwrap();
}

/// Acts of two lanes are taken in together or not at all: a lane that nobody empties would hold them for ever.
#[test]
fn what_finds_no_room_in_one_lane_is_in_no_other() {
    let lanes = Lanes::new(2);
    let (even, odd) = (organization(2), organization(3));
    assert_ne!(lanes.of(even), lanes.of(odd));
    let full = (0..1_000).map(|_| act("x", 3, 10, false)).collect();
    lanes.push(full).unwrap();
    let both = vec![act("a", 2, 10, false), act("b", 3, 10, false)];
    assert!(matches!(lanes.push(both), Err(Error::Overloaded)));
    assert_eq!(
        lanes.push(vec![act("a", 2, 10, false)]).unwrap(),
        [lanes.of(even)]
    );
}

#[test]
fn an_account_is_always_in_the_same_lane() {
    let lanes = Lanes::new(2);
    let mut seen = [0, 0];
    for number in 0..100 {
        let lane = lanes.of(organization(number * 7));
        assert_eq!(lane, lanes.of(organization(number * 7)));
        seen[lane] += 1;
    }
    assert!(seen.iter().all(|seen| *seen > 20), "{seen:?}");
}

#[test]
fn what_waits_for_an_account_is_taken_together_and_ends_authority_first() {
    let lanes = Lanes::new(1);
    let account = organization(1);
    assert!(!lanes.is_locked(account));
    let acts = vec![act("a", 1, 10, false), act("b", 1, 10, false)];
    assert!(lanes.wait(account, acts), "nobody waited");
    assert!(lanes.is_locked(account) && !lanes.is_locked(organization(2)));
    let acts = vec![act("c", 1, 10, false), act("end", 1, 20, true)];
    assert!(!lanes.wait(account, acts), "somebody takes them already");
    assert_eq!(lanes.waiting(), 4);
    assert_eq!(names(lanes.next(account, 3)), ["end", "a", "b"]);
    assert_eq!(names(lanes.next(account, 3)), ["c"]);
    assert!(lanes.is_locked(account), "whoever takes them looks again");
    assert!(lanes.next(account, 3).is_empty());
    assert!(!lanes.is_locked(account));
    // As many may wait for an account as one organization may ask for; what is done in others goes on.
    let many = |number| (0..number).map(|_| act("x", 1, 10, false)).collect();
    lanes.wait(account, many(999));
    lanes.push(vec![act("last", 1, 20, false)]).unwrap();
    lanes.wait(account, many(1));
    let late = || vec![act("elsewhere", 2, 20, false), act("late", 1, 20, false)];
    assert!(matches!(lanes.push(late()), Err(Error::Overloaded)));
    assert_eq!(names(lanes.take(0, 9)), ["last"], "all or none");
    lanes.push(vec![act("elsewhere", 2, 20, false)]).unwrap();
}

/// Thirty acts of a delegate in one account, while something is held for two seconds: the transactions that they took, in
/// which none is lost and each has a place of its own.
async fn transactions_of_thirty(app: &TestApp, fiona: &Actor<'_>, held: Vec<Tx>) -> usize {
    let (account, user) = (app.account("contoso").await, app.user("ivan").await);
    let acts = (0..30).map(|number| {
        let input = json!({ "accountId": account, "userId": user, "displayName": format!("Ivan {number}") });
        fiona.done("updateProfile", input, "operation { sequence } user { displayName }")
    });
    let release = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        for held in held {
            held.rollback().await.unwrap();
        }
    };
    let all = async { tokio::join!(futures_util::future::join_all(acts), release).0 };
    let (statements, answers) = app.statements_of(all).await;
    let mut places: Vec<i64> = answers
        .iter()
        .map(|answer| answer["operation"]["sequence"].as_i64().unwrap())
        .collect();
    places.sort_unstable();
    let first = places[0];
    let expected: Vec<i64> = (first..first + 30).collect();
    assert_eq!(places, expected);
    record_verifies(app).await;
    statements
        .iter()
        .filter(|one| one.starts_with("INSERT INTO \"operation\""))
        .count()
}

async fn acts_that_wait_share_a_transaction(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    // No transaction can begin until all acts wait: the first of them alone, the others behind it.
    let mut turns = Vec::new();
    let connections = match app.app.db.backend() {
        DatabaseBackend::Postgres => app.app.config.database.connections / 2,
        _ => 1,
    };
    for _ in 0..connections {
        turns.push(app.app.db.begin(&Locks::default()).await.unwrap());
    }
    let transactions = transactions_of_thirty(app, &fiona, turns).await;
    assert!(transactions <= 2, "{transactions}");
}

both!(acts_that_wait_share_a_transaction);

async fn acts_that_wait_for_an_account_share_a_transaction(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let account = app.db_organization("contoso").await;
    let mut locks = Locks::default();
    locks.add(account, Lock::Exclusive);
    let held = app.app.db.begin(&locks).await.unwrap();
    let transactions = transactions_of_thirty(app, &fiona, vec![held]).await;
    // Those that came before the account was found locked, and those behind them.
    assert!(transactions <= 3, "{transactions}");
}

both!(acts_that_wait_for_an_account_share_a_transaction);

/// Each act of the group that renames a user is told by what the user was called before it.
async fn an_act_sees_what_an_earlier_one_of_its_transaction_did(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let carla = app.sign_in("carla").await;
    let (account, user) = (app.account("contoso").await, app.user("ivan").await);
    let rename =
        |name: String| json!({ "accountId": account, "userId": user, "displayName": name });
    let acts = (0..12).map(|number| {
        let (actor, name) = (
            if number % 2 == 0 { &fiona } else { &carla },
            format!("Ivan {number:02}"),
        );
        actor.done(
            "updateProfile",
            rename(name),
            "operation { sequence targetName }",
        )
    });
    let mut told = futures_util::future::join_all(acts).await;
    told.sort_by_key(|answer| answer["operation"]["sequence"].as_i64());
    let mut names = std::collections::BTreeSet::new();
    for answer in &told {
        let entry = &answer["operation"];
        // Each name was given once, so that no act may tell the same one.
        assert!(names.insert(entry["targetName"].to_string()), "{told:#?}");
    }
    record_verifies(app).await;
}

both!(an_act_sees_what_an_earlier_one_of_its_transaction_did);

async fn nobody_who_hung_up_before_its_turn_is_served(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let carla = app.sign_in("carla").await;
    let (account, user) = (app.account("contoso").await, app.user("ivan").await);
    let rename = json!({ "accountId": account, "userId": user, "displayName": "Nobody waits" });
    let turn = app.app.db.begin(&Locks::default()).await.unwrap();
    if app.app.db.backend() == DatabaseBackend::Postgres {
        turn.rollback().await.unwrap();
        return;
    }
    // One act is in its turn and waits for the writer; the other waits behind it, and its caller goes.
    let first = json!({ "accountId": account, "userId": user, "displayName": "First" });
    let first = carla.done("updateProfile", first, "user { displayName }");
    let second = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let gone = fiona.mutate("updateProfile", rename, "user { displayName }");
        assert!(
            tokio::time::timeout(Duration::from_millis(300), gone)
                .await
                .is_err()
        );
        turn.rollback().await.unwrap();
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(first["user"]["displayName"], "First");
    let user = carla.data(
        "query($id: ID!) { node(id: $id) { ... on User { displayName } } }",
        json!({ "id": user }),
    );
    assert_eq!(user.await["node"]["displayName"], "First");
}

both!(nobody_who_hung_up_before_its_turn_is_served);
