//! Every type and field of the schema × every relation, as one committed table.
//!
//! ✔ shows something, · shows nothing (null or an empty list), else the code of the error. A type
//! that is neither reached nor exempted fails the test.

use std::{collections::BTreeSet, fmt::Write};

use entity::ids::{OrganizationId, RecoveryId};
use mandate::domain::values::id::GlobalId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    graph,
    support::{NEW_PASSWORD, TestApp, both, reason},
};

/// Relations: a name, the viewer, the organization that is looked at.
const RELATIONS: &[(&str, &str, &str)] = &[
    ("own GLOBAL_ADMIN", "carla", "contoso"),
    ("own USER_ADMIN", "uma", "contoso"),
    ("own HELPDESK_ADMIN", "hector", "contoso"),
    ("own PASSWORD_ADMIN", "paul", "contoso"),
    ("own DIRECTORY_READER", "dana", "contoso"),
    ("own, no role", "ivan", "contoso"),
    ("FULL", "fiona", "contoso"),
    ("LIMITED", "liam", "contoso"),
    ("FULL, capped", "fiona", "adatum"),
    ("FULL, held", "fiona", "tailspin"),
    ("FULL, expired", "tom", "contoso"),
    ("FULL, ended", "tom", "adatum"),
    ("partner's global admin", "petra", "contoso"),
    ("partner, no role", "nora", "contoso"),
    ("operator", "olivia", "contoso"),
    ("stranger", "ursula", "contoso"),
    ("anonymous", "", "contoso"),
];

/// Types that only carry others, or that every caller of their field sees in full.
fn carries(name: &str) -> bool {
    name.starts_with("__")
        || name.ends_with("Payload")
        || name.ends_with("Connection")
        || name.ends_with("Edge")
        // An answer to a write alone, or a part of what is listed below.
        || matches!(
            name,
            "Query" | "Mutation" | "Subscription" | "PageInfo" | "RowError" | "AccessLink"
        )
}

/// Where a sample of a type is found: a document with `$id`, the path to the object, and the id.
async fn sample(app: &TestApp, ty: &str, partner: &str, client: &str) -> Option<(String, Value)> {
    let organization = app.db_organization(client).await;
    let node = |id: GlobalId| {
        Some((
            format!("node(id: $id) {{ ... on {ty} {{ SELECTION }} }}"),
            json!(id.encode()),
        ))
    };
    let person = match client {
        "contoso" => "hector",
        "adatum" => "adam",
        _ => "tina",
    };
    match ty {
        "Organization" => node(GlobalId::Organization(organization)),
        "Client" => node(GlobalId::Client(organization)),
        "User" => node(GlobalId::User(app.db_user(person).await)),
        "Domain" => node(GlobalId::Domain(app.db_domain(client).await)),
        "Device" => node(GlobalId::Device(app.db_device().await)),
        "Service" => node(GlobalId::Service(app.db_service("mail").await)),
        "Plan" => node(GlobalId::Plan(app.db_plan("basic").await)),
        "Price" => Some((
            "node(id: $id) { ... on Plan { seatPrice { SELECTION } } }".into(),
            json!(GlobalId::Plan(app.db_plan("basic").await).encode()),
        )),
        "PlanSubscription" => node(GlobalId::Subscription(app.db_subscription(client).await)),
        "Recovery" => Some((
            "node(id: $id) { ... on Recovery { SELECTION } }".into(),
            json!(GlobalId::Recovery(recovery_of(app, organization).await).encode()),
        )),
        "Licence" => sample_user(app, person, "licences").await,
        "ServiceAccess" => sample_user(app, person, "services").await,
        "AccountRules" => {
            let id = GlobalId::Client(organization).encode();
            let document = "client(id: $id) { rules { SELECTION } } organization(id: $id) { rules { SELECTION } }";
            Some((document.into(), json!(id)))
        }
        "LeftBehind" => Some((
            "node(id: $id) { ... on Grant { leftBehind { SELECTION } } }".into(),
            json!(app.grant(partner, client).await),
        )),
        "Waiting" => Some((
            "node(id: $id) { ... on Grant { waiting { SELECTION } } }".into(),
            json!(app.grant(partner, client).await),
        )),
        "GrantEnd" => Some((
            "node(id: $id) { ... on Grant { end { SELECTION } } }".into(),
            json!(app.grant("tailspin", "adatum").await),
        )),
        "RoleTaken" => Some((
            "node(id: $id) { ... on Grant { end { rolesTaken { SELECTION } } } }".into(),
            json!(app.grant("tailspin", "adatum").await),
        )),
        "RoleGiven" => Some((
            "node(id: $id) { ... on Grant { leftBehind { rolesGiven { SELECTION } } } }".into(),
            json!(app.grant(partner, client).await),
        )),
        "FoundUser" => Some((
            "findUsers(address: \"ivan@contoso.mandate.example\") { SELECTION }".into(),
            Value::Null,
        )),
        "Offer" => node(GlobalId::Offer(app.db_offer(partner).await.0.id)),
        "OfferItem" => sample_offer(app, partner, "items").await,
        "OfferTexts" => sample_offer(app, partner, "texts").await,
        "OfferSending" => sample_offer(app, partner, "sendings { nodes")
            .await
            .map(|(query, id)| (query + " }", id)),
        "OfferStatistics" => sample_offer(app, partner, "statistics").await,
        "Grant" => node(GlobalId::Grant(app.db_grant(partner, client).await)),
        "Response" => {
            let row = entity::response::Entity::find()
                .filter(entity::response::Column::ClientId.eq(organization))
                .filter(entity::response::Column::PartnerId.eq(app.db_organization(partner).await))
                .order_by_desc(entity::response::Column::Id)
                .one(app.app.db.read())
                .await
                .unwrap()
                .unwrap();
            node(GlobalId::Response(row.id))
        }
        "Operation" => {
            let row = entity::operation::Entity::find()
                .filter(entity::operation::Column::OrganizationId.eq(organization))
                .filter(entity::operation::Column::Kind.eq(if client == "contoso" {
                    "domain.add"
                } else {
                    "offer.accept"
                }))
                .order_by_desc(entity::operation::Column::Seq)
                .one(app.app.db.read())
                .await
                .unwrap()
                .unwrap();
            node(GlobalId::Operation(row.id))
        }
        "Certification" => node(GlobalId::Organization(organization)).map(|(_, id)| {
            (
                "node(id: $id) { ... on Organization { certification { SELECTION } } }".into(),
                id,
            )
        }),
        "TxtRecord" => Some((
            "node(id: $id) { ... on Domain { txtRecord { SELECTION } } }".into(),
            json!(GlobalId::Domain(app.db_domain("contoso").await).encode()),
        )),
        "OrganizationCard" => Some((
            "node(id: $id) { ... on Grant { client { SELECTION } } }".into(),
            json!(app.grant(partner, client).await),
        )),
        "OfferPreview" => Some((
            format!(
                "offerByToken(token: \"{}\") {{ SELECTION }}",
                app.db_offer("northwind").await.0.token
            ),
            Value::Null,
        )),
        "Viewer" => Some(("viewer { SELECTION }".into(), Value::Null)),
        "ViewerSession" => Some(("viewer { sessions { SELECTION } }".into(), Value::Null)),
        "SendOffersFrom" => Some((
            "viewer { sendOffersFrom { SELECTION } }".into(),
            Value::Null,
        )),
        "Delivery" => Some((
            "deliveries(state: DONE) { nodes { SELECTION } }".into(),
            Value::Null,
        )),
        "AdminRoleInfo" => Some(("adminRoles { SELECTION }".into(), Value::Null)),
        "ErrorInfo" => Some(("errorCatalogue { SELECTION }".into(), Value::Null)),
        "AccessExplanation" => Some((
            "explainAccess(input: { accountId: $id, operation: RESET_PASSWORD }) { SELECTION }"
                .into(),
            json!(GlobalId::Organization(organization).encode()),
        )),
        "Hand" => sample_user(app, "greta", "hands").await,
        "RecordedHand" => {
            let row = entity::operation::Entity::find()
                .filter(entity::operation::Column::ActorId.eq(app.db_user("greta").await))
                .order_by_desc(entity::operation::Column::Seq)
                .one(app.app.db.read())
                .await
                .unwrap()
                .unwrap();
            let id = GlobalId::Operation(row.id).encode();
            let document = "node(id: $id) { ... on Operation { hands { SELECTION } } }";
            Some((document.into(), json!(id)))
        }
        "RecordedActor" => sample_operation(app, partner, client, "actor").await,
        "Change" => sample_operation(app, partner, client, "changes").await,
        _ => None,
    }
}

/// The latest recovery of an organization.
async fn recovery_of(app: &TestApp, organization: OrganizationId) -> RecoveryId {
    let query = entity::recovery::Entity::find()
        .filter(entity::recovery::Column::OrganizationId.eq(organization))
        .order_by_desc(entity::recovery::Column::Id);
    query.one(app.app.db.read()).await.unwrap().unwrap().id
}

async fn sample_user(app: &TestApp, person: &str, field: &str) -> Option<(String, Value)> {
    Some((
        format!("node(id: $id) {{ ... on User {{ {field} {{ SELECTION }} }} }}"),
        json!(app.user(person).await),
    ))
}

/// The partner's first offer; Northwind's is a purchase.
async fn sample_offer(app: &TestApp, partner: &str, field: &str) -> Option<(String, Value)> {
    let query = entity::offer::Entity::find()
        .filter(entity::offer::Column::PartnerId.eq(app.db_organization(partner).await))
        .order_by_asc(entity::offer::Column::Id);
    let offer = query.one(app.app.db.read()).await.unwrap().unwrap();
    Some((
        format!("node(id: $id) {{ ... on Offer {{ {field} {{ SELECTION }} }} }}"),
        json!(GlobalId::Offer(offer.id).encode()),
    ))
}

async fn sample_operation(
    app: &TestApp,
    partner: &str,
    client: &str,
    field: &str,
) -> Option<(String, Value)> {
    let (_, id) = Box::pin(sample(app, "Operation", partner, client)).await?;
    Some((
        format!("node(id: $id) {{ ... on Operation {{ {field} {{ SELECTION }} }} }}"),
        id,
    ))
}

/// Whether a value shows anything beyond its own shape.
fn shows(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(shows),
        Value::Object(fields) => match fields.get("edges") {
            Some(edges) => shows(edges),
            None => fields.values().any(shows),
        },
        _ => true,
    }
}

fn at<'a>(value: &'a Value, field: &str) -> &'a Value {
    match value {
        Value::Object(fields) => match fields.get(field) {
            Some(found) => found,
            None => fields
                .values()
                .map(|inner| at(inner, field))
                .find(|found| !found.is_null())
                .unwrap_or(&Value::Null),
        },
        Value::Array(items) => items.first().map_or(&Value::Null, |first| at(first, field)),
        _ => &Value::Null,
    }
}

async fn every_field_by_every_relation(app: &TestApp) {
    let schema = graph::introspect(app).await;
    let mut actors = Vec::new();
    // Greta, whom a delegate added, enrols: in the delegate's hands.
    let greta =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("greta").await });
    app.mails().await;
    app.sign_in("fiona")
        .await
        .done("resetPassword", greta, "user { id }")
        .await;
    let enrol = json!({ "secret": app.mails().await[0].secret(), "newPassword": NEW_PASSWORD });
    app.anonymous().done("enrol", enrol, "operationId").await;
    for client in ["contoso", "adatum", "tailspin"] {
        app.db_recovery(client).await;
    }
    for (relation, viewer, client) in RELATIONS {
        let actor = if viewer.is_empty() {
            app.anonymous()
        } else {
            app.sign_in(viewer).await
        };
        let partner = if *viewer == "tom" {
            "tailspin"
        } else {
            "northwind"
        };
        actors.push((relation, actor, partner, client));
    }
    let mut table = String::new();
    for (index, (relation, _, _, _)) in actors.iter().enumerate() {
        writeln!(table, "{:>2} {relation}", index + 1).unwrap();
    }
    let mut missed = BTreeSet::new();
    for ty in schema["types"].as_array().unwrap() {
        let name = ty["name"].as_str().unwrap();
        if ty["kind"] != "OBJECT" || carries(name) {
            continue;
        }
        let mut rows = Vec::new();
        for field in graph::fields(&schema, name) {
            let field_name = field["name"].as_str().unwrap();
            let inner = match graph::named(&field["type"])["kind"].as_str().unwrap() {
                "OBJECT"
                    if graph::named(&field["type"])["name"]
                        .as_str()
                        .unwrap()
                        .ends_with("Connection") =>
                {
                    " { edges { cursor } }"
                }
                "OBJECT" => " { __typename }",
                _ => "",
            };
            let mut cells = Vec::new();
            for (_, actor, partner, client) in &actors {
                let Some((document, id)) = sample(app, name, partner, client).await else {
                    missed.insert(name.to_owned());
                    continue;
                };
                let variable = if id.is_null() { "" } else { "($id: ID!)" };
                let selection = format!("{field_name}{inner}");
                let query = format!(
                    "query{variable} {{ {} }}",
                    document.replace("SELECTION", &selection)
                );
                let answer = actor.run(&query, json!({ "id": id })).await;
                let why = reason(&answer);
                cells.push(if shows(at(&answer["data"], field_name)) {
                    "✔".to_owned()
                } else if why.is_empty() {
                    "·".to_owned()
                } else {
                    why.split('/').next().unwrap().chars().take(6).collect()
                });
            }
            rows.push((format!("{name}.{field_name}"), cells));
        }
        for (row, cells) in rows {
            writeln!(table, "{row:<40} {}", cells.join(" ")).unwrap();
        }
    }
    assert!(
        missed.is_empty(),
        "types that no sample reaches: {missed:?}"
    );
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "matrix", omit_expression => true }, {
        insta::assert_snapshot!("visibility", table);
    });
}

both!(every_field_by_every_relation);
