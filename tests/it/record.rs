//! The record verifies, and whatever is done to it is found and named.

use std::fs;

use entity::operation;
use mandate::{
    cli::{export_record, verify_database, verify_file},
    domain::record::Fault,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::{Value, json};

use crate::support::{TestApp, both};

/// A connection that may write past the application, as someone with the database's password could.
async fn intruder(app: &TestApp) -> sea_orm::DatabaseConnection {
    use secrecy::ExposeSecret;
    sea_orm::Database::connect(app.app.config.database.url.expose_secret())
        .await
        .unwrap()
}

async fn faults(app: &TestApp) -> Vec<Fault> {
    let verified = verify_database(&app.app).await.unwrap();
    verified.into_iter().flat_map(|one| one.faults).collect()
}

async fn db_entries(app: &TestApp, slug: &str) -> Vec<operation::Model> {
    let organization = app.db_organization(slug).await;
    let query = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .order_by_asc(operation::Column::Seq);
    query.all(app.app.db.read()).await.unwrap()
}

both! {
    async fn an_untouched_record_is_good(app: TestApp) {
        assert_eq!(faults(app).await, []);
        let verified = verify_database(&app.app).await.unwrap();
        assert_eq!(verified.len(), 6);
    }

    async fn a_row_edited_by_sql_is_named(app: TestApp) {
        let entry = db_entries(app, "contoso").await[3].clone();
        let db = intruder(app).await;
        let edit = async |column: operation::Column, value: &str| {
            let update = operation::Entity::update_many()
                .filter(operation::Column::Id.eq(entry.id))
                .col_expr(column, Expr::value(value));
            update.exec(&db).await.unwrap();
            let found = faults(app).await;
            let back = operation::ActiveModel {
                kind: Set(entry.kind.clone()),
                body: Set(entry.body.clone()),
                beside: Set(entry.beside.clone()),
                ..Default::default()
            };
            operation::Entity::update_many().filter(operation::Column::Id.eq(entry.id)).set(back).exec(&db).await.unwrap();
            found
        };
        assert_eq!(edit(operation::Column::Kind, "user.add").await, [Fault::Column(4, "kind")]);
        let other = entry.body.replace("\"DONE\"", "\"REFUSED\"");
        assert!(edit(operation::Column::Body, &other).await.contains(&Fault::Hash(4)));
        assert_eq!(edit(operation::Column::Beside, "{}").await, [Fault::Beside(4)]);
        assert_eq!(faults(app).await, []);
        // A change that fixes the hash too breaks the next entry's link.
        let update = operation::Entity::update_many()
            .filter(operation::Column::Id.eq(entry.id))
            .col_expr(operation::Column::Body, Expr::value(&other))
            .col_expr(operation::Column::Hash, Expr::value(mandate::domain::record::hash(&other)));
        update.exec(&db).await.unwrap();
        assert!(faults(app).await.contains(&Fault::Broken(5)));
    }

    async fn a_missing_row_and_a_tail_cut_off_are_named(app: TestApp) {
        let entries = db_entries(app, "contoso").await;
        let (last, head) = (entries.len() as i64, entries.last().unwrap().clone());
        let db = intruder(app).await;
        operation::Entity::delete_by_id(head.id).exec(&db).await.unwrap();
        assert_eq!(faults(app).await, [Fault::Tail { signed: last, last: last - 1 }]);
        // Moving the signed end back does not help: the signature is not good for it.
        let before = &entries[entries.len() - 2];
        let id = before.organization_id;
        let sql = format!("UPDATE chain_head SET seq = {}, hash = '{}' WHERE seq = {last} AND hash = '{}'", last - 1, before.hash, head.hash);
        db.execute_unprepared(&sql).await.unwrap();
        assert!(matches!(faults(app).await[..], [Fault::Signature(_)]));
        db.execute_unprepared("DELETE FROM chain_head").await.unwrap();
        assert_eq!(faults(app).await.iter().filter(|fault| **fault == Fault::NoHead).count(), 6);
        operation::Entity::delete_by_id(db_entries(app, "adatum").await[1].id).exec(&db).await.unwrap();
        assert!(faults(app).await.contains(&Fault::Broken(3)));
        assert_eq!(id, app.db_organization("contoso").await);
    }

    async fn names_can_be_erased_and_the_chain_still_verifies(app: TestApp) {
        let entry = db_entries(app, "contoso").await[2].clone();
        let db = intruder(app).await;
        let erased = operation::ActiveModel {
            beside: Set(None), salt: Set(None), ticket: Set(None), ..Default::default()
        };
        operation::Entity::update_many().filter(operation::Column::Id.eq(entry.id)).set(erased).exec(&db).await.unwrap();
        assert_eq!(faults(app).await, []);
        let name = "Carla Client";
        assert!(!entry.body.contains(name) && entry.beside.unwrap().contains(name));
    }

    async fn an_export_verifies_with_public_keys_alone(app: TestApp) {
        let file = app.dir().join("contoso.jsonl");
        let id = app.db_organization("contoso").await;
        export_record(&app.app, id, &file).await.unwrap();
        let keys = serde_json::from_value(json!(app.app.keys.record_public())).unwrap();
        assert_eq!(verify_file(&file, &keys).unwrap().faults, []);
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let check = |lines: Vec<String>| {
            let file = app.dir().join("changed.jsonl");
            fs::write(&file, lines.join("\n")).unwrap();
            verify_file(&file, &keys).unwrap().faults
        };
        let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let end = lines.len() as i64 - 2;
        assert_eq!(check(own(&lines[..lines.len() - 1])), [Fault::NoHead]);
        let mut cut = own(&lines);
        cut.remove(lines.len() - 2);
        assert_eq!(check(cut), [Fault::Tail { signed: end, last: end - 1 }]);
        let mut edited = own(&lines);
        edited[2] = edited[2].replace("session.sign_in", "session.refresh");
        assert!(check(edited).contains(&Fault::Hash(2)));
        let other: mandate::auth::keys::PublicKeys = serde_json::from_value(json!({ "keys": [] })).unwrap();
        assert!(matches!(verify_file(&file, &other).unwrap().faults[..], [Fault::Signature(_)]));
        assert!(verify_file(&app.dir().join("none"), &keys).is_err());
    }

    async fn a_session_by_a_secret_that_a_delegate_caused_is_marked(app: TestApp) {
        let fiona = app.sign_in("fiona").await;
        let contoso = app.account("contoso").await;
        let input = json!({ "accountId": contoso, "userId": app.user("ivan").await, "ticket": "T-9", "reason": "Forgot it." });
        fiona.done("resetPassword", input, "operation { ticket note }").await;
        let mails = app.mails().await;
        let password = "seven quiet otters carry umbrellas";
        let input = json!({ "secret": mails[0].secret(), "newPassword": password });
        app.anonymous().done("redeemReset", input, "operationId").await;
        // What a delegate had sent to a contact in nobody's hands puts nobody into its hands.
        let ivan = app.sign_in_as("ivan@contoso.mandate.example", password).await;
        let query = "{ viewer { inHands organization { operations(first: 1) { nodes { kind hands { grantId } } } } } }";
        let viewer = ivan.data(query, Value::Null).await["viewer"].clone();
        assert_eq!(viewer["inHands"], false);
        assert_eq!(viewer["organization"]["operations"]["nodes"], json!([{ "kind": "SIGN_IN", "hands": [] }]));
    }
}
