//! Links, tokens, keys and names that come a second time, late, or with something around them.

use chrono::TimeDelta;
use entity::offer;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Browser, NEW_PASSWORD, TestApp, both, on, with};

async fn a_pasted_link_works_with_what_follows_it(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    carla
        .done("resetPassword", on(app, "ivan").await, "replayed")
        .await;
    let secret = app.mails().await.remove(0).secret();
    let mut browser = Browser::new(app);
    for after in [".", ",", ")", "%20", "%3E", "'", "%E2%80%9D", "="] {
        let (status, page) = browser.get(&format!("/reset/{secret}{after}")).await;
        assert!(
            status.is_success() && page.contains("ivan@contoso"),
            "{after}: {page}"
        );
    }
    let cut = &secret[..secret.len() - 4];
    for path in ["reset", "enrol", "contact", "recover", "sign-up", "exports"] {
        let (_, page) = browser.get(&format!("/{path}/{cut}")).await;
        assert!(page.contains("is not whole"), "{path}: {page}");
    }
    for path in ["unsubscribe", "notes", "recover/stop"] {
        let (_, page) = browser.get(&format!("/{path}/{cut}")).await;
        assert!(page.contains("is not whole"), "{path}: {page}");
    }
    // A slash at the end leads on, and never to another server.
    let (status, page) = browser.get(&format!("/reset/{secret}/")).await;
    assert!(status.is_success() && page.contains("ivan@contoso"));
    for path in ["//evil.example/", "//evil.example//", "/\\evil.example/"] {
        let (status, headers, _) = app.get(path).await;
        assert_eq!(status.as_u16(), 404);
        assert!(!headers.contains_key("location"), "{path}");
    }
    assert_eq!(browser.get("/nothing/?a=b").await.0.as_u16(), 404);
    assert_eq!(browser.at, "/nothing?a=b");
    let redeem = |secret: &str| json!({ "secret": secret, "newPassword": NEW_PASSWORD });
    let answer = app
        .anonymous()
        .mutate("redeemReset", redeem(cut), "operationId")
        .await;
    let said = answer["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("is not whole"), "{said}");
    app.anonymous()
        .done("redeemReset", redeem(&format!("{secret}.")), "__typename")
        .await;
    let (_, page) = browser.get(&format!("/reset/{secret}")).await;
    assert!(page.contains("was used before"), "{page}");
    let (offer, _) = app.db_offer("northwind").await;
    let (status, _) = browser.get(&format!("/offers/{}.", offer.token)).await;
    assert!(status.is_success());
}

both!(a_pasted_link_works_with_what_follows_it);

async fn only_people_open_an_offer(app: &TestApp) {
    use axum::{body::Body, http::Request};
    let (offer, _) = app.db_offer("northwind").await;
    let path = format!("/offers/{}", offer.token);
    let ask = async |method: &str, header: (&str, &str)| {
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header(header.0, header.1);
        app.send(request.body(Body::empty()).unwrap()).await.0
    };
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    for (method, header) in [
        ("HEAD", ("user-agent", browser)),
        (
            "GET",
            ("user-agent", "Mozilla/5.0 (compatible; bingbot/2.0)"),
        ),
        ("GET", ("user-agent", "Barracuda Sentinel")),
        ("GET", ("user-agent", "curl/8.5.0")),
        ("GET", ("sec-purpose", "prefetch;prerender")),
    ] {
        assert!(ask(method, header).await.is_success());
    }
    let opened = async || {
        let row = offer::Entity::find_by_id(offer.id)
            .one(app.app.db.read())
            .await
            .unwrap();
        row.unwrap().opened.unwrap_or_default()
    };
    let before = opened().await;
    assert!(ask("GET", ("user-agent", browser)).await.is_success());
    assert_eq!(
        (before, opened().await),
        (offer.opened.unwrap_or_default(), before + 1)
    );
}

both!(only_people_open_an_offer);

async fn a_refresh_that_is_sent_twice_gives_the_same_session(app: &TestApp) {
    let begin = "mutation($i: SignInInput!) { signIn(input: $i) { refreshToken } }";
    let input = json!({ "i": { "signInName": "ivan@contoso.mandate.example", "password": mandate::cli::DEMO_PASSWORD } });
    let first = app.gql(None, begin, input).await["data"]["signIn"]["refreshToken"].clone();
    let refresh = async |token: &Value| {
        let input = json!({ "refreshToken": token });
        app.anonymous()
            .mutate("refreshSession", input, "accessToken refreshToken")
            .await
    };
    // Twice at once, as by two tabs; once more, since the answer was lost.
    let (one, other) = tokio::join!(refresh(&first), refresh(&first));
    let again = refresh(&first).await;
    let next = one["data"]["refreshSession"]["refreshToken"].clone();
    assert!(next.is_string(), "{one}");
    for answer in [&other, &again] {
        assert_eq!(
            answer["data"]["refreshSession"]["refreshToken"], next,
            "{answer}"
        );
    }
    for answer in [&one, &other, &again] {
        let token = answer["data"]["refreshSession"]["accessToken"]
            .as_str()
            .unwrap();
        let seen = app
            .with_token(token)
            .data("{ viewer { user { id } } }", Value::Null)
            .await;
        assert!(seen["viewer"]["user"]["id"].is_string());
    }
    assert!(refresh(&next).await["data"]["refreshSession"]["refreshToken"].is_string());
    // Whoever used the successor had the answer: the first token gives nothing any more, and ends nothing.
    assert_eq!(
        crate::support::reason(&refresh(&first).await),
        "UNAUTHENTICATED/SESSION_INVALID"
    );
    let token = one["data"]["refreshSession"]["accessToken"]
        .as_str()
        .unwrap();
    let seen = app.with_token(token);
    seen.data("{ viewer { user { id } } }", Value::Null).await;
    // Much later it may be a thief's: the session ends.
    app.app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(
        crate::support::reason(&refresh(&first).await),
        "UNAUTHENTICATED/SESSION_INVALID"
    );
    let token = one["data"]["refreshSession"]["accessToken"]
        .as_str()
        .unwrap();
    let seen = app
        .with_token(token)
        .run("{ viewer { user { id } } }", Value::Null)
        .await;
    assert_eq!(
        crate::support::reason(&seen),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
}

both!(a_refresh_that_is_sent_twice_gives_the_same_session);

async fn one_key_serves_for_each_account(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let reset = async |name: &str| {
        let input = with(on(app, name).await, "idempotencyKey", "HD-5");
        fiona.done("resetPassword", input, "replayed").await["replayed"].clone()
    };
    assert_eq!(reset("ivan").await, json!(false));
    let liam = app.sign_in("liam").await;
    let alma = with(on(app, "alma").await, "idempotencyKey", "HD-5");
    assert_eq!(
        liam.done("resetPassword", alma.clone(), "replayed").await["replayed"],
        json!(false)
    );
    assert_eq!(
        liam.done("resetPassword", alma, "replayed").await["replayed"],
        json!(true)
    );
    assert_eq!(reset("ivan").await, json!(true));
    let uma = with(on(app, "uma").await, "idempotencyKey", "HD-5");
    assert_eq!(
        fiona.fails("resetPassword", uma).await,
        "CONFLICT/IDEMPOTENCY_KEY_REUSED"
    );
}

both!(one_key_serves_for_each_account);

async fn a_taken_name_says_who_has_it_and_can_be_freed(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let rita = |name: &str| json!({ "accountId": contoso, "displayName": "Rita", "signInName": name, "contact": "rita@example.org" });
    let added = carla.done("addUser", rita("rita"), "user { id }").await;
    let on_rita = json!({ "accountId": contoso, "userId": added["user"]["id"] });
    assert_eq!(
        carla.fails("eraseUser", on_rita.clone()).await,
        "FAILED_PRECONDITION/USER_NOT_DELETED"
    );
    carla.done("deleteUser", on_rita.clone(), "replayed").await;
    let answer = carla.mutate("addUser", rita("RITA"), "user { id }").await;
    let said = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        said.contains("was deleted on") && said.contains("eraseUser"),
        "{said}"
    );
    // No delegate frees it.
    let fiona = app.sign_in("fiona").await;
    assert_eq!(
        fiona.fails("eraseUser", on_rita.clone()).await,
        "FORBIDDEN/OWN_ONLY"
    );
    let told = with(
        with(on_rita.clone(), "ticket", "GDPR-1"),
        "note",
        "Rita asked for it.",
    );
    carla.done("eraseUser", told, "operation { kind }").await;
    carla.done("addUser", rita("RITA"), "user { id }").await;
    assert_eq!(
        carla.fails("restoreUser", on_rita).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    // What the record says of her is erased as after the whole time.
    app.mails().await;
    crate::support::record_verifies(app).await;
}

both!(a_taken_name_says_who_has_it_and_can_be_freed);
