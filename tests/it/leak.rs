//! What must not be there is nowhere: secrets in no answer, log line, mail, or row that is kept; one
//! tenant's words in no answer to another.

use entity::{idempotency, operation, outbox};
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    graph,
    support::{TestApp, both, logs},
};

/// Everything that an actor can read, asked for at once.
const EVERYTHING: &[&str] = &[
    "{ viewer { user { ...u } organization { ...o } } }
     fragment u on User { id displayName signInName contact adminRoles delegatedRole }
     fragment o on Organization { id name initialDomain certification { suspensionMessage }
       users(first: 60) { nodes { ...u } } domains(first: 60) { nodes { name txtRecord { value } } }
       devices(first: 60) { nodes { name } } delegatedAdmins(first: 60) { nodes { ...u } }
       operations(first: 60) { nodes { kind actor { name signInName organization } targetName ticket note changes { value } } } }",
    "{ organizations(first: 8) { nodes { id name initialDomain certification { suspensionMessage } users { nodes { id displayName contact } } domains { nodes { name } } devices { nodes { name } } operations { nodes { ticket note targetName } } } } }",
    "{ clients(first: 5) { nodes { id name users(first: 15) { nodes { displayName signInName contact } } domains(first: 20) { nodes { name } } operations(first: 20) { nodes { actor { name } targetName ticket note } } grant { partner { name } } } } }",
    "{ grants(first: 60) { nodes { partner { name } client { name } } } offers(first: 20) { nodes { message notify plainText responses(first: 20) { nodes { reply client { name } } } } } }",
];

/// Puts a word of its own into everything that a tenant can write.
async fn plant(app: &TestApp, who: &str, slug: &str) -> String {
    let word = format!("canary{slug}");
    let admin = app.sign_in(who).await;
    let account = app.account(slug).await;
    let note = format!("note {word}");
    for (field, input) in [
        (
            "addUser",
            json!({ "accountId": account, "displayName": format!("User {word}"), "signInName": word, "contact": format!("{word}@example.org"), "ticket": word, "note": note }),
        ),
        (
            "addDomain",
            json!({ "accountId": account, "name": format!("{word}.example"), "ticket": word }),
        ),
        (
            "registerDevice",
            json!({ "accountId": account, "name": format!("Device {word}"), "note": note }),
        ),
    ] {
        admin.done(field, input, "operation { id }").await;
    }
    word
}

async fn no_tenant_reads_another(app: &TestApp) {
    let mut words = Vec::new();
    for (who, slug) in [
        ("petra", "northwind"),
        ("ursula", "fabrikam"),
        ("carla", "contoso"),
        ("adam", "adatum"),
        ("tina", "tailspin"),
    ] {
        words.push((slug, plant(app, who, slug).await));
    }
    // Who may read whose words at all: its own organization's, and its active clients'.
    for (who, may) in [
        ("carla", &["contoso"][..]),
        ("ivan", &[]),
        ("dana", &["contoso"]),
        ("adam", &["adatum"]),
        ("ursula", &["fabrikam"]),
        ("petra", &["northwind"]),
        ("nora", &[]),
        ("olivia", &[]),
        ("fiona", &["contoso", "adatum"]),
        ("liam", &["contoso", "adatum"]),
        ("tom", &[]),
        ("tina", &["tailspin"]),
    ] {
        let actor = app.sign_in(who).await;
        let mut read = String::new();
        for query in EVERYTHING {
            let answer = actor.run(query, Value::Null).await;
            assert!(answer["errors"].is_null(), "{answer}");
            read += &answer.to_string();
        }
        for id in [
            app.account("fabrikam").await,
            app.user("ursula").await,
            app.user("hector").await,
            app.device().await,
            app.grant("tailspin", "adatum").await,
        ] {
            let query = "query($id: ID!) { node(id: $id) { __typename ... on User { displayName contact } ... on Device { name } } client(id: $id) { name } organization(id: $id) { name } operations(accountId: $id) { nodes { ticket } } }";
            read += &actor.run(query, json!({ "id": id })).await.to_string();
        }
        let found: Vec<_> = words
            .iter()
            .filter(|(_, word)| read.contains(word.as_str()))
            .map(|(slug, _)| *slug)
            .collect();
        let strangers: Vec<_> = found.iter().filter(|slug| !may.contains(slug)).collect();
        assert!(strangers.is_empty(), "{who} reads of {strangers:?}");
        if let Some(own) = may.first() {
            assert!(
                found.contains(own),
                "{who} reads nothing of {own}: the test sees nothing"
            );
        }
    }
}

both!(no_tenant_reads_another);

async fn secrets_are_nowhere(app: &TestApp) {
    let mut secrets = vec![mandate::cli::DEMO_PASSWORD.to_owned()];
    let mut answers = String::new();
    // A reset, its link, its password, a sign-in, a refresh, and mistakes with each.
    let fiona = app.sign_in("fiona").await;
    let input = json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await, "idempotencyKey": "reset-1" });
    answers += &fiona
        .mutate(
            "resetPassword",
            input,
            "user { id contact } operation { changes { value } link }",
        )
        .await
        .to_string();
    let mails = app.mails().await;
    let link = mails[0].secret();
    let password = "canary otters carry umbrellas";
    for _ in 0..2 {
        let input = json!({ "secret": link, "newPassword": password });
        answers += &app
            .anonymous()
            .mutate("redeemReset", input, "operationId")
            .await
            .to_string();
    }
    let (status, _, page) = app.get(&format!("/reset/{link}")).await;
    assert_eq!(status, 401);
    answers += &page;
    let name = "ivan@contoso.mandate.example";
    let tokens = app.anonymous().sign_in(name, password).await["data"]["signIn"].clone();
    let wrong = "a canary password that is wrong";
    answers += &app.anonymous().sign_in(name, wrong).await.to_string();
    let ivan = app.with_token(tokens["accessToken"].as_str().unwrap());
    let input = json!({ "currentPassword": wrong, "newPassword": "canary short" });
    answers += &ivan
        .mutate("changeOwnPassword", input, "user { id }")
        .await
        .to_string();
    for query in EVERYTHING {
        answers += &app
            .sign_in("carla")
            .await
            .run(query, Value::Null)
            .await
            .to_string();
    }
    for text in [
        password,
        wrong,
        "canary short",
        &link,
        tokens["accessToken"].as_str().unwrap(),
        tokens["refreshToken"].as_str().unwrap(),
    ] {
        secrets.push(text.to_owned());
    }
    let hash = entity::user::Entity::find_by_id(app.db_user("ivan").await)
        .one(app.app.db.read())
        .await
        .unwrap()
        .unwrap();
    secrets.push(hash.password_hash.unwrap());
    let database = app.app.config.database.url.expose_secret().to_owned();
    let db = app.app.db.read();
    let mut rows = String::new();
    for row in operation::Entity::find().all(db).await.unwrap() {
        rows += &format!("{row:?}");
    }
    for row in outbox::Entity::find().all(db).await.unwrap() {
        rows += &format!("{row:?}");
    }
    for row in idempotency::Entity::find().all(db).await.unwrap() {
        rows += &format!("{row:?}");
    }
    let lines = logs::lines();
    assert!(
        lines.contains("A mail was written to a file."),
        "the test sees no logs"
    );
    for secret in &secrets {
        let line = lines.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "in a log line: {secret}");
        assert!(!rows.contains(secret.as_str()), "in a row: {secret}");
        assert!(!answers.contains(secret.as_str()), "in an answer: {secret}");
        let mailed = mails
            .iter()
            .filter(|mail| mail.raw.contains(secret.as_str()))
            .count();
        assert_eq!(mailed, usize::from(*secret == link), "in mails: {secret}");
    }
    assert!(!answers.contains(&database));
    // Nor does the schema name what is kept of them.
    let schema = graph::introspect(app).await.to_string();
    for word in ["passwordHash", "salt", "inputMac"] {
        assert!(!schema.contains(word), "{word}");
    }
}

both!(secrets_are_nowhere);
