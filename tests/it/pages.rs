//! The pages: without script, safe against what a stranger may put into them or send them.

mod client;
mod failures;
mod languages;
mod partner;
mod sessions;
mod spoken;
mod staying;

use axum::http::StatusCode;
use chrono::TimeDelta;
use mandate::cli::DEMO_PASSWORD;
use serde_json::{Value, json};

use crate::support::{Browser, TestApp, both};

async fn offer(app: &TestApp) -> (String, String) {
    let (offer, revision) = app.db_offer("northwind").await;
    (format!("/offers/{}", offer.token), revision.digest)
}

fn answer<'a>(digest: &'a str, choice: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("revision", "1"),
        ("digest", digest),
        ("answer", choice),
        ("roleCap", "LIMITED"),
        ("reply", "Because."),
        ("password", password),
    ]
}

async fn pages_have_no_script_no_path_in_a_referrer_and_no_other_host(app: &TestApp) {
    let (path, _) = offer(app).await;
    let (status, headers, page) = app.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("https://"));
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(header("referrer-policy"), "strict-origin");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let (status, _, _) = app.get("/offers/unknown").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let unknown = "u".repeat(43);
    for path in ["/enrol/", "/reset/"] {
        let (status, _, page) = app.get(&format!("{path}{unknown}")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(page.contains("The link was used before"), "{page}");
    }
}

both!(pages_have_no_script_no_path_in_a_referrer_and_no_other_host);

async fn an_offer_is_declined_and_accepted_on_its_page(app: &TestApp) {
    let (path, digest) = offer(app).await;
    let mut ursula = Browser::of(app, "ursula").await;
    let (status, page) = ursula.post(&path, &answer(&digest, "decline", "")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(
        page.contains("You declined the offer")
            && page.contains("Nobody of Northwind Support has access")
    );
    let mails = app.mails().await;
    assert!(
        mails.iter().all(|mail| mail.text.contains("Because.")) && mails.len() == 2,
        "{mails:?}"
    );
    let (_, page) = ursula.get(&format!("{path}?again=true")).await;
    assert!(page.contains("name=\"password\""), "{page}");
    let (status, page) = ursula
        .post(&path, &answer(&digest, "accept", DEMO_PASSWORD))
        .await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(
        page.contains("You accepted the offer") && page.contains(">active<"),
        "{page}"
    );
    let cap = "Role cap: help with passwords";
    assert!(app.mails().await[0].text.contains(cap));
    // Other terms must be asked for; the page offers it.
    let mut other = answer(&digest, "accept", DEMO_PASSWORD);
    other[3].1 = "FULL";
    let (status, page) = ursula.post(&path, &other).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        page.contains("name=\"amend\"") && !page.contains(DEMO_PASSWORD),
        "{page}"
    );
    other.push(("amend", "true"));
    let (status, _) = ursula.post(&path, &other).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = ursula.post(&path, &answer(&digest, "decline", "")).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

both!(an_offer_is_declined_and_accepted_on_its_page);

async fn a_bundle_is_taken_in_parts_on_its_page(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let plan = app.plan("premium").await;
    let input = json!({ "accountId": app.account("northwind").await, "kind": "PURCHASE", "roleCap": "FULL", "term": "P1Y", "usageLocation": "DE", "items": [{ "planId": plan, "seats": 25 }] });
    let made = fiona
        .done("createOffer", input, "offer { token digest }")
        .await["offer"]
        .clone();
    let (path, digest) = (
        format!("/offers/{}", made["token"].as_str().unwrap()),
        made["digest"].as_str().unwrap(),
    );
    let mut ursula = Browser::of(app, "ursula").await;
    let (_, page) = Browser::of(app, "petra").await.get(&path).await;
    assert!(page.contains("does not answer its own offer"), "{page}");
    let (_, page) = ursula.get(&path).await;
    for part in [
        "offers your organization subscriptions",
        "Subscription to Business Premium",
        "25 licences, for 1 year",
        "Price: EUR 20.00",
        "name=\"seats\"",
        "name=\"delegation\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // A role without the box is a mistake, not a refusal.
    let half = [
        ("revision", "1"),
        ("digest", digest),
        ("answer", "accept"),
        ("plan", &plan),
        ("seats", "3"),
        ("subscriptions", "true"),
        ("roleCap", "FULL"),
        ("password", DEMO_PASSWORD),
    ];
    let (status, page) = ursula.post(&path, &half).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("You chose a role, but not"),
        "{page}"
    );
    assert!(
        page.contains("role=\"alert\" tabindex=\"-1\" autofocus")
            && page.contains("<title>Not done: "),
        "{page}"
    );
    let mut fields = vec![
        ("revision", "1"),
        ("digest", digest),
        ("answer", "accept"),
        ("plan", &plan),
        ("password", DEMO_PASSWORD),
    ];
    let (status, page) = ursula
        .post(&path, &[fields.clone(), vec![("seats", "3")]].concat())
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.contains("Take one part at least") || page.contains("role=\"alert\""),
        "{page}"
    );
    fields.push(("subscriptions", "true"));
    let (status, page) = ursula
        .post(&path, &[fields.clone(), vec![("seats", "none")]].concat())
        .await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("between 1 and 1000000 seats"),
        "{page}"
    );
    let (status, page) = ursula
        .post(&path, &[fields, vec![("seats", "3")]].concat())
        .await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(
        page.contains("Business Premium, 3 licences")
            && page.contains("Nobody of Northwind Support has access"),
        "{page}"
    );
    // What is left to answer is the delegation.
    let (_, page) = ursula.get(&format!("{path}?again=true")).await;
    assert!(
        page.contains("took before: Business Premium, 3 licences")
            && !page.contains("name=\"seats\"")
            && !page.contains("Or decline"),
        "{page}"
    );
    let rest = [
        ("revision", "1"),
        ("digest", digest),
        ("answer", "accept"),
        ("delegation", "true"),
        ("roleCap", "LIMITED"),
        ("password", DEMO_PASSWORD),
    ];
    let (status, page) = ursula.post(&path, &rest).await;
    assert!(
        status == StatusCode::OK
            && page.contains(">active<")
            && page.contains("Business Premium, 3 licences"),
        "{page}"
    );
    let (_, page) = ursula.get(&format!("{path}?again=true")).await;
    assert!(
        page.contains("A consent to Northwind Support stands: Help with passwords"),
        "{page}"
    );
    // Nothing is said of access that is over.
    let (_, page) = ursula.get("/grants").await;
    let grant = page
        .split("action=\"/grants/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    ursula
        .post(&format!("/grants/{grant}"), &[("action", "end")])
        .await;
    let (_, page) = ursula.get(&path).await;
    assert!(
        page.contains("has ended: nobody there reaches your account")
            && !page.contains("hold or end this grant"),
        "{page}"
    );
}

both!(a_bundle_is_taken_in_parts_on_its_page);

async fn each_way_to_be_closed_has_its_page(app: &TestApp) {
    let (fiona, petra, olivia) = (
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
        app.sign_in("olivia").await,
    );
    let northwind = app.account("northwind").await;
    let until = app.app.now() + TimeDelta::hours(1);
    let input = |message: &str| json!({ "accountId": northwind, "roleCap": "LIMITED", "term": "P6M", "message": message, "expiresAt": until });
    let made = async |message: &str| {
        fiona
            .done("createOffer", input(message), "offer { id token digest }")
            .await["offer"]
            .clone()
    };
    let (gone, late) = (made("One.").await, made("Two.").await);
    let path = |offer: &Value| format!("/offers/{}", offer["token"].as_str().unwrap());
    let mut ursula = Browser::of(app, "ursula").await;
    petra
        .done(
            "withdrawOffer",
            json!({ "accountId": northwind, "offerId": gone["id"] }),
            "offer { id }",
        )
        .await;
    let suspend = json!({ "organizationId": northwind, "message": "Why." });
    olivia
        .done(
            "suspendCertification",
            suspend.clone(),
            "organization { id }",
        )
        .await;
    for (offer, says) in [
        (&gone, "Northwind Support withdrew this offer"),
        (&late, "Northwind Support is not certified now"),
    ] {
        let (status, page) = ursula.get(&path(offer)).await;
        assert!(
            status == StatusCode::GONE && page.contains(says) && page.contains("href=\"/grants\""),
            "{page}"
        );
        let (status, page) = ursula
            .post(
                &path(offer),
                &answer(offer["digest"].as_str().unwrap(), "accept", DEMO_PASSWORD),
            )
            .await;
        assert!(status == StatusCode::GONE && page.contains(says), "{page}");
    }
    assert!(!ursula.get(&path(&late)).await.1.contains("Why."));
    olivia
        .done(
            "reinstateCertification",
            json!({ "organizationId": northwind }),
            "organization { id }",
        )
        .await;
    assert_eq!(ursula.get(&path(&late)).await.0, StatusCode::OK);
    let (status, page) = ursula
        .post(
            &path(&late),
            &answer(late["digest"].as_str().unwrap(), "decline", ""),
        )
        .await;
    assert!(
        status == StatusCode::OK && page.contains("Answer again"),
        "{page}"
    );
    app.app.clock.advance(TimeDelta::hours(2));
    let (status, _, page) = app.get(&path(&late)).await;
    assert!(
        status == StatusCode::GONE && page.contains("This offer has expired"),
        "{page}"
    );
    // Who answered it sees what holds, and is not sent back to a form that is not there.
    let (status, page) = Browser::of(app, "ursula").await.get(&path(&late)).await;
    assert!(
        status == StatusCode::OK && page.contains("You declined") && !page.contains("Answer again"),
        "{page}"
    );
}

both!(each_way_to_be_closed_has_its_page);

async fn a_bad_answer_says_why_and_writes_nothing(app: &TestApp) {
    let (path, digest) = offer(app).await;
    for (name, fields, status, says) in [
        (
            "ursula",
            answer(&digest, "accept", "wrong"),
            StatusCode::UNPROCESSABLE_ENTITY,
            "The current password is not right.",
        ),
        (
            "ivan",
            answer(&digest, "accept", DEMO_PASSWORD),
            StatusCode::FORBIDDEN,
            "Your roles do not allow this.",
        ),
        (
            "ursula",
            answer("0", "accept", DEMO_PASSWORD),
            StatusCode::CONFLICT,
            "The offer has changed since it was read",
        ),
        (
            "petra",
            answer(&digest, "accept", DEMO_PASSWORD),
            StatusCode::FORBIDDEN,
            "An organization does not answer its own offer",
        ),
    ] {
        let (got, page) = Browser::of(app, name).await.post(&path, &fields).await;
        assert_eq!(got, status, "{page}");
        assert!(
            page.contains(says) && page.contains("role=\"alert\""),
            "{says}: {page}"
        );
    }
    let mut ursula = Browser::of(app, "ursula").await;
    let (got, _) = ursula.post(&path, &[("answer", "accept")]).await;
    assert_eq!(got, StatusCode::UNPROCESSABLE_ENTITY);
    let (got, page) = ursula
        .post(&path, &answer(&digest, "accept", DEMO_PASSWORD)[..2])
        .await;
    assert_eq!(got, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("The form is not complete"), "{page}");
    // Nobody signed in is sent to sign in.
    let mut nobody = Browser::new(app);
    nobody
        .post(&path, &answer(&digest, "accept", DEMO_PASSWORD))
        .await;
    assert!(
        nobody.at.starts_with("/sign-in?next=/offers/"),
        "{}",
        nobody.at
    );
    assert!(app.mails().await.is_empty());
}

both!(a_bad_answer_says_why_and_writes_nothing);
