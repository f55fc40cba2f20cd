//! Names, offers and operators: nobody is mistaken for another, and an operator alone makes no partner.

use chrono::TimeDelta;
use entity::user;
use mandate::worker;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{TestApp, both, dns::Dns, record_verifies, with};

fn organization(name: &str, slug: &str) -> Value {
    json!({ "name": name, "slug": slug, "admin": { "displayName": "Otto", "signInName": "otto", "contact": "otto@example.org" } })
}

async fn no_second_contoso_is_registered(app: &TestApp) {
    let olivia = app.sign_in("olivia").await;
    for (name, slug) in [
        ("Contoso", "other"),
        ("Contoso GmbH", "other"),
        ("C0ntoso, Inc.", "other"),
        ("Other", "contoso-ag"),
        ("Cont\u{43e}so", "other"),
    ] {
        let refused = olivia
            .fails("registerOrganization", organization(name, slug))
            .await;
        assert_eq!(refused, "CONFLICT/NAME_CONFUSABLE", "{name} {slug}");
    }
    let made = olivia
        .done(
            "registerOrganization",
            with(
                organization("Blue Lamp GmbH", "blue-lamp"),
                "note",
                "For the platform alone.",
            ),
            "organization { id }",
        )
        .await;
    let id = made["organization"]["id"].as_str().unwrap();
    // Its own record begins with that, and tells what operators do to it.
    let certify = json!({ "organizationId": id });
    olivia
        .done("certifyPartner", certify, "organization { id }")
        .await;
    let secret = app.mails().await.pop().unwrap().secret();
    let enrol = json!({ "secret": secret, "newPassword": crate::support::NEW_PASSWORD });
    app.anonymous().done("enrol", enrol, "operationId").await;
    let otto = app
        .sign_in_as(
            "otto@blue-lamp.mandate.example",
            crate::support::NEW_PASSWORD,
        )
        .await;
    let query = "query($id: ID!) { organization(id: $id) { operations(first: 20) { nodes { kind note actor { name organization } } } } }";
    let seen = otto.data(query, json!({ "id": id })).await;
    let told: Vec<_> = seen["organization"]["operations"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["actor"]["name"] == "Olivia Operator")
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["CERTIFY_PARTNER", "REGISTER_ORGANIZATION"]);
    // What an operator noted for the platform is not for the organization to read.
    assert!(
        !seen.to_string().contains("For the platform alone."),
        "{seen}"
    );
    record_verifies(app).await;
}

both!(no_second_contoso_is_registered);

async fn certification_takes_two_operators_where_the_platform_says_so(app: &TestApp) {
    let app = &app
        .again(|config| config.platform.two_operators = true)
        .await;
    let fabrikam = json!({ "organizationId": app.account("fabrikam").await });
    let state = "organization { certification { state } }";
    let olivia = app.sign_in("olivia").await;
    let asked = olivia.done("certifyPartner", fabrikam.clone(), state).await;
    assert_eq!(asked["organization"]["certification"]["state"], "NONE");
    assert_eq!(
        olivia.fails("certifyPartner", fabrikam.clone()).await,
        "FAILED_PRECONDITION/SAME_OPERATOR"
    );
    let oscar = app.sign_in("oscar").await;
    let done = oscar.done("certifyPartner", fabrikam, state).await;
    assert_eq!(done["organization"]["certification"]["state"], "CURRENT");
    app.app.db.close().await;
}

both!(certification_takes_two_operators_where_the_platform_says_so);

async fn names_at_a_lapsed_domain_fall_back(app: &TestApp) {
    let dns = Dns::start().await;
    let app = &app
        .again(|config| config.dns.resolvers = vec![dns.address.to_string()])
        .await;
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let added = json!({ "accountId": contoso, "name": "lamps.example.net" });
    let added = carla
        .done("addDomain", added, "domain { id txtRecord { name value } }")
        .await;
    let record = &added["domain"]["txtRecord"];
    let (name, value) = (
        record["name"].as_str().unwrap(),
        record["value"].as_str().unwrap(),
    );
    let verify = json!({ "accountId": contoso, "domainId": added["domain"]["id"] });
    // What is there is told, and quotation marks are forgiven.
    dns.set(name, &["something else"]);
    let answer = carla
        .mutate("verifyDomain", verify.clone(), "domain { id }")
        .await;
    let said = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        said.contains(name) && said.contains("`something else`"),
        "{said}"
    );
    dns.set(name, &[&format!(" \"{value}\" ")]);
    carla.done("verifyDomain", verify, "domain { id }").await;
    for (local, taken) in [("nina", "nina"), ("ivan", "ivan.2")] {
        let user = json!({ "accountId": contoso, "displayName": taken, "signInName": format!("{local}@lamps.example.net"), "contact": format!("{local}@example.org") });
        carla.done("addUser", user, "user { id }").await;
    }
    app.mails().await;
    dns.set(name, &[]);
    for _ in 0..2 {
        app.app.clock.advance(TimeDelta::days(8));
        worker::run_due(&app.app).await.unwrap();
    }
    for (display, name) in [
        ("nina", "nina@contoso.mandate.example"),
        ("ivan.2", "ivan.2@contoso.mandate.example"),
    ] {
        let row = user::Entity::find()
            .filter(user::Column::DisplayName.eq(display))
            .one(app.app.db.read())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.sign_in_name.as_str(), row.sign_in_key.as_str()),
            (name, name)
        );
    }
    // Nobody signs in under a name that another may prove from now on.
    let left = user::Entity::find().filter(user::Column::SignInKey.ends_with("@lamps.example.net"));
    assert!(left.one(app.app.db.read()).await.unwrap().is_none());
    let told = app.mails().await;
    assert!(
        told.iter()
            .any(|mail| mail.text.contains("sign in at the initial domain"))
    );
    app.app.db.close().await;
}

both!(names_at_a_lapsed_domain_fall_back);

async fn a_proof_by_a_cname_counts_within_the_zone_alone(app: &TestApp) {
    let dns = Dns::start().await;
    let app = &app
        .again(|config| config.dns.resolvers = vec![dns.address.to_string()])
        .await;
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let add = json!({ "accountId": contoso, "name": "lamps.example.net" });
    let added = carla
        .done("addDomain", add, "domain { id txtRecord { name value } }")
        .await;
    let record = &added["domain"]["txtRecord"];
    let (name, value) = (
        record["name"].as_str().unwrap(),
        record["value"].as_str().unwrap(),
    );
    let verify = json!({ "accountId": contoso, "domainId": added["domain"]["id"] });
    for (at, proven) in [
        ("proofs.example.org", false),
        ("lamps.example.net.example.org", false),
        ("notlamps.example.net", false),
        ("proofs.lamps.example.net", true),
    ] {
        dns.alias(name, at);
        dns.set(at, &[value]);
        let answer = carla
            .mutate("verifyDomain", verify.clone(), "domain { id }")
            .await;
        assert_eq!(answer["errors"].is_null(), proven, "{at}: {answer}");
    }
    app.app.db.close().await;
}

both!(a_proof_by_a_cname_counts_within_the_zone_alone);

async fn an_offer_says_how_many_licences_may_be_taken(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let northwind = app.account("northwind").await;
    let plan = app.plan("basic").await;
    let purchase = |most: Value| {
        let mut item = json!({ "planId": plan, "seats": 5 });
        if !most.is_null() {
            item["mostSeats"] = most;
        }
        json!({ "accountId": northwind, "kind": "PURCHASE", "delegation": false, "items": [item], "usageLocation": "ES" })
    };
    assert_eq!(
        fiona.fails("createOffer", purchase(json!(4))).await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    for (most, shown) in [(Value::Null, 50), (json!(7), 7)] {
        let made = fiona
            .done(
                "createOffer",
                purchase(most),
                "offer { token revision digest items { mostSeats } }",
            )
            .await;
        let offer = &made["offer"];
        assert_eq!(offer["items"][0]["mostSeats"], shown);
        let take = |seats: i64| json!({ "token": offer["token"], "revision": offer["revision"], "digest": offer["digest"], "accept": ["SUBSCRIPTIONS"], "seats": [{ "planId": plan, "seats": seats }] });
        let carla = app.sign_in("carla").await;
        assert_eq!(
            carla.fails("acceptOffer", take(1_000_000)).await,
            "BAD_USER_INPUT/SEATS_EXCEEDED"
        );
        assert_eq!(
            carla.fails("acceptOffer", take(shown + 1)).await,
            "BAD_USER_INPUT/SEATS_EXCEEDED"
        );
        carla
            .done("acceptOffer", take(shown), "response { id }")
            .await;
    }
}

both!(an_offer_says_how_many_licences_may_be_taken);

async fn several_trials_of_one_plan_are_one(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let northwind = app.account("northwind").await;
    let plan = app.plan("basic").await;
    let mut refused = Vec::new();
    for _ in 0..2 {
        let trial = json!({ "accountId": northwind, "kind": "TRIAL", "delegation": false, "items": [{ "planId": plan, "seats": 5 }], "usageLocation": "ES" });
        let made = fiona
            .done("createOffer", trial, "offer { token revision digest }")
            .await;
        let offer = &made["offer"];
        let take = json!({ "token": offer["token"], "revision": offer["revision"], "digest": offer["digest"], "accept": ["SUBSCRIPTIONS"] });
        let adam = app.sign_in("adam").await;
        let answer = adam.mutate("acceptOffer", take, "response { id }").await;
        refused.push(match answer["errors"].is_null() {
            true => String::new(),
            false => crate::support::reason(&answer),
        });
    }
    assert_eq!(refused, ["", "CONFLICT/TRIAL_TAKEN"]);
}

both!(several_trials_of_one_plan_are_one);
