//! Mailboxes that are the partner's after all, and claims that nobody proved: what is confirmed, and what is not.

use entity::states::Way;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use crate::support::{Link, TestApp, both, dns::Dns, grant, on, record_verifies, with};

const PROVEN: &str = "contoso-mail.example";
const UNPROVEN: &str = "unproven.example";

/// Ivan, with this contact.
async fn contact(app: &TestApp, address: &str) -> Value {
    with(on(app, "ivan").await, "contact", address)
}

/// Something of Contoso.
async fn of_contoso(app: &TestApp, field: &str, value: &Value) -> Value {
    with(
        json!({ "accountId": app.account("contoso").await }),
        field,
        value.clone(),
    )
}

/// Fiona adds a domain name to Contoso.
async fn added(app: &TestApp, name: &str) -> Value {
    let input = of_contoso(app, "name", &json!(name)).await;
    let fiona = app.sign_in("fiona").await;
    fiona
        .done("addDomain", input, "domain { id txtRecord { name value } }")
        .await["domain"]
        .clone()
}

/// Fiona removes a domain name from Contoso.
async fn removed(app: &TestApp, domain: &Value) {
    let input = of_contoso(app, "domainId", &domain["id"]).await;
    let fiona = app.sign_in("fiona").await;
    fiona.done("removeDomain", input, "operation { id }").await;
}

/// Fiona adds a domain name to Contoso, and proves it.
async fn proven(app: &TestApp) -> Value {
    let domain = added(app, PROVEN).await;
    let dns = Dns::start().await;
    let record = &domain["txtRecord"];
    dns.set(
        record["name"].as_str().unwrap(),
        &[record["value"].as_str().unwrap()],
    );
    let address = dns.address.to_string();
    let resolving = app
        .again(|config| config.dns.resolvers = vec![address])
        .await;
    let input = of_contoso(app, "domainId", &domain["id"]).await;
    let fiona = resolving.sign_in("fiona").await;
    fiona.done("verifyDomain", input, "domain { id }").await;
    resolving.app.db.close().await;
    domain
}

async fn what_cannot_be_confirmed_is_no_way_out_by_another_name(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    proven(app).await;
    let carla = app.sign_in("carla").await;
    for address in [
        "ivan@contoso-mail.example",
        "ivan@mx.contoso-mail.example",
        "x@northwind.mandate.example",
        "fiona.northwind@example.org",
        "Fiona.Northwind+z@example.org",
        "hector.contoso@example.org",
        "hector.contoso+1@example.org",
    ] {
        assert_eq!(
            carla
                .fails("changeContact", contact(app, address).await)
                .await,
            "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE",
            "{address}"
        );
        app.db_set_user("ivan", entity::user::Column::Contact, Expr::value(address))
            .await;
        assert_eq!(
            carla
                .fails("confirmContact", contact(app, address).await)
                .await,
            "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE",
            "{address}"
        );
    }
}

both!(what_cannot_be_confirmed_is_no_way_out_by_another_name);

async fn a_proven_name_that_a_delegate_removes_stays_the_partners(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    let domain = proven(app).await;
    removed(app, &domain).await;
    let carla = app.sign_in("carla").await;
    let ivan = contact(app, "ivan@contoso-mail.example").await;
    assert_eq!(
        carla.fails("changeContact", ivan.clone()).await,
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    // An own admin who takes the name makes it the account's own.
    let own = of_contoso(app, "name", &json!(PROVEN)).await;
    carla.done("addDomain", own, "domain { id }").await;
    carla.done("changeContact", ivan, "user { id }").await;
    Link::Contact
        .redeem_mailed(app, "ivan@contoso-mail.example")
        .await;
    record_verifies(app).await;
}

both!(a_proven_name_that_a_delegate_removes_stays_the_partners);

async fn what_nobody_proved_and_a_delegate_claims_keeps_nobody_in(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    let domain = added(app, UNPROVEN).await;
    let claims = json!({ "accountId": app.account("contoso").await, "displayName": "C", "signInName": "claims", "contact": "ivan+z@unproven.example" });
    app.sign_in("fiona")
        .await
        .done("addUser", claims, "user { id }")
        .await;
    let carla = app.sign_in("carla").await;
    let ivan = contact(app, "ivan@unproven.example").await;
    assert_eq!(
        carla.fails("changeContact", ivan.clone()).await,
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    removed(app, &domain).await;
    carla.done("changeContact", ivan, "user { id }").await;
    record_verifies(app).await;
}

both!(what_nobody_proved_and_a_delegate_claims_keeps_nobody_in);

async fn an_admin_whose_own_mailbox_is_the_partners_confirms_nothing(app: &TestApp) {
    app.db_hand("greta", Way::Contact, "fiona").await;
    app.db_set_user(
        "carla",
        entity::user::Column::Contact,
        Expr::value("fiona.northwind+c@example.org"),
    )
    .await;
    let greta = with(
        on(app, "greta").await,
        "contact",
        "greta.contoso@example.org",
    );
    let carla = app.sign_in("carla").await;
    assert_eq!(
        carla.fails("confirmContact", greta).await,
        "FORBIDDEN/CONTACT_OF_PARTNER"
    );
    record_verifies(app).await;
}

both!(an_admin_whose_own_mailbox_is_the_partners_confirms_nothing);

async fn a_partner_keeps_nobody_from_answering_by_claims_that_it_has_not_proven(app: &TestApp) {
    let (carla, petra) = (app.sign_in("carla").await, app.sign_in("petra").await);
    for (name, contact) in [
        ("c1", "carla.contoso@example.org"),
        ("g1", "greta.contoso@example.org"),
    ] {
        let input = json!({ "accountId": app.account("northwind").await, "displayName": name, "signInName": name, "contact": contact });
        petra.done("addUser", input, "user { id }").await;
    }
    for field in ["holdGrant", "liftGrant"] {
        carla.done(field, grant(app).await, "grant { state }").await;
    }
    carla
        .done(
            "confirmContact",
            with(
                on(app, "greta").await,
                "contact",
                "greta.contoso@example.org",
            ),
            "user { id }",
        )
        .await;
}

both!(a_partner_keeps_nobody_from_answering_by_claims_that_it_has_not_proven);
