//! Inputs that many tests give.

use serde_json::{Value, json};

use super::{Actor, TestApp, world};

/// A password that someone of the demo world chooses.
pub const NEW_PASSWORD: &str = "seven quiet otters carry umbrellas";

/// A user of the demo world, in its account.
pub async fn on(app: &TestApp, name: &str) -> Value {
    json!({ "accountId": app.account(world::slug(name)).await, "userId": app.user(name).await })
}

/// The input with one more field.
pub fn with(mut input: Value, name: &str, value: impl Into<Value>) -> Value {
    input[name] = value.into();
    input
}

/// Contoso's grant to Northwind.
pub async fn grant(app: &TestApp) -> Value {
    json!({ "grantId": app.grant("northwind", "contoso").await })
}

/// Northwind's latest offer, as it was read.
pub async fn answer(app: &TestApp) -> Value {
    let (offer, revision) = app.db_offer("northwind").await;
    json!({ "token": offer.token, "revision": 1, "digest": revision.digest })
}

/// Lets an actor give a user of Contoso an admin role.
pub async fn give_role(app: &TestApp, actor: &Actor<'_>, name: &str, role: &str) {
    let input = with(on(app, name).await, "role", role);
    actor.done("assignAdminRole", input, "user { id }").await;
}

/// Lets an actor take an admin role from a user of Contoso.
pub async fn take_role(app: &TestApp, actor: &Actor<'_>, name: &str, role: &str) {
    let input = with(on(app, name).await, "role", role);
    actor.done("removeAdminRole", input, "user { id }").await;
}
