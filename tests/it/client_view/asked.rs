//! What a client asks of delegates: a ticket, and a note that says why.

use serde_json::{Value, json};

use crate::support::{TestApp, both, record_verifies, with};

/// Contoso asks delegates for both.
async fn ask(app: &TestApp) {
    let rules = json!({ "accountId": app.account("contoso").await, "ticketRequired": true, "noteRequired": true });
    let selection = "organization { rules { ticketRequired noteRequired passwordDeliveries } }";
    let done = app
        .sign_in("carla")
        .await
        .done("updateAccountRules", rules, selection)
        .await;
    assert_eq!(
        done["organization"]["rules"],
        json!({ "ticketRequired": true, "noteRequired": true, "passwordDeliveries": ["LINK"] })
    );
}

/// Fiona adds a domain name without either, without a note, and with both.
async fn add(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let add = json!({ "accountId": app.account("contoso").await, "name": "asked.example" });
    assert_eq!(
        fiona.fails("addDomain", add.clone()).await,
        "BAD_USER_INPUT/TICKET_REQUIRED"
    );
    let add = with(add, "ticket", "HD-77");
    assert_eq!(
        fiona.fails("addDomain", add.clone()).await,
        "BAD_USER_INPUT/NOTE_REQUIRED"
    );
    let add = with(add, "note", "Asked for by Carla, on the phone.");
    fiona.done("addDomain", add, "domain { id }").await;
}

async fn a_delegate_sees_what_is_asked_and_does_not_decide_it(app: &TestApp) {
    ask(app).await;
    let (fiona, contoso) = (app.sign_in("fiona").await, app.account("contoso").await);
    let rules = json!({ "accountId": contoso, "ticketRequired": true, "noteRequired": true });
    assert_eq!(
        fiona.fails("updateAccountRules", rules).await,
        "FORBIDDEN/OWN_ONLY"
    );
    let client = fiona
        .data(
            "query($id: ID!) { client(id: $id) { rules { ticketRequired noteRequired } } }",
            json!({ "id": contoso }),
        )
        .await;
    assert_eq!(
        client["client"]["rules"],
        json!({ "ticketRequired": true, "noteRequired": true })
    );
}

both!(a_delegate_sees_what_is_asked_and_does_not_decide_it);

async fn delegates_are_asked_and_own_admins_are_not(app: &TestApp) {
    ask(app).await;
    add(app).await;
    let own = json!({ "accountId": app.account("contoso").await, "name": "own.example" });
    app.sign_in("carla")
        .await
        .done("addDomain", own, "domain { id }")
        .await;
    record_verifies(app).await;
}

both!(delegates_are_asked_and_own_admins_are_not);

async fn what_was_asked_for_is_found_in_the_record(app: &TestApp) {
    ask(app).await;
    add(app).await;
    let carla = app.sign_in("carla").await;
    let query = "query($filter: OperationFilter) { viewer { organization { operations(filter: $filter) { nodes { kind outcome ticket note reason } } } } }";
    let of = async |filter: Value| {
        carla.data(query, json!({ "filter": filter })).await["viewer"]["organization"]["operations"]
            ["nodes"]
            .as_array()
            .unwrap()
            .clone()
    };
    let found = of(json!({ "ticket": "HD-77", "outcome": "DONE" })).await;
    assert_eq!((found.len(), &found[0]["kind"]), (1, &json!("ADD_DOMAIN")));
    assert_eq!(of(json!({ "note": "by CARLA" })).await.len(), 1);
    assert_eq!(of(json!({ "note": "100%" })).await.len(), 0);
    // So are the refusals.
    let refused = of(json!({ "outcome": "REFUSED", "kinds": ["ADD_DOMAIN"] })).await;
    assert_eq!(
        refused
            .iter()
            .map(|entry| entry["reason"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["NOTE_REQUIRED", "TICKET_REQUIRED"]
    );
}

both!(what_was_asked_for_is_found_in_the_record);
