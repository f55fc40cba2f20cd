//! No list runs more statements for more rows.

use serde_json::{Value, json};

use crate::support::{TestApp, both};

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
        let mails = app.mails().await;
        let secret = mails
            .iter()
            .find(|mail| mail.to == contact)
            .unwrap()
            .secret();
        let password = "seven quiet otters carry umbrellas";
        let input = json!({ "secret": secret, "newPassword": password });
        app.anonymous().done("enrol", input, "operationId").await;
        let admin = app
            .sign_in_as(&format!("admin@client{number}.mandate.example"), password)
            .await;
        let input = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
        admin.done("acceptOffer", input, "grant { id }").await;
        let input = json!({ "accountId": last, "name": format!("client{number}.example.com") });
        fiona.done("addDomain", input, "domain { id }").await;
    }
    assert!(!last.is_empty());
}

both! {
    async fn the_dashboard_runs_as_many_for_fifty_clients_as_for_five(app: TestApp) {
        fill(app).await;
        let fiona = app.sign_in("fiona").await;
        let mut counts = Vec::new();
        for first in [5, 50] {
            let (statements, data) = app.statements_of(fiona.data(DASHBOARD, json!({ "first": first }))).await;
            let nodes = data["clients"]["nodes"].as_array().unwrap();
            assert_eq!(nodes.len(), first);
            for node in nodes.iter().filter(|node| node["grant"]["state"] == "ACTIVE") {
                assert!(!node["allowedOperations"].as_array().unwrap().is_empty(), "{node}");
            }
            counts.push(statements.len());
        }
        println!("statements of the dashboard: {counts:?}");
        assert_eq!(counts[0], counts[1]);
        assert!(counts[0] <= 6, "{counts:?}");
    }

    async fn a_foreign_id_costs_the_same_statements_as_a_random_one(app: TestApp) {
        let fiona = app.sign_in("fiona").await;
        let random = mandate::domain::values::id::GlobalId::Organization(uuid::Uuid::from_u128(3).into()).encode();
        let foreign = app.account("fabrikam").await;
        let ursula = app.user("ursula").await;
        let nobody = mandate::domain::values::id::GlobalId::User(uuid::Uuid::from_u128(4).into()).encode();
        // The first refusal of an hour is an entry: both are repeats.
        for (account, user) in [(&foreign, &ursula), (&random, &nobody)] {
            fiona.fails("addDomain", json!({ "accountId": account, "name": "x.example" })).await;
            fiona.fails("resetPassword", json!({ "accountId": account, "userId": user })).await;
        }
        let calls = async |account: &str, user: &str| {
            app.statements_of(async {
                let mut answers = Vec::<Value>::new();
                answers.push(fiona.mutate("addDomain", json!({ "accountId": account, "name": "x.example" }), "domain { id }").await);
                answers.push(fiona.mutate("resetPassword", json!({ "accountId": account, "userId": user }), "user { id }").await);
                answers.push(fiona.run("query($id: ID!) { client(id: $id) { id } }", json!({ "id": account })).await);
                answers
            }).await
        };
        let (of_foreign, foreign_answers) = calls(&foreign, &ursula).await;
        let (of_random, random_answers) = calls(&random, &nobody).await;
        assert_eq!(of_foreign, of_random);
        assert_eq!(foreign_answers, random_answers);
    }
}
