//! The pages: without script, safe against what a stranger may put into them or send them.

use axum::http::StatusCode;
use mandate::cli::DEMO_PASSWORD;
use serde_json::json;

use crate::support::{TestApp, both};

async fn offer(app: &TestApp) -> (String, String) {
    let (offer, revision) = app.db_offer("northwind").await;
    (format!("/offers/{}", offer.token), revision.digest)
}

fn answer<'a>(
    digest: &'a str,
    choice: &'a str,
    name: &'a str,
    password: &'a str,
) -> Vec<(&'a str, &'a str)> {
    vec![
        ("revision", "1"),
        ("digest", digest),
        ("answer", choice),
        ("roleCap", "LIMITED"),
        ("reason", "Because."),
        ("signInName", name),
        ("password", password),
    ]
}

const URSULA: &str = "ursula@fabrikam.mandate.example";

both! {
    async fn pages_have_no_script_no_referrer_and_no_other_host(app: TestApp) {
        let (path, _) = offer(app).await;
        let (status, headers, page) = app.get(&path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("https://"));
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let (status, _, _) = app.get("/offers/unknown").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        for path in ["/enrol/unknown", "/reset/unknown"] {
            let (status, _, page) = app.get(path).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            assert!(page.contains("The link was used before"), "{page}");
        }
    }

    async fn an_offer_is_declined_and_accepted_on_its_page(app: TestApp) {
        let (path, digest) = offer(app).await;
        let (status, page) = app.form(&path, &answer(&digest, "decline", URSULA, DEMO_PASSWORD)).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("You declined the offer"));
        let mails = app.mails().await;
        assert!(mails.iter().all(|mail| mail.text.contains("Because.")) && mails.len() == 2, "{mails:?}");
        let (status, page) = app.form(&path, &answer(&digest, "accept", URSULA, DEMO_PASSWORD)).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(app.mails().await[0].text.contains("Role cap: LIMITED"));
        // Other terms must be asked for; the page offers it.
        let mut other = answer(&digest, "accept", URSULA, DEMO_PASSWORD);
        other[3].1 = "FULL";
        let (status, page) = app.form(&path, &other).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(page.contains("name=\"amend\"") && !page.contains(DEMO_PASSWORD), "{page}");
        other.push(("amend", "true"));
        let (status, _) = app.form(&path, &other).await;
        assert_eq!(status, StatusCode::OK);
        let (status, _) = app.form(&path, &answer(&digest, "decline", URSULA, DEMO_PASSWORD)).await;
        assert_eq!(status, StatusCode::CONFLICT);
    }

    async fn a_bad_answer_says_why_and_writes_nothing(app: TestApp) {
        let (path, digest) = offer(app).await;
        for (fields, status, says) in [
            (answer(&digest, "accept", URSULA, "wrong"), StatusCode::UNAUTHORIZED, "The sign-in name or the password is not right."),
            (answer(&digest, "accept", "ivan@contoso.mandate.example", DEMO_PASSWORD), StatusCode::FORBIDDEN, "Your roles do not allow this."),
            (answer("0", "accept", URSULA, DEMO_PASSWORD), StatusCode::CONFLICT, "The offer is not what was read"),
            (answer(&digest, "accept", "petra@northwind.mandate.example", DEMO_PASSWORD), StatusCode::FORBIDDEN, "An organization does not answer its own offer"),
        ] {
            let (got, page) = app.form(&path, &fields).await;
            assert_eq!(got, status);
            assert!(page.contains(says) && page.contains("role=\"alert\""), "{says}: {page}");
        }
        let (got, _) = app.form(&path, &[("answer", "accept")]).await;
        assert_eq!(got, StatusCode::UNPROCESSABLE_ENTITY);
        let (got, page) = app.form(&path, &answer(&digest, "accept", URSULA, DEMO_PASSWORD)[..3]).await;
        assert_eq!(got, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("The form is not complete"), "{page}");
        assert!(app.mails().await.is_empty());
    }

    async fn words_of_strangers_are_shown_as_words(app: TestApp) {
        let petra = app.sign_in("petra").await;
        let input = json!({
            "accountId": app.account("northwind").await, "roleCap": "LIMITED", "term": "P3M",
            "message": "<script>alert(1)</script> & \"more\"",
        });
        let made = petra.done("createOffer", input, "offer { token plainText }").await;
        assert!(made["offer"]["plainText"].as_str().unwrap().contains("<script>"));
        let (_, _, page) = app.get(&format!("/offers/{}", made["offer"]["token"].as_str().unwrap())).await;
        assert!(!page.contains("<script>") && page.contains("alert(1)"), "{page}");
        assert!(!page.contains("value=\"FULL\""), "a role above the offer's cap is not offered");
    }

    async fn a_link_is_shown_by_get_and_redeemed_by_post(app: TestApp) {
        let carla = app.sign_in("carla").await;
        let input = json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
        carla.done("resetPassword", input, "user { id }").await;
        let path = format!("/reset/{}", app.mails().await[0].secret());
        for _ in 0..2 {
            let (status, _, page) = app.get(&path).await;
            assert_eq!(status, StatusCode::OK);
            assert!(page.contains("Choose a new password") && page.contains("ivan@contoso.mandate.example"));
        }
        let good = "seven quiet otters carry umbrellas";
        let (status, page) = app.form(&path, &[("newPassword", good), ("repeated", "other")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("The two passwords differ."));
        let (status, page) = app.form(&path, &[("newPassword", "short"), ("repeated", "short")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("at least 15 characters"));
        let (status, page) = app.form(&path, &[("newPassword", good), ("repeated", good)]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("Your password is set"));
        let (status, _) = app.form(&path, &[("newPassword", good), ("repeated", good)]).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        app.sign_in_as("ivan@contoso.mandate.example", good).await;
    }

    async fn graphiql_needs_nothing_from_elsewhere(app: TestApp) {
        let (status, headers, page) = app.get("/graphiql").await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.contains("//cdn") && !page.contains("https://"));
        assert!(headers["content-security-policy"].to_str().unwrap().contains("connect-src 'self'"));
        for source in page.split("src=\"").skip(1).chain(page.split("href=\"/").skip(1)) {
            let path = format!("/{}", source.split('"').next().unwrap().trim_start_matches('/'));
            let (status, _, body) = app.get(&path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(!body.is_empty());
        }
    }
}
