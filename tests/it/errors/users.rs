//! The reasons that have to do with users, their roles and their secrets.

use mandate::domain::reason::Reason;
use serde_json::json;

use super::{call, domain, done};
use crate::support::{TestApp, grant, on, with};

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::RoleRequired => {
            call(app, "ivan", "addDomain", domain(app, "x.example").await).await
        }
        Reason::RoleGivenByDelegate => {
            done(
                app,
                "fiona",
                "assignAdminRole",
                with(on(app, "ivan").await, "role", "GLOBAL_ADMIN"),
            )
            .await;
            call(app, "ivan", "endGrant", grant(app).await).await
        }
        Reason::TargetSelf => call(app, "carla", "resetPassword", on(app, "carla").await).await,
        Reason::TargetPrivileged => {
            call(app, "liam", "resetPassword", on(app, "carla").await).await
        }
        Reason::SecretGuarded => {
            call(
                app,
                "fiona",
                "changeContact",
                with(on(app, "carla").await, "contact", "f@example.org"),
            )
            .await
        }
        Reason::NoVerifiedContact => {
            let contact = with(on(app, "ivan").await, "contact", "i@example.org");
            done(app, "carla", "changeContact", contact).await;
            call(app, "carla", "resetPassword", on(app, "ivan").await).await
        }
        Reason::ResetPending => {
            done(app, "fiona", "resetPassword", on(app, "ivan").await).await;
            call(app, "fiona", "resetPassword", on(app, "ivan").await).await
        }
        Reason::DeliveryNotAllowed => {
            call(
                app,
                "liam",
                "resetPassword",
                with(on(app, "ivan").await, "delivery", "SHOW_ONCE"),
            )
            .await
        }
        Reason::UserDeleted => {
            done(app, "carla", "deleteUser", on(app, "ivan").await).await;
            call(app, "carla", "blockSignIn", on(app, "ivan").await).await
        }
        Reason::UserNotDeleted => call(app, "carla", "restoreUser", on(app, "ivan").await).await,
        Reason::AlreadyBlocked => {
            done(app, "carla", "blockSignIn", on(app, "ivan").await).await;
            call(app, "carla", "blockSignIn", on(app, "ivan").await).await
        }
        Reason::NotBlocked => call(app, "carla", "unblockSignIn", on(app, "ivan").await).await,
        Reason::LastGlobalAdmin => {
            let role = with(on(app, "carla").await, "role", "GLOBAL_ADMIN");
            call(app, "carla", "removeAdminRole", role).await
        }
        Reason::RoleHeld => {
            call(
                app,
                "carla",
                "assignAdminRole",
                with(on(app, "dana").await, "role", "DIRECTORY_READER"),
            )
            .await
        }
        Reason::RoleNotHeld => {
            call(
                app,
                "carla",
                "removeAdminRole",
                with(on(app, "ivan").await, "role", "DIRECTORY_READER"),
            )
            .await
        }
        Reason::NameTaken => {
            let input = json!({ "accountId": app.account("contoso").await, "displayName": "I", "signInName": "ivan", "contact": "i@example.org" });
            call(app, "carla", "addUser", input).await
        }
        Reason::DomainUnknown => {
            let input = json!({ "accountId": app.account("contoso").await, "displayName": "I", "signInName": "i@example.org", "contact": "i@example.org" });
            call(app, "carla", "addUser", input).await
        }
        _ => String::new(),
    }
}
