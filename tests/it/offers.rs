//! Offers: bundles and what is taken of them, revisions, states, texts to copy, and where a partner
//! sends them from.

mod listed;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Actor, Browser, TestApp, both, record_verifies};

const MADE: &str = "offer { id token url revision digest state kind delegation roleCap term usageLocation office items { seats plan { slug name price } } texts { subject plain html short } }";

async fn made(app: &TestApp, actor: &Actor<'_>, mut input: Value) -> Value {
    input["accountId"] = json!(app.account("northwind").await);
    actor.done("createOffer", input, MADE).await["offer"].clone()
}

async fn purchase(app: &TestApp, delegation: bool) -> Value {
    let items = json!([
        { "planId": app.plan("basic").await, "seats": 3 },
        { "planId": app.plan("premium").await, "seats": 25 },
    ]);
    let mut input =
        json!({ "kind": "PURCHASE", "items": items, "usageLocation": "DE", "office": "Hamburg" });
    if delegation {
        input["roleCap"] = json!("FULL");
        input["term"] = json!("P1Y");
    } else {
        input["delegation"] = json!(false);
    }
    input
}

fn answer(offer: &Value) -> Value {
    json!({ "token": offer["token"], "revision": offer["revision"], "digest": offer["digest"] })
}

const TAKEN: &str =
    "response { acceptedParts items { seats plan { slug } } } grant { roleCap term state }";

const HELD: &str = "query($id: ID!) { organization(id: $id) { subscriptions { nodes { seats trial expiresAt plan { slug } } } } }";

async fn a_client_takes_what_it_wants_of_a_bundle(app: &TestApp) {
    let (fiona, ursula) = (app.sign_in("fiona").await, app.sign_in("ursula").await);
    let offer = made(app, &fiona, purchase(app, true).await).await;
    assert_eq!(
        (&offer["state"], &offer["kind"], &offer["office"]),
        (&json!("OPEN"), &json!("PURCHASE"), &json!("Hamburg"))
    );
    assert_eq!(offer["items"].as_array().unwrap().len(), 2);
    app.mails().await;
    // The subscriptions alone, one with another number of seats.
    let mut input = answer(&offer);
    input["accept"] = json!(["SUBSCRIPTIONS"]);
    input["seats"] = json!([{ "planId": app.plan("basic").await, "seats": 7 }]);
    let done = ursula.done("acceptOffer", input.clone(), TAKEN).await;
    assert_eq!(done["grant"], Value::Null);
    assert_eq!(done["response"]["acceptedParts"], json!(["SUBSCRIPTIONS"]));
    let items = json!([{ "seats": 7, "plan": { "slug": "basic" } }, { "seats": 25, "plan": { "slug": "premium" } }]);
    assert_eq!(done["response"]["items"], items);
    let held = ursula
        .data(HELD, json!({ "id": app.account("fabrikam").await }))
        .await;
    let held = held["organization"]["subscriptions"]["nodes"]
        .as_array()
        .unwrap();
    assert!(
        held.len() == 2 && held.iter().all(|one| one["trial"] == false),
        "{held:?}"
    );
    let mail = app.mails().await.remove(0);
    for part in [
        "Fabrikam Services accepted a part of your offer",
        "Business Basic, 7 licences",
        "Business Premium, 25 licences",
        "No delegated administration was given",
    ] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    // Nobody of the partner reaches anything.
    let add = json!({ "accountId": app.account("fabrikam").await, "name": "x.example" });
    assert!(
        fiona
            .fails("addDomain", add.clone())
            .await
            .starts_with("FORBIDDEN")
            || fiona
                .fails("addDomain", add.clone())
                .await
                .starts_with("NOT_FOUND")
    );
    // The same again writes nothing; delegation comes later, lower than asked for.
    let same = ursula.done("acceptOffer", input, "operation { id }").await;
    assert!(same["operation"]["id"].is_string());
    let mut later = answer(&offer);
    later["accept"] = json!(["DELEGATION"]);
    later["roleCap"] = json!("LIMITED");
    later["term"] = json!("P1M");
    let done = ursula.done("acceptOffer", later, TAKEN).await;
    assert_eq!(
        done["grant"],
        json!({ "roleCap": "LIMITED", "term": "P1M", "state": "ACTIVE" })
    );
    assert_eq!(done["response"]["acceptedParts"], json!(["DELEGATION"]));
    let mails = app.mails().await;
    let to = |subject: &str| {
        mails
            .iter()
            .find(|mail| mail.subject == subject)
            .unwrap_or_else(|| panic!("{mails:#?}"))
    };
    let told = to("Fabrikam Services accepted your offer");
    assert!(
        told.text
            .contains("The subscriptions were taken by an earlier answer.")
            && !told.text.contains("a part of"),
        "{}",
        told.text
    );
    assert!(
        told.text.contains(
            "Offered: a purchase of Business Basic, Business Premium, with delegated administration"
        ),
        "{}",
        told.text
    );
    let client = to("Fabrikam Services gave Northwind Support delegated administration");
    assert!(
        client.to.contains("ursula")
            && client.text.contains("Role cap: help with passwords")
            && client.text.contains("/grants"),
        "{client:#?}"
    );
    // Other terms: both sides learn it.
    let mut amended = answer(&offer);
    amended["accept"] = json!(["DELEGATION"]);
    amended["roleCap"] = json!("LIMITED");
    amended["term"] = json!("P3M");
    amended["amend"] = json!(true);
    ursula.done("acceptOffer", amended, TAKEN).await;
    let mails = app.mails().await;
    let mut told: Vec<_> = mails
        .iter()
        .map(|mail| (mail.to.split('.').next().unwrap(), mail.subject.as_str()))
        .collect();
    told.sort_unstable();
    let other =
        "The delegated administration of Fabrikam Services by Northwind Support has other terms";
    assert_eq!(
        told,
        [
            ("fiona", "Fabrikam Services accepted your offer"),
            ("petra", other),
            ("ursula", other)
        ]
    );
    assert!(
        mails
            .iter()
            .any(|mail| mail.text.contains("goes on, on these terms")),
        "{mails:#?}"
    );
    // What was taken is not declined, nor taken again in another revision.
    assert_eq!(
        ursula.fails("declineOffer", answer(&offer)).await,
        "FAILED_PRECONDITION/GRANT_STANDS"
    );
    let mut edit = purchase(app, true).await;
    edit.as_object_mut().unwrap().remove("kind");
    edit["accountId"] = json!(app.account("northwind").await);
    edit["offerId"] = offer["id"].clone();
    edit["items"][0]["seats"] = json!(500);
    let edited = fiona.done("editOffer", edit, MADE).await["offer"].clone();
    let mut again = answer(&edited);
    again["accept"] = json!(["SUBSCRIPTIONS"]);
    assert_eq!(
        ursula.fails("acceptOffer", again).await,
        "CONFLICT/SUBSCRIPTIONS_TAKEN"
    );
    assert_eq!(
        fiona.fails("addDomain", add).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    record_verifies(app).await;
}

both!(a_client_takes_what_it_wants_of_a_bundle);

async fn the_answer_tells_what_an_earlier_one_gave(app: &TestApp) {
    let (fiona, ursula) = (app.sign_in("fiona").await, app.sign_in("ursula").await);
    let offer = made(app, &fiona, purchase(app, true).await).await;
    for (part, says, not) in [
        ("DELEGATION", "No subscription was taken.", "earlier answer"),
        (
            "SUBSCRIPTIONS",
            "Delegated administration was given by an earlier answer, and stands.",
            "No delegated administration",
        ),
    ] {
        app.mails().await;
        let mut input = answer(&offer);
        input["accept"] = json!([part]);
        ursula.done("acceptOffer", input, TAKEN).await;
        let mails = app.mails().await;
        let told = mails
            .iter()
            .find(|mail| mail.to.starts_with("fiona"))
            .unwrap();
        assert!(
            told.text.contains(says) && !told.text.contains(not),
            "{}",
            told.text
        );
        assert_eq!(
            told.text.contains("a part of your offer"),
            part == "DELEGATION",
            "{}",
            told.text
        );
    }
}

both!(the_answer_tells_what_an_earlier_one_gave);

async fn a_trial_runs_for_its_time(app: &TestApp) {
    let (fiona, ursula) = (app.sign_in("fiona").await, app.sign_in("ursula").await);
    let items = json!([{ "planId": app.plan("premium").await, "seats": 5 }]);
    let offer = made(app, &fiona, json!({ "kind": "TRIAL", "delegation": false, "items": items, "usageLocation": "ES", "language": "ES" })).await;
    assert!(
        offer["texts"]["subject"]
            .as_str()
            .unwrap()
            .contains("le invita a una prueba"),
        "{offer}"
    );
    let done = ursula.done("acceptOffer", answer(&offer), TAKEN).await;
    let held = ursula
        .data(HELD, json!({ "id": app.account("fabrikam").await }))
        .await;
    assert_eq!(
        held["organization"]["subscriptions"]["nodes"][0]["trial"],
        true
    );
    let ends: chrono::DateTime<chrono::Utc> =
        held["organization"]["subscriptions"]["nodes"][0]["expiresAt"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
    let days = (ends - app.app.now()).num_days();
    assert!((29..=30).contains(&days), "{days}");
    assert_eq!(done["grant"], Value::Null);
    // What was taken is not declined.
    assert_eq!(
        ursula.fails("declineOffer", answer(&offer)).await,
        "CONFLICT/SUBSCRIPTIONS_TAKEN"
    );
    // What stands in a mail has no link, in an answer either.
    let mut no = answer(&offer);
    no["reply"] = json!("See evil.example/why.");
    assert_eq!(
        app.sign_in("adam").await.fails("declineOffer", no).await,
        "BAD_USER_INPUT/MESSAGE_WITH_LINK"
    );
}

both!(a_trial_runs_for_its_time);

async fn the_parts_of_one_answer_stand_or_fall_together(app: &TestApp) {
    let (fiona, ursula) = (app.sign_in("fiona").await, app.sign_in("ursula").await);
    let offer = made(app, &fiona, purchase(app, true).await).await;
    let mut input = answer(&offer);
    input["term"] = json!("P2Y");
    assert_eq!(
        ursula.fails("acceptOffer", input).await,
        "BAD_USER_INPUT/TERM_EXCEEDED"
    );
    let query = "query($id: ID!) { organization(id: $id) { subscriptions { nodes { seats } } } }";
    let seen = ursula
        .data(query, json!({ "id": app.account("fabrikam").await }))
        .await;
    assert_eq!(seen["organization"]["subscriptions"]["nodes"], json!([]));
}

both!(the_parts_of_one_answer_stand_or_fall_together);

async fn a_new_revision_is_read_anew(app: &TestApp) {
    let (fiona, ursula, adam) = (
        app.sign_in("fiona").await,
        app.sign_in("ursula").await,
        app.sign_in("adam").await,
    );
    let northwind = app.account("northwind").await;
    let offer = made(app, &fiona, json!({ "roleCap": "LIMITED", "term": "P6M" })).await;
    ursula
        .done("acceptOffer", answer(&offer), "grant { id }")
        .await;
    let edit = json!({ "accountId": northwind, "offerId": offer["id"], "roleCap": "FULL", "term": "P1Y", "message": "More." });
    let edited = fiona.done("editOffer", edit.clone(), MADE).await["offer"].clone();
    assert_eq!(
        (&edited["revision"], &edited["url"]),
        (&json!(2), &offer["url"])
    );
    assert_ne!(edited["digest"], offer["digest"]);
    // Who is told and the language stay where nothing is said of them.
    let told = "query($id: ID!) { offer(id: $id) { notify language } }";
    let of = async || fiona.data(told, json!({ "id": offer["id"] })).await["offer"].clone();
    assert_eq!(of().await, json!({ "notify": [], "language": "EN" }));
    let mut spanish = edit.clone();
    spanish["notify"] = json!(["sales@example.org", "SALES@example.org"]);
    spanish["language"] = json!("ES");
    fiona.done("editOffer", spanish, MADE).await;
    assert_eq!(
        of().await,
        json!({ "notify": ["sales@example.org"], "language": "ES" })
    );
    let edited = fiona.done("editOffer", edit, MADE).await["offer"].clone();
    assert_eq!(
        of().await,
        json!({ "notify": ["sales@example.org"], "language": "ES" })
    );
    // What was read is not what stands there now, and what stands at a client is not widened.
    assert_eq!(
        adam.fails("acceptOffer", answer(&offer)).await,
        "CONFLICT/OFFER_CHANGED"
    );
    let query = "{ grants { nodes { roleCap term } } }";
    let grants = ursula.data(query, Value::Null).await;
    assert_eq!(
        grants["grants"]["nodes"],
        json!([{ "roleCap": "LIMITED", "term": "P6M" }])
    );
    // Another URL: the old one leads nowhere.
    let on = json!({ "accountId": northwind, "offerId": offer["id"] });
    let rotated = fiona.done("rotateOffer", on.clone(), MADE).await["offer"].clone();
    assert_ne!(rotated["token"], offer["token"]);
    assert_eq!(
        adam.fails("declineOffer", answer(&edited)).await,
        "FAILED_PRECONDITION/OFFER_REPLACED"
    );
    let old = format!("/offers/{}", offer["token"].as_str().unwrap());
    assert_eq!(app.get(&old).await.0.as_u16(), 410);
    // Withdrawn: what was granted stands.
    fiona
        .done("withdrawOffer", on.clone(), "offer { state withdrawnAt }")
        .await;
    assert_eq!(
        adam.fails("declineOffer", answer(&rotated)).await,
        "FAILED_PRECONDITION/OFFER_WITHDRAWN"
    );
    assert_eq!(
        fiona.fails("rotateOffer", on).await,
        "FAILED_PRECONDITION/OFFER_WITHDRAWN"
    );
    let (status, _, page) = app
        .get(&format!("/offers/{}", rotated["token"].as_str().unwrap()))
        .await;
    assert!(
        status.as_u16() == 410 && page.contains("Northwind Support ha retirado esta oferta"),
        "{status}: {page}"
    );
    assert_eq!(
        ursula.data(query, Value::Null).await["grants"]["nodes"][0]["roleCap"],
        "LIMITED"
    );
    record_verifies(app).await;
}

both!(a_new_revision_is_read_anew);
