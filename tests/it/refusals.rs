//! Refusals are recorded: the first of an hour as an entry, repeats as a count, closed by a summary.

use chrono::TimeDelta;
use mandate::worker;
use serde_json::{Value, json};

use crate::support::{TestApp, both, reason};

const RECORD: &str = "{ viewer { organization { operations(first: 20) { nodes { kind outcome reason ticket note job role grantId actor { name } changes { name value } } } } } }";

async fn record(app: &TestApp, who: &str) -> Vec<Value> {
    let data = app.sign_in(who).await.data(RECORD, Value::Null).await;
    data["viewer"]["organization"]["operations"]["nodes"]
        .as_array()
        .unwrap()
        .clone()
}

async fn an_innocent_refusal_does_not_hide_another(app: &TestApp) {
    let liam = app.sign_in("liam").await;
    let contoso = app.account("contoso").await;
    for name in ["hector", "carla", "hector"] {
        let input = json!({ "accountId": contoso, "userId": app.user(name).await, "ticket": name });
        assert_eq!(
            liam.fails("resetPassword", input).await,
            "FORBIDDEN/TARGET_PRIVILEGED"
        );
    }
    let entries = record(app, "carla").await;
    let tickets: Vec<_> = entries
        .iter()
        .filter(|entry| entry["reason"] == "TARGET_PRIVILEGED")
        .map(|entry| entry["ticket"].as_str())
        .collect();
    // The demo world's own refusal on Hector was an hour of its own.
    assert_eq!(tickets[..2], [Some("carla"), Some("hector")]);
}

both!(an_innocent_refusal_does_not_hide_another);

async fn repeats_are_counted_and_summarised(app: &TestApp) {
    let liam = app.sign_in("liam").await;
    let input = json!({ "accountId": app.account("contoso").await, "name": "x.example", "ticket": "T-3", "note": "Asked by phone." });
    for _ in 0..4 {
        assert_eq!(
            liam.fails("addDomain", input.clone()).await,
            "FORBIDDEN/ROLE_LIMITED"
        );
    }
    let entries = record(app, "carla").await;
    let refused: Vec<_> = entries
        .iter()
        .filter(|entry| entry["kind"] == "ADD_DOMAIN" && entry["outcome"] == "REFUSED")
        .collect();
    assert_eq!(refused.len(), 1);
    let entry = refused[0];
    assert_eq!(
        (&entry["ticket"], &entry["note"]),
        (&json!("T-3"), &json!("Asked by phone."))
    );
    assert_eq!(
        (&entry["actor"]["name"], &entry["role"]),
        (&json!("Liam Limited"), &json!("LIMITED"))
    );
    app.app.clock.advance(TimeDelta::hours(1));
    for _ in 0..2 {
        worker::run_due(&app.app).await.unwrap();
    }
    let entries = record(app, "carla").await;
    let summaries: Vec<_> = entries
        .iter()
        .filter(|entry| entry["kind"] == "SUMMARISE_REFUSALS")
        .collect();
    let of_domains: Vec<_> = summaries
        .iter()
        .filter(|entry| entry["changes"].to_string().contains("domain.add"))
        .collect();
    assert_eq!(of_domains.len(), 1, "{summaries:#?}");
    assert_eq!(of_domains[0]["job"], "worker");
    assert!(
        of_domains[0]["changes"]
            .as_array()
            .unwrap()
            .contains(&json!({ "name": "repeats", "value": "3" }))
    );
}

both!(repeats_are_counted_and_summarised);

async fn what_the_actor_may_not_see_enters_its_own_record(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let input = json!({ "accountId": app.account("fabrikam").await, "name": "x.example" });
    assert_eq!(
        fiona.fails("addDomain", input).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    let hidden = |entries: &[Value]| {
        entries
            .iter()
            .any(|entry| entry["reason"] == "NO_SUCH_THING")
    };
    assert!(hidden(&record(app, "petra").await));
    assert!(!hidden(&record(app, "ursula").await));
}

both!(what_the_actor_may_not_see_enters_its_own_record);

async fn too_many_operations_are_refused_before_any_write(app: &TestApp) {
    let limited = app
        .again(|config| config.limits.operations_per_minute = 3)
        .await;
    let fiona = limited.sign_in("fiona").await;
    let input = json!({ "accountId": limited.account("fabrikam").await, "name": "x.example" });
    for _ in 0..3 {
        fiona.fails("addDomain", input.clone()).await;
    }
    let (statements, answer) = limited
        .statements_of(fiona.mutate("addDomain", input, "operation { id }"))
        .await;
    assert_eq!(reason(&answer), "RATE_LIMITED/TOO_MANY_REQUESTS");
    assert!(
        statements.iter().all(|sql| sql.starts_with("SELECT")),
        "{statements:?}"
    );
    limited.app.db.close().await;
}

both!(too_many_operations_are_refused_before_any_write);
