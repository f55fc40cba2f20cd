//! The reasons that have to do with what the platform's operators do, or are called for.

use mandate::{cli::DEMO_PASSWORD, domain::reason::Reason};
use serde_json::{Value, json};

use super::{call, done, organization, without_reason};
use crate::support::{TestApp, reason};

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::NotCertified => {
            let input = json!({ "accountId": app.account("fabrikam").await, "roleCap": "FULL", "term": "P1Y" });
            call(app, "ursula", "createOffer", input).await
        }
        Reason::AlreadyCertified => {
            let input = without_reason(organization(app, "northwind").await);
            call(app, "olivia", "certifyPartner", input).await
        }
        Reason::AlreadySuspended => {
            let input = organization(app, "northwind").await;
            done(app, "olivia", "suspendCertification", input.clone()).await;
            call(app, "olivia", "suspendCertification", input).await
        }
        Reason::NotSuspended => {
            let input = without_reason(organization(app, "northwind").await);
            call(app, "olivia", "reinstateCertification", input).await
        }
        Reason::AlreadyEnrolled => {
            let input = without_reason(organization(app, "contoso").await);
            call(app, "olivia", "resendEnrolment", input).await
        }
        Reason::NotGivenUp => {
            let query = "{ deliveries(state: DONE) { nodes { id } } }";
            let data = app.sign_in("olivia").await.data(query, Value::Null).await;
            let input = json!({ "deliveryId": data["deliveries"]["nodes"][0]["id"] });
            call(app, "olivia", "redeliver", input).await
        }
        Reason::RecordNotTrusted => {
            let db = app.intruder().await;
            let sql = "UPDATE chain_head SET size = size - 1";
            sea_orm::ConnectionTrait::execute_unprepared(&db, sql)
                .await
                .unwrap();
            reason(
                &app.anonymous()
                    .sign_in("ivan@contoso.mandate.example", DEMO_PASSWORD)
                    .await,
            )
        }
        _ => String::new(),
    }
}
