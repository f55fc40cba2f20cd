//! What ends a subscription, and what closes a connection.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Served, fast};
use crate::support::{TestApp, both};

async fn it_ends_with_the_grant(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let mut partner = served.watch(&fiona, "one", &contoso).await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    assert_eq!(partner.ends("one").await, "GRANT_HELD");
    assert_eq!(partner.next().await["type"], "complete");
    partner.subscribe("two", &contoso, Value::Null).await;
    assert_eq!(partner.ends("two").await, "GRANT_HELD");
    partner.next().await;
    carla
        .done("liftGrant", grant.clone(), "grant { state }")
        .await;
    partner.subscribe("three", &contoso, Value::Null).await;
    partner.settled().await;
    // Its term ends without any event.
    carla
        .done(
            "shortenGrant",
            json!({ "grantId": grant["grantId"], "expiresAt": "2026-11-24T12:05:00Z" }),
            "grant { state }",
        )
        .await;
    app.app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(partner.ends("three").await, "GRANT_EXPIRED");
    partner.next().await;
    // A stranger's account does not exist.
    partner
        .subscribe("four", &app.account("fabrikam").await, Value::Null)
        .await;
    assert_eq!(partner.ends("four").await, "NO_SUCH_THING");
    served.end(app).await;
}

both!(it_ends_with_the_grant);

async fn it_ends_with_the_partners_certification_and_the_own_role(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (petra, fiona, liam, contoso) = (
        app.sign_in("petra").await,
        app.sign_in("fiona").await,
        app.sign_in("liam").await,
        app.account("contoso").await,
    );
    let mut fionas = served.watch(&fiona, "f", &contoso).await;
    let mut liams = served.watch(&liam, "l", &contoso).await;
    let take =
        json!({ "accountId": app.account("northwind").await, "userId": app.user("liam").await });
    petra.done("removeDelegatedRole", take, "user { id }").await;
    assert_eq!(liams.ends("l").await, "NO_SUCH_THING");
    let suspend = json!({ "organizationId": app.account("northwind").await, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", suspend, "organization { id }")
        .await;
    assert_eq!(fionas.ends("f").await, "GRANT_HELD");
    served.end(app).await;
}

both!(it_ends_with_the_partners_certification_and_the_own_role);

async fn a_connection_closes_with_its_token_and_with_the_server(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let carla = app.sign_in("carla").await;
    let mut socket = served.of(&carla).await;
    app.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(socket.next().await["close"], 4401);
    let carla = app.sign_in("carla").await;
    let mut socket = served.of(&carla).await;
    served.end(app).await;
    assert_eq!(socket.next().await["close"], 1001);
}

both!(a_connection_closes_with_its_token_and_with_the_server);
