//! Inputs that many tests give.

use serde_json::{Value, json};

use super::{TestApp, world};

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
