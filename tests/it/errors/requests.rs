//! The reasons that have to do with a request itself, whatever it asks for.

use mandate::domain::reason::Reason;
use serde_json::{Value, json};

use super::{call, domain, done};
use crate::support::{TestApp, reason, with};

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::NoSuchThing => {
            call(
                app,
                "fiona",
                "addDomain",
                json!({ "accountId": app.account("fabrikam").await, "name": "x.example" }),
            )
            .await
        }
        Reason::InputInvalid => {
            call(app, "carla", "addDomain", domain(app, "no domain").await).await
        }
        Reason::IdInvalid => {
            call(
                app,
                "carla",
                "addDomain",
                json!({ "accountId": "x", "name": "x.example" }),
            )
            .await
        }
        Reason::IdempotencyKeyReused => {
            done(
                app,
                "carla",
                "addDomain",
                with(domain(app, "x.example").await, "idempotencyKey", "k"),
            )
            .await;
            call(
                app,
                "carla",
                "addDomain",
                with(domain(app, "y.example").await, "idempotencyKey", "k"),
            )
            .await
        }
        Reason::DuplicateMutationKey => {
            let twice = "mutation { signOut { replayed } signOut { replayed } }";
            reason(&app.sign_in("ivan").await.run(twice, Value::Null).await)
        }
        Reason::TooManyRequests => {
            let app = app
                .again(|config| config.limits.operations_per_minute = 1)
                .await;
            call(&app, "carla", "addDomain", domain(&app, "x.example").await).await;
            let why = call(&app, "carla", "addDomain", domain(&app, "y.example").await).await;
            app.app.db.close().await;
            why
        }
        _ => String::new(),
    }
}
