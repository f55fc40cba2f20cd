//! The reasons that have to do with offers, and with signing up by one.

use chrono::TimeDelta;
use mandate::domain::{reason::Reason, values::id::GlobalId};
use serde_json::{Value, json};

use super::{call, done};
use crate::support::{TestApp, answer, with};

/// A purchase without delegation.
async fn purchase(app: &TestApp) -> Value {
    let items = json!([{ "planId": app.plan("basic").await, "seats": 3 }]);
    json!({ "kind": "PURCHASE", "delegation": false, "items": items, "usageLocation": "ES" })
}

/// Makes an offer of Northwind: what names it to who answers it.
async fn made(app: &TestApp, input: Value) -> Value {
    let input = with(input, "accountId", app.account("northwind").await);
    let fiona = app.sign_in("fiona").await;
    let made = fiona
        .done("createOffer", input, "offer { token digest }")
        .await;
    let made = &made["offer"];
    json!({ "token": made["token"], "revision": 1, "digest": made["digest"] })
}

fn without_location(mut input: Value) -> Value {
    input.as_object_mut().unwrap().remove("usageLocation");
    input
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    let northwind = app.account("northwind").await;
    match wanted {
        Reason::OwnOffer => call(app, "petra", "acceptOffer", answer(app).await).await,
        Reason::OfferChanged => {
            call(
                app,
                "ursula",
                "acceptOffer",
                with(answer(app).await, "revision", 2),
            )
            .await
        }
        Reason::OfferWithdrawn => {
            let (made, _) = app.db_offer("northwind").await;
            let input =
                json!({ "accountId": northwind, "offerId": GlobalId::Offer(made.id).encode() });
            done(app, "fiona", "withdrawOffer", input).await;
            call(app, "ursula", "acceptOffer", answer(app).await).await
        }
        Reason::OfferExpired => {
            let until = app.app.now() + TimeDelta::minutes(1);
            let input = json!({ "roleCap": "LIMITED", "term": "P1Y", "expiresAt": until });
            let made = made(app, input).await;
            app.app.clock.advance(TimeDelta::minutes(2));
            call(app, "ursula", "acceptOffer", made).await
        }
        Reason::PartsInvalid => {
            let input = json!({ "accountId": northwind, "kind": "TRIAL", "delegation": false });
            call(app, "fiona", "createOffer", input).await
        }
        Reason::PlanNotSold => {
            let input = with(purchase(app).await, "accountId", northwind);
            call(app, "fiona", "createOffer", without_location(input)).await
        }
        Reason::MessageWithLink => {
            let input = json!({ "accountId": northwind, "roleCap": "FULL", "term": "P1Y", "message": "See www.example.org" });
            call(app, "fiona", "createOffer", input).await
        }
        Reason::PartNotOffered => {
            let input = with(answer(app).await, "accept", json!(["SUBSCRIPTIONS"]));
            call(app, "ursula", "acceptOffer", input).await
        }
        Reason::NothingAccepted => {
            let input = with(answer(app).await, "accept", json!([]));
            call(app, "ursula", "acceptOffer", input).await
        }
        Reason::SubscriptionsTaken => {
            let made = made(app, purchase(app).await).await;
            done(app, "ursula", "acceptOffer", made.clone()).await;
            let more = json!([{ "planId": app.plan("basic").await, "seats": 9 }]);
            call(app, "ursula", "acceptOffer", with(made, "seats", more)).await
        }
        Reason::TermsDiffer => {
            call(
                app,
                "carla",
                "acceptOffer",
                with(answer(app).await, "roleCap", "LIMITED"),
            )
            .await
        }
        Reason::CapExceeded => {
            let input = json!({ "accountId": northwind, "roleCap": "LIMITED", "term": "P1Y" });
            let made = app
                .sign_in("fiona")
                .await
                .done("createOffer", input, "offer { token digest }")
                .await["offer"]
                .clone();
            let input = json!({ "token": made["token"], "revision": 1, "digest": made["digest"], "roleCap": "FULL" });
            call(app, "ursula", "acceptOffer", input).await
        }
        Reason::SeatsExceeded => {
            let mut input = purchase(app).await;
            input["kind"] = json!("TRIAL");
            let made = made(app, input).await;
            let more = json!([{ "planId": app.plan("basic").await, "seats": 99 }]);
            call(app, "ursula", "acceptOffer", with(made, "seats", more)).await
        }
        Reason::OfferReplaced => {
            let made = made(app, purchase(app).await).await;
            let fiona = app.sign_in("fiona").await;
            let (offer, _) = app.db_offer("northwind").await;
            let input =
                json!({ "accountId": northwind, "offerId": GlobalId::Offer(offer.id).encode() });
            fiona.done("rotateOffer", input, "offer { id }").await;
            let old = with(made, "token", offer.token);
            call(app, "ursula", "acceptOffer", old).await
        }
        Reason::TrialTaken => {
            let mut answer = String::new();
            for _ in 0..2 {
                let mut input = purchase(app).await;
                input["kind"] = json!("TRIAL");
                let made = made(app, input).await;
                let accept = with(made, "accept", json!(["SUBSCRIPTIONS"]));
                answer = call(app, "ursula", "acceptOffer", accept).await;
            }
            answer
        }
        Reason::TermExceeded => {
            call(
                app,
                "ursula",
                "acceptOffer",
                with(answer(app).await, "term", "P2Y"),
            )
            .await
        }
        Reason::MailQuota => {
            let app = app.again(|config| config.offers.mails_per_day = 1).await;
            let (made, _) = app.db_offer("northwind").await;
            let input = json!({ "accountId": northwind, "offerId": GlobalId::Offer(made.id).encode(), "addresses": ["a@example.org", "b@example.org"] });
            let why = call(&app, "fiona", "sendOffer", input).await;
            app.app.db.close().await;
            why
        }
        Reason::NameConfusable => {
            let token = made(app, purchase(app).await).await["token"].clone();
            let input = json!({ "token": token, "organizationName": "C0ntoso", "slug": "c0ntoso", "adminName": "C", "adminSignInName": "c", "contact": "c@example.org" });
            call(app, "", "requestSignUp", input).await
        }
        Reason::SignUpNotOffered => {
            let input = json!({ "token": answer(app).await["token"], "organizationName": "New Ltd", "slug": "new-ltd", "adminName": "N", "adminSignInName": "n", "contact": "n@example.org" });
            call(app, "", "requestSignUp", input).await
        }
        _ => String::new(),
    }
}
