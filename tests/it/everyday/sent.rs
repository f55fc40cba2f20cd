//! Mails that are answered, and mails that nobody takes.

use std::{io, net::TcpListener};

use mailin_embedded::{Handler, Response, Server, SslConfig, response};
use mandate::{config::MailTransport, worker};
use serde_json::{Value, json};

use crate::support::{Browser, NEW_PASSWORD, TestApp, both, on};

async fn an_offers_mail_is_answered_by_who_sent_it(app: &TestApp) {
    let (offer, _) = app.db_offer("northwind").await;
    let offer = mandate::domain::values::id::GlobalId::Offer(offer.id).encode();
    let input = json!({ "accountId": app.account("northwind").await, "offerId": offer, "addresses": ["client@example.org"] });
    app.mails().await;
    app.sign_in("fiona")
        .await
        .done("sendOffer", input, "offer { id }")
        .await;
    let mail = app.mails().await.remove(0);
    assert!(
        mail.raw
            .contains("Reply-To: \"Fiona Full\" <fiona.northwind@example.org>"),
        "{}",
        mail.raw
    );
    assert!(
        mail.text.contains("Fiona Full of Northwind Support"),
        "{}",
        mail.text
    );
    // The server's own mails have nobody to answer.
    app.sign_in("carla")
        .await
        .done("resetPassword", on(app, "ivan").await, "replayed")
        .await;
    assert!(!app.mails().await.remove(0).raw.contains("Reply-To"));
}

both!(an_offers_mail_is_answered_by_who_sent_it);

/// A mail server that knows nobody.
#[derive(Clone)]
struct Nobody;

impl Handler for Nobody {
    fn rcpt(&mut self, _: &str) -> Response {
        response::NO_MAILBOX
    }

    fn data(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

async fn an_address_that_takes_no_mail_is_told_of(app: &TestApp) {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut server = Server::new(Nobody);
    server
        .with_name("sink.example")
        .with_ssl(SslConfig::None)
        .unwrap()
        .with_addr(address)
        .unwrap();
    std::thread::spawn(move || server.serve().is_ok());
    let app = &app
        .again(|config| {
            config.mail.transport = MailTransport::Smtp;
            config.mail.smtp_url = format!("smtp://{address}").into();
        })
        .await;
    let carla = app.sign_in("carla").await;
    let seen = "user { contactRefusedAt }";
    let reset = carla
        .done("resetPassword", on(app, "ivan").await, seen)
        .await;
    assert_eq!(reset["user"]["contactRefusedAt"], Value::Null);
    worker::run_due(&app.app).await.unwrap();
    let query = "query($id: ID!) { node(id: $id) { ... on User { contactRefusedAt } } }";
    let id = json!({ "id": app.user("ivan").await });
    assert!(carla.data(query, id.clone()).await["node"]["contactRefusedAt"].is_string());
    // It is given up at once, not tried for hours.
    let query_deliveries = "{ deliveries { nodes { state attempts } } }";
    let given_up = app
        .sign_in("olivia")
        .await
        .data(query_deliveries, Value::Null)
        .await;
    assert_eq!(
        given_up["deliveries"]["nodes"][0],
        json!({ "state": "GIVEN_UP", "attempts": 1 })
    );
    // Who may not see contacts does not see it; another contact is another matter.
    let dana = app.sign_in("dana").await.data(query, id.clone()).await;
    assert_eq!(dana["node"]["contactRefusedAt"], Value::Null);
    let mut other = on(app, "ivan").await;
    other["contact"] = json!("other@example.org");
    let changed = carla.done("changeContact", other, seen).await;
    assert_eq!(changed["user"]["contactRefusedAt"], Value::Null);
    app.app.db.close().await;
}

both!(an_address_that_takes_no_mail_is_told_of);

async fn a_temporary_password_leads_to_the_choice_of_another(app: &TestApp) {
    let rules = json!({ "accountId": app.account("contoso").await, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
    let carla = app.sign_in("carla").await;
    carla
        .done("updateAccountRules", rules, "organization { id }")
        .await;
    let mut reset = on(app, "ivan").await;
    reset["delivery"] = json!("SHOW_ONCE");
    let shown = app
        .sign_in("carla")
        .await
        .done("resetPassword", reset, "temporaryPassword")
        .await;
    let temporary = shown["temporaryPassword"].as_str().unwrap();
    let mut browser = Browser::new(app);
    browser
        .sign_in("ivan@contoso.mandate.example", temporary)
        .await;
    for path in ["/grants", "/hands", "/me", "/verify"] {
        let (status, page) = browser.get(path).await;
        let leads = path == "/verify" || page.contains("Choose a new password");
        assert!(status.is_success() && leads, "{path}: {page}");
    }
    // Typed twice, since nobody sees what is typed.
    let chosen = |repeated: &'static str| {
        [
            ("currentPassword", temporary.to_owned()),
            ("newPassword", NEW_PASSWORD.to_owned()),
            ("repeated", repeated.to_owned()),
            ("next", "/me".to_owned()),
        ]
    };
    let fields = chosen("another one altogether");
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let (_, page) = browser.post("/sign-in/password", &fields).await;
    assert!(page.contains("The two passwords differ."), "{page}");
    let fields = chosen(NEW_PASSWORD);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post("/sign-in/password", &fields).await;
    assert_eq!(browser.at, "/me");
}

both!(a_temporary_password_leads_to_the_choice_of_another);

async fn whoever_may_not_see_a_page_is_shown_the_way(app: &TestApp) {
    let mut ivan = Browser::of(app, "ivan").await;
    let (status, page) = ivan.get("/grants").await;
    assert_eq!(status.as_u16(), 403);
    assert!(
        page.contains("href=\"/me\"") && page.contains("action=\"/sign-out\""),
        "{page}"
    );
}

both!(whoever_may_not_see_a_page_is_shown_the_way);
