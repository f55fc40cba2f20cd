//! Sessions of the pages, the pages of grants, and forms of other sites.

use chrono::TimeDelta;

use super::*;
use crate::support::{Link, NEW_PASSWORD};

async fn a_session_of_the_pages_opens_the_pages_alone(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    assert!(
        carla.set_cookie.contains("HttpOnly")
            && carla.set_cookie.contains("SameSite=Lax")
            && carla.set_cookie.contains("Path=/"),
        "{}",
        carla.set_cookie
    );
    // Over TLS it is bound to the host.
    let tls = app
        .again(|config| config.http.public_url = "https://mandate.example".to_owned())
        .await;
    let over_tls = Browser::of(&tls, "carla").await;
    assert!(
        over_tls.set_cookie.starts_with("__Host-mandate=")
            && over_tls.set_cookie.contains("Secure"),
        "{}",
        over_tls.set_cookie
    );
    tls.app.db.close().await;
    // It is no bearer token, nor is one a session of the pages.
    let cookie = carla.cookie.clone().unwrap();
    let value = cookie.split_once('=').unwrap().1;
    let answer = app
        .with_token(value)
        .run("{ viewer { user { id } } }", Value::Null)
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let mut other = Browser::new(app);
    other.cookie = Some(format!(
        "mandate={}",
        app.sign_in("carla").await.token.unwrap()
    ));
    other.get("/grants").await;
    assert_eq!(other.at, "/sign-in?next=/grants");
    // It ends by itself, and by signing out, on the server too.
    carla.post("/sign-out", &[]).await;
    assert_eq!(
        (carla.cookie.clone(), carla.at.as_str()),
        (None, "/sign-in")
    );
    carla.cookie = Some(cookie);
    carla.get("/grants").await;
    assert_eq!(carla.at, "/sign-in?next=/grants");
    let mut short = Browser::of(app, "carla").await;
    app.app.clock.advance(TimeDelta::minutes(16));
    short.get("/grants").await;
    assert_eq!(short.at, "/sign-in?next=/grants");
    let (_, page) = short.post("/rules", &[("rules", "all")]).await;
    assert!(
        short.at == "/sign-in?next=/rules&lost=true" && page.contains("what you sent was not done"),
        "{page}"
    );
}

both!(a_session_of_the_pages_opens_the_pages_alone);

async fn a_page_that_is_not_there_says_so(app: &TestApp) {
    for path in ["/nowhere", "/offers"] {
        let (status, headers, page) = app.get(path).await;
        assert!(
            status == StatusCode::NOT_FOUND && page.contains("There is no such page"),
            "{page}"
        );
        assert!(headers.contains_key("content-security-policy"));
    }
}

both!(a_page_that_is_not_there_says_so);

async fn forms_of_other_sites_are_refused(app: &TestApp) {
    let carla = Browser::of(app, "carla").await;
    let path = format!("/grants/{}", app.grant("northwind", "contoso").await);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "same-site"),
    ] {
        let request = axum::http::Request::post(&path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", carla.cookie.clone().unwrap())
            .header("host", "mandate.example")
            .header(name, value)
            .body(axum::body::Body::from("action=end"))
            .unwrap();
        assert_eq!(
            app.send(request).await.0,
            StatusCode::FORBIDDEN,
            "{name}: {value}"
        );
    }
    // Nor does a sign-in lead elsewhere.
    for next in [
        "https://evil.example",
        "//evil.example",
        "/offers/../graphiql?x",
        "/enrol/x",
    ] {
        let mut browser = Browser::new(app);
        let fields = [
            ("signInName", "carla@contoso.mandate.example"),
            ("password", DEMO_PASSWORD),
            ("next", next),
        ];
        browser.post("/sign-in", &fields).await;
        assert_eq!(browser.at, "/grants", "{next}");
    }
}

both!(forms_of_other_sites_are_refused);

async fn a_client_sees_and_ends_what_it_granted(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    let (_, page) = carla.get("/grants").await;
    assert!(
        page.contains("Northwind Support")
            && page.contains("Tailspin")
            && page.contains(">expired<"),
        "{page}"
    );
    let path = format!("/grants/{}", app.grant("northwind", "contoso").await);
    let fiona = app.sign_in("fiona").await;
    let role = json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await, "role": "REPORTS_READER" });
    fiona.done("assignAdminRole", role, "user { id }").await;
    let add = json!({ "accountId": app.account("contoso").await, "name": "held.example" });
    for (action, says, refusal) in [
        ("hold", "The grant is held", "FORBIDDEN/GRANT_HELD"),
        ("lift", "Your hold is lifted", ""),
        ("end", "What ended with it", "FORBIDDEN/GRANT_ENDED"),
    ] {
        let (status, page) = carla.post(&path, &[("action", action)]).await;
        assert!(status == StatusCode::OK && page.contains(says), "{page}");
        let answer = fiona
            .mutate("addDomain", add.clone(), "domain { id }")
            .await;
        assert_eq!(crate::support::reason(&answer), refusal);
    }
    let (status, page) = carla.post(&path, &[("action", "end")]).await;
    assert!(
        status == StatusCode::CONFLICT && page.contains("role=\"alert\""),
        "{page}"
    );
    // What was done, what was refused, and what is left; cleaned up, the secrets and roles are gone.
    let (status, page) = carla.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    for part in [
        "Your organization ended it on",
        "Fiona Full (fiona@northwind.mandate.example, Northwind Support)",
        "Refused: ",
        "Greta Guest (greta@contoso.mandate.example)",
        "<li>held.example</li>",
        "<li>Ivan Ordinary: reports reader</li>",
        "<li>Greta Guest (greta@contoso.mandate.example)</li>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, page) = carla.post(&path, &[("action", "clean-up")]).await;
    assert!(
        page.contains("Roles that were given under the grant are taken")
            && carla.at.starts_with(&path),
        "{page}"
    );
    // Greta, whom a delegate added, is confirmed and out of its hands.
    app.mails().await;
    let (_, page) = carla.get("/hands").await;
    assert!(
        page.contains(
            "Fiona Full (fiona@northwind.mandate.example, Northwind Support) set the contact on"
        ) && page.contains("Confirm greta.contoso@example.org"),
        "{page}"
    );
    let greta = format!("/hands/{}", app.user("greta").await);
    let (status, page) = carla
        .post(
            &greta,
            &[("action", "confirm"), ("contact", "other@example.org")],
        )
        .await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY || status == StatusCode::CONFLICT,
        "{status}: {page}"
    );
    let (_, page) = carla
        .post(
            &greta,
            &[
                ("action", "confirm"),
                ("contact", "greta.contoso@example.org"),
            ],
        )
        .await;
    assert!(
        page.contains("a link was sent there") && page.contains("Send the link again"),
        "{page}"
    );
    Link::Enrol
        .redeem_mailed(app, "greta.contoso@example.org")
        .await;
    let (_, page) = carla.get("/hands").await;
    assert!(
        page.contains("Nobody&#39;s: every user of Contoso"),
        "{page}"
    );
    // Others see and do nothing here.
    let mut ivan = Browser::of(app, "ivan").await;
    assert_eq!(ivan.get("/grants").await.0, StatusCode::FORBIDDEN);
    let adatums = format!("/grants/{}", app.grant("northwind", "adatum").await);
    assert_eq!(
        carla.post(&adatums, &[("action", "end")]).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(carla.get(&adatums).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        Browser::of(app, "fiona").await.get(&path).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        Browser::of(app, "petra").await.get(&path).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        carla.post("/grants/x", &[("action", "end")]).await.0,
        StatusCode::NOT_FOUND
    );
    let mut nobody = Browser::new(app);
    nobody.post(&path, &[("action", "end")]).await;
    assert_eq!(nobody.at, "/sign-in?next=/grants&lost=true");
}

both!(a_client_sees_and_ends_what_it_granted);

async fn a_temporary_password_is_changed_on_the_way(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": contoso, "passwordDeliveries": ["SHOW_ONCE"] }),
            "__typename",
        )
        .await;
    let reset =
        json!({ "accountId": contoso, "userId": app.user("uma").await, "delivery": "SHOW_ONCE" });
    let shown = carla
        .done("resetPassword", reset, "temporaryPassword")
        .await;
    let temporary = shown["temporaryPassword"].as_str().unwrap();
    let mut uma = Browser::new(app);
    let (_, page) = uma.sign_in("uma@contoso.mandate.example", temporary).await;
    assert!(
        page.contains("You signed in with a temporary password"),
        "{page}"
    );
    let chosen = NEW_PASSWORD;
    let fields = [
        ("currentPassword", temporary),
        ("newPassword", "short"),
        ("next", "/grants"),
    ];
    let (status, page) = uma.post("/sign-in/password", &fields).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("role=\"alert\""),
        "{page}"
    );
    let fields = [
        ("currentPassword", temporary),
        ("newPassword", chosen),
        ("next", "/grants"),
    ];
    uma.post("/sign-in/password", &fields).await;
    assert_eq!(uma.at, "/grants");
    app.sign_in_as("uma@contoso.mandate.example", chosen).await;
}

both!(a_temporary_password_is_changed_on_the_way);

async fn words_of_strangers_are_shown_as_words(app: &TestApp) {
    let petra = app.sign_in("petra").await;
    let input = json!({
        "accountId": app.account("northwind").await, "roleCap": "LIMITED", "term": "P3M",
        "message": "<script>alert(1)</script> & \"more\"",
    });
    let made = petra
        .done("createOffer", input, "offer { token plainText }")
        .await;
    assert!(
        made["offer"]["plainText"]
            .as_str()
            .unwrap()
            .contains("<script>")
    );
    let mut ursula = Browser::of(app, "ursula").await;
    let (_, page) = ursula
        .get(&format!(
            "/offers/{}",
            made["offer"]["token"].as_str().unwrap()
        ))
        .await;
    assert!(
        !page.contains("<script>") && page.contains("alert(1)"),
        "{page}"
    );
    assert!(
        !page.contains("value=\"FULL\""),
        "a role above the offer's cap is not offered"
    );
}

both!(words_of_strangers_are_shown_as_words);

async fn a_link_is_shown_by_get_and_redeemed_by_post(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let input =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
    carla.done("resetPassword", input, "user { id }").await;
    let secret = Link::Reset.mailed(app, "ivan.contoso@example.org").await;
    let path = format!("/reset/{secret}");
    for _ in 0..2 {
        let (status, _, page) = app.get(&path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("Choose a new password") && page.contains("ivan@contoso.mandate.example")
        );
    }
    let good = NEW_PASSWORD;
    let (status, page) = app
        .form(&path, &[("newPassword", good), ("repeated", "other")])
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("The two passwords differ."));
    let (status, page) = app
        .form(&path, &[("newPassword", "short"), ("repeated", "short")])
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("at least 15 characters"));
    let (status, page) = app
        .form(&path, &[("newPassword", good), ("repeated", good)])
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Your password is set"));
    let (status, _) = app
        .form(&path, &[("newPassword", good), ("repeated", good)])
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    app.sign_in_as("ivan@contoso.mandate.example", good).await;
}

both!(a_link_is_shown_by_get_and_redeemed_by_post);

async fn graphiql_needs_nothing_from_elsewhere(app: &TestApp) {
    let (status, headers, page) = app.get("/graphiql").await;
    assert_eq!(status, StatusCode::OK);
    assert!(!page.contains("//cdn") && !page.contains("https://"));
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("connect-src 'self'")
    );
    for source in page
        .split("src=\"")
        .skip(1)
        .chain(page.split("href=\"/").skip(1))
    {
        let path = format!(
            "/{}",
            source.split('"').next().unwrap().trim_start_matches('/')
        );
        let (status, _, body) = app.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!body.is_empty());
    }
}

both!(graphiql_needs_nothing_from_elsewhere);
