//! Races: both at once, with a barrier; what must hold holds whoever wins.

use std::sync::Arc;

use entity::{grant, operation, subscription, user, user_role};
use mandate::domain::values::id::GlobalId;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::support::{TestApp, both, on, reason, with};

/// Two calls that begin together: what each was answered.
async fn race(app: &TestApp, calls: [(Option<String>, &str, Value); 2]) -> [Value; 2] {
    let barrier = Arc::new(Barrier::new(2));
    let mut running = Vec::new();
    for (token, field, input) in calls {
        let (router, barrier) = (app.router.clone(), Arc::clone(&barrier));
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ operation {{ id }} }} }}"
        );
        let body = json!({ "query": query, "variables": { "input": input } }).to_string();
        running.push(tokio::spawn(async move {
            use tower::ServiceExt;
            let mut request =
                axum::http::Request::post("/graphql").header("content-type", "application/json");
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let request = request.body(axum::body::Body::from(body)).unwrap();
            barrier.wait().await;
            let response = router.oneshot(request).await.unwrap();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
                .await
                .unwrap();
            serde_json::from_slice::<Value>(&bytes).unwrap()
        }));
    }
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers.try_into().unwrap()
}

async fn accept(app: &TestApp) -> Value {
    let (offer, revision) = app.db_offer("northwind").await;
    json!({ "token": offer.token, "revision": 1, "digest": revision.digest })
}

async fn two_accepts_make_one_grant(app: &TestApp) {
    let ursula = app.sign_in("ursula").await;
    let input = accept(app).await;
    let call = || (ursula.token.clone(), "acceptOffer", input.clone());
    let [a, b] = race(app, [call(), call()]).await;
    assert!(a["errors"].is_null() && b["errors"].is_null(), "{a} {b}");
    assert_eq!(a["data"], b["data"]);
    let fabrikam = app.db_organization("fabrikam").await;
    let open = grant::Entity::find().filter(grant::Column::ClientId.eq(fabrikam));
    assert_eq!(open.count(app.app.db.read()).await.unwrap(), 1);
    // Two of the partner are told of the answer, and the client's global admin of the grant.
    assert_eq!(app.mails().await.len(), 3);
}

both!(two_accepts_make_one_grant);

async fn a_bundle_is_taken_once(app: &TestApp) {
    let (fiona, ursula) = (app.sign_in("fiona").await, app.sign_in("ursula").await);
    let items = json!([{ "planId": app.plan("basic").await, "seats": 3 }]);
    let input = json!({ "accountId": app.account("northwind").await, "kind": "PURCHASE", "items": items, "usageLocation": "DE", "delegation": false });
    let offer = fiona
        .done("createOffer", input, "offer { token digest }")
        .await["offer"]
        .clone();
    let answer = |seats: i32| json!({ "token": offer["token"], "revision": 1, "digest": offer["digest"], "seats": [{ "planId": items[0]["planId"], "seats": seats }] });
    let call = |seats| (ursula.token.clone(), "acceptOffer", answer(seats));
    let answers = race(app, [call(3), call(4)]).await;
    let refused = answers.iter().filter(|answer| !answer["errors"].is_null());
    assert!(refused.clone().count() < 2, "{answers:?}");
    for answer in refused {
        assert_eq!(reason(answer), "CONFLICT/SUBSCRIPTIONS_TAKEN");
    }
    let held = subscription::Entity::find()
        .filter(subscription::Column::OrganizationId.eq(app.db_organization("fabrikam").await));
    let of_offer = held.all(app.app.db.read()).await.unwrap();
    assert_eq!(of_offer.len(), 1, "{of_offer:?}");
}

both!(a_bundle_is_taken_once);

async fn two_sendings_share_one_quota(app: &TestApp) {
    let app = &app.again(|config| config.offers.mails_per_day = 3).await;
    let fiona = app.sign_in("fiona").await;
    let (offer, _) = app.db_offer("northwind").await;
    let account = app.account("northwind").await;
    let send = |addresses: [&str; 2]| {
        let input = json!({ "accountId": account, "offerId": GlobalId::Offer(offer.id).encode(), "addresses": addresses });
        (fiona.token.clone(), "sendOffer", input)
    };
    let answers = race(
        app,
        [
            send(["a@example.org", "b@example.org"]),
            send(["c@example.org", "d@example.org"]),
        ],
    )
    .await;
    let reasons: Vec<_> = answers
        .iter()
        .filter(|answer| !answer["errors"].is_null())
        .map(reason)
        .collect();
    assert_eq!(reasons, ["RATE_LIMITED/MAIL_QUOTA"]);
    app.app.db.close().await;
}

both!(two_sendings_share_one_quota);

async fn an_acceptance_and_a_suspension_are_in_some_order(app: &TestApp) {
    let (ursula, olivia) = (app.sign_in("ursula").await, app.sign_in("olivia").await);
    let northwind = app.account("northwind").await;
    let suspend = json!({ "organizationId": northwind, "message": "Now." });
    let [accepted, suspended] = race(
        app,
        [
            (ursula.token.clone(), "acceptOffer", accept(app).await),
            (olivia.token.clone(), "suspendCertification", suspend),
        ],
    )
    .await;
    assert!(suspended["errors"].is_null(), "{suspended}");
    let late = reason(&accepted);
    assert!(
        late.is_empty() || late == "FAILED_PRECONDITION/NOT_CERTIFIED",
        "{accepted}"
    );
    // Whichever came first: nobody acts under it now.
    let fiona = app.sign_in("fiona").await;
    let input = json!({ "accountId": app.account("contoso").await, "name": "late.example" });
    assert_eq!(
        fiona.fails("addDomain", input).await,
        "FORBIDDEN/GRANT_HELD"
    );
}

both!(an_acceptance_and_a_suspension_are_in_some_order);

async fn no_act_follows_the_end_of_a_grant(app: &TestApp) {
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    let contoso = app.account("contoso").await;
    let [_, ended] = race(
        app,
        [
            (
                fiona.token.clone(),
                "addDomain",
                json!({ "accountId": contoso, "name": "race.example" }),
            ),
            (
                carla.token.clone(),
                "endGrant",
                json!({ "grantId": app.grant("northwind", "contoso").await }),
            ),
        ],
    )
    .await;
    assert!(ended["errors"].is_null(), "{ended}");
    let account = app.db_organization("contoso").await;
    let entries = operation::Entity::find().filter(operation::Column::OrganizationId.eq(account));
    let entries = entries.all(app.app.db.read()).await.unwrap();
    let end = entries
        .iter()
        .find(|entry| entry.kind == "grant.end")
        .unwrap()
        .seq;
    let after = entries
        .iter()
        .filter(|entry| entry.seq > end && entry.grant_id.is_some());
    assert!(
        after
            .clone()
            .all(|entry| entry.reason.as_deref() == Some("GRANT_ENDED")),
        "{:?}",
        after.collect::<Vec<_>>()
    );
}

both!(no_act_follows_the_end_of_a_grant);

async fn a_global_admin_remains(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let (first, second) = (app.user("carla").await, app.user("uma").await);
    let role = |user: &str| json!({ "accountId": contoso, "userId": user, "role": "GLOBAL_ADMIN" });
    carla
        .done("assignAdminRole", role(&second), "operation { id }")
        .await;
    let uma = app.sign_in("uma").await;
    let [a, b] = race(
        app,
        [
            (carla.token.clone(), "removeAdminRole", role(&second)),
            (uma.token.clone(), "removeAdminRole", role(&first)),
        ],
    )
    .await;
    assert!(a["errors"].is_null() != b["errors"].is_null(), "{a} {b}");
    let account = app.db_organization("contoso").await;
    let left = user_role::Entity::find()
        .filter(user_role::Column::OrganizationId.eq(account))
        .filter(user_role::Column::Role.eq("GLOBAL_ADMIN"));
    assert_eq!(left.count(app.app.db.read()).await.unwrap(), 1);
    // And alone, the last one keeps the role too.
    let last = if a["errors"].is_null() { &carla } else { &uma };
    let own = if a["errors"].is_null() {
        &first
    } else {
        &second
    };
    assert_eq!(
        last.fails("removeAdminRole", role(own)).await,
        "FAILED_PRECONDITION/LAST_GLOBAL_ADMIN"
    );
}

both!(a_global_admin_remains);

async fn one_idempotency_key_is_done_once(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let mut input = json!({ "accountId": app.account("contoso").await, "name": "Once", "idempotencyKey": "k-1" });
    let call = || (carla.token.clone(), "registerDevice", input.clone());
    let [a, b] = race(app, [call(), call()]).await;
    assert!(a["errors"].is_null() && b["errors"].is_null(), "{a} {b}");
    assert_eq!(a["data"], b["data"]);
    let replay = carla
        .done(
            "registerDevice",
            input.clone(),
            "replayed device { name } operation { id }",
        )
        .await;
    assert_eq!(
        (&replay["replayed"], &replay["device"]["name"]),
        (&json!(true), &json!("Once"))
    );
    assert_eq!(
        replay["operation"],
        a["data"]["registerDevice"]["operation"]
    );
    input["name"] = "Other".into();
    assert_eq!(
        carla.fails("registerDevice", input).await,
        "CONFLICT/IDEMPOTENCY_KEY_REUSED"
    );
}

both!(one_idempotency_key_is_done_once);

async fn a_reset_and_a_promotion_are_in_some_order(app: &TestApp) {
    let (liam, carla) = (app.sign_in("liam").await, app.sign_in("carla").await);
    let (contoso, ivan) = (app.account("contoso").await, app.user("ivan").await);
    let [reset, promoted] = race(
        app,
        [
            (
                liam.token.clone(),
                "resetPassword",
                json!({ "accountId": contoso, "userId": ivan }),
            ),
            (
                carla.token.clone(),
                "assignAdminRole",
                json!({ "accountId": contoso, "userId": ivan, "role": "GLOBAL_ADMIN" }),
            ),
        ],
    )
    .await;
    assert!(promoted["errors"].is_null(), "{promoted}");
    let id = app.db_user("ivan").await;
    let row = user::Entity::find_by_id(id)
        .one(app.app.db.read())
        .await
        .unwrap()
        .unwrap();
    // Reset before the promotion, or refused after it: never a privileged user reset.
    let account = app.db_organization("contoso").await;
    let entries = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(account))
        .all(app.app.db.read())
        .await
        .unwrap();
    let place = |kind: &str| {
        entries
            .iter()
            .filter(|entry| entry.kind == kind)
            .map(|entry| entry.seq)
            .max()
            .unwrap_or_default()
    };
    if reset["errors"].is_null() {
        assert!(row.password_hash.is_none());
        assert!(place("user.reset_password") < place("admin_role.assign"));
    } else {
        assert_eq!(reason(&reset), "FORBIDDEN/TARGET_PRIVILEGED");
        assert!(row.password_hash.is_some());
    }
}

both!(a_reset_and_a_promotion_are_in_some_order);

async fn a_retry_is_the_same_request_whatever_was_set_meanwhile(app: &TestApp) {
    let input = with(on(app, "ivan").await, "idempotencyKey", "HD-1");
    let first = app
        .sign_in("fiona")
        .await
        .done("resetPassword", input.clone(), "replayed operation { id }")
        .await;
    assert_eq!(first["replayed"], false);
    // Each setting that an operation rests on is another after a restart.
    let later = app
        .again(|config| {
            let (auth, times) = (&mut config.auth, &mut config.times);
            auth.reset_link_seconds /= 2;
            auth.enrol_link_seconds /= 2;
            auth.temporary_password_seconds /= 2;
            times.recovered_hours += 1;
        })
        .await;
    let fiona = later.sign_in("fiona").await;
    let again = fiona
        .done("resetPassword", input.clone(), "replayed operation { id }")
        .await;
    assert_eq!(again["replayed"], true);
    assert_eq!(again["operation"], first["operation"]);
    let other = with(input, "delivery", "SHOW_ONCE");
    assert_eq!(
        fiona.fails("resetPassword", other).await,
        "CONFLICT/IDEMPOTENCY_KEY_REUSED"
    );
    later.app.db.close().await;
}

both!(a_retry_is_the_same_request_whatever_was_set_meanwhile);
