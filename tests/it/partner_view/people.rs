//! One person over all clients, and the partner's own delegated admins.

use serde_json::{Value, json};

use crate::support::{TestApp, both, reason};

async fn one_person_is_found_over_all_clients(app: &TestApp) {
    let find = async |who: &str, address: &str| {
        let query = "query($a: String!) { findUsers(address: $a) { client { name } user { displayName contact } } }";
        app.sign_in(who)
            .await
            .data(query, json!({ "a": address }))
            .await["findUsers"]
            .clone()
    };
    let ivan = json!([{ "client": { "name": "Contoso" }, "user": { "displayName": "Ivan Ordinary", "contact": "ivan.contoso@example.org" } }]);
    assert_eq!(find("fiona", "IVAN@contoso.mandate.example").await, ivan);
    assert_eq!(find("fiona", "Ivan.Contoso@EXAMPLE.org").await, ivan);
    // LIMITED sees no contacts, and finds by none.
    assert_eq!(find("liam", "ivan.contoso@example.org").await, json!([]));
    assert_eq!(
        find("liam", "ivan@contoso.mandate.example").await[0]["user"]["contact"],
        Value::Null
    );
    // Adatum is capped at LIMITED: its contacts find nothing for FULL either.
    assert_eq!(find("fiona", "alma.adatum@example.org").await, json!([]));
    assert_eq!(
        find("fiona", "alma@adatum.mandate.example").await[0]["client"]["name"],
        "Adatum"
    );
    // Held, ended, expired, foreign: nothing; without a role: nothing.
    for (who, address) in [
        ("fiona", "tina@tailspin.mandate.example"),
        ("tom", "ivan@contoso.mandate.example"),
        ("fiona", "ursula@fabrikam.mandate.example"),
        ("petra", "ivan@contoso.mandate.example"),
    ] {
        assert_eq!(find(who, address).await, json!([]), "{who} {address}");
    }
    assert_eq!(
        find("carla", "ivan@contoso.mandate.example").await,
        json!([])
    );
    assert_eq!(
        find("nora", "ivan@contoso.mandate.example").await,
        Value::Null
    );
    let answer = app
        .sign_in("fiona")
        .await
        .run(
            "{ findUsers(address: \"nobody\") { user { id } } }",
            Value::Null,
        )
        .await;
    assert_eq!(reason(&answer), "BAD_USER_INPUT/INPUT_INVALID");
}

both!(one_person_is_found_over_all_clients);

async fn delegated_admins_are_listed_and_searched(app: &TestApp) {
    let petra = app.sign_in("petra").await;
    let query = "query($filter: UserFilter) { viewer { organization { delegatedAdmins(filter: $filter) { nodes { displayName delegatedRole } } } } }";
    let of = async |filter: Value| {
        petra.data(query, json!({ "filter": filter })).await["viewer"]["organization"]["delegatedAdmins"]["nodes"].clone()
    };
    assert_eq!(of(json!({})).await.as_array().unwrap().len(), 2);
    assert_eq!(
        of(json!({ "delegatedRole": "LIMITED" })).await,
        json!([{ "displayName": "Liam Limited", "delegatedRole": "LIMITED" }])
    );
    assert_eq!(
        of(json!({ "search": "FIONA@" })).await,
        json!([{ "displayName": "Fiona Full", "delegatedRole": "FULL" }])
    );
    assert_eq!(of(json!({ "adminRole": "GLOBAL_ADMIN" })).await, json!([]));
}

both!(delegated_admins_are_listed_and_searched);
