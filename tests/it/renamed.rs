//! Operators rename an organization: others see the new name, and nobody else signs up with one that looks like it.

use serde_json::json;

use crate::support::{TestApp, both, record_verifies};

async fn an_organization_gets_another_name(app: &TestApp) {
    let contoso = app.account("contoso").await;
    let input = json!({ "organizationId": contoso, "name": "Tailspin Toys", "note": "Merger." });
    let selection = "organization { name initialDomain } operation { changes { name value } }";
    let olivia = app.sign_in("olivia").await;
    let done = olivia.done("renameOrganization", input, selection).await;
    assert_eq!(
        done["organization"],
        json!({ "name": "Tailspin Toys", "initialDomain": "contoso.mandate.example" })
    );
    assert_eq!(
        done["operation"]["changes"],
        json!([{ "name": "name", "value": "Tailspin Toys" }, { "name": "name_before", "value": "Contoso" }])
    );
    let (fiona, query) = (
        app.sign_in("fiona").await,
        "query($id: ID!) { client(id: $id) { name } }",
    );
    let seen = fiona.data(query, json!({ "id": contoso })).await;
    assert_eq!(seen["client"]["name"], "Tailspin Toys");
    record_verifies(app).await;
}

both!(an_organization_gets_another_name);

async fn the_new_name_is_protected_and_the_old_one_free(app: &TestApp) {
    let items = json!([{ "planId": app.plan("basic").await, "seats": 5 }]);
    let input = json!({ "accountId": app.account("northwind").await, "kind": "TRIAL", "delegation": false, "items": items, "usageLocation": "ES" });
    let fiona = app.sign_in("fiona").await;
    let offer = fiona.done("createOffer", input, "offer { token }").await;
    let sign_up = |name| {
        let input = json!({
            "token": offer["offer"]["token"], "organizationName": name, "slug": "unique",
            "adminName": "Berta", "adminSignInName": "berta", "contact": "berta@example.org",
        });
        async move {
            let answer = app
                .anonymous()
                .mutate("requestSignUp", input, "__typename")
                .await;
            crate::support::reason(&answer)
        }
    };
    let contoso = app.account("contoso").await;
    let olivia = app.sign_in("olivia").await;
    for name in ["Tailspin Toys", "Blue Yonder"] {
        let input = json!({ "organizationId": contoso, "name": name });
        olivia.done("renameOrganization", input, "__typename").await;
    }
    assert_eq!(sign_up("B1ue Yonder").await, "CONFLICT/NAME_CONFUSABLE");
    assert_eq!(sign_up("Tailspin Toys").await, "");
}

both!(the_new_name_is_protected_and_the_old_one_free);

async fn a_name_that_misleads_is_refused(app: &TestApp) {
    let northwind = app.account("northwind").await;
    let olivia = app.sign_in("olivia").await;
    for (name, expected) in [
        ("Mandate", "CONFLICT/NAME_CONFUSABLE"),
        ("C0ntoso", "CONFLICT/NAME_CONFUSABLE"),
        ("Blue Lаmp", "CONFLICT/NAME_CONFUSABLE"),
        ("!!!", "CONFLICT/NAME_CONFUSABLE"),
        ("https://evil.example", "BAD_USER_INPUT/MESSAGE_WITH_LINK"),
        // The present name again changes nothing, and nothing is recorded.
        ("Northwind Support", ""),
    ] {
        let input = json!({ "organizationId": northwind, "name": name });
        let answer = olivia
            .mutate("renameOrganization", input, "operation { id }")
            .await;
        assert_eq!(crate::support::reason(&answer), expected, "{name}");
        assert_eq!(
            answer["data"]["renameOrganization"]["operation"],
            serde_json::Value::Null
        );
    }
}

both!(a_name_that_misleads_is_refused);

async fn only_operators_rename(app: &TestApp) {
    let contoso = app.account("contoso").await;
    let input = json!({ "organizationId": contoso, "name": "Tailspin Toys" });
    for (who, expected) in [
        ("carla", "FORBIDDEN/ROLE_REQUIRED"),
        ("fiona", "FORBIDDEN/ROLE_REQUIRED"),
    ] {
        let answer = app.sign_in(who).await;
        let answer = answer.mutate("renameOrganization", input.clone(), "__typename");
        assert_eq!(crate::support::reason(&answer.await), expected, "{who}");
    }
}

both!(only_operators_rename);
