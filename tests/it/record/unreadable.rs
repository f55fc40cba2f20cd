//! One row that nobody can read, or one record that nobody believes, stops nothing else.

use chrono::TimeDelta;
use entity::{ids::OutboxId, operation, outbox, refusal_count};
use mandate::{
    cli::{restore_records, verify_database},
    db::is_unreadable,
    domain::record::{
        Body,
        fault::Fault,
        state::{ImpliedState, Told},
    },
    store::record::{exported, first_form::bring_over},
    worker,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, Statement, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{act, entries, faults, head};
use crate::support::{TestApp, both, reason};

async fn an_entry_that_cannot_be_read_is_named_and_set_aside(app: &TestApp) {
    for name in ["one.example", "two.example", "three.example"] {
        act(app, "carla", "contoso", name).await;
    }
    let rows = entries(app, "contoso").await;
    let row = &rows[rows.len() - 2];
    let write = operation::Entity::update_many().filter(operation::Column::Id.eq(row.id));
    let write = write.col_expr(operation::Column::Outcome, Expr::value("UNHEARD_OF"));
    write.exec(&app.intruder().await).await.unwrap();

    let verified = verify_database(&app.app, Vec::new(), true).await.unwrap();
    assert_eq!(verified.len(), 6);
    assert_eq!(faults(app).await, [Fault::Unreadable(row.seq)]);
    // The way out takes it along with what follows it: the entry before it may be anyone's, by then.
    let restored = restore_records(&app.app).await.unwrap();
    assert_eq!(
        restored
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        ["contoso.mandate.example"]
    );
    assert_eq!(faults(app).await, []);
    let aside = std::fs::read_dir(&app.app.config.anchors.dir)
        .unwrap()
        .map(|file| file.unwrap().path());
    let aside: Vec<_> = aside
        .filter(|path| path.to_string_lossy().contains("set-aside-"))
        .collect();
    assert!(
        std::fs::read_to_string(&aside[0])
            .unwrap()
            .contains("cannot be read")
    );
    assert_eq!(
        act(app, "carla", "contoso", "four.example").await["errors"],
        Value::Null
    );
}

both!(an_entry_that_cannot_be_read_is_named_and_set_aside);

async fn a_database_that_fails_is_no_entry_that_cannot_be_read(app: &TestApp) {
    let db = app.intruder().await;
    let sql = Statement::from_string(db.get_database_backend(), "SELECT * FROM nowhere");
    let failed = db.query_one_raw(sql).await.unwrap_err();
    assert!(!is_unreadable(&failed), "{failed:?}");
    // Nor is anything set aside then.
    app.app.db.close().await;
    assert!(restore_records(&app.app).await.is_err());
}

both!(a_database_that_fails_is_no_entry_that_cannot_be_read);

async fn an_act_after_the_term_of_its_grant_is_named(app: &TestApp) {
    let (mut stands, mut late) = (Told::default(), Told::default());
    let mut delegated = 0;
    for row in entries(app, "contoso").await {
        let mut body: Body = serde_json::from_str(&exported(&row).unwrap().body).unwrap();
        stands.take(&body);
        if body.authority == entity::states::AuthorityKind::Delegated
            && body.outcome == entity::states::Outcome::Done
        {
            delegated += 1;
            body.at = serde_json::from_str("\"2099-01-01T00:00:00.000000Z\"").unwrap();
        }
        late.take(&body);
    }
    let unfounded = |told: Told| {
        ImpliedState::from(told)
            .left()
            .iter()
            .filter(|(_, fault)| fault.to_string().contains("no such grant stood"))
            .count()
    };
    assert!(delegated > 0);
    assert_eq!((unfounded(stands), unfounded(late)), (0, delegated));
}

both!(an_act_after_the_term_of_its_grant_is_named);

async fn a_delivery_that_cannot_be_read_stops_no_other(app: &TestApp) {
    let (db, now) = (app.intruder().await, app.app.now());
    // More than are claimed at once, all due before it.
    let ids = (1..=9).map(|number| OutboxId(uuid::Uuid::from_u128(number)));
    for id in ids.clone() {
        let unread = outbox::ActiveModel {
            id: Set(id),
            payload: Set("{\"kind\":\"of_another_release\"}".to_owned()),
            created_at: Set(now),
            due_at: Set(now - TimeDelta::hours(1)),
            attempts: Set(0),
            done_at: Set(None),
            dead_at: Set(None),
            last_error: Set(None),
            urgency: Set(1),
            place: Set(0),
            cause: Set(None),
            mailbox: Set(None),
            claimed_by: Set(None),
        };
        unread.insert(&db).await.unwrap();
    }
    let carla = app.sign_in("carla").await;
    let user =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
    carla.done("resetPassword", user, "replayed").await;
    assert_eq!(app.mails().await.len(), 1);
    for id in ids {
        let row = outbox::Entity::find_by_id(id)
            .one(app.app.db.read())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.dead_at.is_some(), row.last_error.as_deref()),
            (true, Some("it cannot be read"))
        );
    }
}

both!(a_delivery_that_cannot_be_read_stops_no_other);

async fn many_things_that_wait_for_one_record_keep_no_other_waiting(app: &TestApp) {
    let db = app.intruder().await;
    let hour = app.app.now() - TimeDelta::hours(9);
    let (contoso, adatum) = (
        app.db_organization("contoso").await,
        app.db_organization("adatum").await,
    );
    let counters =
        (0..130)
            .map(|n| (contoso, n, hour))
            .chain([(adatum, 200, hour + TimeDelta::hours(2))]);
    for (account, person, hour) in counters {
        let counter = refusal_count::ActiveModel {
            organization_id: Set(account),
            actor_id: Set(entity::ids::UserId(uuid::Uuid::from_u128(person))),
            kind: Set("user.add".to_owned()),
            reason: Set("FORBIDDEN".to_owned()),
            target: Set(String::new()),
            hour: Set(hour),
            repeats: Set(2),
            closed_at: Set(None),
        };
        counter.insert(&db).await.unwrap();
    }
    let kept = head(app, "contoso").await;
    let mut forged = kept.clone().into_active_model();
    forged.epoch = Set(3);
    forged.update(&db).await.unwrap();
    for _ in 0..2 {
        worker::run_due(&app.app).await.unwrap();
    }
    let waiting = async |account| {
        let open = refusal_count::Entity::find()
            .filter(refusal_count::Column::OrganizationId.eq(account))
            .filter(refusal_count::Column::ClosedAt.is_null());
        open.all(app.app.db.read()).await.unwrap().len()
    };
    assert_eq!((waiting(adatum).await, waiting(contoso).await), (0, 130));

    // Meanwhile a delegate neither reads nor is told that it could.
    let fiona = app.sign_in("fiona").await;
    let explain = json!({ "input": { "accountId": app.account("contoso").await, "operation": "RESET_PASSWORD" } });
    let query =
        "query($input: ExplainAccessInput!) { explainAccess(input: $input) { allowed reason } }";
    assert_eq!(
        fiona.data(query, explain.clone()).await["explainAccess"]["reason"],
        "GRANT_HELD"
    );

    // As soon as it is settled, elsewhere and without an act, all goes on.
    kept.into_active_model()
        .reset_all()
        .update(&db)
        .await
        .unwrap();
    for _ in 0..4 {
        worker::run_due(&app.app).await.unwrap();
    }
    assert_eq!(waiting(contoso).await, 0);
    assert_eq!(
        fiona.data(query, explain).await["explainAccess"]["allowed"],
        true
    );
}

both!(many_things_that_wait_for_one_record_keep_no_other_waiting);

async fn entries_put_there_as_those_of_an_earlier_release_are_not_signed(app: &TestApp) {
    let (db, before) = (app.intruder().await, entries(app, "contoso").await);
    for table in ["operation_first", "chain_head_first"] {
        db.execute_unprepared(&format!("CREATE TABLE {table} (id text)"))
            .await
            .unwrap();
    }
    let refused = bring_over(&app.app).await.unwrap_err();
    assert!(format!("{:#}", anyhow::Error::from(refused)).contains("brought over before"));
    assert_eq!(entries(app, "contoso").await, before);
    assert_eq!(
        reason(&act(app, "carla", "contoso", "one.example").await),
        ""
    );
}

both!(entries_put_there_as_those_of_an_earlier_release_are_not_signed);
