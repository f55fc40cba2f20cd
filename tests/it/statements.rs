//! No list runs more statements for more rows.

use regex::Regex;
use sea_orm::DatabaseBackend;
use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both};

const DASHBOARD: &str = "query($first: Int!) {
  clients(first: $first) {
    nodes {
      id name
      grant { state roleCap expiresAt partner { name } client { name } }
      allowedOperations
      operations(first: 3) { nodes { kind outcome at actor { name } } }
    }
  }
}";

/// Adds clients of Northwind until there are fifty, each with an act.
async fn fill(app: &TestApp) {
    let olivia = app.sign_in("olivia").await;
    let fiona = app.sign_in("fiona").await;
    let (offer, revision) = app.db_offer("northwind").await;
    let mut last = String::new();
    for number in 0..47 {
        let contact = format!("admin{number}@example.org");
        let input = json!({
            "name": format!("Client {number}"), "slug": format!("client{number}"),
            "admin": { "displayName": "Admin", "signInName": "admin", "contact": contact },
        });
        let made = olivia
            .done("registerOrganization", input, "organization { id }")
            .await;
        last = made["organization"]["id"].as_str().unwrap().to_owned();
        Link::Enrol.redeem_mailed(app, &contact).await;
        let name = format!("admin@client{number}.mandate.example");
        let admin = app.sign_in_as(&name, NEW_PASSWORD).await;
        let input = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
        admin.done("acceptOffer", input, "grant { id }").await;
        let input = json!({ "accountId": last, "name": format!("client{number}.example.com") });
        fiona.done("addDomain", input, "domain { id }").await;
    }
    assert!(!last.is_empty());
}

async fn the_dashboard_runs_as_many_for_fifty_clients_as_for_five(app: &TestApp) {
    fill(app).await;
    let fiona = app.sign_in("fiona").await;
    let mut counts = Vec::new();
    for first in [5, 50] {
        let (statements, data) = app
            .statements_of(fiona.data(DASHBOARD, json!({ "first": first })))
            .await;
        let nodes = data["clients"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        for node in nodes
            .iter()
            .filter(|node| node["grant"]["state"] == "ACTIVE")
        {
            assert!(
                !node["allowedOperations"].as_array().unwrap().is_empty(),
                "{node}"
            );
        }
        counts.push(statements.len());
    }
    // The caller, the page, the names of partners and clients, and the entries of all.
    assert_eq!(counts, [4, 4]);
}

both!(the_dashboard_runs_as_many_for_fifty_clients_as_for_five);

const EVERYTHING: &str = "query($first: Int!) {
  clients(first: $first) {
    nodes {
      id name initialDomain tags rules { ticketRequired } allowedOperations
      grant { state roleCap partner { name } client { name } }
      domains(first: 3) { nodes { id name } }
      services { id name }
      subscriptions(first: 3) { nodes { id seats assignedSeats } }
      more: subscriptions(first: 1) { nodes { plan { name } } }
      operations(first: 3) { nodes { id kind changes { name value } } }
      users(first: 3) { nodes { displayName hands { since } adminRoles allowedOperations licences { plan { name } } services { on } } }
    }
  }
}";

async fn everything_about_fifty_clients_is_as_many_statements_as_about_five(app: &TestApp) {
    fill(app).await;
    let fiona = app.sign_in("fiona").await;
    let mut counts = Vec::new();
    for first in [5, 50] {
        let (statements, data) = app
            .statements_of(fiona.data(EVERYTHING, json!({ "first": first })))
            .await;
        let nodes = data["clients"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        let full = |node: &&Value| {
            (&node["grant"]["state"], &node["grant"]["roleCap"])
                == (&json!("ACTIVE"), &json!("FULL"))
        };
        for node in nodes.iter().filter(full) {
            for list in ["users", "domains", "operations"] {
                let first = &node[list]["nodes"][0];
                assert!(first.is_object(), "{list}: {node}");
            }
            let of_admin = &node["users"]["nodes"][0]["adminRoles"];
            assert!(!of_admin.as_array().unwrap().is_empty(), "{node}");
        }
        counts.push(statements.len());
    }
    assert_eq!(counts[0], counts[1]);
}

both!(everything_about_fifty_clients_is_as_many_statements_as_about_five);

async fn no_list_runs_more_statements_for_more_rows(app: &TestApp) {
    let (carla, fiona, petra, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
        app.account("contoso").await,
    );
    let row = |number: usize| json!({ "displayName": format!("User {number}"), "signInName": format!("user{number}"), "contact": format!("user{number}@example.org") });
    let users: Vec<_> = (0..9).map(row).collect();
    let input = json!({ "accountId": contoso, "users": users });
    let added = fiona
        .done(
            "addUsers",
            input,
            "rows { ... on AddUserPayload { user { id } } }",
        )
        .await;
    for row in added["rows"].as_array().unwrap() {
        let on = json!({ "accountId": contoso, "userId": row["user"]["id"], "subscriptionId": app.subscription("contoso").await });
        fiona.done("assignLicence", on, "user { id }").await;
        let role =
            json!({ "accountId": contoso, "userId": row["user"]["id"], "role": "REPORTS_READER" });
        fiona.done("assignAdminRole", role, "user { id }").await;
    }
    for number in 0..4 {
        fiona
            .done(
                "addDomain",
                json!({ "accountId": contoso, "name": format!("d{number}.example") }),
                "domain { id }",
            )
            .await;
    }
    for number in 0..9 {
        let input = json!({ "accountId": app.account("northwind").await, "roleCap": "LIMITED", "term": "P1Y", "notify": [format!("n{number}@example.org")] });
        fiona.done("createOffer", input, "offer { id }").await;
    }
    let (offer, _) = app.db_offer("northwind").await;
    let sent = mandate::domain::values::id::GlobalId::Offer(offer.id).encode();
    let addresses: Vec<_> = (0..9)
        .map(|number| format!("a{number}@example.org"))
        .collect();
    let input = json!({ "accountId": app.account("northwind").await, "offerId": sent, "addresses": addresses });
    fiona.done("sendOffer", input, "offer { id }").await;
    let olivia = app.sign_in("olivia").await;
    let client = "query($id: ID!, $first: Int!)";
    let user = "displayName adminRoles adminRolesByDelegates allowedOperations licences { plan { name } } services { on service { name } }";
    let grant = app.grant("northwind", "contoso").await;
    for (actor, query, id) in [
            (&fiona, format!("{client} {{ client(id: $id) {{ users(first: $first) {{ nodes {{ {user} }} }} }} }}"), &contoso),
            (&fiona, format!("{client} {{ client(id: $id) {{ users(first: $first, filter: {{ search: \"user\" }}) {{ edges {{ node {{ {user} }} }} }} }} }}"), &contoso),
            (&fiona, format!("{client} {{ client(id: $id) {{ domains(first: $first) {{ nodes {{ name default verified }} }} }} }}"), &contoso),
            (&fiona, format!("{client} {{ client(id: $id) {{ subscriptions(first: $first) {{ nodes {{ seats assignedSeats plan {{ name }} }} }} services {{ name }} }} }}"), &contoso),
            (&carla, format!("{client} {{ operations(accountId: $id, first: $first, filter: {{ delegated: true }}) {{ nodes {{ kind organization {{ name }} actor {{ name }} changes {{ value }} }} }} }}"), &contoso),
            (&petra, format!("{client} {{ delegatedOperations(first: $first) {{ nodes {{ kind organization {{ name }} }} }} client(id: $id) {{ name }} }}"), &contoso),
            (&fiona, format!("{client} {{ viewer {{ operations(first: $first) {{ nodes {{ kind organization {{ name }} }} }} }} client(id: $id) {{ name }} }}"), &contoso),
            (&fiona, format!("{client} {{ clients(first: $first, orderBy: NAME, filter: {{ states: [ACTIVE, HELD] }}) {{ nodes {{ name tags rules {{ ticketRequired }} allowedOperations }} }} client(id: $id) {{ name }} }}"), &contoso),
            (&carla, format!("{client} {{ grant(id: $id) {{ leftBehind {{ usersAdded(first: $first) {{ nodes {{ {user} }} }} domainsAdded(first: $first) {{ nodes {{ name default }} }} rolesGiven(first: $first) {{ role user {{ displayName }} }} }} }} }}"), &grant),
            (&fiona, format!("{client} {{ offers(first: $first) {{ nodes {{ kind state items {{ seats plan {{ name }} }} statistics {{ sent accepted declined }} texts {{ subject }} }} }} client(id: $id) {{ name }} }}"), &contoso),
            (&fiona, format!("{client} {{ offers(first: $first) {{ nodes {{ notify }} }} client(id: $id) {{ name }} }}"), &contoso),
            (&fiona, format!("{client} {{ offer(id: \"{sent}\") {{ sendings(first: $first) {{ nodes {{ address }} }} responses(first: $first) {{ nodes {{ answer client {{ name }} acceptedParts }} }} }} client(id: $id) {{ name }} }}"), &contoso),
            (&olivia, "query($id: ID!, $first: Int!) { deliveries(first: $first, state: DONE) { nodes { what attempts } } organization(id: $id) { name } }".to_owned(), &contoso),
            (&fiona, format!("{client} {{ plans(first: $first) {{ nodes {{ name services {{ name }} }} }} services(first: $first) {{ nodes {{ name }} }} client(id: $id) {{ name }} }}"), &contoso),
        ] {
            let mut counts = Vec::new();
            for first in [2, 50] {
                let (statements, data) = app.statements_of(actor.data(&query, json!({ "id": id, "first": first }))).await;
                assert!(data.to_string().len() > 60, "{query}: {data}");
                counts.push(statements.len());
            }
            // A page of a filtered list that is not full asks how far it looked.
            let more = usize::from(query.contains("filter:"));
            assert!((counts[0]..=counts[0] + more).contains(&counts[1]), "{query}: {counts:?}");
        }
}

both!(no_list_runs_more_statements_for_more_rows);

async fn the_hot_requests_run_exactly_these(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let (account, user) = (app.account("contoso").await, app.user("ivan").await);
    let input = json!({ "accountId": account, "userId": user, "operation": "UPDATE_PROFILE" });
    let may = "query($i: ExplainAccessInput!) { explainAccess(input: $i) { allowed reason } }";
    let asked = fiona.data(may, json!({ "i": input }));
    let (asking, answer) = app.statements_of(asked).await;
    assert_eq!(answer["explainAccess"]["allowed"], true);
    let input = json!({ "accountId": account, "userId": user, "displayName": "Ivan Other" });
    let act = fiona.done("updateProfile", input, "user { id } operation { sequence }");
    let (acting, _) = app.statements_of(act).await;
    assert_eq!(shapes(&asking), ["SELECT facts"]);
    let group: &[&str] = match app.app.db.backend() {
        DatabaseBackend::Postgres => &["SELECT locks"],
        _ => &[],
    };
    let mut expected = vec!["SELECT facts"];
    expected.extend(group);
    expected.extend([
        "SELECT facts",
        "UPDATE user",
        "SELECT chain_head",
        "INSERT operation",
        "INSERT chain_head",
    ]);
    assert_eq!(shapes(&acting), expected);
}

/// What each statement does, and in which table.
fn shapes(statements: &[String]) -> Vec<String> {
    let table = Regex::new(r#"(?:FROM|INTO|UPDATE) "?(\w+)"?"#).unwrap();
    let shape = |sql: &String| {
        let verb = sql.split(' ').next().unwrap();
        let table = match sql {
            _ if sql.contains("asked.column1") => "facts",
            _ if sql.contains("advisory") => "locks",
            _ => table.captures(sql).unwrap().get(1).unwrap().as_str(),
        };
        format!("{verb} {table}")
    };
    statements.iter().map(shape).collect()
}

both!(the_hot_requests_run_exactly_these);

async fn a_foreign_id_costs_the_same_statements_as_a_random_one(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let random =
        mandate::domain::values::id::GlobalId::Organization(uuid::Uuid::from_u128(3).into())
            .encode();
    let foreign = app.account("fabrikam").await;
    let ursula = app.user("ursula").await;
    let nobody =
        mandate::domain::values::id::GlobalId::User(uuid::Uuid::from_u128(4).into()).encode();
    // The first refusal of an hour is an entry: both are repeats.
    for (account, user) in [(&foreign, &ursula), (&random, &nobody)] {
        fiona
            .fails(
                "addDomain",
                json!({ "accountId": account, "name": "x.example" }),
            )
            .await;
        fiona
            .fails(
                "resetPassword",
                json!({ "accountId": account, "userId": user }),
            )
            .await;
    }
    let calls = async |account: &str, user: &str| {
        app.statements_of(async {
            let mut answers = Vec::<Value>::new();
            answers.push(
                fiona
                    .mutate(
                        "addDomain",
                        json!({ "accountId": account, "name": "x.example" }),
                        "domain { id }",
                    )
                    .await,
            );
            answers.push(
                fiona
                    .mutate(
                        "resetPassword",
                        json!({ "accountId": account, "userId": user }),
                        "user { id }",
                    )
                    .await,
            );
            answers.push(
                fiona
                    .run(
                        "query($id: ID!) { client(id: $id) { id } }",
                        json!({ "id": account }),
                    )
                    .await,
            );
            for id in [account, user] {
                let node = "query($id: ID!) { node(id: $id) { id } }";
                answers.push(fiona.run(node, json!({ "id": id })).await);
            }
            answers
        })
        .await
    };
    let (of_foreign, foreign_answers) = calls(&foreign, &ursula).await;
    let (of_random, random_answers) = calls(&random, &nobody).await;
    assert_eq!(of_foreign, of_random);
    assert_eq!(foreign_answers, random_answers);
}

both!(a_foreign_id_costs_the_same_statements_as_a_random_one);
