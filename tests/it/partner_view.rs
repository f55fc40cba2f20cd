//! The partner's side: clients by name, state, expiry and tag; what may be done to what, and why;
//! one person over all clients; staff; acts over all clients.

use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, reason};

const CLIENTS: &str = "query($filter: ClientFilter, $order: ClientOrder, $first: Int, $after: String) { clients(filter: $filter, orderBy: $order, first: $first, after: $after) { nodes { name tags grant { state expiresAt } } pageInfo { hasNextPage endCursor } } }";

async fn names(actor: &Actor<'_>, variables: Value) -> Vec<String> {
    let data = actor.data(CLIENTS, variables).await;
    let nodes = data["clients"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn clients_are_found(app: &TestApp) {
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    let of = async |filter: Value| names(&fiona, json!({ "filter": filter })).await;
    assert_eq!(of(json!({})).await, ["Contoso", "Adatum", "Tailspin"]);
    assert_eq!(of(json!({ "search": "TAIL" })).await, ["Tailspin"]);
    assert_eq!(of(json!({ "search": "adatum.mandate" })).await, ["Adatum"]);
    assert_eq!(of(json!({ "search": "_" })).await, Vec::<String>::new());
    assert_eq!(
        of(json!({ "states": ["ACTIVE"] })).await,
        ["Contoso", "Adatum"]
    );
    assert_eq!(of(json!({ "states": ["HELD"] })).await, ["Tailspin"]);
    assert_eq!(of(json!({ "states": [] })).await, Vec::<String>::new());
    assert_eq!(of(json!({ "tag": "gold" })).await, ["Contoso"]);
    let shorten = json!({ "grantId": app.grant("northwind", "contoso").await, "expiresAt": "2026-12-24T00:00:00Z" });
    carla.done("shortenGrant", shorten, "grant { id }").await;
    assert_eq!(
        of(json!({ "expiresBefore": "2027-01-01T00:00:00Z" })).await,
        ["Contoso"]
    );
    // Ended ones, by the latest grant.
    let tom = app.sign_in("tom").await;
    assert_eq!(
        names(&tom, json!({ "filter": { "states": ["ENDED"] } })).await,
        ["Adatum"]
    );
    assert_eq!(
        names(&tom, json!({ "filter": { "states": ["EXPIRED"] } })).await,
        ["Contoso"]
    );
    // In every order, page by page, each once.
    for (order, wanted) in [
        ("OLDEST", ["Contoso", "Adatum", "Tailspin"]),
        ("NAME", ["Adatum", "Contoso", "Tailspin"]),
        ("EXPIRY", ["Contoso", "Adatum", "Tailspin"]),
    ] {
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = fiona
                .data(
                    CLIENTS,
                    json!({ "order": order, "first": 1, "after": after }),
                )
                .await;
            let page = &data["clients"];
            found.push(page["nodes"][0]["name"].as_str().unwrap().to_owned());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(found, wanted, "{order}");
    }
}

both!(clients_are_found);

async fn tags_are_the_partners_own(app: &TestApp) {
    let (fiona, petra, nora) = (
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
        app.sign_in("nora").await,
    );
    let northwind = app.account("northwind").await;
    let set = async |client: &str, tags: Value| json!({ "accountId": northwind, "clientId": app.account(client).await, "tags": tags });
    let done = fiona
        .done(
            "setClientTags",
            set("adatum", json!(["vip", "gold", "vip"])).await,
            "client { name tags } operation { targetType changes { value } }",
        )
        .await;
    assert_eq!(
        done["client"],
        json!({ "name": "Adatum", "tags": ["gold", "vip"] })
    );
    assert_eq!(done["operation"]["targetType"], "CLIENT");
    assert_eq!(
        names(&petra, json!({ "filter": { "tag": "gold" } })).await,
        ["Contoso", "Adatum"]
    );
    petra
        .done(
            "setClientTags",
            set("adatum", json!([])).await,
            "client { tags }",
        )
        .await;
    assert_eq!(
        names(&petra, json!({ "filter": { "tag": "gold" } })).await,
        ["Contoso"]
    );
    assert_eq!(
        nora.fails("setClientTags", set("adatum", json!([])).await)
            .await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    assert_eq!(
        fiona
            .fails("setClientTags", set("fabrikam", json!([])).await)
            .await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    assert_eq!(
        fiona
            .fails(
                "setClientTags",
                set("adatum", json!(["x".repeat(41)])).await
            )
            .await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    // Another partner of the same client sees none of them.
    let tom = app.sign_in("tom").await;
    let data = tom.data(CLIENTS, json!({})).await;
    assert!(
        data["clients"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|node| node["tags"] == json!([]))
    );
}

both!(tags_are_the_partners_own);

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
    // The table of admin roles.
    let roles = petra
        .data(
            "{ adminRoles { role about includes mayDo mayReset } }",
            Value::Null,
        )
        .await["adminRoles"]
        .clone();
    let role = |name: &str| {
        roles
            .as_array()
            .unwrap()
            .iter()
            .find(|role| role["role"] == name)
            .unwrap()
    };
    assert_eq!(
        role("HELPDESK_ADMIN")["includes"],
        json!(["PASSWORD_ADMIN"])
    );
    assert_eq!(
        role("PASSWORD_ADMIN")["mayDo"],
        json!(["STOP_RECOVERY", "RESET_PASSWORD"])
    );
    assert_eq!(
        role("HELPDESK_ADMIN")["mayDo"],
        json!(["STOP_RECOVERY", "RESET_PASSWORD", "REVOKE_SESSIONS"])
    );
    assert_eq!(role("DIRECTORY_READER")["mayDo"], json!([]));
}

both!(delegated_admins_are_listed_and_searched);

async fn acts_are_read_over_all_clients(app: &TestApp) {
    let (fiona, liam, petra) = (
        app.sign_in("fiona").await,
        app.sign_in("liam").await,
        app.sign_in("petra").await,
    );
    liam.done("resetPassword", json!({ "accountId": app.account("adatum").await, "userId": app.user("alma").await, "ticket": "T-9" }), "user { id }").await;
    let query = "query($filter: OperationFilter) { delegatedOperations(filter: $filter, first: 50) { nodes { kind outcome actor { name } organization { name } } } }";
    let of = async |actor: &Actor<'_>, filter: Value| {
        actor.data(query, json!({ "filter": filter })).await["delegatedOperations"]["nodes"].clone()
    };
    let all = of(&petra, json!({})).await;
    let clients: std::collections::BTreeSet<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["organization"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        clients.into_iter().collect::<Vec<_>>(),
        ["Adatum", "Contoso"]
    );
    assert_eq!(
        of(&fiona, json!({ "ticket": "T-9" })).await,
        json!([{ "kind": "RESET_PASSWORD", "outcome": "DONE", "actor": { "name": "Liam Limited" }, "organization": { "name": "Adatum" } }])
    );
    assert_eq!(of(&app.sign_in("nora").await, json!({})).await, Value::Null);
    assert_eq!(of(&app.sign_in("tina").await, json!({})).await, json!([]));
    let own = "{ viewer { operations(first: 50, filter: { outcome: DONE }) { nodes { kind actor { name } organization { name } } } } }";
    let hers = fiona.data(own, Value::Null).await["viewer"]["operations"]["nodes"].clone();
    assert!(
        hers.as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["actor"]["name"] == "Fiona Full")
    );
    let records: std::collections::BTreeSet<_> = hers
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["organization"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        records.into_iter().collect::<Vec<_>>(),
        ["Contoso", "Northwind Support"]
    );
}

both!(acts_are_read_over_all_clients);

async fn the_whole_chain_is_explained(app: &TestApp) {
    let query = "query($input: ExplainAccessInput!) { explainAccess(input: $input) { allowed role delegatedRole roleCap grantState reason chain { step passed } } }";
    let explain = async |who: &str, input: Value| {
        app.sign_in(who)
            .await
            .data(query, json!({ "input": input }))
            .await["explainAccess"]
            .clone()
    };
    let chain = |explained: &Value| {
        explained["chain"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| match link["passed"].as_bool() {
                Some(true) => '+',
                Some(false) => '-',
                None => '.',
            })
            .collect::<String>()
    };
    let (contoso, adatum, tailspin) = (
        app.account("contoso").await,
        app.account("adatum").await,
        app.account("tailspin").await,
    );
    let on =
        |account: &str, operation: &str| json!({ "accountId": account, "operation": operation });
    let of = |account: &str, operation: &str, field: &str, id: &str| {
        let mut input = on(account, operation);
        input[field] = id.into();
        input
    };
    let explained = explain("fiona", on(&adatum, "ADD_USER")).await;
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
        let explained = explain(who, input.clone()).await;
        assert_eq!(
            (chain(&explained).as_str(), &explained["reason"]),
            (wanted, &reason),
            "{who} {input}: {explained}"
        );
    }
    let two = json!({ "accountId": contoso, "operation": "RESET_PASSWORD", "userId": app.user("ivan").await, "deviceId": app.device().await });
    let answer = app
        .sign_in("fiona")
        .await
        .run(query, json!({ "input": two }))
        .await;
    assert_eq!(reason(&answer), "BAD_USER_INPUT/INPUT_INVALID");
}

both!(the_whole_chain_is_explained);

async fn what_may_be_done_to_a_user_is_listed_with_it(app: &TestApp) {
    let query = "query($id: ID!) { client(id: $id) { allowedOperations users(first: 50) { nodes { displayName allowedOperations } } } }";
    let of = async |who: &str, client: &str| {
        app.sign_in(who)
            .await
            .data(query, json!({ "id": app.account(client).await }))
            .await["client"]
            .clone()
    };
    let may = |client: &Value, name: &str| {
        client["users"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["displayName"] == name)
            .unwrap()["allowedOperations"]
            .clone()
    };
    let liams = of("liam", "contoso").await;
    assert_eq!(may(&liams, "Ivan Ordinary"), json!(["RESET_PASSWORD"]));
    assert_eq!(may(&liams, "Hector Helpdesk"), json!([]));
    let fionas = of("fiona", "contoso").await;
    assert!(
        may(&fionas, "Ivan Ordinary")
            .as_array()
            .unwrap()
            .contains(&json!("CHANGE_SIGN_IN_NAME"))
    );
    assert!(
        !may(&fionas, "Carla Client")
            .as_array()
            .unwrap()
            .contains(&json!("CHANGE_SIGN_IN_NAME"))
    );
    assert!(
        fionas["allowedOperations"]
            .as_array()
            .unwrap()
            .contains(&json!("ADD_USER"))
    );
    assert!(
        !fionas["allowedOperations"]
            .as_array()
            .unwrap()
            .contains(&json!("WIPE_DEVICE"))
    );
    let carla = app.sign_in("carla").await;
    let own = carla.data("{ viewer { organization { allowedOperations users { nodes { displayName allowedOperations } } } } }", Value::Null).await["viewer"]["organization"].clone();
    for kind in ["END_GRANT", "WIPE_DEVICE", "EXPORT_RECORD", "ADD_USER"] {
        assert!(
            own["allowedOperations"]
                .as_array()
                .unwrap()
                .contains(&json!(kind)),
            "{kind}"
        );
    }
    assert!(
        !may(&own, "Carla Client")
            .as_array()
            .unwrap()
            .contains(&json!("RESET_PASSWORD"))
    );
    let petra = app
        .sign_in("petra")
        .await
        .data(query, json!({ "id": app.account("contoso").await }))
        .await;
    assert_eq!(
        petra["client"]["allowedOperations"],
        json!(["HOLD_GRANT", "LIFT_GRANT", "END_GRANT"])
    );
}

both!(what_may_be_done_to_a_user_is_listed_with_it);
