//! Mails that are answered, and mails that nobody takes.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use mandate::{
    cli::DEMO_PASSWORD,
    domain::values::{Email, id::GlobalId},
    worker,
};
use serde_json::{Value, json};

use crate::support::{Browser, NEW_PASSWORD, Nobody, TestApp, both, on, reason, with};

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

async fn an_address_that_takes_no_mail_is_told_of(app: &TestApp) {
    let app = &app.mailing_by(Nobody::serve()).await;
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

/// A mail server that speaks SMTPUTF8 (RFC 6531) and keeps what it is told.
fn international() -> (SocketAddr, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, heard) = (listener.local_addr().unwrap(), Arc::default());
    let kept = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            serve(stream, &kept).ok();
        }
    });
    (address, heard)
}

fn serve(stream: TcpStream, kept: &Mutex<String>) -> io::Result<()> {
    let mut out = stream.try_clone()?;
    out.write_all(b"220 sink.example\r\n")?;
    let mut data = false;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        kept.lock().unwrap().push_str(&line);
        let answer = match (data, line.as_str()) {
            (true, ".") => "250 taken",
            (true, _) => continue,
            (_, "DATA") => "354 go on",
            (_, "QUIT") => "221 bye",
            (_, line) if line.starts_with("EHLO") => {
                "250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8"
            }
            _ => "250 well",
        };
        data = answer.starts_with("354");
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

async fn an_address_has_letters_of_any_script(app: &TestApp) {
    // Written in parts, and in capitals.
    let contact = "A\u{30a}SA@example.org";
    for (text, why) in [
        ("\u{430}dmin@example.org", "one script"),
        ("\u{ff41}bc@example.org", "plain letters"),
        ("a\u{202e}b@example.org", "plain letters"),
    ] {
        let error = Email::try_from(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    let (address, heard) = international();
    let speaks = app.mailing_by(address).await;
    let carla = speaks.sign_in("carla").await;
    let seen = "user { contact contactRefusedAt }";
    let input = with(on(app, "ivan").await, "contact", json!(contact));
    let changed = carla.done("changeContact", input, seen).await;
    assert_eq!(changed["user"]["contact"], "åsa@example.org");
    worker::run_due(&speaks.app).await.unwrap();
    let said = heard.lock().unwrap().clone();
    assert!(said.contains("RCPT TO:<åsa@example.org>"), "{said}");
    assert!(said.contains("SMTPUTF8"), "{said}");
    speaks.app.db.close().await;
    // Where the mail server does not speak it, that is said, at once.
    let deaf = app.mailing_by(Nobody::serve()).await;
    let carla = deaf.sign_in("carla").await;
    let input = with(on(app, "ivan").await, "contact", json!("Ösa@example.org"));
    carla.done("changeContact", input, "replayed").await;
    worker::run_due(&deaf.app).await.unwrap();
    let query = "query($id: ID!) { node(id: $id) { ... on User { contactRefusedAt } } }";
    let ivan = carla
        .data(query, json!({ "id": app.user("ivan").await }))
        .await;
    assert!(ivan["node"]["contactRefusedAt"].is_string(), "{ivan}");
    let query = "{ deliveries { nodes { state lastError } } }";
    let olivia = deaf.sign_in("olivia").await;
    let told = olivia.data(query, Value::Null).await["deliveries"]["nodes"][0].clone();
    assert_eq!(told["state"], "GIVEN_UP");
    assert!(
        told["lastError"].as_str().unwrap().contains("SMTPUTF8"),
        "{told}"
    );
    deaf.app.db.close().await;
}

both!(an_address_has_letters_of_any_script);

async fn an_offer_that_nobody_takes_is_told_of(app: &TestApp) {
    let app = &app.mailing_by(Nobody::serve()).await;
    let (offer, _) = app.db_offer("northwind").await;
    let offer = GlobalId::Offer(offer.id).encode();
    let input = json!({ "accountId": app.account("northwind").await, "offerId": offer, "addresses": ["client@example.org"] });
    let fiona = app.sign_in("fiona").await;
    let seen = "offer { sendings { nodes { address refusedAt } } }";
    let sent = fiona.done("sendOffer", input, seen).await;
    let sending = |offer: &Value| offer["sendings"]["nodes"][0].clone();
    assert_eq!(
        sending(&sent["offer"]),
        json!({ "address": "client@example.org", "refusedAt": null })
    );
    worker::run_due(&app.app).await.unwrap();
    let query = "query($id: ID!) { node(id: $id) { ... on Offer { sendings { nodes { address refusedAt } } } } }";
    let told = fiona.data(query, json!({ "id": offer })).await;
    assert!(sending(&told["node"])["refusedAt"].is_string(), "{told}");
    app.app.db.close().await;
}

both!(an_offer_that_nobody_takes_is_told_of);

async fn everyone_has_a_page_of_its_own(app: &TestApp) {
    let ivan = app.sign_in("ivan").await;
    let mut browser = Browser::of(app, "ivan").await;
    let (status, page) = browser.get("/me").await;
    assert!(status.is_success());
    for part in [
        "Northwind Support",
        "Here, since",
        "End all other sessions",
        "/sign-in/password",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let query = "{ viewer { administrators { name } sessions { current startedAt expiresAt } } }";
    let seen = ivan.data(query, Value::Null).await["viewer"].clone();
    let names: Vec<_> = seen["administrators"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert!(names.contains(&&json!("Northwind Support")), "{seen}");
    let sessions = seen["sessions"].as_array().unwrap();
    let current = sessions.iter().filter(|one| one["current"] == true).count();
    assert_eq!((current, sessions.len() > 1), (1, true), "{seen}");
    let (_, page) = browser.post("/me", &[("act", "sign-out-everywhere")]).await;
    assert!(
        page.contains("All your other sessions are ended") && !page.contains("End all other"),
        "{page}"
    );
    assert_eq!(
        reason(&ivan.run(query, Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let chosen = [
        ("currentPassword", DEMO_PASSWORD),
        ("newPassword", NEW_PASSWORD),
        ("repeated", NEW_PASSWORD),
        ("next", "/me"),
    ];
    let (_, page) = browser.get("/sign-in/password").await;
    assert!(page.contains("The present password"), "{page}");
    let (status, _) = browser.post("/sign-in/password", &chosen).await;
    assert!(status.is_success() && browser.at == "/me");
    let mut again = Browser::new(app);
    again
        .sign_in("ivan@contoso.mandate.example", NEW_PASSWORD)
        .await;
    assert!(again.cookie.is_some());
}

both!(everyone_has_a_page_of_its_own);

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
