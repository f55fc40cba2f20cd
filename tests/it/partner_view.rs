//! The partner's side: clients by name, state, expiry and tag, and the acts over all of them.

mod allowed;
mod explained;
mod people;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, grant, with};

const CLIENTS: &str = "query($filter: ClientFilter, $order: ClientOrder, $first: Int, $after: String) { clients(filter: $filter, orderBy: $order, first: $first, after: $after) { nodes { name tags grant { state expiresAt } } pageInfo { hasNextPage endCursor } } }";

async fn names(actor: &Actor<'_>, variables: Value) -> Vec<String> {
    let data = actor.data(CLIENTS, variables).await;
    let nodes = data["clients"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Makes Contoso's grant end before the others.
async fn shorten_contosos(app: &TestApp) {
    let shorten = with(grant(app).await, "expiresAt", "2026-12-24T00:00:00Z");
    let carla = app.sign_in("carla").await;
    carla.done("shortenGrant", shorten, "grant { id }").await;
}

async fn clients_are_found_by_name_state_tag_and_expiry(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
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
    shorten_contosos(app).await;
    assert_eq!(
        of(json!({ "expiresBefore": "2027-01-01T00:00:00Z" })).await,
        ["Contoso"]
    );
}

both!(clients_are_found_by_name_state_tag_and_expiry);

async fn clients_whose_grant_is_over_are_found_by_the_latest(app: &TestApp) {
    let tom = app.sign_in("tom").await;
    assert_eq!(
        names(&tom, json!({ "filter": { "states": ["ENDED"] } })).await,
        ["Adatum"]
    );
    assert_eq!(
        names(&tom, json!({ "filter": { "states": ["EXPIRED"] } })).await,
        ["Contoso"]
    );
}

both!(clients_whose_grant_is_over_are_found_by_the_latest);

async fn clients_come_in_every_order_page_by_page_each_once(app: &TestApp) {
    shorten_contosos(app).await;
    let fiona = app.sign_in("fiona").await;
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

both!(clients_come_in_every_order_page_by_page_each_once);

/// The input that gives a client of Northwind's these tags.
async fn tagged(app: &TestApp, client: &str, tags: Value) -> Value {
    json!({ "accountId": app.account("northwind").await, "clientId": app.account(client).await, "tags": tags })
}

async fn tags_are_set_and_found_by_every_admin_of_the_partner(app: &TestApp) {
    let (fiona, petra) = (app.sign_in("fiona").await, app.sign_in("petra").await);
    let tags = tagged(app, "adatum", json!(["vip", "gold", "vip"])).await;
    let done = fiona
        .done(
            "setClientTags",
            tags,
            "client { name tags } operation { targetType changes { value } }",
        )
        .await;
    assert_eq!(
        done["client"],
        json!({ "name": "Adatum", "tags": ["gold", "vip"] })
    );
    assert_eq!(done["operation"]["targetType"], "CLIENT");
    let gold = json!({ "filter": { "tag": "gold" } });
    assert_eq!(names(&petra, gold.clone()).await, ["Contoso", "Adatum"]);
    let none = tagged(app, "adatum", json!([])).await;
    petra.done("setClientTags", none, "client { tags }").await;
    assert_eq!(names(&petra, gold).await, ["Contoso"]);
}

both!(tags_are_set_and_found_by_every_admin_of_the_partner);

async fn tags_are_refused_where_there_is_no_role_no_client_or_no_sense(app: &TestApp) {
    for (who, client, tags, why) in [
        ("nora", "adatum", json!([]), "FORBIDDEN/ROLE_REQUIRED"),
        ("fiona", "fabrikam", json!([]), "NOT_FOUND/NO_SUCH_THING"),
        (
            "fiona",
            "adatum",
            json!(["x".repeat(41)]),
            "BAD_USER_INPUT/INPUT_INVALID",
        ),
    ] {
        let input = tagged(app, client, tags).await;
        let actor = app.sign_in(who).await;
        assert_eq!(actor.fails("setClientTags", input).await, why, "{who}");
    }
}

both!(tags_are_refused_where_there_is_no_role_no_client_or_no_sense);

async fn another_partner_of_the_same_client_sees_no_tags(app: &TestApp) {
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

both!(another_partner_of_the_same_client_sees_no_tags);

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
