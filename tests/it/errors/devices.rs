//! The reasons that have to do with devices.

use mandate::domain::reason::Reason;
use serde_json::{Value, json};

use super::{call, done};
use crate::support::TestApp;

async fn device(app: &TestApp) -> Value {
    json!({ "accountId": app.account("contoso").await, "deviceId": app.device().await })
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::DeviceManagement => call(app, "fiona", "wipeDevice", device(app).await).await,
        Reason::AlreadyWiped => {
            done(app, "carla", "wipeDevice", device(app).await).await;
            call(app, "carla", "wipeDevice", device(app).await).await
        }
        Reason::AlreadyRetired => {
            done(app, "carla", "retireDevice", device(app).await).await;
            call(app, "carla", "retireDevice", device(app).await).await
        }
        _ => String::new(),
    }
}
