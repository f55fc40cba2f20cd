//! What is known of a user who is gone is erased, with an entry, and the record still verifies; rows that are no
//! longer needed are removed in their time.

use chrono::TimeDelta;
use entity::{
    export, idempotency, link, offer_sending, operation, outbox, recovery, refresh_token,
    refusal_count, session, sign_up,
};
use mandate::cli::verify_database;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{TestApp, both, record_verifies};

async fn a_purge_erases_the_texts_of_the_user_and_the_record_verifies(app: &TestApp) {
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let ivan = app.user("ivan").await;
    let id = app.db_user("ivan").await;
    // As who acts, and as who is touched: with a ticket and a reason that may speak of it.
    let own = app.sign_in("ivan").await;
    own.run("mutation { signOut { replayed } }", Value::Null)
        .await;
    let input =
        json!({ "accountId": contoso, "userId": ivan, "ticket": "HR-77", "note": "Ivan is ill." });
    carla
        .done("revokeSessions", input.clone(), "user { id }")
        .await;
    carla.done("deleteUser", input, "user { id }").await;
    let of = operation::Entity::find().filter(
        operation::Column::ActorId
            .eq(id)
            .or(operation::Column::TargetId.eq(id.0)),
    );
    let before = of.clone().all(app.app.db.read()).await.unwrap();
    assert!(
        before.iter().any(|row| row.note.is_some())
            && before
                .iter()
                .any(|row| row.actor_name.as_deref() == Some("Ivan Ordinary")),
        "{before:?}"
    );
    app.app
        .clock
        .advance(TimeDelta::days(app.app.config.times.restore_days));
    // In steps, so that nobody waits: a hundred entries and more take several.
    app.mails().await;
    app.mails().await;
    let after = of.all(app.app.db.read()).await.unwrap();
    assert_eq!(after.len(), before.len() + 1);
    for row in &after {
        if row.actor_id == Some(id) {
            assert_eq!((&row.actor_name, &row.actor_sign_in_name), (&None, &None));
        }
        if row.target_id == Some(id.0) {
            assert_eq!(
                (&row.target_name, &row.ticket, &row.note),
                (&None, &None, &None),
                "{row:?}"
            );
        }
    }
    // Who did it to the user is told still.
    assert!(
        after
            .iter()
            .any(|row| row.actor_name.as_deref() == Some("Carla Client"))
    );
    let verified = verify_database(&app.app, Vec::new(), true).await.unwrap();
    let erased: i64 = verified.iter().map(|one| one.verdict.erased).sum();
    assert!(
        verified.iter().all(|one| one.verdict.faults.is_empty()),
        "{verified:?}"
    );
    assert!(erased > 5, "{erased}");
    // Nothing of it is left anywhere in the account's rows.
    let rows = entity::user::Entity::find_by_id(id)
        .one(app.app.db.read())
        .await
        .unwrap()
        .unwrap();
    assert!(!format!("{rows:?}{after:?}").contains("Ivan"), "{rows:?}");
    let carla = app.sign_in("carla").await;
    let query = "query($id: ID!, $user: ID!) { operations(accountId: $id, filter: { targetId: $user }) { nodes { kind targetName note } } }";
    let read = carla
        .data(query, json!({ "id": contoso, "user": ivan }))
        .await;
    assert!(
        read.to_string().contains("PURGE_USER") && !read.to_string().contains("Ivan"),
        "{read}"
    );
    record_verifies(app).await;
}

both!(a_purge_erases_the_texts_of_the_user_and_the_record_verifies);

async fn rows_are_removed_when_they_are_past_their_time(app: &TestApp) {
    let contoso = app.account("contoso").await;
    let fiona = app.sign_in("fiona").await;
    let input =
        json!({ "accountId": contoso, "userId": app.user("ivan").await, "idempotencyKey": "k-1" });
    fiona.done("resetPassword", input, "user { id }").await;
    let carla = app.sign_in("carla").await;
    carla
        .done(
            "exportRecord",
            json!({ "accountId": contoso, "format": "CSV" }),
            "downloadUrl",
        )
        .await;
    let petra = app.sign_in("petra").await;
    let (offer, _) = app.db_offer("northwind").await;
    let offer_id = mandate::domain::values::id::GlobalId::Offer(offer.id).encode();
    let input = json!({ "accountId": app.account("northwind").await, "offerId": offer_id, "addresses": ["someone@example.org"] });
    petra.done("sendOffer", input, "offer { id }").await;
    let db = app.intruder().await;
    let now = app.app.now();
    let asked = sign_up::ActiveModel {
        id: Set(app.app.rng.id(now)),
        offer_id: Set(offer.id),
        name: Set("N".to_owned()),
        slug: Set("n".to_owned()),
        admin_name: Set("A".to_owned()),
        admin_sign_in_name: Set("a".to_owned()),
        contact: Set("a@example.org".to_owned()),
        hash: Set(None),
        created_at: Set(now),
        expires_at: Set(now),
        closed_at: Set(None),
        mailbox: Set(None),
    };
    sign_up::Entity::insert(asked)
        .exec_without_returning(&db)
        .await
        .unwrap();
    // A recovery that ended.
    let olivia = app.sign_in("olivia").await;
    let input = json!({ "organizationId": contoso, "signInName": "carla@contoso.mandate.example", "contact": "carla@mail.example", "note": "Asked." });
    let started = olivia.done("startRecovery", input, "recovery { id }").await;
    olivia
        .done(
            "stopRecovery",
            json!({ "recoveryId": started["recovery"]["id"], "note": "Not asked." }),
            "recovery { id }",
        )
        .await;
    let counter = refusal_count::ActiveModel {
        organization_id: Set(app.db_organization("contoso").await),
        actor_id: Set(app.db_user("ivan").await),
        kind: Set("k".to_owned()),
        reason: Set("r".to_owned()),
        target: Set(String::new()),
        hour: Set(now),
        repeats: Set(1),
        closed_at: Set(Some(now)),
    };
    refusal_count::Entity::insert(counter)
        .exec_without_returning(&db)
        .await
        .unwrap();
    app.mails().await;
    let keep = &app.app.config.retention;
    // Each is there until its time, and gone after it.
    let counts = async || {
        let db = app.app.db.read();
        vec![
            ("export", export::Entity::find().count(db).await.unwrap()),
            (
                "idempotency",
                idempotency::Entity::find().count(db).await.unwrap(),
            ),
            ("sign_up", sign_up::Entity::find().count(db).await.unwrap()),
            (
                "counter",
                refusal_count::Entity::find()
                    .filter(refusal_count::Column::Kind.eq("k"))
                    .count(db)
                    .await
                    .unwrap(),
            ),
            (
                "outbox",
                outbox::Entity::find()
                    .filter(outbox::Column::CreatedAt.lte(now))
                    .count(db)
                    .await
                    .unwrap(),
            ),
            ("link", link::Entity::find().count(db).await.unwrap()),
            (
                "session",
                session::Entity::find()
                    .filter(session::Column::CreatedAt.lte(now))
                    .count(db)
                    .await
                    .unwrap(),
            ),
            (
                "token",
                refresh_token::Entity::find()
                    .filter(refresh_token::Column::CreatedAt.lte(now))
                    .count(db)
                    .await
                    .unwrap(),
            ),
            (
                "recovery",
                recovery::Entity::find()
                    .filter(recovery::Column::StartedAt.gte(now))
                    .count(db)
                    .await
                    .unwrap(),
            ),
            (
                "sending",
                offer_sending::Entity::find().count(db).await.unwrap(),
            ),
        ]
    };
    assert!(
        counts().await.iter().all(|(_, number)| *number > 0),
        "{:?}",
        counts().await
    );
    let mut gone: Vec<&str> = Vec::new();
    let mut days = 0;
    // A link of a week expires later than an export of minutes; the margin is a day.
    for (until, what) in [
        (keep.exports_days, &["export"][..]),
        (
            keep.idempotency_days,
            &["idempotency", "sign_up", "counter", "outbox"],
        ),
        (keep.links_days, &["link", "session", "token", "recovery"]),
        (keep.sendings_days, &["sending"]),
    ] {
        app.app
            .clock
            .advance(TimeDelta::days(until - days) - TimeDelta::hours(1));
        app.mails().await;
        let left: Vec<_> = counts()
            .await
            .into_iter()
            .filter(|(name, number)| what.contains(name) && *number == 0)
            .collect();
        assert!(left.is_empty(), "too early: {left:?}");
        app.app
            .clock
            .advance(TimeDelta::days(9) + TimeDelta::hours(1));
        days = until + 9;
        app.mails().await;
        gone.extend(what);
        let found = counts().await;
        let there: Vec<_> = found
            .iter()
            .filter(|(name, number)| gone.contains(name) && *number > 0)
            .collect();
        assert!(there.is_empty(), "not removed: {there:?}");
    }
    record_verifies(app).await;
}

both!(rows_are_removed_when_they_are_past_their_time);
