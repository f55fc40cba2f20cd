//! How many connections and subscriptions there may be.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

use super::Served;
use crate::support::{TestApp, both};

async fn subscriptions_are_bounded(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.live.subscriptions_per_connection = 2;
            config.live.subscriptions = 3;
            config.live.connections = 2;
        })
        .await;
    let served = Served::start(app).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let mut first = served.of(&carla).await;
    for id in ["1", "2", "3"] {
        first.subscribe(id, &contoso, Value::Null).await;
    }
    assert_eq!(first.ends("3").await, "TOO_MANY_SUBSCRIPTIONS");
    let mut second = served.watch(&carla, "4", &contoso).await;
    second.subscribe("5", &contoso, Value::Null).await;
    assert_eq!(second.ends("5").await, "TOO_MANY_SUBSCRIPTIONS");
    assert_eq!(second.next().await["type"], "complete");
    // One that ends makes room.
    first.send(json!({ "id": "1", "type": "complete" })).await;
    first.settled().await;
    second.subscribe("6", &contoso, Value::Null).await;
    second.settled().await;
    let request = format!("ws://{}/graphql", served.address);
    let mut request = request.into_client_request().unwrap();
    request.headers_mut().insert(
        "sec-websocket-protocol",
        "graphql-transport-ws".parse().unwrap(),
    );
    assert!(connect_async(request.clone()).await.is_err());
    drop(first);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(connect_async(request).await.is_ok());
    served.end(app).await;
}

both!(subscriptions_are_bounded);

async fn one_user_does_not_take_every_place(app: &TestApp) {
    let app = &app
        .again(|config| config.live.subscriptions_per_user = 1)
        .await;
    let served = Served::start(app).await;
    let contoso = app.account("contoso").await;
    let mut carla = served.of(&app.sign_in("carla").await).await;
    carla.subscribe("1", &contoso, Value::Null).await;
    carla.settled().await;
    carla.subscribe("2", &contoso, Value::Null).await;
    assert_eq!(carla.ends("2").await, "TOO_MANY_SUBSCRIPTIONS");
    let mut fiona = served.of(&app.sign_in("fiona").await).await;
    fiona.subscribe("1", &contoso, Value::Null).await;
    fiona.settled().await;
    served.end(app).await;
}

both!(one_user_does_not_take_every_place);
