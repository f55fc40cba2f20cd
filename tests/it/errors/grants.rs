//! The reasons that have to do with grants, and with what a delegate may do under one.

use mandate::domain::reason::Reason;
use serde_json::json;

use super::{call, domain, done, rules};
use crate::support::{TestApp, answer, grant, with};

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::RoleLimited => call(app, "liam", "addDomain", domain(app, "x.example").await).await,
        Reason::OwnOnly => {
            call(
                app,
                "fiona",
                "exportRecord",
                json!({ "accountId": app.account("contoso").await, "format": "CSV" }),
            )
            .await
        }
        Reason::GrantHeld => {
            done(app, "carla", "holdGrant", grant(app).await).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::GrantExpired => call(app, "tom", "addDomain", domain(app, "x.example").await).await,
        Reason::GrantEnded => {
            done(app, "carla", "endGrant", grant(app).await).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::TicketRequired => {
            rules(app, "ticketRequired", true).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::NoteRequired => {
            rules(app, "noteRequired", true).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::CapNotLower => {
            call(
                app,
                "carla",
                "lowerGrant",
                with(grant(app).await, "roleCap", "FULL"),
            )
            .await
        }
        Reason::EndNotEarlier => {
            call(
                app,
                "carla",
                "shortenGrant",
                with(grant(app).await, "expiresAt", "2030-01-01T00:00:00Z"),
            )
            .await
        }
        Reason::AlreadyHeld => {
            done(app, "carla", "holdGrant", grant(app).await).await;
            call(app, "carla", "holdGrant", grant(app).await).await
        }
        Reason::NotHeld => call(app, "carla", "liftGrant", grant(app).await).await,
        Reason::GrantOver => {
            done(app, "carla", "endGrant", grant(app).await).await;
            call(app, "carla", "endGrant", grant(app).await).await
        }
        Reason::GrantStands => call(app, "carla", "declineOffer", answer(app).await).await,
        _ => String::new(),
    }
}
