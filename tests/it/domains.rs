//! Domain names: proven by real DNS, looked up again, the default one, released, at rest.

use chrono::TimeDelta;
use mandate::worker;
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, dns::Dns, record_verifies};

async fn add(actor: &Actor<'_>, account: &str, name: &str) -> (String, String, String) {
    let input = json!({ "accountId": account, "name": name });
    let done = actor
        .done("addDomain", input, "domain { id txtRecord { name value } }")
        .await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let domain = &done["domain"];
    (
        text(&domain["id"]),
        text(&domain["txtRecord"]["name"]),
        text(&domain["txtRecord"]["value"]),
    )
}

async fn with_dns(app: &TestApp, dns: &Dns) -> TestApp {
    let address = dns.address.to_string();
    app.again(|config| {
        config.dns.resolvers = vec![address];
        config.dns.timeout_millis = 500;
    })
    .await
}

async fn a_name_is_proven_used_and_released(app: &TestApp) {
    let dns = Dns::start().await;
    let app = &with_dns(app, &dns).await;
    let (fiona, carla, contoso) = (
        app.sign_in("fiona").await,
        app.sign_in("carla").await,
        app.account("contoso").await,
    );
    let (id, name, value) = add(&fiona, &contoso, "Bücher.Example").await;
    assert_eq!(name, "_mandate-challenge.xn--bcher-kva.example");
    let on = json!({ "accountId": contoso, "domainId": id });
    assert_eq!(
        fiona.fails("verifyDomain", on.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_NOT_PROVEN"
    );
    dns.set(
        &name,
        &["v=spf1 -all", "mandate-domain-verification=of-someone-else"],
    );
    assert_eq!(
        fiona.fails("verifyDomain", on.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_NOT_PROVEN"
    );
    dns.set_broken(true);
    assert_eq!(
        fiona.fails("verifyDomain", on.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_LOOKUP_FAILED"
    );
    dns.set_broken(false);
    dns.set(&name, &["v=spf1 -all", &value]);
    assert_eq!(
        fiona.fails("setDefaultDomain", on.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_NOT_VERIFIED"
    );
    let done = fiona
        .done(
            "verifyDomain",
            on.clone(),
            "domain { name unicodeName verified default } operation { kind targetId role }",
        )
        .await;
    assert_eq!(
        done["domain"],
        json!({ "name": "xn--bcher-kva.example", "unicodeName": "bücher.example", "verified": true, "default": false })
    );
    assert_eq!(
        done["operation"],
        json!({ "kind": "VERIFY_DOMAIN", "targetId": id, "role": "FULL" })
    );
    assert_eq!(
        fiona.fails("verifyDomain", on.clone()).await,
        "FAILED_PRECONDITION/ALREADY_VERIFIED"
    );
    // One verified owner.
    let ursula = app.sign_in("ursula").await;
    let fabrikam = app.account("fabrikam").await;
    assert_eq!(
        ursula
            .fails(
                "addDomain",
                json!({ "accountId": fabrikam, "name": "bücher.example" })
            )
            .await,
        "CONFLICT/NAME_TAKEN"
    );
    // Users are added at the default.
    fiona
        .done("setDefaultDomain", on.clone(), "domain { default }")
        .await;
    let new = json!({ "accountId": contoso, "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" });
    let nina = fiona.done("addUser", new, "user { id signInName }").await["user"].clone();
    assert_eq!(nina["signInName"], "nina@xn--bcher-kva.example");
    assert_eq!(
        carla.fails("removeDomain", on.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_IS_DEFAULT"
    );
    let initial = carla
        .data(
            "{ viewer { organization { domains { nodes { id initial } } } } }",
            Value::Null,
        )
        .await;
    let initial = initial["viewer"]["organization"]["domains"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["initial"] == true)
        .unwrap()["id"]
        .clone();
    carla
        .done(
            "setDefaultDomain",
            json!({ "accountId": contoso, "domainId": initial }),
            "domain { default }",
        )
        .await;
    assert_eq!(
        carla
            .fails(
                "removeDomain",
                json!({ "accountId": contoso, "domainId": initial })
            )
            .await,
        "FAILED_PRECONDITION/DOMAIN_INITIAL"
    );
    assert_eq!(
        carla.fails("removeDomain", on.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_IN_USE"
    );
    let rename = json!({ "accountId": contoso, "userId": nina["id"], "signInName": "nina@contoso.mandate.example" });
    carla.done("changeSignInName", rename, "user { id }").await;
    carla
        .done("removeDomain", on.clone(), "operation { kind }")
        .await;
    assert_eq!(
        carla.fails("removeDomain", on).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    // A released name rests, but not for who released it.
    let take = json!({ "accountId": fabrikam, "name": "bücher.example" });
    assert_eq!(
        ursula.fails("addDomain", take.clone()).await,
        "FAILED_PRECONDITION/DOMAIN_RESTING"
    );
    add(&carla, &contoso, "bücher.example").await;
    app.app.clock.advance(TimeDelta::days(30));
    let ursula = app.sign_in("ursula").await;
    ursula.done("addDomain", take, "domain { id }").await;
    record_verifies(app).await;
    app.app.db.close().await;
}

both!(a_name_is_proven_used_and_released);

async fn names_that_are_nobodys_own_are_refused(app: &TestApp) {
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let fails = async |name: &str| {
        carla
            .fails("addDomain", json!({ "accountId": contoso, "name": name }))
            .await
    };
    for name in ["co.uk", "github.io", "公司.香港"] {
        assert_eq!(fails(name).await, "BAD_USER_INPUT/PUBLIC_SUFFIX", "{name}");
    }
    for name in [
        "mandate.example",
        "adatum.mandate.example",
        "new.MANDATE.example",
    ] {
        assert_eq!(
            fails(name).await,
            "BAD_USER_INPUT/DOMAIN_RESERVED",
            "{name}"
        );
    }
    for name in [
        "localhost",
        "a..b",
        "-x.example",
        "192.0.2.1",
        "ex ample.com",
    ] {
        assert_eq!(fails(name).await, "BAD_USER_INPUT/INPUT_INVALID", "{name}");
    }
}

both!(names_that_are_nobodys_own_are_refused);

async fn a_proof_that_is_gone_has_a_time_of_grace(app: &TestApp) {
    let dns = Dns::start().await;
    let app = &with_dns(app, &dns).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let (id, name, value) = add(&carla, &contoso, "grace.example").await;
    dns.set(&name, &[&value]);
    let on = json!({ "accountId": contoso, "domainId": id });
    carla
        .done("verifyDomain", on.clone(), "domain { id }")
        .await;
    let state = async || {
        let query = "query($id: ID!) { node(id: $id) { ... on Domain { verified failingSince } } }";
        let node = app
            .sign_in("carla")
            .await
            .data(query, json!({ "id": id }))
            .await["node"]
            .clone();
        (
            node["verified"].as_bool().unwrap(),
            node["failingSince"].is_string(),
        )
    };
    let day = async |days| {
        app.app.clock.advance(TimeDelta::days(days));
        let mails = app.mails().await;
        mails
            .into_iter()
            .filter(|mail| mail.subject.contains("grace.example"))
            .map(|mail| mail.subject)
            .collect::<Vec<_>>()
    };
    // Found again: nothing is recorded, nobody is told.
    assert!(day(1).await.is_empty());
    assert_eq!(state().await, (true, false));
    // Name servers that give no answer are not the answer that it is gone.
    dns.set_broken(true);
    assert!(day(1).await.is_empty());
    assert_eq!(state().await, (true, false));
    dns.set_broken(false);
    dns.set(&name, &[]);
    assert_eq!(day(1).await, ["The proof of grace.example is gone"]);
    assert_eq!(state().await, (true, true));
    dns.set(&name, &[&value]);
    assert_eq!(day(1).await, ["The proof of grace.example is back"]);
    dns.set(&name, &[]);
    assert_eq!(day(1).await, ["The proof of grace.example is gone"]);
    let carla = app.sign_in("carla").await;
    carla.done("setDefaultDomain", on, "domain { id }").await;
    assert!(day(6).await.is_empty());
    assert_eq!(state().await, (true, true));
    assert_eq!(day(1).await, ["grace.example is no longer verified"]);
    assert_eq!(state().await, (false, false));
    assert!(day(1).await.is_empty());
    // Users are added at the initial domain again, and others wait.
    let carla = app.sign_in("carla").await;
    let new = json!({ "accountId": contoso, "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" });
    let nina = carla.done("addUser", new, "user { signInName }").await;
    assert_eq!(nina["user"]["signInName"], "nina@contoso.mandate.example");
    let take = json!({ "accountId": app.account("fabrikam").await, "name": "grace.example" });
    assert_eq!(
        app.sign_in("ursula").await.fails("addDomain", take).await,
        "FAILED_PRECONDITION/DOMAIN_RESTING"
    );
    let query = "{ viewer { organization { operations(filter: { kinds: [RECHECK_DOMAIN] }) { nodes { job changes { name value } } } } } }";
    let entries =
        carla.data(query, Value::Null).await["viewer"]["organization"]["operations"]["nodes"]
            .clone();
    let found: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["changes"][1]["value"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, ["LAPSED", "GONE", "BACK", "GONE"]);
    worker::run_due(&app.app).await.unwrap();
    record_verifies(app).await;
    app.app.db.close().await;
}

both!(a_proof_that_is_gone_has_a_time_of_grace);
