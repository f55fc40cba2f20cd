//! What is too frequent for an entry each is counted, and enters the record once an hour.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, both, reason, record_verifies};

/// Entries of a kind in an account's record, as its admin reads them.
async fn told(app: &TestApp, kind: &str) -> Vec<Value> {
    let carla = app.sign_in("carla").await;
    let query = "query($id: ID!, $kinds: [OperationKind!]) { operations(accountId: $id, filter: { kinds: $kinds }) { nodes { kind targetName targetId job changes { name value } } } }";
    let variables = json!({ "id": app.account("contoso").await, "kinds": [kind] });
    let found = carla.data(query, variables).await["operations"]["nodes"].clone();
    found.as_array().unwrap().clone()
}

fn change(entry: &Value, name: &str) -> Value {
    let changes = entry["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["name"] == name);
    change.map_or(Value::Null, |change| change["value"].clone())
}

async fn failed_sign_ins_of_a_user_are_told_to_its_organization(app: &TestApp) {
    let name = "ivan@contoso.mandate.example";
    for password in ["wrong", "wrong again", "and again"] {
        assert_eq!(
            reason(&app.anonymous().sign_in(name, password).await),
            "UNAUTHENTICATED/CREDENTIALS_INVALID"
        );
    }
    // Who is not there is nobody's to be told of.
    app.anonymous()
        .sign_in("nobody@contoso.mandate.example", "wrong")
        .await;
    app.mails().await;
    assert!(told(app, "SUMMARISE_REFUSALS").await.is_empty());
    app.anonymous().sign_in(name, "once more").await;
    app.app.clock.advance(TimeDelta::hours(1));
    app.mails().await;
    let told = told(app, "SUMMARISE_REFUSALS").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (change(&told[0], "kind"), change(&told[0], "repeats")),
        (json!("session.sign_in"), json!("4"))
    );
    assert_eq!(
        (&told[0]["targetId"], &told[0]["job"]),
        (&json!(app.user("ivan").await), &json!("worker"))
    );
    record_verifies(app).await;
}

both!(failed_sign_ins_of_a_user_are_told_to_its_organization);

async fn people_whom_a_delegate_is_shown_are_counted_and_told_to_the_client(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let contoso = app.account("contoso").await;
    let users = "query($id: ID!) { client(id: $id) { users(first: 2) { nodes { id contact } } } }";
    for _ in 0..3 {
        fiona.data(users, json!({ "id": contoso })).await;
    }
    fiona
        .data(
            "query($id: ID!) { node(id: $id) { id } }",
            json!({ "id": app.user("ivan").await }),
        )
        .await;
    fiona
        .data(
            "{ findUsers(address: \"ivan@contoso.mandate.example\") { user { id } } }",
            Value::Null,
        )
        .await;
    // A list of clients is no read of people, and one's own admin is no delegate.
    app.sign_in("liam")
        .await
        .data("{ clients(first: 5) { nodes { name } } }", Value::Null)
        .await;
    app.sign_in("uma")
        .await
        .data(
            "{ viewer { organization { users(first: 5) { nodes { id } } } } }",
            Value::Null,
        )
        .await;
    // No read waits for a lock, or writes.
    let (statements, _) = app
        .statements_of(fiona.data(users, json!({ "id": contoso })))
        .await;
    assert!(
        !statements
            .iter()
            .any(|sql| sql.contains("refusal_count") || sql.contains("INSERT")),
        "{statements:?}"
    );
    app.mails().await;
    app.app.clock.advance(TimeDelta::hours(1));
    app.mails().await;
    let told = told(app, "SUMMARISE_READS").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(change(&told[0], "people_shown"), json!("10"));
    assert_eq!(
        told[0]["targetName"],
        json!("Fiona Full (fiona@northwind.mandate.example, Northwind Support)")
    );
    record_verifies(app).await;
}

both!(people_whom_a_delegate_is_shown_are_counted_and_told_to_the_client);

async fn a_taken_name_under_a_grant_is_in_the_record(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let contoso = app.account("contoso").await;
    let input = json!({ "accountId": contoso, "displayName": "Ivan II", "signInName": "ivan", "contact": "ivan2@example.org", "ticket": "T-1" });
    assert!(fiona.fails("addUser", input).await.ends_with("NAME_TAKEN"));
    let carla = app.sign_in("carla").await;
    let query = "query($id: ID!) { operations(accountId: $id, first: 2, filter: { outcome: REFUSED }) { nodes { kind reason ticket actor { name } } } }";
    let found = carla.data(query, json!({ "id": contoso })).await["operations"]["nodes"][0].clone();
    assert_eq!(
        found,
        json!({ "kind": "ADD_USER", "reason": "NAME_TAKEN", "ticket": "T-1", "actor": { "name": "Fiona Full" } })
    );
}

both!(a_taken_name_under_a_grant_is_in_the_record);
