//! Lists of offers, their texts, and the plans that they may have.

use super::*;

async fn offers_are_listed_and_counted(app: &TestApp) {
    let (fiona, ursula, petra) = (
        app.sign_in("fiona").await,
        app.sign_in("ursula").await,
        app.sign_in("petra").await,
    );
    let until = app.app.now() + TimeDelta::hours(1);
    let short = made(app, &fiona, json!({ "roleCap": "LIMITED", "term": "P6M", "expiresAt": until, "message": "Only a while." })).await;
    let path = format!("/offers/{}", short["token"].as_str().unwrap());
    let other = made(app, &fiona, json!({ "roleCap": "LIMITED", "term": "P6M" })).await;
    for _ in 0..3 {
        assert_eq!(app.get(&path).await.0.as_u16(), 200);
    }
    // Who is signed in does not count, and nobody raises the number alone.
    assert_eq!(
        Browser::of(app, "ursula").await.get(&path).await.0.as_u16(),
        200
    );
    let slow = app
        .again(|config| config.auth.attempts_per_minute = 3)
        .await;
    for _ in 0..9 {
        slow.get(&format!("/offers/{}", other["token"].as_str().unwrap()))
            .await;
    }
    let opened = fiona
        .data(
            "query($id: ID!) { offer(id: $id) { statistics { opened } } }",
            json!({ "id": other["id"] }),
        )
        .await;
    assert_eq!(opened["offer"]["statistics"]["opened"], 3);
    slow.app.db.close().await;
    ursula
        .done("declineOffer", answer(&short), "response { answer }")
        .await;
    let declined = "query($id: ID!) { offer(id: $id) { statistics { accepted declined } } }";
    let declined = petra.data(declined, json!({ "id": short["id"] })).await;
    assert_eq!(
        declined["offer"]["statistics"],
        json!({ "accepted": 0, "declined": 1 })
    );
    ursula
        .done("acceptOffer", answer(&short), "response { answer }")
        .await;
    let query = "query($filter: OfferFilter) { offers(filter: $filter) { nodes { message state statistics { opened accepted declined } } } }";
    let list = async |filter: Value| {
        petra.data(query, json!({ "filter": filter })).await["offers"]["nodes"]
            .as_array()
            .unwrap()
            .clone()
    };
    let found = list(json!({ "search": "only a WHILE" })).await;
    assert_eq!(
        found,
        [
            json!({ "message": "Only a while.", "state": "OPEN", "statistics": { "opened": 3, "accepted": 1, "declined": 0 } })
        ]
    );
    made(app, &fiona, purchase(app, false).await).await;
    for (part, number) in [("HAMBURG", 2), ("business basic", 1), ("Madrid", 0)] {
        assert_eq!(
            list(json!({ "search": part })).await.len(),
            number,
            "{part}"
        );
    }
    assert_eq!(list(json!({ "kinds": ["PURCHASE"] })).await.len(), 2);
    assert_eq!(list(json!({ "kinds": ["TRIAL"] })).await.len(), 0);
    assert_eq!(list(json!({})).await.len(), 5);
    app.app.clock.advance(TimeDelta::hours(2));
    let petra = app.sign_in("petra").await;
    let data = petra
        .data(query, json!({ "filter": { "states": ["EXPIRED"] } }))
        .await;
    assert_eq!(data["offers"]["nodes"].as_array().unwrap().len(), 1);
    let (status, _, page) = app.get(&path).await;
    assert!(
        status.as_u16() == 410 && page.contains("This offer has expired"),
        "{page}"
    );
}

both!(offers_are_listed_and_counted);

async fn texts_are_ready_to_copy_and_harmless(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let message = "<script>alert(1)</script> & \"quotes\"\nSecond line.";
    let mut input = purchase(app, true).await;
    input["message"] = json!(message);
    let offer = made(app, &fiona, input).await;
    let (texts, url) = (&offer["texts"], offer["url"].as_str().unwrap());
    for kind in ["plain", "html", "short"] {
        assert!(texts[kind].as_str().unwrap().contains(url), "{kind}");
    }
    let html = texts["html"].as_str().unwrap();
    assert!(
        !html.contains("<script") && html.contains("&#60;script&#62;"),
        "{html}"
    );
    assert!(texts["plain"].as_str().unwrap().contains(message));
    assert_eq!(
        texts["subject"],
        "Northwind Support sends you an offer of subscriptions"
    );
    assert!(texts["short"].as_str().unwrap().len() < 200);
    // In the other language, on demand.
    let query = "query($id: ID!) { offer(id: $id) { texts(language: ES) { subject plain html } } }";
    let spanish = fiona.data(query, json!({ "id": offer["id"] })).await["offer"]["texts"].clone();
    assert_eq!(
        spanish["subject"],
        "Northwind Support le envía una oferta de suscripciones"
    );
    assert!(
        spanish["plain"].as_str().unwrap().contains("durante 1 año"),
        "{spanish}"
    );
    assert!(spanish["html"].as_str().unwrap().contains("lang=\"es\""));
    assert!(html.contains("<br>Second line."), "{html}");
    for link in [
        "evil。com/x",
        "evil．com",
        "see https://evil.example",
        "write to a@evil.example",
        "go to evil.example.com/x",
    ] {
        let mut input = purchase(app, true).await;
        input["message"] = json!(link);
        input["accountId"] = json!(app.account("northwind").await);
        assert_eq!(
            fiona.fails("createOffer", input.clone()).await,
            "BAD_USER_INPUT/MESSAGE_WITH_LINK",
            "{link}"
        );
        input["office"] = input["message"].take();
        assert_eq!(
            fiona.fails("createOffer", input).await,
            "BAD_USER_INPUT/MESSAGE_WITH_LINK",
            "{link}"
        );
    }
}

both!(texts_are_ready_to_copy_and_harmless);

async fn plans_are_offered_where_they_are_sold(app: &TestApp) {
    let (olivia, fiona) = (app.sign_in("olivia").await, app.sign_in("fiona").await);
    let plan = json!({ "slug": "local", "name": "Local", "term": "P1Y", "seats": 1, "serviceIds": [app.service("mail").await], "locations": ["ES", "PT"], "price": "EUR 3.00", "seatPrice": { "amount": "3.5", "currency": "eur", "per": "P1M" } });
    let plan = olivia
        .done(
            "createPlan",
            plan,
            "plan { id locations price seatPrice { amount currency per } }",
        )
        .await["plan"]
        .clone();
    assert_eq!(plan["locations"], json!(["ES", "PT"]));
    assert_eq!(
        plan["seatPrice"],
        json!({ "amount": "3.50", "currency": "EUR", "per": "P1M" })
    );
    for price in [
        json!({ "amount": "3,50", "currency": "EUR", "per": "P1M" }),
        json!({ "amount": "-1", "currency": "EUR", "per": "P1M" }),
        json!({ "amount": "1", "currency": "EURO", "per": "P1M" }),
        json!({ "amount": "1", "currency": "EUR", "per": "month" }),
    ] {
        let wrong = json!({ "slug": "other", "name": "Other", "term": "P1Y", "seats": 1, "serviceIds": [app.service("mail").await], "seatPrice": price });
        assert_eq!(
            olivia.fails("createPlan", wrong).await,
            "BAD_USER_INPUT/INPUT_INVALID"
        );
    }
    let offer = |location: &str| json!({ "accountId": "", "kind": "TRIAL", "delegation": false, "items": [{ "planId": plan["id"], "seats": 2 }], "usageLocation": location });
    let mut abroad = offer("DE");
    abroad["accountId"] = json!(app.account("northwind").await);
    assert_eq!(
        fiona.fails("createOffer", abroad).await,
        "BAD_USER_INPUT/PLAN_NOT_SOLD"
    );
    made(app, &fiona, offer("PT")).await;
    // What a purchase costs is told with it, of a trial nothing, and nothing that is less than all of it.
    let unpriced = json!({ "slug": "plain", "name": "Plain", "term": "P1Y", "seats": 1, "serviceIds": [app.service("mail").await] });
    let unpriced = olivia.done("createPlan", unpriced, "plan { id }").await["plan"]["id"].clone();
    for (kind, items, totals) in [
        (
            "TRIAL",
            json!([{ "planId": plan["id"], "seats": 2 }]),
            json!([]),
        ),
        (
            "PURCHASE",
            json!([{ "planId": plan["id"], "seats": 7 }]),
            json!([{ "amount": "24.50", "currency": "EUR", "per": "P1M" }]),
        ),
        (
            "PURCHASE",
            json!([{ "planId": plan["id"], "seats": 7 }, { "planId": unpriced, "seats": 1 }]),
            json!([]),
        ),
    ] {
        let offer = json!({ "accountId": app.account("northwind").await, "kind": kind, "delegation": false, "items": items, "usageLocation": "PT" });
        let fields = "offer { totals { amount currency per } texts { plain } token }";
        let made = fiona.done("createOffer", offer, fields).await["offer"].clone();
        assert_eq!(made["totals"], totals, "{kind}");
        let text = made["texts"]["plain"].as_str().unwrap();
        let told = "Total for the licences offered: 24.50 EUR a month";
        assert_eq!(text.contains(told), totals != json!([]), "{text}");
        let (_, _, page) = app
            .get(&format!("/offers/{}", made["token"].as_str().unwrap()))
            .await;
        assert_eq!(page.contains(told), totals != json!([]), "{page}");
    }
}

both!(plans_are_offered_where_they_are_sold);

async fn the_place_to_send_from_follows_the_number_of_clients(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let query = "{ viewer { sendOffersFrom { place path } } }";
    let place = async || fiona.data(query, Value::Null).await["viewer"]["sendOffersFrom"].clone();
    // Three clients stand already: two active, one held.
    app.db_crowd(96, false).await;
    assert_eq!(
        place().await,
        json!({ "place": "BUILD_YOUR_BUSINESS", "path": ["Build your business", "Delegate admin offer"] }),
        "99 clients"
    );
    app.db_crowd(1, false).await;
    let overview = json!({ "place": "PARTNER_OVERVIEW", "path": ["Partner overview", "Send delegated administration offers"] });
    assert_eq!(place().await, overview, "100 clients");
    app.db_crowd(1, false).await;
    assert_eq!(place().await, overview, "101 clients");
    // Whoever has no part in it is told no place.
    let ivan = app.sign_in("ivan").await;
    assert_eq!(
        ivan.data(query, Value::Null).await["viewer"]["sendOffersFrom"],
        Value::Null
    );
}

both!(the_place_to_send_from_follows_the_number_of_clients);
