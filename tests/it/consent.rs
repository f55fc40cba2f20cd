//! Consent comes from a mailbox that is not the partner's.

use entity::user;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use crate::support::{TestApp, answer, both, dns::Dns};

async fn contact(app: &TestApp, name: &str, address: &str) {
    let contact = Expr::value(address);
    app.db_set_user(name, user::Column::Contact, contact).await;
}

/// Mailboxes that someone of Northwind may read: at its own domain, below it, and of one of its users.
const THEIRS: [&str; 5] = [
    "ursula@northwind.mandate.example",
    "ursula@NORTHWIND.mandate.example",
    "ursula@mail.northwind.mandate.example",
    "Fiona@northwind.mandate.example",
    "petra.northwind@example.org",
];

async fn nobody_answers_by_a_mailbox_of_the_partner(app: &TestApp) {
    let ursula = app.sign_in("ursula").await;
    for address in THEIRS {
        contact(app, "ursula", address).await;
        for field in ["acceptOffer", "declineOffer"] {
            assert_eq!(
                ursula.fails(field, answer(app).await).await,
                "FORBIDDEN/CONTACT_OF_PARTNER",
                "{field} {address}"
            );
        }
    }
    for address in [
        "ursula@notnorthwind.mandate.example",
        "ursula@mandate.example",
        "ursula@example.org",
    ] {
        contact(app, "ursula", address).await;
        ursula
            .done("declineOffer", answer(app).await, "response { answer }")
            .await;
    }
    // The entry names the domain by which the consent can be reached.
    let done = ursula
        .done(
            "acceptOffer",
            answer(app).await,
            "operation { changes { name value } }",
        )
        .await;
    let domain = json!({ "name": "contact_domain", "value": "example.org" });
    assert!(
        done["operation"]["changes"]
            .as_array()
            .unwrap()
            .contains(&domain),
        "{done}"
    );
}

both!(nobody_answers_by_a_mailbox_of_the_partner);

async fn what_a_partner_let_go_a_short_while_ago_is_its_mailbox_still(app: &TestApp) {
    let dns = Dns::start().await;
    let address = dns.address.to_string();
    let app = &app
        .again(|config| config.dns.resolvers = vec![address])
        .await;
    let (petra, northwind) = (app.sign_in("petra").await, app.account("northwind").await);
    let on = |mut input: Value| {
        input["accountId"] = json!(northwind);
        input
    };
    // A domain name that it proves and removes; a user that it deletes; a contact that it changes.
    let added = petra
        .done(
            "addDomain",
            on(json!({ "name": "hosted.example" })),
            "domain { id txtRecord { name value } }",
        )
        .await["domain"]
        .clone();
    dns.set(
        added["txtRecord"]["name"].as_str().unwrap(),
        &[added["txtRecord"]["value"].as_str().unwrap()],
    );
    let domain = on(json!({ "domainId": added["id"] }));
    petra
        .done("verifyDomain", domain.clone(), "domain { id }")
        .await;
    petra.done("removeDomain", domain, "operation { id }").await;
    petra
        .done(
            "deleteUser",
            on(json!({ "userId": app.user("nora").await })),
            "user { id }",
        )
        .await;
    petra
        .done(
            "changeContact",
            on(json!({ "userId": app.user("liam").await, "contact": "liam@new.example" })),
            "user { id }",
        )
        .await;
    let ursula = app.sign_in("ursula").await;
    let theirs = [
        "ursula@hosted.example",
        "nora.northwind+u@example.org",
        "liam.northwind@example.org",
    ];
    for address in theirs {
        contact(app, "ursula", address).await;
        assert_eq!(
            ursula.fails("declineOffer", answer(app).await).await,
            "FORBIDDEN/CONTACT_OF_PARTNER",
            "{address}"
        );
    }
    app.app.clock.advance(chrono::TimeDelta::days(31));
    app.mails().await;
    let ursula = app.sign_in("ursula").await;
    for address in theirs {
        contact(app, "ursula", address).await;
        ursula
            .done("declineOffer", answer(app).await, "response { answer }")
            .await;
    }
}

both!(what_a_partner_let_go_a_short_while_ago_is_its_mailbox_still);

async fn nobody_lifts_a_hold_by_a_mailbox_of_the_partner(app: &TestApp) {
    let (carla, petra) = (app.sign_in("carla").await, app.sign_in("petra").await);
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    contact(app, "carla", THEIRS[0]).await;
    assert_eq!(
        carla.fails("liftGrant", grant.clone()).await,
        "FORBIDDEN/CONTACT_OF_PARTNER"
    );
    // What takes authority away is never in the way, and the partner lifts its own hold.
    carla.fails("holdGrant", grant.clone()).await;
    petra
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    petra
        .done("liftGrant", grant.clone(), "grant { state }")
        .await;
    contact(app, "carla", "carla@example.org").await;
    carla
        .done("liftGrant", grant.clone(), "grant { state }")
        .await;
    contact(app, "carla", THEIRS[0]).await;
    carla.done("endGrant", grant, "grant { state }").await;
}

both!(nobody_lifts_a_hold_by_a_mailbox_of_the_partner);
