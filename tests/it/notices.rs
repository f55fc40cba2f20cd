//! Notices: both sides are told what becomes of a grant and when its term ends; a client's admins,
//! what a delegate does to an admin.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, both, record_verifies};

async fn told(app: &TestApp) -> Vec<(String, String)> {
    let mails = app.mails().await.into_iter();
    mails.map(|mail| (mail.to, mail.subject)).collect()
}

async fn contract(app: &TestApp) -> Value {
    json!({ "grantId": app.grant("northwind", "contoso").await, "note": "We reorganize." })
}

async fn both_sides_are_told_what_becomes_of_a_grant(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    app.mails().await;
    let grant = contract(app).await;
    let lower = json!({ "grantId": grant["grantId"], "roleCap": "LIMITED" });
    let until = app.app.now() + TimeDelta::days(100);
    let shorten = json!({ "grantId": grant["grantId"], "expiresAt": until });
    for (field, input, what) in [
        ("holdGrant", &grant, "is held by the client"),
        ("liftGrant", &grant, "is no longer held by the client"),
        (
            "lowerGrant",
            &lower,
            "is now limited to help with passwords",
        ),
        ("shortenGrant", &shorten, "ends sooner: on"),
        ("endGrant", &grant, "was ended by the client"),
    ] {
        carla.done(field, input.clone(), "grant { id }").await;
        let mails = app.mails().await;
        let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(
            to,
            [
                "carla.contoso@example.org",
                "fiona.northwind@example.org",
                "sales.northwind@example.org",
                "petra.northwind@example.org"
            ],
            "{field}"
        );
        for mail in &mails {
            assert!(
                mail.subject
                    .starts_with("The delegated administration of Contoso by Northwind Support")
                    && mail.subject.contains(what),
                "{}",
                mail.subject
            );
            assert!(
                mail.text
                    .contains("By: Carla Client (carla@contoso.mandate.example, Contoso)"),
                "{}",
                mail.text
            );
        }
        assert!(
            mails[0].text.trim_end().ends_with("/grants") && !mails[1].text.contains("/grants"),
            "{}",
            mails[0].text
        );
        assert!(mails[0].html.contains("/grants\""), "{}", mails[0].html);
    }
    // By the partner, too; the reason stands in it, harmless.
    let tailspin = json!({ "grantId": app.grant("northwind", "adatum").await, "note": "<b>Done</b>\nhere\n\nhttps://evil.example/grants" });
    app.sign_in("petra")
        .await
        .done("endGrant", tailspin, "grant { id }")
        .await;
    let mail = app.mails().await.remove(0);
    assert!(
        mail.subject.contains("was ended by the partner"),
        "{}",
        mail.subject
    );
    assert!(
        mail.text.contains("> <b>Done</b>\n> here")
            && mail
                .html
                .contains("&#62; &#60;b&#62;Done&#60;/b&#62;<br>&#62; here"),
        "{}",
        mail.html
    );
    // Only links of this server are links.
    assert!(
        mail.text.contains("> https: //evil. example/grants")
            && !mail.html.contains("https://evil"),
        "{}",
        mail.html
    );
}

both!(both_sides_are_told_what_becomes_of_a_grant);

async fn both_sides_are_reminded_of_the_end(app: &TestApp) {
    app.mails().await;
    let query = "query($id: ID!) { grant(id: $id) { expiresAt state } }";
    let id = app.grant("northwind", "contoso").await;
    let data = app
        .sign_in("carla")
        .await
        .data(query, json!({ "id": id }))
        .await;
    let expires: chrono::DateTime<chrono::Utc> = data["grant"]["expiresAt"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut reminders = Vec::new();
    let days = (expires - app.app.now()).num_days() - 32;
    app.app.clock.advance(TimeDelta::days(days));
    // Day after day: each notice once, to each address once.
    for _ in 0..40 {
        app.app.clock.advance(TimeDelta::days(1));
        let left = (expires - app.app.now()).num_days();
        for (to, subject) in told(app).await {
            if subject.starts_with("The delegated administration of Contoso by Northwind")
                && to == "petra.northwind@example.org"
            {
                reminders.push((left, subject.rsplit("Support ").next().unwrap().to_owned()));
            }
        }
    }
    let said: Vec<_> = reminders.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(
        said,
        [
            "ends in 30 days",
            "ends in 7 days",
            "ends tomorrow",
            "pauses: its term is over"
        ],
        "{reminders:?}"
    );
    let left: Vec<_> = reminders.iter().map(|(left, _)| *left).collect();
    assert!(
        left[0] <= 30 && left[1] <= 7 && left[2] <= 1 && left[3] <= 0,
        "{left:?}"
    );
    record_verifies(app).await;
}

both!(both_sides_are_reminded_of_the_end);

async fn admins_are_told_what_a_delegate_does_to_an_admin(app: &TestApp) {
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    app.mails().await;
    let on = async |name: &str| json!({ "accountId": app.account("contoso").await, "userId": app.user(name).await, "ticket": "HD-7" });
    let mut role = on("ivan").await;
    role["role"] = json!("USER_ADMIN");
    fiona.done("assignAdminRole", role, "user { id }").await;
    let mails = app.mails().await;
    assert_eq!(
        (mails.len(), mails[0].to.as_str()),
        (1, "carla.contoso@example.org")
    );
    assert_eq!(
        mails[0].subject,
        "A partner changed an admin: ivan@contoso.mandate.example"
    );
    for part in [
        "What: Give a user an admin role.\nAdmin role: user admin\n",
        "By: Fiona Full (fiona@northwind.mandate.example, Northwind Support)",
        "Ticket: HD-7",
        "/grants",
    ] {
        assert!(mails[0].text.contains(part), "{part}: {}", mails[0].text);
    }
    fiona
        .done("blockSignIn", on("uma").await, "user { id }")
        .await;
    assert_eq!(told(app).await.len(), 1);
    // Neither what she does herself, nor what is done to who is no admin.
    carla
        .done("unblockSignIn", on("uma").await, "user { id }")
        .await;
    fiona
        .done(
            "resetPassword",
            json!({ "accountId": app.account("adatum").await, "userId": app.user("alma").await }),
            "user { id }",
        )
        .await;
    let told: Vec<_> = told(app).await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(told, ["alma.adatum@example.org"]);
}

both!(admins_are_told_what_a_delegate_does_to_an_admin);

async fn a_mail_has_both_parts_and_says_that_it_is_automatic(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    app.mails().await;
    carla
        .done("holdGrant", contract(app).await, "grant { id }")
        .await;
    let mail = app.mails().await.remove(0);
    let parsed = mailparse::parse_mail(mail.raw.as_bytes()).unwrap();
    // The receipt stands beside what people read.
    assert_eq!(parsed.ctype.mimetype, "multipart/mixed");
    assert_eq!(parsed.subparts[1].ctype.mimetype, "application/json");
    let words = &parsed.subparts[0];
    assert_eq!(words.ctype.mimetype, "multipart/alternative");
    let kinds: Vec<_> = words
        .subparts
        .iter()
        .map(|part| part.ctype.mimetype.as_str())
        .collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
    for header in ["Message-ID: <", "Auto-Submitted: auto-generated"] {
        assert!(mail.raw.contains(header), "{header}");
    }
}

both!(a_mail_has_both_parts_and_says_that_it_is_automatic);
