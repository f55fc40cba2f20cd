//! After a disaster: losses are declared, what may have come back ends, and all goes on.

use mandate::{
    cli::{restore_records, verify_database},
    domain::{record::fault::Fault, values::id::GlobalId, viewer::Job},
    operations::{self, Envelope, system::restore_record::RestoreRecord},
    store::facts::Who,
};
use sea_orm::{ConnectionTrait, ExprTrait};
use serde_json::{Value, json};

use super::{act, faults, faults_with, heads, note, put_back, restarted};
use crate::support::{Browser, Link, TestApp, both, reason};

const HELD: &str = "FORBIDDEN/GRANT_HELD";

async fn an_honest_restore_goes_through(app: &TestApp) {
    let before = heads(app).await;
    let fiona = app.sign_in("fiona").await;
    let carla = app.sign_in("carla").await;
    act(app, "carla", "contoso", "lost.example").await;
    act(app, "adam", "adatum", "lost.example").await;
    let lost = note(app, "contoso").await;
    let app = &restarted(app).await;
    app.mails().await;
    put_back(app, &before).await;
    let restored = restore_records(&app.app).await.unwrap();
    assert!(restored.len() >= 3, "{restored:?}");
    // Said by the verifier, and no fault; what was seen of the lost entries is told by it.
    let outside = vec![("a note".to_owned(), lost.clone())];
    let verified = verify_database(&app.app, outside, true).await.unwrap();
    let contoso = verified
        .iter()
        .find(|one| one.name.starts_with("contoso"))
        .unwrap();
    assert!(
        verified.iter().all(|one| one.verdict.faults.is_empty()),
        "{verified:?}"
    );
    let first = before
        .iter()
        .find(|head| head.domain.starts_with("contoso"))
        .unwrap()
        .size
        + 1;
    assert_eq!(contoso.verdict.losses, [(first, lost.note.size)]);
    // A second time there is nothing to do.
    assert!(restore_records(&app.app).await.unwrap().is_empty());
    assert_eq!(faults(app).await, []);
    // Sessions from before have ended, and nobody reaches anything by a grant.
    for actor in [&fiona, &carla] {
        let token = actor.token.clone().unwrap();
        let answer = app
            .gql(Some(&token), "{ viewer { inHands } }", Value::Null)
            .await;
        assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID", "{answer}");
    }
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    let input = json!({ "accountId": app.account("contoso").await, "name": "held.example" });
    assert_eq!(fiona.fails("addDomain", input.clone()).await, HELD);
    let mails = app.mails().await;
    let to_client: Vec<_> = mails
        .iter()
        .filter(|mail| mail.subject == "Entries of the record of Contoso were lost")
        .collect();
    assert!(
        !to_client.is_empty()
            && to_client[0].text.contains(&format!(
                "Entries {first} to {} of the record",
                lost.note.size
            )),
        "{mails:?}"
    );
    // The page says it before a hold is lifted.
    let (_, page) = Browser::of(app, "carla").await.get("/grants").await;
    assert!(
        page.contains(&format!(
            "Entries {first} to {} of your record were lost",
            lost.note.size
        )),
        "{page}"
    );
    // Each side lifts what it decides about.
    let grant = GlobalId::Grant(app.db_grant("northwind", "contoso").await).encode();
    carla
        .done("liftGrant", json!({ "grantId": grant }), "grant { id }")
        .await;
    let told = "The delegated administration of Contoso by Northwind Support is no longer held by the client, and still by the partner";
    let subjects: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert!(
        subjects.iter().any(|subject| subject == told),
        "{subjects:?}"
    );
    let petra = app.sign_in("petra").await;
    petra
        .mutate("liftGrant", json!({ "grantId": grant }), "grant { id }")
        .await;
    fiona.done("addDomain", input, "domain { id }").await;
    assert_eq!(faults(app).await, []);
}

both!(an_honest_restore_goes_through);

async fn what_is_good_under_the_lock_is_left_as_it_is(app: &TestApp) {
    let (organization, before) = (
        app.db_organization("contoso").await,
        note(app, "contoso").await,
    );
    // As a run of the command that looked a moment too early would ask for it.
    let operation = RestoreRecord {
        whole: None,
        organization,
        seen: None,
        epoch: 1,
        anchored: Vec::new(),
        gone: Vec::new(),
    };
    operations::run(
        &app.app,
        Who::System(Job::Cli),
        Envelope::default(),
        operation,
    )
    .await
    .unwrap();
    assert_eq!(note(app, "contoso").await, before);
    assert!(app.sign_in("carla").await.token.is_some());
    assert!(restore_records(&app.app).await.unwrap().is_empty());
}

both!(what_is_good_under_the_lock_is_left_as_it_is);

async fn a_failover_that_lacks_the_last_moment_holds_who_lost_something_alone(app: &TestApp) {
    act(app, "carla", "contoso", "before.example").await;
    let before = heads(app).await;
    act(app, "carla", "contoso", "lost.example").await;
    let app = &restarted(app).await;
    put_back(app, &before).await;
    assert_eq!(
        act(app, "adam", "adatum", "goes-on.example").await["errors"],
        Value::Null
    );
    let restored = restore_records(&app.app).await.unwrap();
    assert_eq!(
        restored
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        ["contoso.mandate.example"]
    );
    assert_eq!(faults(app).await, []);
    let fiona = app.sign_in("fiona").await;
    let user =
        json!({ "accountId": app.account("adatum").await, "userId": app.user("alma").await });
    fiona.done("resetPassword", user, "user { id }").await;
    assert_eq!(
        act(app, "carla", "contoso", "again.example").await["errors"],
        Value::Null
    );
}

both!(a_failover_that_lacks_the_last_moment_holds_who_lost_something_alone);

async fn what_a_note_shows_beyond_the_declared_loss_is_a_fault(app: &TestApp) {
    let before = heads(app).await;
    act(app, "carla", "contoso", "one.example").await;
    let app = &restarted(app).await;
    act(app, "carla", "contoso", "two.example").await;
    let beyond = note(app, "contoso").await;
    // What the anchor file has not seen, nobody can declare.
    put_back(app, &before).await;
    let fresh = app.again(|_| {}).await;
    restore_records(&fresh.app).await.unwrap();
    assert_eq!(faults(&fresh).await, []);
    let found = faults_with(&fresh, vec![("a note".to_owned(), beyond)], false).await;
    assert!(matches!(&found[..], [Fault::Behind { .. }]), "{found:?}");
}

both!(what_a_note_shows_beyond_the_declared_loss_is_a_fault);

async fn an_organization_that_is_gone_altogether_is_told_by_the_platform(app: &TestApp) {
    let before = heads(app).await;
    let olivia = app.sign_in("olivia").await;
    let input = json!({ "name": "Lost", "slug": "lost", "admin": { "displayName": "Lea", "signInName": "lea", "contact": "lea@example.org" } });
    olivia
        .done("registerOrganization", input, "organization { id }")
        .await;
    Link::Enrol.redeem_mailed(app, "lea@example.org").await;
    let app = &restarted(app).await;
    // An older database has not heard of it.
    let db = app.intruder().await;
    let lost = app.db_organization("lost").await;
    for table in [
        "session",
        "link",
        "user_role",
        "operation",
        "chain_head",
        "hand",
        "domain",
    ] {
        delete(&db, table, "organization_id", lost.0).await;
    }
    db.execute_unprepared(
        "DELETE FROM refresh_token WHERE session_id NOT IN (SELECT id FROM session)",
    )
    .await
    .unwrap();
    delete(&db, "user", "organization_id", lost.0).await;
    delete(&db, "organization", "id", lost.0).await;
    put_back(app, &before).await;
    assert!(!faults(app).await.is_empty());
    restore_records(&app.app).await.unwrap();
    assert_eq!(faults(app).await, []);
    let verified = verify_database(&app.app, Vec::new(), false).await.unwrap();
    let gone = verified
        .iter()
        .find(|one| one.organization == lost)
        .unwrap();
    assert!(
        matches!(gone.verdict.losses[..], [(1, size)] if size > 0),
        "{gone:?}"
    );
    assert!(restore_records(&app.app).await.unwrap().is_empty());
}

both!(an_organization_that_is_gone_altogether_is_told_by_the_platform);

async fn delete(
    db: &sea_orm::DatabaseConnection,
    table: &'static str,
    column: &'static str,
    id: uuid::Uuid,
) {
    let mut delete = sea_orm::sea_query::Query::delete();
    delete
        .from_table(table)
        .and_where(sea_orm::sea_query::Expr::col(column).eq(id));
    db.execute(&delete).await.unwrap();
}
