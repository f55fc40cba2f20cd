//! Offers that the server sends: once to each address, within a quota, to nobody who wants none.

use axum::http::StatusCode;
use chrono::TimeDelta;
use mandate::domain::values::id::GlobalId;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Browser, TestApp, both, record_verifies};

async fn send(app: &TestApp, addresses: &[&str]) -> Value {
    let (offer, _) = app.db_offer("northwind").await;
    json!({ "accountId": app.account("northwind").await, "offerId": GlobalId::Offer(offer.id).encode(), "addresses": addresses })
}

const DONE: &str = "operation { changes { name value } } offer { statistics { sent } sendings(first: 10) { nodes { address } } }";

fn change<'a>(done: &'a Value, name: &str) -> &'a str {
    let changes = done["operation"]["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["name"] == name);
    change.unwrap()["value"].as_str().unwrap()
}

async fn an_offer_is_sent_once_to_each_address(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    app.mails().await;
    let input = send(
        app,
        &["one@example.org", "two@example.org", "ONE@example.org"],
    )
    .await;
    let done = fiona.done("sendOffer", input.clone(), DONE).await;
    assert_eq!(
        (change(&done, "sent"), &done["offer"]["statistics"]["sent"]),
        ("2", &json!(2))
    );
    let mails = app.mails().await;
    let mut to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["one@example.org", "two@example.org"]);
    let (offer, _) = app.db_offer("northwind").await;
    for mail in &mails {
        assert_eq!(
            mail.subject,
            "Northwind Support offers to administer your account"
        );
        for part in [
            &format!("/offers/{}", offer.token),
            "weekdays from 8 to 18",
            "/unsubscribe/",
        ] {
            assert!(
                mail.text.contains(part) && mail.html.contains(part),
                "{part}: {}",
                mail.text
            );
        }
        assert!(
            mail.raw.contains("List-Unsubscribe: <http")
                && mail
                    .raw
                    .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
            "{}",
            mail.raw
        );
    }
    // Again: to whom is new alone.
    let done = fiona
        .done(
            "sendOffer",
            send(app, &["two@example.org", "three@example.org"]).await,
            DONE,
        )
        .await;
    assert_eq!(
        (change(&done, "sent"), change(&done, "already_sent")),
        ("1", "1")
    );
    assert_eq!(app.mails().await.len(), 1);
    // With another URL, the old mail leads nowhere: it is sent again, as often as an address is to bear.
    let on = json!({ "accountId": app.account("northwind").await, "offerId": GlobalId::Offer(offer.id).encode() });
    for (sent, spared) in [("1", "0"), ("1", "0"), ("0", "1")] {
        app.app.clock.advance(TimeDelta::seconds(1));
        fiona.done("rotateOffer", on.clone(), "offer { id }").await;
        let done = fiona
            .done("sendOffer", send(app, &["two@example.org"]).await, DONE)
            .await;
        assert_eq!(
            (change(&done, "sent"), change(&done, "spared")),
            (sent, spared)
        );
        assert_eq!(done["offer"]["statistics"]["sent"], 3);
    }
    // Addresses do not enter the record.
    let rows = entity::operation::Entity::find()
        .all(app.app.db.read())
        .await
        .unwrap();
    assert!(!format!("{rows:?}").contains("two@example.org"));
    record_verifies(app).await;
}

both!(an_offer_is_sent_once_to_each_address);

async fn who_wants_none_gets_none(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    app.mails().await;
    fiona
        .done("sendOffer", send(app, &["one@example.org"]).await, DONE)
        .await;
    let mail = app.mails().await.remove(0);
    let url = mail
        .text
        .lines()
        .find(|line| line.contains("/unsubscribe/"))
        .unwrap()
        .trim()
        .to_owned();
    let path = &url[url.find("/unsubscribe/").unwrap()..];
    let mut browser = Browser::new(app);
    // Opening the link does nothing yet: scanners open links.
    let (status, page) = browser.get(path).await;
    assert!(
        status == StatusCode::OK && page.contains("No more offers to one@example.org?"),
        "{page}"
    );
    // A mail program posts to it, from another site.
    let request = axum::http::Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(axum::body::Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    assert_eq!(app.send(request).await.0, StatusCode::OK);
    let (status, page) = browser.post(path, &[]).await;
    assert!(
        status == StatusCode::OK && page.contains("No more offers"),
        "a second time: {page}"
    );
    // Whoever sends, whatever the offer.
    let tina = app.sign_in("tina").await;
    let (offer, _) = app.db_offer("tailspin").await;
    let input = json!({ "accountId": app.account("tailspin").await, "offerId": GlobalId::Offer(offer.id).encode(), "addresses": ["One@Example.org", "two@example.org"] });
    let done = tina.done("sendOffer", input, DONE).await;
    assert_eq!(
        (change(&done, "sent"), change(&done, "suppressed")),
        ("1", "1")
    );
    let to: Vec<_> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["two@example.org"]);
    // A link that was tampered with does nothing.
    for bad in [
        format!("{path}0"),
        path.replace('-', "-0"),
        "/unsubscribe/x".to_owned(),
    ] {
        assert_eq!(
            browser.post(&bad, &[]).await.0,
            StatusCode::UNAUTHORIZED,
            "{bad}"
        );
    }
}

both!(who_wants_none_gets_none);

async fn a_partner_sends_within_its_quota(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.offers.mails_per_day = 3;
            config.offers.mails_per_call = 3;
        })
        .await;
    let fiona = app.sign_in("fiona").await;
    fiona
        .done(
            "sendOffer",
            send(app, &["a@example.org", "b@example.org"]).await,
            DONE,
        )
        .await;
    // All or none of a call.
    assert_eq!(
        fiona
            .fails(
                "sendOffer",
                send(app, &["c@example.org", "d@example.org"]).await
            )
            .await,
        "RATE_LIMITED/MAIL_QUOTA"
    );
    fiona
        .done("sendOffer", send(app, &["c@example.org"]).await, DONE)
        .await;
    assert_eq!(
        fiona
            .fails(
                "sendOffer",
                send(
                    app,
                    &[
                        "a@example.org",
                        "b@example.org",
                        "c@example.org",
                        "d@example.org"
                    ]
                )
                .await
            )
            .await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    for bad in [
        vec![],
        vec!["no address"],
        vec!["a@example.org\r\nBcc: b@example.org"],
    ] {
        assert_eq!(
            fiona.fails("sendOffer", send(app, &bad).await).await,
            "BAD_USER_INPUT/INPUT_INVALID"
        );
    }
    app.app.clock.advance(TimeDelta::hours(25));
    let fiona = app.sign_in("fiona").await;
    fiona
        .done("sendOffer", send(app, &["d@example.org"]).await, DONE)
        .await;
    // Not by who makes no offers, nor once the offer is withdrawn.
    let nora = app.sign_in("nora").await;
    assert_eq!(
        nora.fails("sendOffer", send(app, &["e@example.org"]).await)
            .await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    let (offer, _) = app.db_offer("northwind").await;
    let on = json!({ "accountId": app.account("northwind").await, "offerId": GlobalId::Offer(offer.id).encode() });
    fiona.done("withdrawOffer", on, "offer { state }").await;
    assert_eq!(
        fiona
            .fails("sendOffer", send(app, &["e@example.org"]).await)
            .await,
        "FAILED_PRECONDITION/OFFER_WITHDRAWN"
    );
    app.app.db.close().await;
}

both!(a_partner_sends_within_its_quota);
