//! The record, as it is filtered for who reads it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, grant, on};

const QUERY: &str = "query($account: ID!, $filter: OperationFilter, $after: String) { operations(accountId: $account, first: 2, after: $after, filter: $filter) { nodes { kind actor { id name organization } grantId organization { name } } pageInfo { hasNextPage endCursor } } }";

/// A page of Contoso's record.
async fn page(actor: &Actor<'_>, filter: Value, after: Value) -> Value {
    let contoso = actor.app.account("contoso").await;
    let variables = json!({ "account": contoso, "filter": filter, "after": after });
    actor.data(QUERY, variables).await["operations"].clone()
}

/// Whether this is true of each entry.
fn each(page: &Value, is: impl Fn(&Value) -> bool) -> bool {
    page["nodes"].as_array().unwrap().iter().all(is)
}

async fn the_record_is_filtered_by_time_and_by_who_acted(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    app.app.clock.advance(TimeDelta::minutes(9));
    fiona
        .done("resetPassword", on(app, "ivan").await, "user { id }")
        .await;
    let time = json!({ "from": "2026-11-24T12:09:00Z", "to": "2026-11-24T12:10:00Z" });
    let latest = page(&carla, time, Value::Null).await;
    assert_eq!(latest["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &latest["nodes"][0]["kind"],
            &latest["nodes"][0]["organization"]["name"]
        ),
        (&json!("RESET_PASSWORD"), &json!("Contoso"))
    );
    let hers = json!({ "actorId": app.user("fiona").await, "outcome": "DONE" });
    let first = page(&carla, hers.clone(), Value::Null).await;
    assert!(each(&first, |entry| entry["actor"]["name"] == "Fiona Full"));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let rest = page(&carla, hers, first["pageInfo"]["endCursor"].clone()).await;
    assert_eq!(rest["nodes"].as_array().unwrap().len(), 1);
}

both!(the_record_is_filtered_by_time_and_by_who_acted);

async fn the_record_is_filtered_by_whose_doing_it_was(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    for filter in [
        json!({ "partner": "northwind.mandate.example" }),
        json!({ "delegated": true }),
        grant(app).await,
    ] {
        let found = page(&carla, filter.clone(), Value::Null).await;
        assert!(
            each(&found, |entry| {
                entry["actor"]["organization"] == "Northwind Support"
            }),
            "{filter}"
        );
    }
    let nobody = json!({ "partner": "nobody.mandate.example" });
    assert_eq!(page(&carla, nobody, Value::Null).await["nodes"], json!([]));
    let own = page(&carla, json!({ "delegated": false }), Value::Null).await;
    assert!(each(&own, |entry| entry["grantId"].is_null()));
}

both!(the_record_is_filtered_by_whose_doing_it_was);

async fn a_filter_shows_a_delegate_no_more_than_it_may_see(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let hers = page(&fiona, json!({ "delegated": false }), Value::Null).await;
    assert_eq!(hers["nodes"], json!([]));
}

both!(a_filter_shows_a_delegate_no_more_than_it_may_see);

async fn a_filter_names_the_field_that_is_wrong(app: &TestApp) {
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let wrong = json!({ "account": contoso, "filter": { "actorId": contoso } });
    let answer = carla.run(QUERY, wrong).await;
    assert_eq!(answer["errors"][0]["extensions"]["field"], "actorId");
}

both!(a_filter_names_the_field_that_is_wrong);
