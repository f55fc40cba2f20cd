//! The reasons that have to do with licences.

use mandate::domain::reason::Reason;
use serde_json::{Value, json};

use super::{call, done};
use crate::support::{TestApp, on, with};

async fn subscription(app: &TestApp) -> Value {
    json!({ "organizationId": app.account("contoso").await, "subscriptionId": app.subscription("contoso").await })
}

async fn seat(app: &TestApp, name: &str) -> Value {
    with(
        on(app, name).await,
        "subscriptionId",
        app.subscription("contoso").await,
    )
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::SubscriptionOver => {
            done(
                app,
                "olivia",
                "changeSubscription",
                with(subscription(app).await, "end", true),
            )
            .await;
            call(app, "carla", "assignLicence", seat(app, "ivan").await).await
        }
        Reason::NoSeatLeft => {
            done(
                app,
                "olivia",
                "changeSubscription",
                with(subscription(app).await, "seats", 1),
            )
            .await;
            call(app, "carla", "assignLicence", seat(app, "ivan").await).await
        }
        Reason::SeatsInUse => {
            done(app, "carla", "assignLicence", seat(app, "ivan").await).await;
            call(
                app,
                "olivia",
                "changeSubscription",
                with(subscription(app).await, "seats", 1),
            )
            .await
        }
        Reason::LicenceHeld => call(app, "carla", "assignLicence", seat(app, "hector").await).await,
        Reason::LicenceNotHeld => {
            call(app, "carla", "unassignLicence", seat(app, "ivan").await).await
        }
        Reason::ServiceNotLicensed => {
            let input = with(
                with(
                    on(app, "ivan").await,
                    "serviceId",
                    app.service("mail").await,
                ),
                "on",
                false,
            );
            call(app, "carla", "setServiceAccess", input).await
        }
        _ => String::new(),
    }
}
