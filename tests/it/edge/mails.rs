//! Mail: the platform is nobody's way to flood a mailbox, and who has many mails sent delays nobody else's.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::{outbox, sign_up};
use mandate::{
    db::Presence,
    domain::delivery::{Delivery, Urgency},
    store::outbox as queue,
    worker,
};
use sea_orm::{ColumnTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    sign_up::trial,
    support::{TestApp, both},
};

async fn sign_up(app: &TestApp, token: &str, slug: &str, contact: &str) {
    let input = json!({
        "token": token, "organizationName": format!("Lamp {slug}"), "slug": slug,
        "adminName": "Berta Beginner", "adminSignInName": "berta", "contact": contact,
    });
    app.anonymous()
        .done("requestSignUp", input, "__typename")
        .await;
}

/// Adds users whose enrolment mails all go to one address.
async fn add(app: &TestApp, who: &str, account: &str, first: usize, number: usize, contact: &str) {
    let account = app.account(account).await;
    for place in first..first + number {
        let input = json!({
            "accountId": account, "displayName": "New User",
            "signInName": format!("new{place}"), "contact": contact,
        });
        app.sign_in(who)
            .await
            .done("addUser", input, "user { id }")
            .await;
    }
}

async fn waiting(app: &TestApp) -> u64 {
    let query = outbox::Entity::find()
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DeadAt.is_null());
    query.count(app.app.db.read()).await.unwrap()
}

async fn sign_ups_for_one_mailbox_are_one_mail(app: &TestApp) {
    let app = &app
        .again(|config| config.auth.attempts_per_minute = 1000)
        .await;
    let token = trial(app).await;
    for place in 0..10 {
        // One mailbox, however it is written.
        let contact = [
            "berta@example.org",
            "Berta@Example.org",
            "berta+x@example.org",
        ][place % 3];
        sign_up(app, &token, &format!("lamp-{place}"), contact).await;
    }
    sign_up(app, &token, "other", "otto@example.org").await;
    let mails = app.mails().await;
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["berta@example.org", "otto@example.org"]);
    assert!(
        mails[0].text.contains("lamp-9"),
        "the last one counts: {}",
        mails[0].text
    );
    // One more goes after a pause, and what was sent stays good.
    sign_up(app, &token, "lamp-10", "berta@example.org").await;
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(waiting(app).await, 1);
    app.app.clock.advance(TimeDelta::minutes(11));
    let later = app.mails().await;
    assert!(later.len() == 1 && later[0].text.contains("lamp-10"));
    let open = sign_up::Entity::find().filter(sign_up::Column::Hash.is_not_null());
    assert_eq!(open.count(app.app.db.read()).await.unwrap(), 3);
    app.app.db.close().await;
}

both!(sign_ups_for_one_mailbox_are_one_mail);

async fn an_unproven_organization_floods_no_mailbox(app: &TestApp) {
    app.mails().await;
    add(app, "ursula", "fabrikam", 0, 12, "victim@example.org").await;
    let most = usize::try_from(app.app.config.mail.unproven_and_mailbox_per_hour).unwrap();
    assert_eq!(app.mails().await.len(), most);
    // Another mailbox of theirs, and another organization's mail to the same one, go at once.
    add(app, "ursula", "fabrikam", 12, 1, "other@example.org").await;
    add(app, "petra", "northwind", 0, 1, "victim@example.org").await;
    assert_eq!(app.mails().await.len(), 2);
    // An operator sees why the others wait; it is no failed attempt; none is lost.
    let query = "{ deliveries(state: WAITING) { nodes { attempts lastError } } }";
    let seen = app.sign_in("olivia").await.data(query, Value::Null).await;
    let first = &seen["deliveries"]["nodes"][0];
    assert_eq!(first["attempts"], 0);
    assert_eq!(
        first["lastError"],
        "It waits: the mailbox was sent 5 mails of organizations that have proven nothing within an hour."
    );
    let mut later = 0;
    for _ in 0..3 {
        app.app.clock.advance(TimeDelta::minutes(61));
        later += app.mails().await.len();
    }
    assert_eq!((later, waiting(app).await), (12 - most, 0));
}

both!(an_unproven_organization_floods_no_mailbox);

async fn an_unproven_organization_sends_so_many_a_day(app: &TestApp) {
    let app = &app.again(|config| config.mail.unproven_per_day = 4).await;
    app.mails().await;
    for place in 0..6 {
        add(
            app,
            "ursula",
            "fabrikam",
            place,
            1,
            &format!("n{place}@example.org"),
        )
        .await;
    }
    assert_eq!(app.mails().await.len(), 4);
    // Who is certified has other limits.
    add(app, "petra", "northwind", 0, 6, "someone@example.org").await;
    assert!(app.mails().await.len() >= 6);
    app.app.clock.advance(TimeDelta::hours(25));
    assert!(
        app.mails()
            .await
            .iter()
            .any(|mail| mail.to == "n5@example.org")
    );
    app.app.db.close().await;
}

both!(an_unproven_organization_sends_so_many_a_day);

async fn nobody_waits_behind_the_mails_of_another(app: &TestApp) {
    app.mails().await;
    add(app, "ursula", "fabrikam", 0, 30, "victim@example.org").await;
    add(app, "carla", "contoso", 0, 2, "new@example.org").await;
    let contoso = app.account("contoso").await;
    let input = json!({ "accountId": contoso, "userId": app.user("ivan").await });
    app.sign_in("carla")
        .await
        .done("resetPassword", input, "user { id }")
        .await;
    let claims = queue::claim(&app.app.db, 1, app.app.now(), 5)
        .await
        .unwrap();
    // The link to sign in by goes first, then one of each in turn.
    assert!(matches!(
        claims[0].delivery,
        Delivery::Link { proves: false, .. }
    ));
    let causes: Vec<_> = claims[1..].iter().map(|claim| claim.cause).collect();
    let distinct: BTreeSet<_> = causes[..2].iter().collect();
    assert!(distinct.len() == 2 && causes[2] != causes[3], "{causes:?}");
    queue::put_back(&app.app.db, &claims, app.app.now())
        .await
        .unwrap();
    // Who comes later is not put behind all that wait either.
    add(app, "adam", "adatum", 0, 1, "newest@example.org").await;
    let claims = queue::claim(&app.app.db, 1, app.app.now(), 5)
        .await
        .unwrap();
    let causes: BTreeSet<_> = claims.iter().map(|claim| claim.cause).collect();
    assert_eq!(causes.len(), 3);
    queue::put_back(&app.app.db, &claims, app.app.now())
        .await
        .unwrap();
    worker::run_due(&app.app).await.unwrap();
}

both!(nobody_waits_behind_the_mails_of_another);

async fn what_a_dead_process_claimed_is_sent_at_once(app: &TestApp) {
    app.mails().await;
    add(app, "carla", "contoso", 0, 1, "new@example.org").await;
    // One process claims it and is gone, as by kill -9; another that lives has its own claim.
    let mut lives = Presence::of(2);
    // On SQLite others are looked for when the process starts, and never again.
    assert!(lives.show(&app.app.db).await.unwrap());
    let kept = app.app.db.backend() == DatabaseBackend::Postgres;
    assert_eq!(lives.show(&app.app.db).await.unwrap(), kept);
    let claims = queue::claim(&app.app.db, 1, app.app.now(), 5)
        .await
        .unwrap();
    assert_eq!(claims.len(), 1);
    add(app, "carla", "contoso", 1, 1, "other@example.org").await;
    queue::claim(&app.app.db, 2, app.app.now(), 5)
        .await
        .unwrap();
    assert_eq!(app.mails().await.len(), 0, "both are claimed");
    queue::release(&app.app.db, 2, app.app.now()).await.unwrap();
    let mails = app.mails().await;
    assert!(mails.len() == 1 && mails[0].to == "new@example.org");
    // Seen from elsewhere, the process that lives keeps its claim; SQLite serves one process.
    queue::release(&app.app.db, 3, app.app.now()).await.unwrap();
    assert_eq!(app.mails().await.len(), usize::from(!kept));
    drop(lives);
    for _ in 0..50 {
        if app.app.db.is_gone(2).await.unwrap() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    queue::release(&app.app.db, 3, app.app.now()).await.unwrap();
    assert_eq!(app.mails().await.len(), usize::from(kept));
}

both!(what_a_dead_process_claimed_is_sent_at_once);

async fn links_to_sign_in_hold_back_no_notice(app: &TestApp) {
    app.mails().await;
    let contoso = app.account("contoso").await;
    let carla = app.sign_in("carla").await;
    for name in ["ivan", "uma", "hector", "paul", "dana"] {
        let input = json!({ "accountId": contoso, "userId": app.user(name).await });
        carla.done("resetPassword", input, "replayed").await;
    }
    add(app, "adam", "adatum", 0, 1, "new@example.org").await;
    let claims = queue::claim(&app.app.db, 1, app.app.now(), 4)
        .await
        .unwrap();
    let urgent = claims
        .iter()
        .filter(|claim| claim.delivery.urgency() == Urgency::SignIn);
    assert_eq!((urgent.count(), claims.len()), (3, 4));
    queue::put_back(&app.app.db, &claims, app.app.now())
        .await
        .unwrap();
}

both!(links_to_sign_in_hold_back_no_notice);
