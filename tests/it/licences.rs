//! Plans, subscriptions, licences and the services that they open; devices.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::support::{TestApp, both, on, reason, record_verifies, with};

async fn an_operator_gives_what_admins_assign(app: &TestApp) {
    let (olivia, uma, fiona) = (
        app.sign_in("olivia").await,
        app.sign_in("uma").await,
        app.sign_in("fiona").await,
    );
    let service = json!({ "slug": "chat", "name": "Chat", "url": "https://chat.example/" });
    let chat = olivia
        .done(
            "createService",
            service.clone(),
            "service { id delegatesMayAdminister }",
        )
        .await["service"]
        .clone();
    assert_eq!(chat["delegatesMayAdminister"], true);
    assert_eq!(
        olivia.fails("createService", service.clone()).await,
        "CONFLICT/NAME_TAKEN"
    );
    assert_eq!(
        olivia
            .fails(
                "createService",
                with(service, "url", "http://chat.example/")
            )
            .await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    let plan = json!({ "slug": "chat-only", "name": "Chat only", "term": "P1M", "seats": 3, "serviceIds": [chat["id"]] });
    let made = olivia
        .done(
            "createPlan",
            plan.clone(),
            "plan { id name term seats services { slug } }",
        )
        .await["plan"]
        .clone();
    assert_eq!(
        (&made["seats"], &made["services"]),
        (&json!(3), &json!([{ "slug": "chat" }]))
    );
    assert_eq!(
        olivia.fails("createPlan", plan.clone()).await,
        "CONFLICT/NAME_TAKEN"
    );
    assert_eq!(
        olivia
            .fails(
                "createPlan",
                with(
                    with(plan, "slug", "third"),
                    "serviceIds",
                    json!([made["id"]])
                )
            )
            .await,
        "BAD_USER_INPUT/ID_INVALID"
    );
    let contoso = app.account("contoso").await;
    let give = json!({ "organizationId": contoso, "planId": made["id"], "seats": 2 });
    let given = olivia
        .done(
            "giveSubscription",
            give,
            "subscription { id seats assignedSeats running expiresAt plan { name } }",
        )
        .await["subscription"]
        .clone();
    assert_eq!(
        (
            &given["seats"],
            &given["assignedSeats"],
            &given["plan"]["name"]
        ),
        (&json!(2), &json!(0), &json!("Chat only"))
    );
    let seat = |input: Value| with(input, "subscriptionId", given["id"].clone());
    fiona
        .done("assignLicence", seat(on(app, "ivan").await), "user { id }")
        .await;
    assert_eq!(
        uma.fails("assignLicence", seat(on(app, "ivan").await))
            .await,
        "FAILED_PRECONDITION/LICENCE_HELD"
    );
    uma.done("assignLicence", seat(on(app, "dana").await), "user { id }")
        .await;
    assert_eq!(
        uma.fails("assignLicence", seat(on(app, "paul").await))
            .await,
        "FAILED_PRECONDITION/NO_SEAT_LEFT"
    );
    assert_eq!(
        uma.fails("unassignLicence", seat(on(app, "paul").await))
            .await,
        "FAILED_PRECONDITION/LICENCE_NOT_HELD"
    );
    let change = |seats: i32| json!({ "organizationId": contoso, "subscriptionId": given["id"], "seats": seats });
    assert_eq!(
        olivia.fails("changeSubscription", change(1)).await,
        "FAILED_PRECONDITION/SEATS_IN_USE"
    );
    olivia
        .done("changeSubscription", change(3), "subscription { seats }")
        .await;
    uma.done("assignLicence", seat(on(app, "paul").await), "user { id }")
        .await;
    uma.done(
        "unassignLicence",
        seat(on(app, "paul").await),
        "user { licences { plan { name } } }",
    )
    .await;
    let end = json!({ "organizationId": contoso, "subscriptionId": given["id"], "end": true });
    let ended = olivia
        .done(
            "changeSubscription",
            end.clone(),
            "subscription { running endedAt }",
        )
        .await["subscription"]
        .clone();
    assert_eq!(ended["running"], false);
    assert_eq!(
        olivia.fails("changeSubscription", end).await,
        "FAILED_PRECONDITION/SUBSCRIPTION_OVER"
    );
    assert_eq!(
        uma.fails("assignLicence", seat(on(app, "paul").await))
            .await,
        "FAILED_PRECONDITION/SUBSCRIPTION_OVER"
    );
    // Another organization's is not there.
    let foreign = with(
        on(app, "paul").await,
        "subscriptionId",
        app.subscription("adatum").await,
    );
    assert_eq!(
        uma.fails("assignLicence", foreign).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    record_verifies(app).await;
}

both!(an_operator_gives_what_admins_assign);

async fn services_are_turned_on_and_off(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let contoso = app.account("contoso").await;
    let query = "query($id: ID!) { client(id: $id) { services { slug name url delegatesMayAdminister } subscriptions { nodes { plan { name services { slug } } seats assignedSeats } } } }";
    let client = fiona.data(query, json!({ "id": contoso })).await["client"].clone();
    let slugs: Vec<_> = client["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["slug"].as_str().unwrap(),
                one["delegatesMayAdminister"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        slugs,
        [
            ("device-management", false),
            ("files", true),
            ("mail", true)
        ]
    );
    assert_eq!(client["subscriptions"]["nodes"][0]["assignedSeats"], 1);
    let set = async |slug: &str, on_now: bool| {
        with(
            with(
                on(app, "hector").await,
                "serviceId",
                app.service(slug).await,
            ),
            "on",
            on_now,
        )
    };
    let services = "user { services { service { slug } on } }";
    let done = fiona
        .done("setServiceAccess", set("mail", false).await, services)
        .await;
    assert_eq!(
        done["user"]["services"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["on"] == false)
            .map(|one| &one["service"]["slug"])
            .collect::<Vec<_>>(),
        ["mail"]
    );
    fiona
        .done("setServiceAccess", set("mail", false).await, services)
        .await;
    let done = carla
        .done("setServiceAccess", set("mail", true).await, services)
        .await;
    assert!(
        done["user"]["services"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["on"] == true)
    );
    // Device management is no delegate's, as a service either.
    assert_eq!(
        fiona
            .fails("setServiceAccess", set("device-management", false).await)
            .await,
        "DELEGATION_NOT_SUPPORTED/DEVICE_MANAGEMENT"
    );
    carla
        .done(
            "setServiceAccess",
            set("device-management", false).await,
            services,
        )
        .await;
    let unlicensed = with(
        with(
            on(app, "ivan").await,
            "serviceId",
            app.service("mail").await,
        ),
        "on",
        false,
    );
    assert_eq!(
        fiona.fails("setServiceAccess", unlicensed).await,
        "FAILED_PRECONDITION/SERVICE_NOT_LICENSED"
    );
    let explain = json!({ "input": { "operation": "SET_SERVICE_ACCESS", "accountId": contoso, "userId": app.user("hector").await, "serviceId": app.service("device-management").await } });
    let explained = fiona.data("query($input: ExplainAccessInput!) { explainAccess(input: $input) { allowed reason } }", explain).await;
    assert_eq!(
        explained["explainAccess"],
        json!({ "allowed": false, "reason": "DEVICE_MANAGEMENT" })
    );
    record_verifies(app).await;
}

both!(services_are_turned_on_and_off);

async fn the_last_seat_is_assigned_once(app: &TestApp) {
    let (olivia, contoso) = (app.sign_in("olivia").await, app.account("contoso").await);
    let subscription = app.subscription("contoso").await;
    let seats = json!({ "organizationId": contoso, "subscriptionId": subscription, "seats": 2 });
    olivia
        .done("changeSubscription", seats, "subscription { seats }")
        .await;
    let (uma, carla, fiona) = (
        app.sign_in("uma").await,
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
    );
    let barrier = Arc::new(Barrier::new(4));
    let mut running = Vec::new();
    for (actor, name) in [
        (&uma, "ivan"),
        (&carla, "dana"),
        (&fiona, "paul"),
        (&fiona, "uma"),
    ] {
        let input = with(on(app, name).await, "subscriptionId", subscription.clone());
        let body = json!({ "query": "mutation($i: AssignLicenceInput!) { assignLicence(input: $i) { user { id } } }", "variables": { "i": input } });
        let (router, token, barrier) = (
            app.router.clone(),
            actor.token.clone().unwrap(),
            Arc::clone(&barrier),
        );
        running.push(tokio::spawn(async move {
            use tower::ServiceExt;
            let request = axum::http::Request::post("/graphql")
                .header("content-type", "application/json")
                .header("authorization", format!("Bearer {token}"))
                .body(axum::body::Body::from(body.to_string()))
                .unwrap();
            barrier.wait().await;
            let response = router.oneshot(request).await.unwrap();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
                .await
                .unwrap();
            reason(&serde_json::from_slice(&bytes).unwrap())
        }));
    }
    let mut endings = Vec::new();
    for one in running {
        endings.push(one.await.unwrap());
    }
    endings.sort();
    let none = "FAILED_PRECONDITION/NO_SEAT_LEFT";
    assert_eq!(endings, ["", none, none, none]);
}

both!(the_last_seat_is_assigned_once);

async fn devices_are_wiped_by_own_admins_alone(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let input =
        json!({ "accountId": app.account("contoso").await, "deviceId": app.device().await });
    for field in ["wipeDevice", "retireDevice"] {
        assert_eq!(
            fiona.fails(field, input.clone()).await,
            "DELEGATION_NOT_SUPPORTED/DEVICE_MANAGEMENT"
        );
    }
    let done = carla
        .done(
            "wipeDevice",
            input.clone(),
            "device { name wipeRequestedAt retiredAt }",
        )
        .await;
    assert!(done["device"]["wipeRequestedAt"].is_string() && done["device"]["retiredAt"].is_null());
    assert_eq!(
        carla.fails("wipeDevice", input.clone()).await,
        "FAILED_PRECONDITION/ALREADY_WIPED"
    );
    carla
        .done("retireDevice", input.clone(), "device { id }")
        .await;
    assert_eq!(
        carla.fails("retireDevice", input).await,
        "FAILED_PRECONDITION/ALREADY_RETIRED"
    );
}

both!(devices_are_wiped_by_own_admins_alone);
