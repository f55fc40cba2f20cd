//! The client's side: who has access and why, and narrowing a grant.

mod asked;
mod left_behind;
mod record;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, both, grant, on, record_verifies, with};

async fn a_client_sees_who_has_access_and_why(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let query = "query($states: [GrantState!], $side: Side) { grants(filter: { states: $states, side: $side }) { nodes { state roleCap partner { name certified } response { answeredBy answer message revision answeredAt } } } }";
    let of = async |states: Value, side: Value| {
        carla
            .data(query, json!({ "states": states, "side": side }))
            .await["grants"]["nodes"]
            .clone()
    };
    let active = of(json!(["ACTIVE"]), Value::Null).await;
    assert_eq!(active.as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &active[0]["partner"]["name"],
            &active[0]["response"]["answeredBy"]
        ),
        (&json!("Northwind Support"), &json!("Carla Client"))
    );
    assert!(
        active[0]["response"]["message"]
            .as_str()
            .unwrap()
            .starts_with("We look after")
    );
    assert_eq!(
        of(json!(["EXPIRED"]), json!("CLIENT"))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(of(Value::Null, json!("PARTNER")).await, json!([]));
    assert_eq!(of(json!(["HELD", "ENDED"]), Value::Null).await, json!([]));
    // Of the partner's side, states are derived from its certification too.
    let petra = app.sign_in("petra").await;
    let held = async || {
        petra.data(query, json!({ "states": ["HELD"] })).await["grants"]["nodes"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(held().await, 1);
    let suspend = json!({ "organizationId": app.account("northwind").await, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", suspend, "organization { id }")
        .await;
    assert_eq!(held().await, 3);
}

both!(a_client_sees_who_has_access_and_why);

async fn a_grant_is_lowered_and_not_raised(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let add = |name: &str| json!({ "accountId": contoso, "name": name });
    fiona
        .done("addDomain", add("one.example"), "domain { id }")
        .await;
    let lower = with(grant(app).await, "roleCap", "LIMITED");
    assert_eq!(
        fiona.fails("lowerGrant", lower.clone()).await,
        "FORBIDDEN/OWN_ONLY"
    );
    let done = carla
        .done(
            "lowerGrant",
            lower.clone(),
            "grant { roleCap state } operation { changes { name value } }",
        )
        .await;
    assert_eq!(
        done["grant"],
        json!({ "roleCap": "LIMITED", "state": "ACTIVE" })
    );
    assert_eq!(
        fiona.fails("addDomain", add("two.example")).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    assert_eq!(
        carla.fails("lowerGrant", lower).await,
        "BAD_USER_INPUT/CAP_NOT_LOWER"
    );
    record_verifies(app).await;
}

both!(a_grant_is_lowered_and_not_raised);

/// Contoso's grant to Northwind, with another end.
async fn until(app: &TestApp, at: &str) -> Value {
    with(grant(app).await, "expiresAt", at)
}

async fn a_grant_is_shortened_and_not_prolonged(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let soon = until(app, "2026-11-24T14:00:00Z").await;
    let done = carla
        .done("shortenGrant", soon.clone(), "grant { expiresAt term }")
        .await;
    assert_eq!(
        done["grant"],
        json!({ "expiresAt": "2026-11-24T14:00:00+00:00", "term": "P1Y" })
    );
    let past = until(app, "2026-11-24T11:00:00Z").await;
    for end in [soon, past] {
        assert_eq!(
            carla.fails("shortenGrant", end.clone()).await,
            "BAD_USER_INPUT/END_NOT_EARLIER",
            "{end}"
        );
    }
    app.app.clock.advance(TimeDelta::hours(2));
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    assert_eq!(
        fiona.fails("resetPassword", on(app, "ivan").await).await,
        "FORBIDDEN/GRANT_EXPIRED"
    );
    assert_eq!(
        carla
            .fails("lowerGrant", with(grant(app).await, "roleCap", "LIMITED"))
            .await,
        "FAILED_PRECONDITION/GRANT_OVER"
    );
    record_verifies(app).await;
}

both!(a_grant_is_shortened_and_not_prolonged);

async fn what_was_narrowed_is_accepted_anew_as_other_terms(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let lower = with(grant(app).await, "roleCap", "LIMITED");
    carla.done("lowerGrant", lower, "grant { state }").await;
    let soon = until(app, "2026-11-24T14:00:00Z").await;
    carla.done("shortenGrant", soon, "grant { state }").await;
    // Accepting again takes `amend`.
    let (offer, revision) = app.db_offer("northwind").await;
    let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "roleCap": "LIMITED" });
    assert_eq!(
        carla.fails("acceptOffer", accept).await,
        "CONFLICT/TERMS_DIFFER"
    );
}

both!(what_was_narrowed_is_accepted_anew_as_other_terms);
