//! Names are found and sorted as people do, on both databases; answers are packed where that is asked for.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::{TestApp, both, on, with};

async fn names_are_found_however_they_are_written(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let user = json!({ "accountId": contoso, "displayName": "\u{c4}gypten \u{c4}gir", "signInName": "\u{dc}lo", "contact": "a@example.org" });
    carla.done("addUser", user, "user { id }").await;
    let query = "query($id: ID!, $part: String!) { organization(id: $id) { users(first: 20, filter: { search: $part }) { nodes { displayName } } } }";
    for part in [
        "\u{c4}gypten",
        "\u{e4}gypten",
        "A\u{308}gypten",
        "agypten",
        "AGIR",
        "\u{fc}lo",
        "u\u{308}lo@",
    ] {
        let seen = carla
            .data(query, json!({ "id": contoso, "part": part }))
            .await;
        assert_eq!(
            seen["organization"]["users"]["nodes"],
            json!([{ "displayName": "\u{c4}gypten \u{c4}gir" }]),
            "{part}"
        );
    }
    // Signs that mean something to a database mean nothing here.
    for part in ["%", "_", "\\", "'"] {
        let seen = carla
            .data(query, json!({ "id": contoso, "part": part }))
            .await;
        assert_eq!(seen["organization"]["users"]["nodes"], json!([]), "{part}");
    }
    let renamed = with(on(app, "ivan").await, "displayName", "\u{d8}rsted");
    carla.done("updateProfile", renamed, "user { id }").await;
    let seen = carla
        .data(query, json!({ "id": contoso, "part": "orsted" }))
        .await;
    assert_eq!(
        seen["organization"]["users"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let noted = with(
        with(on(app, "ivan").await, "jobTitle", "x"),
        "note",
        "\u{c4}rger mit \u{d6}l",
    );
    carla.done("updateProfile", noted, "user { id }").await;
    let query = "query($id: ID!, $note: String!) { organization(id: $id) { operations(filter: { note: $note }) { nodes { note } } } }";
    let seen = carla
        .data(query, json!({ "id": contoso, "note": "\u{e4}rger MIT ol" }))
        .await;
    assert_eq!(
        seen["organization"]["operations"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

both!(names_are_found_however_they_are_written);

async fn clients_sort_as_people_sort(app: &TestApp) {
    let olivia = app.sign_in("olivia").await;
    for (slug, name) in [
        ("contoso", "Zebra"),
        ("adatum", "\u{c4}pfel AG"),
        ("tailspin", "apple"),
    ] {
        let rename = json!({ "organizationId": app.account(slug).await, "name": name });
        olivia
            .done("renameOrganization", rename, "organization { id }")
            .await;
    }
    let fiona = app.sign_in("fiona").await;
    let query = "query($after: String) { clients(first: 1, after: $after, orderBy: NAME) { nodes { name } pageInfo { endCursor hasNextPage } } }";
    let (mut names, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = fiona.data(query, json!({ "after": after })).await["clients"].clone();
        names.push(page["nodes"][0]["name"].as_str().unwrap().to_owned());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let sorted = ["\u{c4}pfel AG", "apple", "Zebra"];
    names.retain(|name| sorted.contains(&name.as_str()));
    assert_eq!(names, sorted[..names.len().min(3)], "{names:?}");
    assert!(names.len() >= 2);
    let query = "{ clients(filter: { search: \"apfel\" }) { nodes { name } } }";
    let seen = fiona.data(query, Value::Null).await;
    assert_eq!(
        seen["clients"]["nodes"],
        json!([{ "name": "\u{c4}pfel AG" }])
    );
}

both!(clients_sort_as_people_sort);

async fn answers_are_packed_where_they_hold_no_secret(app: &TestApp) {
    let (contoso, ivan) = (app.account("contoso").await, app.user("ivan").await);
    let token = app.sign_in("carla").await.token.clone().unwrap();
    let ask = async |query: &str, encoding: &str| {
        let body = json!({ "query": query }).to_string();
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .header("accept-encoding", encoding)
            .body(Body::from(body))
            .unwrap();
        let (_, headers, _) = app.send(request).await;
        headers
            .get("content-encoding")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let schema = "{ __schema { types { name description fields { name description } } } }";
    assert_eq!(ask(schema, "gzip").await.as_deref(), Some("gzip"));
    assert_eq!(ask(schema, "br").await.as_deref(), Some("br"));
    assert_eq!(ask(schema, "identity").await, None);
    // A small answer is not worth it.
    assert_eq!(ask("{ __typename }", "gzip").await, None);
    // A mutation may answer with a secret, however much it answers.
    let names: String = (0..60)
        .map(|number| format!("a{number}: displayName "))
        .collect();
    let acts = |field: &str| {
        let ids = format!("accountId: \"{contoso}\", userId: \"{ivan}\"");
        format!("mutation {{ {field}(input: {{ {ids} }}) {{ user {{ {names} }} }} }}")
    };
    let reset = acts("resetPassword");
    assert_eq!(ask(&reset, "gzip").await, None);
    assert!(
        app.sign_in("carla")
            .await
            .run(&acts("blockSignIn"), Value::Null)
            .await
            .to_string()
            .len()
            > 1024
    );
    let reads = format!("{{ viewer {{ user {{ {names} }} }} }}");
    assert_eq!(ask(&reads, "gzip").await.as_deref(), Some("gzip"));
}

both!(answers_are_packed_where_they_hold_no_secret);
