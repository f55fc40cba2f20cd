//! The worker costs an act nothing that it has nothing to deliver for.

use std::time::Duration;

use entity::outbox;
use mandate::{
    db::Locks,
    domain::delivery::Delivery,
    stop::Stop,
    store::outbox::{Caused, push},
    worker,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{TestApp, both, logs, on};

async fn thousands_of_mails_are_put_into_the_outbox_at_once(app: &TestApp) {
    let db = app.app.db.server();
    let before = outbox::Entity::find().count(&db).await.unwrap();
    let tx = app.app.db.begin(&Locks::default()).await.unwrap();
    let (by, now) = (app.db_organization("contoso").await, app.app.now());
    // More parameters than a statement takes on either database.
    let mails = (0..6000).map(|_| Caused {
        by,
        delivery: Delivery::Link {
            link: app.app.rng.id(now),
            proves: false,
        },
    });
    push(&tx, &app.app.rng, mails.collect(), now).await.unwrap();
    tx.commit().await.unwrap();
    let after = outbox::Entity::find().count(&db).await.unwrap();
    assert_eq!(after - before, 6000);
    let places = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Place)
        .filter(outbox::Column::Cause.eq(by))
        .distinct();
    assert!(places.count(&db).await.unwrap() >= 6000);
}

both!(thousands_of_mails_are_put_into_the_outbox_at_once);

async fn what_fails_leaves_the_others_their_turn(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    app.mails().await;
    let ivan = on(app, "ivan").await;
    carla.done("resetPassword", ivan, "replayed").await;
    let db = app.intruder().await;
    let rename = async |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        db.execute_unprepared(&sql).await.unwrap();
    };
    rename("recovery", "elsewhere").await;
    let done = worker::run_due(&app.app).await;
    rename("elsewhere", "recovery").await;
    assert!(done.is_err());
    let waiting = outbox::Entity::find().filter(outbox::Column::DoneAt.is_null());
    assert_eq!(waiting.count(&db).await.unwrap(), 0);
}

both!(what_fails_leaves_the_others_their_turn);

async fn only_a_delivery_wakes_it(app: &TestApp) {
    // It looks for other work so seldom that the test does not see it.
    let app = &app
        .again(|config| config.worker.interval_seconds = 3600)
        .await;
    let stop = Stop::new(CancellationToken::new(), Duration::from_secs(5));
    let working = tokio::spawn(worker::run(app.app.clone(), stop.clone()));
    let carla = app.sign_in("carla").await;
    let (contoso, ivan) = (app.account("contoso").await, app.user("ivan").await);
    tokio::time::sleep(Duration::from_millis(300)).await;

    let renamed = async {
        let input = json!({ "accountId": contoso, "userId": ivan, "displayName": "Ivan Inside" });
        carla.done("updateProfile", input, "replayed").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let (statements, ()) = app.statements_of(renamed).await;
    let looked = statements
        .iter()
        .filter(|sql| sql.contains("outbox") || sql.contains("refusal_count"));
    assert_eq!(looked.collect::<Vec<_>>(), Vec::<&String>::new());

    let reset = async {
        carla
            .done(
                "resetPassword",
                json!({ "accountId": contoso, "userId": ivan }),
                "replayed",
            )
            .await;
        for _ in 0..100 {
            if app.app.config.mail.folder.exists() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (statements, ()) = app.statements_of(reset).await;
    assert!(
        app.app.config.mail.folder.exists(),
        "the mail was not sent at once"
    );
    assert!(
        !statements.iter().any(|sql| sql.contains("refusal_count")),
        "{statements:#?}"
    );
    stop.ask();
    working.await.unwrap();
    app.app.db.close().await;
}

both!(only_a_delivery_wakes_it);

async fn what_is_redelivered_is_sent_at_once(app: &TestApp) {
    let down = app
        .again(|config| {
            config.mail.transport = mandate::config::MailTransport::Smtp;
            config.mail.smtp_url = "smtp://127.0.0.1:1".to_owned().into();
            config.mail.attempts = 1;
        })
        .await;
    let carla = down.sign_in("carla").await;
    carla.done("resetPassword", json!({ "accountId": down.account("contoso").await, "userId": down.user("ivan").await }), "replayed").await;
    worker::run_due(&down.app).await.unwrap();
    down.app.db.close().await;

    let app = &app
        .again(|config| config.worker.interval_seconds = 3600)
        .await;
    let stop = Stop::new(CancellationToken::new(), Duration::from_secs(5));
    let working = tokio::spawn(worker::run(app.app.clone(), stop.clone()));
    let olivia = app.sign_in("olivia").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let given_up = olivia
        .data("{ deliveries { nodes { id } } }", json!({}))
        .await;
    let id = &given_up["deliveries"]["nodes"][0]["id"];
    olivia
        .done("redeliver", json!({ "deliveryId": id }), "replayed")
        .await;
    for _ in 0..100 {
        if app.app.config.mail.folder.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        app.app.config.mail.folder.exists(),
        "the mail was not sent at once"
    );
    stop.ask();
    working.await.unwrap();
    app.app.db.close().await;
}

both!(what_is_redelivered_is_sent_at_once);

async fn a_delivery_that_is_put_off_or_given_up_is_named_in_the_log_with_why(app: &TestApp) {
    let down = app
        .again(|config| {
            config.mail.transport = mandate::config::MailTransport::Smtp;
            config.mail.smtp_url = "smtp://127.0.0.1:1".to_owned().into();
            config.mail.attempts = 2;
        })
        .await;
    let carla = down.sign_in("carla").await;
    let reset = on(&down, "ivan").await;
    carla.done("resetPassword", reset, "replayed").await;
    worker::run_due(&down.app).await.unwrap();
    down.app.clock.advance(chrono::TimeDelta::minutes(1));
    worker::run_due(&down.app).await.unwrap();
    let db = down.app.db.read();
    let given_up = outbox::Entity::find()
        .filter(outbox::Column::DeadAt.is_not_null())
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let error = given_up.last_error.unwrap();
    for told in ["A delivery is put off.", "A delivery was given up."] {
        let lines = logs::lines();
        let of_it = |line: &&str| {
            line.contains(told)
                && line.contains(&format!("delivery={}", given_up.id))
                && line.contains(&error)
        };
        assert_eq!(lines.lines().filter(of_it).count(), 1, "{told}");
    }
    down.app.db.close().await;
}

both!(a_delivery_that_is_put_off_or_given_up_is_named_in_the_log_with_why);
