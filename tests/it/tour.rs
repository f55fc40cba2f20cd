//! The README's tour: exactly its snippets, against the demo world.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::support::{TestApp, both};

fn snippets() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let parts = readme.split("```graphql\n").skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

fn found<'a>(nodes: &'a Value, field: &str, name: &str) -> &'a Value {
    nodes
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node[field] == name)
        .unwrap()
}

async fn run(app: &TestApp, token: &str, snippet: &str, ids: &HashMap<&str, Value>) -> Value {
    let actor = app.with_token(token);
    let variables: serde_json::Map<String, Value> = ids
        .iter()
        .filter(|(name, _)| snippet.contains(&format!("${name}:")))
        .map(|(name, id)| ((*name).to_owned(), id.clone()))
        .collect();
    actor.data(snippet, Value::Object(variables)).await
}

async fn every_snippet_does_what_it_says(app: &TestApp) {
    let snippets = snippets();
    let [sign_in, clients, users, reset, why, offer, record, end, ..] = &snippets[..] else {
        panic!("the tour has {} snippets", snippets.len());
    };
    let mut ids = HashMap::new();
    let tokens = app.anonymous().data(sign_in, Value::Null).await;
    let token = tokens["signIn"]["accessToken"].as_str().unwrap();
    let data = run(app, token, clients, &ids).await;
    let contoso = found(&data["clients"]["nodes"], "name", "Contoso");
    assert_eq!(contoso["grant"]["state"], "ACTIVE");
    assert_eq!(contoso["operations"]["nodes"].as_array().unwrap().len(), 3);
    ids.insert("client", contoso["id"].clone());
    let data = run(app, token, users, &ids).await;
    let ivan = found(
        &data["client"]["users"]["nodes"],
        "displayName",
        "Ivan Ordinary",
    );
    ids.insert("user", ivan["id"].clone());
    let data = run(app, token, reset, &ids).await;
    assert_eq!(data["resetPassword"]["operation"]["ticket"], "HD-1042");
    assert_eq!(app.mails().await[0].to, "ivan.contoso@example.org");
    let data = run(app, token, why, &ids).await;
    assert_eq!(data["explainAccess"]["code"], "DELEGATION_NOT_SUPPORTED");
    let own = app
        .with_token(token)
        .data("{ viewer { organization { id } } }", json!({}))
        .await;
    ids.insert("partner", own["viewer"]["organization"]["id"].clone());
    let data = run(app, token, offer, &ids).await;
    assert!(
        data["createOffer"]["offer"]["plainText"]
            .as_str()
            .unwrap()
            .contains("Northwind Support")
    );
    let carla = app.sign_in("carla").await.token.unwrap();
    let data = run(app, &carla, record, &ids).await;
    let acts = &data["viewer"]["organization"]["operations"]["nodes"];
    assert_eq!(
        found(acts, "kind", "RESET_PASSWORD")["actor"]["name"],
        "Fiona Full"
    );
    let active = found(&data["grants"]["nodes"], "state", "ACTIVE");
    ids.insert("grant", active["id"].clone());
    let data = run(app, &carla, end, &ids).await;
    assert_eq!(
        data["endGrant"]["grant"],
        json!({ "state": "ENDED", "endedBy": "CLIENT" })
    );
    let again = app
        .with_token(token)
        .run(
            reset,
            json!({ "client": ids["client"], "user": ids["user"] }),
        )
        .await;
    assert_eq!(again["errors"][0]["extensions"]["reason"], "GRANT_ENDED");
}

both!(every_snippet_does_what_it_says);

async fn a_help_desks_morning(app: &TestApp) {
    let snippets = snippets();
    let [
        who_called,
        colleagues,
        seats,
        licence,
        lost,
        chain,
        morning,
        export,
        ..,
    ] = &snippets[8..]
    else {
        panic!("the tour has {} snippets", snippets.len());
    };
    let fiona = app.sign_in("fiona").await.token.unwrap();
    let mut ids = HashMap::new();
    let data = run(app, &fiona, who_called, &ids).await;
    let found = &data["findUsers"][0];
    assert_eq!(
        (&found["client"]["name"], &found["user"]["displayName"]),
        (&json!("Contoso"), &json!("Ivan Ordinary"))
    );
    ids.insert("client", found["client"]["id"].clone());
    let ivan = found["user"]["id"].clone();
    let data = run(app, &fiona, colleagues, &ids).await;
    let rows = data["addUsers"]["rows"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["user"]["signInName"], &rows[2]["reason"]),
        (&json!("nina@contoso.mandate.example"), &json!("NAME_TAKEN"))
    );
    ids.insert("user", rows[0]["user"]["id"].clone());
    let data = run(app, &fiona, seats, &ids).await;
    let subscription = &data["client"]["subscriptions"]["nodes"][0];
    assert_eq!(
        (&subscription["seats"], &subscription["assignedSeats"]),
        (&json!(10), &json!(1))
    );
    ids.insert("subscription", subscription["id"].clone());
    let data = run(app, &fiona, licence, &ids).await;
    assert_eq!(
        data["assignLicence"]["user"]["services"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    ids.insert("user", ivan);
    let data = run(app, &fiona, lost, &ids).await;
    assert_eq!(data["blockSignIn"]["user"]["blocked"], true);
    ids.insert("admin", json!(app.user("carla").await));
    let data = run(app, &fiona, chain, &ids).await;
    assert_eq!(data["explainAccess"]["reason"], "SECRET_GUARDED");
    let data = run(app, &fiona, morning, &ids).await;
    // The name that was taken is among them.
    assert_eq!(
        data["delegatedOperations"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let carla = app.sign_in("carla").await.token.unwrap();
    ids.insert("account", json!(app.account("contoso").await));
    let data = run(app, &carla, export, &ids).await;
    let url = data["exportRecord"]["downloadUrl"].as_str().unwrap();
    let (status, _, body) = app.get(&url[url.find("/exports/").unwrap()..]).await;
    assert_eq!(status.as_u16(), 200);
    assert!(
        body.contains("BLOCK_SIGN_IN") && body.contains("HD-1044"),
        "{body}"
    );
}

both!(a_help_desks_morning);

async fn a_first_offer(app: &TestApp) {
    let snippets = snippets();
    let [what, make, send, fares] = &snippets[16..] else {
        panic!("the tour has {} snippets", snippets.len());
    };
    let fiona = app.sign_in("fiona").await.token.unwrap();
    let mut ids = HashMap::new();
    app.mails().await;
    let data = run(app, &fiona, what, &ids).await;
    assert_eq!(
        data["viewer"]["sendOffersFrom"]["place"],
        "BUILD_YOUR_BUSINESS"
    );
    ids.insert("partner", data["viewer"]["organization"]["id"].clone());
    ids.insert(
        "plan",
        found(&data["plans"]["nodes"], "name", "Business Premium")["id"].clone(),
    );
    let data = run(app, &fiona, make, &ids).await;
    let offer = &data["createOffer"]["offer"];
    assert!(
        offer["texts"]["plain"]
            .as_str()
            .unwrap()
            .contains("Business Premium, 25 licencias"),
        "{offer}"
    );
    ids.insert("offer", offer["id"].clone());
    let data = run(app, &fiona, send, &ids).await;
    assert_eq!(data["sendOffer"]["offer"]["statistics"]["sent"], 1);
    let mail = app.mails().await.remove(0);
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        (
            "it@wingtip.example.org",
            "Northwind Support le envía una oferta de suscripciones"
        )
    );
    assert!(mail.html.contains("lang=\"es\""), "{}", mail.html);
    let answer = json!({ "token": offer["url"].as_str().unwrap().rsplit('/').next(), "revision": offer["revision"], "digest": offer["digest"], "accept": ["SUBSCRIPTIONS"] });
    app.sign_in("ursula")
        .await
        .done("acceptOffer", answer, "response { answer }")
        .await;
    let data = run(app, &fiona, fares, &ids).await;
    assert_eq!(data["offer"]["statistics"]["accepted"], 1);
    assert_eq!(
        data["offer"]["responses"]["nodes"][0]["acceptedParts"],
        json!(["SUBSCRIPTIONS"])
    );
    assert_eq!(data["offers"]["nodes"].as_array().unwrap().len(), 3);
}

both!(a_first_offer);
