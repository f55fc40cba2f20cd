//! What people write stands in mails of the platform as theirs: quoted, beside sign-in names, and without a link.

use entity::user;
use linkify::{LinkFinder, LinkKind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::{TestApp, both};

const HOSTILE: &str = "Locked: open https://evil.example/fix or evil.example";

async fn nobody_speaks_by_the_platforms_mails(app: &TestApp) {
    for name in [
        "fiona", "petra", "carla", "ivan", "hector", "greta", "olivia",
    ] {
        app.db_set_user(name, user::Column::DisplayName, Expr::value(HOSTILE))
            .await;
    }
    app.mails().await;
    let contoso = app.account("contoso").await;
    let on = |mut input: Value| {
        input["accountId"] = json!(contoso);
        input["note"] = json!(format!(
            "One.\n{HOSTILE}\nhttp://127.0.0.1:8080/offers/mine"
        ));
        input["ticket"] = json!("https://evil.example/T-1");
        input
    };
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await, "note": HOSTILE });
    let (fiona, petra, carla) = (
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
        app.sign_in("carla").await,
    );
    fiona.done("addUser", on(json!({ "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" })), "user { id }").await;
    // As a name that was taken before names with links were refused.
    user::Entity::update_many()
        .filter(user::Column::DisplayName.eq("Nina"))
        .col_expr(user::Column::DisplayName, Expr::value(HOSTILE))
        .exec(&app.intruder().await)
        .await
        .unwrap();
    fiona
        .done(
            "assignAdminRole",
            on(json!({ "userId": app.user("ivan").await, "role": "USER_ADMIN" })),
            "user { id }",
        )
        .await;
    fiona
        .done(
            "resetPassword",
            on(json!({ "userId": app.user("carla").await })),
            "user { id }",
        )
        .await;
    carla
        .done(
            "changeContact",
            on(json!({ "userId": app.user("ivan").await, "contact": "ivan@example.org" })),
            "user { id }",
        )
        .await;
    carla.done("changeSignInName", on(json!({ "userId": app.user("hector").await, "signInName": "hec@contoso.mandate.example" })), "user { id }").await;
    petra
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    let (offer, revision) = app.db_offer("northwind").await;
    let decline = json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "reply": "Not now.\nPerhaps later." });
    app.sign_in("ursula")
        .await
        .done("declineOffer", decline, "response { answer }")
        .await;
    let recover = json!({ "organizationId": contoso, "signInName": "carla@contoso.mandate.example", "contact": "c@mail.example", "note": HOSTILE });
    app.sign_in("olivia")
        .await
        .done("startRecovery", recover, "recovery { id }")
        .await;
    carla.done("endGrant", grant, "grant { state }").await;
    let mails = app.mails().await;
    assert!(mails.len() > 20, "{}", mails.len());
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false).kinds(&[LinkKind::Url]);
    let mut theirs = 0;
    for mail in &mails {
        let lines = mail.text.lines().chain([mail.subject.as_str()]);
        for line in lines.filter(|line| !line.starts_with("http://127.0.0.1:8080/")) {
            let links: Vec<_> = finder.links(line).map(|link| link.as_str()).collect();
            let names = |link: &&str| !link.ends_with("mandate.example");
            assert!(!links.iter().any(names), "{}: {line}", mail.subject);
        }
        theirs += usize::from(mail.text.contains("\n> "));
        // Nothing is lost of what they wrote, and no name stands without the sign-in name.
        assert!(
            !mail.text.contains("Locked") || mail.text.contains("evil. example"),
            "{}",
            mail.text
        );
        assert!(!mail.subject.contains("Locked"), "{}", mail.subject);
        assert!(
            !mail
                .html
                .contains("href=\"http://127.0.0.1:8080/offers/mine"),
            "{}",
            mail.html
        );
    }
    assert!(theirs > 8, "{theirs}");
}

both!(nobody_speaks_by_the_platforms_mails);
