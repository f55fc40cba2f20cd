//! The client's side: who has access and why, what is asked of delegates, narrowing and ending a
//! grant, and cleaning up after it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{NEW_PASSWORD, TestApp, both, grant, record_verifies, with};

async fn a_client_sees_who_has_access_and_why(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let query = "query($states: [GrantState!], $side: Side) { grants(filter: { states: $states, side: $side }) { nodes { state roleCap partner { name certified } response { answeredBy answer message revision answeredAt } } } }";
    let of = async |states: Value, side: Value| {
        carla
            .data(query, json!({ "states": states, "side": side }))
            .await["grants"]["nodes"]
            .clone()
    };
    let active = of(json!(["ACTIVE"]), Value::Null).await;
    assert_eq!(active.as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &active[0]["partner"]["name"],
            &active[0]["response"]["answeredBy"]
        ),
        (&json!("Northwind Support"), &json!("Carla Client"))
    );
    assert!(
        active[0]["response"]["message"]
            .as_str()
            .unwrap()
            .starts_with("We look after")
    );
    assert_eq!(
        of(json!(["EXPIRED"]), json!("CLIENT"))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(of(Value::Null, json!("PARTNER")).await, json!([]));
    assert_eq!(of(json!(["HELD", "ENDED"]), Value::Null).await, json!([]));
    // Of the partner's side, states are derived from its certification too.
    let petra = app.sign_in("petra").await;
    let held = async || {
        petra.data(query, json!({ "states": ["HELD"] })).await["grants"]["nodes"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(held().await, 1);
    let suspend = json!({ "organizationId": app.account("northwind").await, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", suspend, "organization { id }")
        .await;
    assert_eq!(held().await, 3);
}

both!(a_client_sees_who_has_access_and_why);

async fn delegates_give_the_ticket_and_the_reason_that_are_asked_for(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let rules = json!({ "accountId": contoso, "ticketRequired": true, "noteRequired": true });
    let done = carla
        .done(
            "updateAccountRules",
            rules.clone(),
            "organization { rules { ticketRequired noteRequired passwordDeliveries } }",
        )
        .await;
    assert_eq!(
        done["organization"]["rules"],
        json!({ "ticketRequired": true, "noteRequired": true, "passwordDeliveries": ["LINK"] })
    );
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
    let add = json!({ "accountId": contoso, "name": "asked.example" });
    assert_eq!(
        fiona.fails("addDomain", add.clone()).await,
        "BAD_USER_INPUT/TICKET_REQUIRED"
    );
    let add = with(add, "ticket", "HD-77");
    assert_eq!(
        fiona.fails("addDomain", add.clone()).await,
        "BAD_USER_INPUT/NOTE_REQUIRED"
    );
    fiona
        .done(
            "addDomain",
            with(add, "note", "Asked for by Carla, on the phone."),
            "domain { id }",
        )
        .await;
    // Own admins are not asked, and both are found in the record.
    carla
        .done(
            "addDomain",
            json!({ "accountId": contoso, "name": "own.example" }),
            "domain { id }",
        )
        .await;
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
    // The refusals are recorded too.
    let refused = of(json!({ "outcome": "REFUSED", "kinds": ["ADD_DOMAIN"] })).await;
    assert_eq!(
        refused
            .iter()
            .map(|entry| entry["reason"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["NOTE_REQUIRED", "TICKET_REQUIRED"]
    );
    record_verifies(app).await;
}

both!(delegates_give_the_ticket_and_the_reason_that_are_asked_for);

async fn the_record_is_filtered(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    app.app.clock.advance(TimeDelta::minutes(9));
    fiona
        .done(
            "resetPassword",
            json!({ "accountId": contoso, "userId": app.user("ivan").await }),
            "user { id }",
        )
        .await;
    let query = "query($account: ID!, $filter: OperationFilter, $after: String) { operations(accountId: $account, first: 2, after: $after, filter: $filter) { nodes { kind actor { id name organization } grantId organization { name } } pageInfo { hasNextPage endCursor } } }";
    let of = async |filter: Value| {
        carla
            .data(query, json!({ "account": contoso, "filter": filter }))
            .await["operations"]
            .clone()
    };
    let latest = of(json!({ "from": "2026-11-24T12:09:00Z", "to": "2026-11-24T12:10:00Z" })).await;
    assert_eq!(latest["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &latest["nodes"][0]["kind"],
            &latest["nodes"][0]["organization"]["name"]
        ),
        (&json!("RESET_PASSWORD"), &json!("Contoso"))
    );
    let by_fiona = of(json!({ "actorId": app.user("fiona").await, "outcome": "DONE" })).await;
    assert!(
        by_fiona["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["actor"]["name"] == "Fiona Full")
    );
    assert_eq!(by_fiona["pageInfo"]["hasNextPage"], true);
    let rest = carla.data(query, json!({ "account": contoso, "filter": { "actorId": app.user("fiona").await, "outcome": "DONE" }, "after": by_fiona["pageInfo"]["endCursor"] })).await;
    assert_eq!(rest["operations"]["nodes"].as_array().unwrap().len(), 1);
    for filter in [
        json!({ "partner": "northwind.mandate.example" }),
        json!({ "delegated": true }),
        json!({ "grantId": app.grant("northwind", "contoso").await }),
    ] {
        let found = of(filter.clone()).await;
        assert!(
            found["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .all(|entry| entry["actor"]["organization"] == "Northwind Support"),
            "{filter}"
        );
    }
    assert_eq!(
        of(json!({ "partner": "nobody.mandate.example" })).await["nodes"],
        json!([])
    );
    let own = of(json!({ "delegated": false })).await;
    assert!(
        own["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["grantId"].is_null())
    );
    // A filter shows a delegate no more than it may see.
    let hers = fiona
        .data(
            query,
            json!({ "account": contoso, "filter": { "delegated": false } }),
        )
        .await;
    assert_eq!(hers["operations"]["nodes"], json!([]));
    let wrong = carla
        .run(
            query,
            json!({ "account": contoso, "filter": { "actorId": contoso } }),
        )
        .await;
    assert_eq!(wrong["errors"][0]["extensions"]["field"], "actorId");
}

both!(the_record_is_filtered);

async fn a_grant_is_lowered_and_shortened(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let add = |name: &str| json!({ "accountId": contoso, "name": name });
    fiona
        .done("addDomain", add("one.example"), "domain { id }")
        .await;
    let lower = with(grant(app).await, "roleCap", "LIMITED");
    assert_eq!(
        fiona.fails("lowerGrant", lower.clone()).await,
        "FORBIDDEN/OWN_ONLY"
    );
    let done = carla
        .done(
            "lowerGrant",
            lower.clone(),
            "grant { roleCap state } operation { changes { name value } }",
        )
        .await;
    assert_eq!(
        done["grant"],
        json!({ "roleCap": "LIMITED", "state": "ACTIVE" })
    );
    assert_eq!(
        fiona.fails("addDomain", add("two.example")).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    assert_eq!(
        carla.fails("lowerGrant", lower).await,
        "BAD_USER_INPUT/CAP_NOT_LOWER"
    );
    let until = |at: &str| json!(at);
    let soon = with(grant(app).await, "expiresAt", until("2026-11-24T14:00:00Z"));
    let done = carla
        .done("shortenGrant", soon.clone(), "grant { expiresAt term }")
        .await;
    assert_eq!(
        done["grant"],
        json!({ "expiresAt": "2026-11-24T14:00:00+00:00", "term": "P1Y" })
    );
    assert_eq!(
        carla.fails("shortenGrant", soon).await,
        "BAD_USER_INPUT/END_NOT_EARLIER"
    );
    assert_eq!(
        carla
            .fails(
                "shortenGrant",
                with(grant(app).await, "expiresAt", until("2026-11-24T11:00:00Z"))
            )
            .await,
        "BAD_USER_INPUT/END_NOT_EARLIER"
    );
    // The old terms are other terms now: accepting again takes `amend`.
    let (offer, revision) = app.db_offer("northwind").await;
    let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "roleCap": "LIMITED" });
    assert_eq!(
        carla.fails("acceptOffer", accept).await,
        "CONFLICT/TERMS_DIFFER"
    );
    app.app.clock.advance(TimeDelta::hours(2));
    let fiona = app.sign_in("fiona").await;
    assert_eq!(
        fiona
            .fails(
                "resetPassword",
                json!({ "accountId": contoso, "userId": app.user("ivan").await })
            )
            .await,
        "FORBIDDEN/GRANT_EXPIRED"
    );
    let carla = app.sign_in("carla").await;
    assert_eq!(
        carla
            .fails("lowerGrant", with(grant(app).await, "roleCap", "LIMITED"))
            .await,
        "FAILED_PRECONDITION/GRANT_OVER"
    );
    record_verifies(app).await;
}

both!(a_grant_is_lowered_and_shortened);

async fn what_a_partner_left_behind_is_listed_and_cleaned_up(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    app.mails().await;
    // Fiona adds a user, makes it an admin, resets Ivan, changes Greta's contact, adds a domain.
    let new = json!({ "accountId": contoso, "displayName": "Willa", "signInName": "willa", "contact": "willa@example.org" });
    let willa = fiona.done("addUser", new, "user { id }").await["user"]["id"].clone();
    let role = json!({ "accountId": contoso, "userId": willa, "role": "USER_ADMIN" });
    fiona.done("assignAdminRole", role, "user { id }").await;
    fiona
        .done(
            "resetPassword",
            json!({ "accountId": contoso, "userId": app.user("ivan").await }),
            "user { id }",
        )
        .await;
    let greta = json!({ "accountId": contoso, "userId": app.user("greta").await, "contact": "greta@example.org" });
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": app.account("contoso").await, "signInsDelegable": true }),
            "__typename",
        )
        .await;
    fiona.done("changeContact", greta, "user { id }").await;
    let mails = app.mails().await;
    let secret = |to: &str| {
        mails
            .iter()
            .find(|mail| mail.to == to && mail.text.contains("http"))
            .unwrap()
            .secret()
    };
    for (field, to) in [
        ("enrol", "willa@example.org"),
        ("redeemReset", "ivan.contoso@example.org"),
    ] {
        app.anonymous()
            .done(
                field,
                json!({ "secret": secret(to), "newPassword": NEW_PASSWORD }),
                "operationId",
            )
            .await;
    }
    let willas = app
        .sign_in_as("willa@contoso.mandate.example", NEW_PASSWORD)
        .await;
    let left = "leftBehind { usersAdded { nodes { displayName } } passwordsSet { nodes { displayName hands { way person active partner { name } } } } contactsSet { nodes { displayName } } inHands { nodes { displayName } } rolesGiven { role } domainsAdded { nodes { name } } changes { nodes { kind targetName } } }";
    let selection = format!(
        "grant {{ state end {{ rolesTaken {{ role user {{ displayName }} }} passwordsEnded {{ displayName }} linksSent {{ displayName }} linksClosed {{ displayName }} }} {left} }}"
    );
    let ended = carla.done("endGrant", grant(app).await, &selection).await["grant"].clone();
    // In the same act: roles that delegates gave, and links to contacts that they set.
    assert_eq!(
        ended["end"],
        json!({
            "rolesTaken": [{ "role": "USER_ADMIN", "user": { "displayName": "Willa" } }],
            "passwordsEnded": [], "linksSent": [], "linksClosed": [{ "displayName": "Greta Guest" }],
        })
    );
    let query = format!("query($id: ID!) {{ grant(id: $id) {{ {left} }} }}");
    let id = app.grant("northwind", "contoso").await;
    let names = |list: &Value| {
        list["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["displayName"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let left = &ended["leftBehind"];
    assert_eq!(names(&left["usersAdded"]), ["Greta Guest", "Willa"]);
    let by = |way: &str| json!({ "way": way, "person": "Fiona Full", "active": false, "partner": { "name": "Northwind Support" } });
    assert_eq!(
        left["passwordsSet"]["nodes"],
        json!([{ "displayName": "Willa", "hands": [by("CONTACT"), by("SECRET")] }])
    );
    assert_eq!(names(&left["contactsSet"]), ["Greta Guest", "Willa"]);
    assert_eq!(names(&left["inHands"]), ["Greta Guest", "Willa"]);
    assert_eq!(
        (&left["rolesGiven"], &left["changes"]["nodes"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(
        left["domainsAdded"]["nodes"],
        json!([{ "name": "contoso.example.com" }])
    );
    // Its partner does not see it, nor clean it up.
    assert_eq!(
        fiona.data(&query, json!({ "id": id })).await["grant"]["leftBehind"],
        Value::Null
    );
    assert_eq!(
        fiona.fails("cleanUpGrant", grant(app).await).await,
        "FORBIDDEN/OWN_ONLY"
    );
    // Willa keeps her sign-in, and reaches herself alone, until the client cleans up.
    willas.data("{ viewer { user { id } } }", Value::Null).await;
    app.mails().await;
    let done = carla
        .done(
            "cleanUpGrant",
            grant(app).await,
            "operation { changes { name value } }",
        )
        .await;
    let changes = done["operation"]["changes"].as_array().unwrap();
    let change = |name: &str| {
        changes
            .iter()
            .find(|change| change["name"] == name)
            .unwrap()["value"]
            .as_str()
            .unwrap()
    };
    assert_eq!(
        (
            change("roles_taken"),
            change("passwords_ended").split(", ").count(),
            change("links_sent")
        ),
        ("", 1, "")
    );
    // Her contact is the delegate's: no link goes there.
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(
        crate::support::reason(&willas.run("{ viewer { user { id } } }", Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let answer = app
        .anonymous()
        .sign_in("willa@contoso.mandate.example", NEW_PASSWORD)
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
    record_verifies(app).await;
}

both!(what_a_partner_left_behind_is_listed_and_cleaned_up);
