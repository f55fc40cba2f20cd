//! Why somebody may do something, or may not: the whole chain, link by link.

use serde_json::{Value, json};

use crate::support::{TestApp, both, reason, with};

const QUERY: &str = "query($input: ExplainAccessInput!) { explainAccess(input: $input) { allowed role delegatedRole roleCap grantState reason chain { step passed } } }";

async fn explain(app: &TestApp, who: &str, input: Value) -> Value {
    let actor = app.sign_in(who).await;
    actor.data(QUERY, json!({ "input": input })).await["explainAccess"].clone()
}

/// Links that hold as `+`, the one that does not as `-`, and those after it as `.`.
fn chain(explained: &Value) -> String {
    let links = explained["chain"].as_array().unwrap();
    links
        .iter()
        .map(|link| match link["passed"].as_bool() {
            Some(true) => '+',
            Some(false) => '-',
            None => '.',
        })
        .collect()
}

/// What is asked about an account.
fn on(account: &str, operation: &str) -> Value {
    json!({ "accountId": account, "operation": operation })
}

/// What is asked about something of an account.
fn of(account: &str, operation: &str, field: &str, id: &str) -> Value {
    with(on(account, operation), field, id)
}

async fn a_cap_is_told_beside_the_role_that_it_limits(app: &TestApp) {
    let input = on(&app.account("adatum").await, "ADD_USER");
    let explained = explain(app, "fiona", input).await;
    assert_eq!(explained["reason"], "ROLE_LIMITED");
    assert_eq!(
        (
            &explained["delegatedRole"],
            &explained["roleCap"],
            &explained["grantState"]
        ),
        (&json!("FULL"), &json!("LIMITED"), &json!("ACTIVE"))
    );
    assert_eq!(chain(&explained), "+++++-...");
}

both!(a_cap_is_told_beside_the_role_that_it_limits);

async fn the_whole_chain_is_explained(app: &TestApp) {
    let (contoso, tailspin) = (app.account("contoso").await, app.account("tailspin").await);
    for (who, input, wanted, reason) in [
        (
            "fiona",
            of(
                &contoso,
                "RESET_PASSWORD",
                "userId",
                &app.user("carla").await,
            ),
            "+++++++++",
            Value::Null,
        ),
        (
            "liam",
            of(
                &contoso,
                "RESET_PASSWORD",
                "userId",
                &app.user("hector").await,
            ),
            "+++++++-.",
            json!("TARGET_PRIVILEGED"),
        ),
        (
            "fiona",
            of(
                &contoso,
                "CHANGE_CONTACT",
                "userId",
                &app.user("carla").await,
            ),
            "+++++++-.",
            json!("SECRET_GUARDED"),
        ),
        (
            "fiona",
            on(&tailspin, "ADD_USER"),
            "++++-....",
            json!("GRANT_HELD"),
        ),
        (
            "tom",
            on(&contoso, "ADD_USER"),
            "++++-....",
            json!("GRANT_EXPIRED"),
        ),
        (
            "fiona",
            on(&app.account("fabrikam").await, "ADD_USER"),
            "+++-.....",
            json!("NO_SUCH_THING"),
        ),
        (
            "liam",
            on(&contoso, "ADD_USER"),
            "+-.......",
            json!("ROLE_LIMITED"),
        ),
        (
            "fiona",
            of(&contoso, "WIPE_DEVICE", "deviceId", &app.device().await),
            "+-.......",
            json!("DEVICE_MANAGEMENT"),
        ),
        (
            "fiona",
            of(
                &contoso,
                "VERIFY_DOMAIN",
                "domainId",
                &app.domain("contoso").await,
            ),
            "+++++++++",
            Value::Null,
        ),
        (
            "fiona",
            of(
                &contoso,
                "VERIFY_DOMAIN",
                "domainId",
                &app.domain("adatum").await,
            ),
            "+++++++-.",
            json!("NO_SUCH_THING"),
        ),
        (
            "fiona",
            of(
                &app.account("northwind").await,
                "SET_CLIENT_TAGS",
                "clientId",
                &contoso,
            ),
            "+++++++++",
            Value::Null,
        ),
        (
            "carla",
            json!({ "operation": "END_GRANT", "grantId": app.grant("northwind", "contoso").await }),
            "+++++++++",
            Value::Null,
        ),
        (
            "ursula",
            json!({ "operation": "END_GRANT", "grantId": app.grant("northwind", "contoso").await }),
            "+++-.....",
            json!("NO_SUCH_THING"),
        ),
        (
            "ursula",
            json!({ "operation": "ACCEPT_OFFER", "offerToken": app.db_offer("northwind").await.0.token }),
            "+++++++++",
            Value::Null,
        ),
        (
            "petra",
            json!({ "operation": "ACCEPT_OFFER", "offerToken": app.db_offer("northwind").await.0.token }),
            "+++++++-.",
            json!("OWN_OFFER"),
        ),
        (
            "ursula",
            on(&app.account("fabrikam").await, "CREATE_OFFER"),
            "++++++-..",
            json!("NOT_CERTIFIED"),
        ),
    ] {
        let explained = explain(app, who, input.clone()).await;
        assert_eq!(
            (chain(&explained).as_str(), &explained["reason"]),
            (wanted, &reason),
            "{who} {input}: {explained}"
        );
    }
}

both!(the_whole_chain_is_explained);

async fn the_chain_to_two_things_at_once_is_not_asked_for(app: &TestApp) {
    let contoso = app.account("contoso").await;
    let two = json!({ "accountId": contoso, "operation": "RESET_PASSWORD", "userId": app.user("ivan").await, "deviceId": app.device().await });
    let answer = app
        .sign_in("fiona")
        .await
        .run(QUERY, json!({ "input": two }))
        .await;
    assert_eq!(reason(&answer), "BAD_USER_INPUT/INPUT_INVALID");
}

both!(the_chain_to_two_things_at_once_is_not_asked_for);
