//! Sign-up: an organization is made with a trial or a purchase, once its first admin's address is proven.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};

use crate::support::{Browser, NEW_PASSWORD, TestApp, both, logs, record_verifies};

/// The token of a trial of Northwind's, without delegation.
pub async fn trial(app: &TestApp) -> String {
    let items = json!([{ "planId": app.plan("basic").await, "seats": 5 }]);
    let input = json!({ "accountId": app.account("northwind").await, "kind": "TRIAL", "delegation": false, "items": items, "usageLocation": "ES" });
    let made = app
        .sign_in("fiona")
        .await
        .done("createOffer", input, "offer { token }")
        .await;
    made["offer"]["token"].as_str().unwrap().to_owned()
}

fn form<'a>(name: &'a str, slug: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("organizationName", name),
        ("slug", slug),
        ("adminName", "Berta Beginner"),
        ("adminSignInName", "berta"),
        ("contact", "berta@example.org"),
    ]
}

async fn a_newcomer_takes_a_trial(app: &TestApp) {
    let token = trial(app).await;
    let mut berta = Browser::new(app);
    let (_, page) = berta.get(&format!("/offers/{token}")).await;
    assert!(page.contains("My organization is not here yet"), "{page}");
    let path = format!("/offers/{token}/sign-up");
    assert_eq!(berta.get(&path).await.0, StatusCode::OK);
    let (status, page) = berta.post(&path, &form("Blue Lamp Ltd", "blue-lamp")).await;
    assert!(
        status == StatusCode::OK && page.contains("Look into your mailbox"),
        "{page}"
    );
    // Nothing is made before the link is opened, and a scanner that opens it makes nothing.
    let secret = app.mails().await.remove(0).secret();
    let link = format!("/sign-up/{secret}");
    for _ in 0..2 {
        let (status, page) = berta.get(&link).await;
        assert!(
            status == StatusCode::OK && page.contains("berta@blue-lamp.mandate.example"),
            "{page}"
        );
    }
    let answer = app
        .anonymous()
        .sign_in("berta@blue-lamp.mandate.example", NEW_PASSWORD)
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
    let (status, page) = berta.post(&link, &[("newPassword", "short")]).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("at least 15"),
        "{page}"
    );
    let (status, page) = berta.post(&link, &[("newPassword", NEW_PASSWORD)]).await;
    assert_eq!(
        (status, berta.at.as_str()),
        (StatusCode::OK, format!("/offers/{token}").as_str()),
        "{page}"
    );
    assert!(
        page.contains("Berta Beginner, Blue Lamp Ltd") && page.contains("name=\"answer\""),
        "{page}"
    );
    // The link is used up; the trial is taken as by any other client.
    assert_eq!(
        Browser::new(app)
            .post(&link, &[("newPassword", NEW_PASSWORD)])
            .await
            .0,
        StatusCode::UNAUTHORIZED
    );
    let digest = page
        .split("name=\"digest\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let plan = app.plan("basic").await;
    let fields = [
        ("revision", "1"),
        ("digest", digest.as_str()),
        ("answer", "accept"),
        ("plan", &plan),
        ("seats", "4"),
        ("password", NEW_PASSWORD),
    ];
    let (status, page) = berta.post(&format!("/offers/{token}"), &fields).await;
    assert!(
        status == StatusCode::OK && page.contains("Business Basic, 4 licences"),
        "{page}"
    );
    let berta = app
        .sign_in_as("berta@blue-lamp.mandate.example", NEW_PASSWORD)
        .await;
    let seen = berta
        .data(
            "{ viewer { user { adminRoles contactVerified } organization { name } } }",
            Value::Null,
        )
        .await;
    assert_eq!(
        seen["viewer"],
        json!({ "user": { "adminRoles": ["GLOBAL_ADMIN"], "contactVerified": true }, "organization": { "name": "Blue Lamp Ltd" } })
    );
    record_verifies(app).await;
}

both!(a_newcomer_takes_a_trial);

async fn nobody_takes_the_name_of_another(app: &TestApp) {
    let token = trial(app).await;
    let path = format!("/offers/{token}/sign-up");
    for (name, slug) in [
        ("Contoso", "unique"),
        ("CONTOSO", "unique"),
        ("C0ntoso", "unique"),
        ("Con-toso", "unique"),
        ("Cоntoso", "unique"),
        ("Northwind  Support", "unique"),
        ("Unique", "c0ntoso"),
        ("Unique", "con-toso"),
        ("Unique", "northw1nd"),
        ("Unique", "n0rthwind"),
        ("Mandate Help", "unique"),
        ("Unique", "platform"),
        ("Adm1n Services", "unique"),
        ("MandateSupport", "unique"),
        ("Ⓜandate", "unique"),
        ("!!!", "unique"),
        ("Unіque", "unique"),
    ] {
        let (status, page) = Browser::new(app).post(&path, &form(name, slug)).await;
        assert!(
            status == StatusCode::CONFLICT && page.contains("could be mistaken for"),
            "{name} {slug}: {status}"
        );
        let field = if slug == "unique" {
            "Name of your organization: "
        } else {
            "Its initial domain: "
        };
        assert!(page.contains(field), "{page}");
    }
    let (_, page) = Browser::new(app)
        .post(&path, &form("Unique", "contoso"))
        .await;
    assert!(
        page.contains("Its initial domain: The name is in use."),
        "{page}"
    );
    for hidden in ["Acme\u{E0041}", "Ac\u{3164}me", "Ac\u{61C}me"] {
        let (status, page) = Browser::new(app).post(&path, &form(hidden, "unique")).await;
        assert!(
            status == StatusCode::UNPROCESSABLE_ENTITY
                && page.contains("no control or invisible characters"),
            "{page}"
        );
    }
    let (status, page) = Browser::new(app)
        .post(&path, &form("Pay at evil.example/now", "unique"))
        .await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("has a link"),
        "{page}"
    );
    let (status, _) = Browser::new(app)
        .post(&path, &form("Árbol y Compañía", "arbol"))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(app.mails().await.len(), 1);
}

both!(nobody_takes_the_name_of_another);

async fn a_name_is_checked_again_when_it_is_taken(app: &TestApp) {
    let token = trial(app).await;
    let mut links = Vec::new();
    for (name, slug) in [
        ("Late One", "late-one"),
        ("Late  0ne.", "late-two"),
        ("Other", "1ate-one"),
    ] {
        let input = json!({ "token": token, "organizationName": name, "slug": slug, "adminName": "B", "adminSignInName": "berta", "contact": format!("{slug}@example.org") });
        app.anonymous()
            .done("requestSignUp", input, "operationId")
            .await;
        links.push(app.mails().await.remove(0).secret());
    }
    let complete = |secret: &str| json!({ "secret": secret, "newPassword": NEW_PASSWORD });
    app.anonymous()
        .done("completeSignUp", complete(&links[0]), "organizationId")
        .await;
    for link in &links[1..] {
        assert_eq!(
            app.anonymous()
                .fails_flat("completeSignUp", complete(link))
                .await,
            "CONFLICT/NAME_CONFUSABLE"
        );
    }
}

both!(a_name_is_checked_again_when_it_is_taken);

async fn a_link_is_not_followed_by_another_site(app: &TestApp) {
    let token = trial(app).await;
    Browser::new(app)
        .post(
            &format!("/offers/{token}/sign-up"),
            &form("Blue Lamp", "blue-lamp"),
        )
        .await;
    let secret = app.mails().await.remove(0).secret();
    let request = Request::post(format!("/sign-up/{secret}"))
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "newPassword={}",
            NEW_PASSWORD.replace(' ', "+")
        )))
        .unwrap();
    let (status, headers, _) = app.send(request).await;
    assert!(
        status == StatusCode::FORBIDDEN && !headers.contains_key("set-cookie"),
        "{status}"
    );
    assert!(!logs::lines().contains(&secret));
}

both!(a_link_is_not_followed_by_another_site);

async fn nobodys_mailbox_is_filled(app: &TestApp) {
    let limited = app
        .again(|config| config.auth.attempts_per_minute = 3)
        .await;
    let token = trial(&limited).await;
    for number in 0..4 {
        let slug = format!("lamp-{number}");
        let input = json!({ "token": token, "organizationName": format!("Lamp {number}"), "slug": slug, "adminName": "B", "adminSignInName": "berta", "contact": "Victim@example.org" });
        let answer = limited
            .anonymous()
            .mutate("requestSignUp", input, "operationId")
            .await;
        assert_eq!(
            crate::support::reason(&answer) == "RATE_LIMITED/TOO_MANY_REQUESTS",
            number == 3,
            "{number}: {answer}"
        );
    }
    assert_eq!(limited.mails().await.len(), 1);
    limited.app.db.close().await;
}

both!(nobodys_mailbox_is_filled);

async fn delegation_alone_needs_an_organization(app: &TestApp) {
    let (offer, _) = app.db_offer("northwind").await;
    let path = format!("/offers/{}/sign-up", offer.token);
    let mut nobody = Browser::new(app);
    assert_eq!(nobody.get(&path).await.0, StatusCode::CONFLICT);
    assert_eq!(
        nobody
            .post(&path, &form("Blue Lamp Ltd", "blue-lamp"))
            .await
            .0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        nobody.get("/offers/unknown/sign-up").await.0,
        StatusCode::CONFLICT
    );
    assert!(app.mails().await.is_empty());
}

both!(delegation_alone_needs_an_organization);

async fn two_who_ask_for_one_name_get_it_once(app: &TestApp) {
    let token = trial(app).await;
    let input = json!({ "token": token, "organizationName": "Blue Lamp Ltd", "slug": "blue-lamp", "adminName": "Berta", "adminSignInName": "berta", "contact": "berta@example.org" });
    let mut secrets = Vec::new();
    for contact in ["berta@example.org", "other@example.org"] {
        let mut input = input.clone();
        input["contact"] = json!(contact);
        app.anonymous()
            .done("requestSignUp", input, "operationId")
            .await;
        secrets.push(app.mails().await.remove(0).secret());
    }
    let complete = |secret: &str| json!({ "secret": secret, "newPassword": NEW_PASSWORD });
    let first = app
        .anonymous()
        .done("completeSignUp", complete(&secrets[0]), "organizationId")
        .await;
    assert!(first["organizationId"].is_string());
    assert_eq!(
        app.anonymous()
            .fails_flat("completeSignUp", complete(&secrets[1]))
            .await,
        "CONFLICT/NAME_TAKEN"
    );
    assert_eq!(
        app.anonymous()
            .fails_flat("completeSignUp", complete(&secrets[0]))
            .await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    // Past its time it makes nothing.
    let later = json!({ "token": token, "organizationName": "Red Lamp", "slug": "red-lamp", "adminName": "R", "adminSignInName": "r", "contact": "r@example.org" });
    app.anonymous()
        .done("requestSignUp", later, "operationId")
        .await;
    let secret = app.mails().await.remove(0).secret();
    app.app.clock.advance(chrono::TimeDelta::hours(25));
    assert_eq!(
        app.anonymous()
            .fails_flat("completeSignUp", complete(&secret))
            .await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
}

both!(two_who_ask_for_one_name_get_it_once);
