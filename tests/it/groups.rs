//! Acts that share a transaction: one that fails before it wrote is no matter of the others; where one breaks the
//! transaction, it goes alone, and after a second such failure each goes alone.

use sea_orm::{ConnectionTrait, DatabaseBackend};
use serde_json::{Value, json};

use crate::support::{TestApp, both, record_verifies, with};

/// Adds users of these names in one call: what became of each row, and how many inserts wrote entries of the record.
async fn added(app: &TestApp, names: &[&str]) -> (Vec<String>, usize) {
    let fiona = app.sign_in("fiona").await;
    let row = |name: &&str| json!({ "displayName": name, "signInName": name, "contact": format!("{name}@example.org") });
    let input = json!({
        "accountId": app.account("contoso").await,
        "users": names.iter().map(row).collect::<Vec<_>>(),
    });
    let selection =
        "rows { ... on AddUserPayload { user { displayName } } ... on RowError { code } }";
    let (statements, done) = app
        .statements_of(fiona.done("addUsers", input, selection))
        .await;
    let entries = statements
        .iter()
        .filter(|sql| sql.starts_with("INSERT INTO \"operation\""));
    let outcome = |row: &Value| {
        let name = &row["user"]["displayName"];
        name.as_str()
            .or(row["code"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let rows = done["rows"].as_array().unwrap().iter().map(outcome);
    (rows.collect(), entries.count())
}

/// From now on the database fails when a link to this person is written, which is after the person is.
async fn breaks_for(app: &TestApp, name: &str) {
    let db = app.intruder().await;
    let statements: &[&str] = match db.get_database_backend() {
        DatabaseBackend::Postgres => &[
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF EXISTS (SELECT 1 FROM \"user\" WHERE id = NEW.user_id AND display_name LIKE '{name}%') \
             THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER broken BEFORE INSERT ON link FOR EACH ROW EXECUTE FUNCTION broken()",
        ],
        _ => &["CREATE TRIGGER broken BEFORE INSERT ON link \
             WHEN EXISTS (SELECT 1 FROM \"user\" WHERE id = NEW.user_id AND display_name LIKE '{name}%') \
             BEGIN SELECT RAISE(ABORT, 'broken'); END"],
    };
    for sql in statements {
        db.execute_unprepared(&sql.replace("{name}", name))
            .await
            .unwrap();
    }
}

async fn many_are_added_with_an_outcome_a_row(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let row = |name: &str, contact: &str| json!({ "displayName": name, "signInName": name, "contact": contact });
    let input = json!({
        "accountId": app.account("contoso").await, "ticket": "HD-7", "idempotencyKey": "monday",
        "users": [row("anna", "anna@example.org"), row("ivan", "ivan2@example.org"), row("bert", "no address"), row("cora", "cora@example.org")],
    });
    let selection = "rows { __typename ... on AddUserPayload { replayed user { id signInName enrolled } operation { ticket role } } ... on RowError { code reason field message } }";
    let rows = fiona.done("addUsers", input.clone(), selection).await["rows"].clone();
    let kinds: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["__typename"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["AddUserPayload", "RowError", "RowError", "AddUserPayload"]
    );
    assert_eq!(
        rows[0]["user"]["signInName"],
        "anna@contoso.mandate.example"
    );
    assert_eq!(
        rows[0]["operation"],
        json!({ "ticket": "HD-7", "role": "FULL" })
    );
    assert_eq!(
        (&rows[1]["code"], &rows[1]["reason"], &rows[1]["field"]),
        (
            &json!("CONFLICT"),
            &json!("NAME_TAKEN"),
            &json!("signInName")
        )
    );
    assert_eq!(
        (&rows[2]["code"], &rows[2]["field"]),
        (&json!("BAD_USER_INPUT"), &json!("contact"))
    );
    let again = fiona.done("addUsers", input.clone(), selection).await["rows"].clone();
    assert_eq!(
        (&again[0]["replayed"], &again[0]["user"]["id"]),
        (&json!(true), &rows[0]["user"]["id"])
    );
    assert_eq!(again[1]["reason"], "NAME_TAKEN");
    // Each row's link, and for each the client's own admins are told of the contact.
    let mails = app.mails().await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.text.contains("/enrol/"))
            .count(),
        2
    );
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.subject.starts_with("A partner added a user: "))
            .count(),
        2
    );
    let many = with(input, "users", json!(vec![row("x", "x@example.org"); 101]));
    assert_eq!(
        fiona.mutate("addUsers", many, "rows { __typename }").await["errors"][0]["extensions"]["field"],
        "users"
    );
    record_verifies(app).await;
}

both!(many_are_added_with_an_outcome_a_row);

async fn rows_of_one_call_share_a_transaction(app: &TestApp) {
    let (rows, entries) = added(app, &["anna", "bert", "cora"]).await;
    assert_eq!(rows, ["anna", "bert", "cora"]);
    assert_eq!(entries, 1);
    record_verifies(app).await;
}

both!(rows_of_one_call_share_a_transaction);

async fn a_name_that_is_taken_rolls_nothing_back(app: &TestApp) {
    let (rows, entries) = added(app, &["anna", "ivan", "anna", "cora"]).await;
    assert_eq!(rows, ["anna", "CONFLICT", "CONFLICT", "cora"]);
    // One for those that were added, and one for each of the two refusals, of which the second is a repeat.
    assert_eq!(entries, 2);
    record_verifies(app).await;
}

both!(a_name_that_is_taken_rolls_nothing_back);

async fn who_breaks_the_transaction_goes_alone(app: &TestApp) {
    breaks_for(app, "broken").await;
    let (rows, entries) = added(app, &["anna", "broken", "cora"]).await;
    assert_eq!(rows, ["anna", "INTERNAL_SERVER_ERROR", "cora"]);
    assert_eq!(entries, 1);
    record_verifies(app).await;
}

both!(who_breaks_the_transaction_goes_alone);

async fn after_a_second_break_each_goes_alone(app: &TestApp) {
    breaks_for(app, "broken").await;
    let names = ["anna", "broken", "cora", "broken2", "dora"];
    let (rows, entries) = added(app, &names).await;
    let failed = "INTERNAL_SERVER_ERROR";
    assert_eq!(rows, ["anna", failed, "cora", failed, "dora"]);
    assert_eq!(entries, 3);
    record_verifies(app).await;
}

both!(after_a_second_break_each_goes_alone);
