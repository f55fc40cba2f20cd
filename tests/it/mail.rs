//! Mail: over SMTP too, tried again, kept over a restart, given up in the end.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{outbox, user};
use mailin_embedded::{Handler, response};
use mandate::{config::MailTransport, worker};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use crate::support::{Link, TestApp, both, free_address, serve_smtp};

/// A real SMTP server on loopback that keeps what it gets.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Handler for Sink {
    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> mailin_embedded::Response {
        response::OK
    }
}

fn sink(address: SocketAddr) -> Sink {
    let sink = Sink::default();
    serve_smtp(address, sink.clone());
    sink
}

async fn reset(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let input =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
    carla.done("resetPassword", input, "user { id }").await;
}

async fn db_last(app: &TestApp) -> outbox::Model {
    use sea_orm::QueryOrder;
    let query = outbox::Entity::find()
        .filter(outbox::Column::Payload.not_like("%\"notes\"%"))
        .order_by_desc(outbox::Column::Id);
    query.one(app.app.db.read()).await.unwrap().unwrap()
}

async fn a_mail_that_fails_is_kept_and_sent_later(app: &TestApp) {
    let free = free_address();
    let down = app.mailing_by(free).await;
    reset(&down).await;
    worker::run_due(&down.app).await.unwrap();
    let row = db_last(&down).await;
    assert!(
        row.done_at.is_none() && row.attempts == 1 && row.last_error.is_some(),
        "{row:?}"
    );
    down.app.db.close().await;
    // Another server on the same database, after the mail server came up.
    let sink = sink(free);
    let up = app.mailing_by(free).await;
    worker::run_due(&up.app).await.unwrap();
    assert!(sink.0.lock().unwrap().is_empty(), "tried before it was due");
    up.app.clock.advance(TimeDelta::minutes(2));
    for _ in 0..50 {
        worker::run_due(&up.app).await.unwrap();
        if db_last(&up).await.done_at.is_some() {
            break;
        }
        up.app.clock.advance(TimeDelta::minutes(2));
    }
    let mail = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    for part in [
        "To: ivan.contoso@example.org",
        "Auto-Submitted: auto-generated",
        "Message-ID: <",
        "/reset/",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    up.app.db.close().await;
}

both!(a_mail_that_fails_is_kept_and_sent_later);

async fn a_mail_that_always_fails_is_given_up(app: &TestApp) {
    let down = app
        .again(|config| {
            config.mail.transport = MailTransport::Smtp;
            config.mail.smtp_url = "smtp://127.0.0.1:1".to_owned().into();
            config.mail.attempts = 3;
        })
        .await;
    reset(&down).await;
    for _ in 0..5 {
        worker::run_due(&down.app).await.unwrap();
        down.app.clock.advance(TimeDelta::minutes(10));
    }
    let row = db_last(&down).await;
    assert!(row.dead_at.is_some() && row.attempts == 3, "{row:?}");
    down.app.db.close().await;
    // An operator sees it, without to whom, and has it tried again.
    let query = "{ deliveries { nodes { id state what attempts dueAt lastError } } }";
    let olivia = app.sign_in("olivia").await;
    let seen = olivia.data(query, serde_json::Value::Null).await["deliveries"]["nodes"].clone();
    assert_eq!(
        (&seen[0]["state"], &seen[0]["what"], &seen[0]["attempts"]),
        (&json!("GIVEN_UP"), &json!("a one-time link"), &json!(3))
    );
    assert!(
        seen[0]["lastError"].as_str().unwrap().contains("onnection")
            && !seen.to_string().contains("ivan"),
        "{seen}"
    );
    let again = json!({ "deliveryId": seen[0]["id"] });
    let done = olivia
        .done("redeliver", again.clone(), "delivery { state attempts }")
        .await;
    assert_eq!(
        done["delivery"],
        json!({ "state": "WAITING", "attempts": 0 })
    );
    assert_eq!(
        olivia.fails("redeliver", again.clone()).await,
        "FAILED_PRECONDITION/NOT_GIVEN_UP"
    );
    let mails = app.mails().await;
    assert_eq!(mails[0].to, "ivan.contoso@example.org");
    // Nobody else.
    let carla = app.sign_in("carla").await;
    assert_eq!(
        carla.data(query, serde_json::Value::Null).await["deliveries"],
        serde_json::Value::Null
    );
    assert_eq!(
        carla.fails("redeliver", again).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
}

both!(a_mail_that_always_fails_is_given_up);

async fn admins_are_told_of_a_contact_that_a_delegate_set(app: &TestApp) {
    let add = |name: &str, account: &str| json!({ "accountId": account, "displayName": "New", "signInName": name, "contact": format!("{name}@example.org") });
    let contoso = app.account("contoso").await;
    app.sign_in("fiona")
        .await
        .done("addUser", add("newa", &contoso), "user { id }")
        .await;
    let mails = app.mails().await;
    let told: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(told, ["newa@example.org", "carla.contoso@example.org"]);
    assert!(
        mails[1]
            .text
            .contains("Fiona Full (fiona@northwind.mandate.example, Northwind Support)")
            && mails[1].text.contains("newa@example.org")
    );
    app.sign_in("carla")
        .await
        .done("addUser", add("newb", &contoso), "user { id }")
        .await;
    assert_eq!(app.mails().await.len(), 1);
}

both!(admins_are_told_of_a_contact_that_a_delegate_set);

async fn a_mail_speaks_its_readers_language(app: &TestApp) {
    let spanish = Expr::value("es");
    app.db_set_user("carla", user::Column::Language, spanish)
        .await;
    app.mails().await;
    // Of one's own password, with a button.
    let reset =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("carla").await });
    app.sign_in("fiona")
        .await
        .done("resetPassword", reset, "user { id }")
        .await;
    let mails = app.mails().await;
    let link = mails.iter().find(|mail| Link::Reset.is_in(mail)).unwrap();
    assert_eq!(link.subject, "Elija una contraseña nueva para Contoso");
    assert!(
        link.text.contains("\n\nElija una contraseña nueva:\nhttp")
            && link.text.contains("Si no lo esperaba"),
        "{}",
        link.text
    );
    assert!(
        link.html.contains(">Elija una contraseña nueva</a>"),
        "{}",
        link.html
    );
    // What becomes of a grant.
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    let carla = app.sign_in("carla").await;
    carla.done("holdGrant", grant, "grant { state }").await;
    let mails = app.mails().await;
    let to = |address: &str| mails.iter().find(|mail| mail.to == address).unwrap();
    let told = to("carla.contoso@example.org");
    assert_eq!(
        told.subject,
        "La administración delegada de Contoso por Northwind Support está en pausa: la pausó el cliente"
    );
    assert!(
        told.text
            .starts_with("Hola, Carla Client:\n\nLa administración"),
        "{}",
        told.text
    );
    assert!(
        told.html.contains("<html lang=\"es\">")
            && told.html.contains(">Ver sus consentimientos</a>"),
        "{}",
        told.html
    );
    // The other side reads the same in its own.
    let told = to("fiona.northwind@example.org");
    assert!(
        told.text.starts_with("Hello Fiona Full,\n\nThe delegated")
            && told.html.contains("lang=\"en\""),
        "{}",
        told.text
    );
    // An address that is no user's is greeted by no name.
    let told = to("sales.northwind@example.org");
    assert!(told.text.starts_with("Hello,\n\n"), "{}", told.text);
}

both!(a_mail_speaks_its_readers_language);

async fn whose_contact_is_not_proven_is_greeted_by_no_name(app: &TestApp) {
    let uma = app.sign_in("uma").await;
    let called = "Your account is closed: call 555 0100";
    let add = json!({ "accountId": app.account("contoso").await, "displayName": called, "signInName": "new", "contact": "new@mail.example" });
    uma.done("addUser", add, "user { id }").await;
    let mails = app.mails().await;
    let mail = mails.iter().find(|mail| mail.to == "new@mail.example");
    let text = &mail.unwrap().text;
    assert!(text.starts_with("Hello,\n\n"), "{text}");
    assert!(text.contains(&format!("“{called}”")), "{text}");
}

both!(whose_contact_is_not_proven_is_greeted_by_no_name);

/// As a process leaves it that was killed after the mail was taken, and before it could say so.
async fn unsaid(app: &TestApp) {
    let again = outbox::Entity::update_many()
        .col_expr(outbox::Column::DoneAt, Expr::value(None::<DateTime<Utc>>))
        .filter(outbox::Column::Payload.contains("\"kind\":\"link\""));
    again.exec(&app.intruder().await).await.unwrap();
}

async fn a_link_that_is_mailed_again_is_the_same(app: &TestApp) {
    reset(app).await;
    let to = "ivan.contoso@example.org";
    let first = Link::Reset.among(&app.mails().await, to);
    unsaid(app).await;
    app.app.clock.advance(TimeDelta::minutes(10));
    let second = Link::Reset.among(&app.mails().await, to);
    assert_eq!(first, second);
    assert_eq!(Link::Reset.redeem(app, &first).await, "");
    // Another link has another secret, and nobody knows it without the keys.
    reset(app).await;
    assert_ne!(Link::Reset.among(&app.mails().await, to), first);
}

both!(a_link_that_is_mailed_again_is_the_same);
