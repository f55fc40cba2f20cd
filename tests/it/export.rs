//! Exports of the record: streamed, recorded, for who asked and as long as it may.

use chrono::TimeDelta;
use mandate::{auth::keys::PublicKeys, cli::verify_file};
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, record_verifies};

async fn export(actor: &Actor<'_>, account: &str, format: &str, filter: Value) -> String {
    let input = json!({ "accountId": account, "format": format, "filter": filter });
    let done = actor
        .done(
            "exportRecord",
            input,
            "downloadUrl operation { kind changes { name value } }",
        )
        .await;
    let url = done["downloadUrl"].as_str().unwrap();
    url[url.find("/exports/").unwrap()..].to_owned()
}

async fn a_whole_record_verifies_elsewhere(app: &TestApp) {
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let path = export(&carla, &contoso, "JSON_LINES", Value::Null).await;
    // What is recorded after the export is asked for is not in it.
    carla
        .done(
            "addDomain",
            json!({ "accountId": contoso, "name": "later.example" }),
            "domain { id }",
        )
        .await;
    let (status, headers, body) = app.get(&path).await;
    assert_eq!(
        (status.as_u16(), headers["content-type"].to_str().unwrap()),
        (200, "application/jsonl; charset=utf-8")
    );
    let file = app.dir().join("record.jsonl");
    std::fs::write(&file, &body).unwrap();
    // With the keys that anyone reads.
    let (_, _, keys) = app.get("/.well-known/mandate-record-keys.json").await;
    let keys: PublicKeys = serde_json::from_str(&keys).unwrap();
    let verified = verify_file(&file, &keys, Vec::new()).unwrap();
    let verified = verified.verdict;
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    assert!(
        verified.entries > 20 && body.contains("record.export") && !body.contains("later.example")
    );
    // Cut short, it does not.
    std::fs::write(
        &file,
        body.lines()
            .take(10)
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    )
    .unwrap();
    assert!(
        !verify_file(&file, &keys, Vec::new())
            .unwrap()
            .verdict
            .faults
            .is_empty()
    );
    record_verifies(app).await;
}

both!(a_whole_record_verifies_elsewhere);

async fn a_spreadsheet_gets_what_was_asked_for(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let input = json!({ "accountId": contoso, "userId": app.user("ivan").await, "ticket": "=1+1", "note": "Says \"hello\", twice" });
    fiona.done("resetPassword", input, "user { id }").await;
    let path = export(
        &carla,
        &contoso,
        "CSV",
        json!({ "partner": "northwind.mandate.example", "outcome": "DONE" }),
    )
    .await;
    let (status, _, body) = app.get(&path).await;
    assert_eq!(status.as_u16(), 200);
    // By this mark, spreadsheets know how it is written.
    assert!(body.starts_with('\u{feff}'));
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(
        rows.len() >= 3
            && rows
                .iter()
                .all(|row| &row[column("actor_organization")] == "Northwind Support")
    );
    let reset = rows
        .iter()
        .find(|row| &row[column("kind")] == "RESET_PASSWORD")
        .unwrap();
    // No cell is a formula.
    assert_eq!(
        (&reset[column("ticket")], &reset[column("note")]),
        ("'=1+1", "Says \"hello\", twice")
    );
    assert_eq!(
        (
            &reset[column("actor_name")],
            &reset[column("role")],
            &reset[column("outcome")]
        ),
        ("Fiona Full", "FULL", "DONE")
    );
}

both!(a_spreadsheet_gets_what_was_asked_for);

async fn an_export_is_for_who_asked_as_long_as_it_may(app: &TestApp) {
    let (carla, uma, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("uma").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let input = json!({ "accountId": contoso, "format": "CSV" });
    assert_eq!(
        fiona.fails("exportRecord", input.clone()).await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        uma.fails("exportRecord", input.clone()).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    let path = export(&carla, &contoso, "CSV", Value::Null).await;
    assert_eq!(app.get(&path).await.0.as_u16(), 200);
    assert_eq!(app.get(&format!("{path}x")).await.0.as_u16(), 401);
    app.app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(app.get(&path).await.0.as_u16(), 401);
    // Signed out, or no longer an admin: nothing is given.
    let path = export(&carla, &contoso, "CSV", Value::Null).await;
    carla
        .run("mutation { signOut { replayed } }", Value::Null)
        .await;
    assert_eq!(app.get(&path).await.0.as_u16(), 401);
    let role =
        json!({ "accountId": contoso, "userId": app.user("uma").await, "role": "GLOBAL_ADMIN" });
    let carla = app.sign_in("carla").await;
    carla
        .done("assignAdminRole", role.clone(), "user { id }")
        .await;
    let path = export(&app.sign_in("uma").await, &contoso, "CSV", Value::Null).await;
    assert_eq!(app.get(&path).await.0.as_u16(), 200);
    carla.done("removeAdminRole", role, "user { id }").await;
    assert_eq!(app.get(&path).await.0.as_u16(), 403);
    // A replay shows no address.
    let keyed = json!({ "accountId": contoso, "format": "CSV", "idempotencyKey": "e" });
    carla
        .done("exportRecord", keyed.clone(), "downloadUrl")
        .await;
    let again = carla
        .done("exportRecord", keyed, "downloadUrl replayed")
        .await;
    assert_eq!(again, json!({ "downloadUrl": null, "replayed": true }));
    let query = "{ viewer { organization { operations(filter: { kinds: [EXPORT_RECORD], outcome: DONE }) { nodes { actor { name } } } } } }";
    let entries =
        carla.data(query, Value::Null).await["viewer"]["organization"]["operations"]["nodes"]
            .clone();
    assert_eq!(entries.as_array().unwrap().len(), 4);
}

both!(an_export_is_for_who_asked_as_long_as_it_may);
