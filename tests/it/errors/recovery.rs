//! The reasons that have to do with recoveries.

use mandate::domain::reason::Reason;
use serde_json::{Value, json};

use super::{call, done};
use crate::support::{Link, NEW_PASSWORD, TestApp, on, reason, with};

/// Olivia starts a recovery of Carla.
async fn start(app: &TestApp) -> Value {
    let input = with(
        json!({ "organizationId": app.account("contoso").await }),
        "signInName",
        "carla@contoso.mandate.example",
    );
    let input = with(input, "contact", "carla@mail.example");
    let olivia = app.sign_in("olivia").await;
    olivia
        .mutate("startRecovery", input, "recovery { id }")
        .await
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    if wanted == Reason::NotGlobalAdmin {
        let input = json!({ "organizationId": app.account("contoso").await, "signInName": "uma@contoso.mandate.example", "contact": "u@mail.example" });
        return call(app, "olivia", "startRecovery", input).await;
    }
    if wanted == Reason::AdminCanHelp {
        let role = with(on(app, "ivan").await, "role", "GLOBAL_ADMIN");
        done(app, "carla", "assignAdminRole", role).await;
        app.sign_in("ivan").await;
        return reason(&start(app).await);
    }
    let started = start(app).await;
    let id = &started["data"]["startRecovery"]["recovery"]["id"];
    let input = json!({ "recoveryId": id, "contact": "carla@mail.example" });
    let stop = json!({ "recoveryId": id });
    match wanted {
        Reason::RecoveryOpen => reason(&start(app).await),
        Reason::SameOperator => call(app, "olivia", "approveRecovery", input).await,
        Reason::OperatorTooNew => Box::pin(too_new(app, input)).await,
        Reason::AlreadyApproved => {
            done(app, "oscar", "approveRecovery", input.clone()).await;
            call(app, "olivia", "approveRecovery", input).await
        }
        Reason::RecoveryOver => {
            done(app, "carla", "stopRecovery", stop.clone()).await;
            call(app, "carla", "stopRecovery", stop).await
        }
        _ => String::new(),
    }
}

/// An operator who was made for it approves.
async fn too_new(app: &TestApp, input: Value) -> String {
    let platform = app.account("platform").await;
    let olivia = app.sign_in("olivia").await;
    let new = json!({ "accountId": platform, "displayName": "New", "signInName": "new", "contact": "new@example.org" });
    let added = olivia.done("addUser", new, "user { id }").await;
    let role =
        json!({ "accountId": platform, "userId": added["user"]["id"], "role": "GLOBAL_ADMIN" });
    olivia.done("assignAdminRole", role, "user { id }").await;
    Link::Enrol.redeem_mailed(app, "new@example.org").await;
    let new = app
        .sign_in_as("new@platform.mandate.example", NEW_PASSWORD)
        .await;
    new.fails("approveRecovery", input).await
}
