//! The pages: without script, safe against what a stranger may put into them or send them.

use axum::http::StatusCode;
use chrono::TimeDelta;
use mandate::cli::DEMO_PASSWORD;
use serde_json::{Value, json};

use crate::support::{Browser, TestApp, both};

async fn offer(app: &TestApp) -> (String, String) {
    let (offer, revision) = app.db_offer("northwind").await;
    (format!("/offers/{}", offer.token), revision.digest)
}

fn answer<'a>(digest: &'a str, choice: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("revision", "1"),
        ("digest", digest),
        ("answer", choice),
        ("roleCap", "LIMITED"),
        ("reply", "Because."),
        ("password", password),
    ]
}

both! {
    async fn pages_have_no_script_no_path_in_a_referrer_and_no_other_host(app: TestApp) {
        let (path, _) = offer(app).await;
        let (status, headers, page) = app.get(&path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("https://"));
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(header("referrer-policy"), "strict-origin");
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
        let mut ursula = Browser::of(app, "ursula").await;
        let (status, page) = ursula.post(&path, &answer(&digest, "decline", "")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("You declined the offer") && page.contains("Nobody of Northwind Support has access"));
        let mails = app.mails().await;
        assert!(mails.iter().all(|mail| mail.text.contains("Because.")) && mails.len() == 2, "{mails:?}");
        let (_, page) = ursula.get(&format!("{path}?again=true")).await;
        assert!(page.contains("name=\"password\""), "{page}");
        let (status, page) = ursula.post(&path, &answer(&digest, "accept", DEMO_PASSWORD)).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("You accepted the offer") && page.contains(">ACTIVE<"), "{page}");
        assert!(app.mails().await[0].text.contains("Role cap: LIMITED"));
        // Other terms must be asked for; the page offers it.
        let mut other = answer(&digest, "accept", DEMO_PASSWORD);
        other[3].1 = "FULL";
        let (status, page) = ursula.post(&path, &other).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(page.contains("name=\"amend\"") && !page.contains(DEMO_PASSWORD), "{page}");
        other.push(("amend", "true"));
        let (status, _) = ursula.post(&path, &other).await;
        assert_eq!(status, StatusCode::OK);
        let (status, _) = ursula.post(&path, &answer(&digest, "decline", "")).await;
        assert_eq!(status, StatusCode::CONFLICT);
    }

    async fn a_bundle_is_taken_in_parts_on_its_page(app: TestApp) {
        let fiona = app.sign_in("fiona").await;
        let plan = app.plan("premium").await;
        let input = json!({ "accountId": app.account("northwind").await, "kind": "PURCHASE", "roleCap": "FULL", "term": "P1Y", "usageLocation": "DE", "items": [{ "planId": plan, "seats": 25 }] });
        let made = fiona.done("createOffer", input, "offer { token digest }").await["offer"].clone();
        let (path, digest) = (format!("/offers/{}", made["token"].as_str().unwrap()), made["digest"].as_str().unwrap());
        let mut ursula = Browser::of(app, "ursula").await;
        let (_, page) = Browser::of(app, "petra").await.get(&path).await;
        assert!(page.contains("does not answer its own offer"), "{page}");
        let (_, page) = ursula.get(&path).await;
        for part in ["offers your organization subscriptions", "Business Premium, 25 licences, for 1 year", "Price: EUR 20.00", "name=\"seats\"", "name=\"delegation\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        // A role without the box is a mistake, not a refusal.
        let half = [("revision", "1"), ("digest", digest), ("answer", "accept"), ("plan", &plan), ("seats", "3"), ("subscriptions", "true"), ("roleCap", "FULL"), ("password", DEMO_PASSWORD)];
        let (status, page) = ursula.post(&path, &half).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("You chose a role, but not"), "{page}");
        assert!(page.contains("role=\"alert\" tabindex=\"-1\" autofocus") && page.contains("<title>Not done: "), "{page}");
        let mut fields = vec![("revision", "1"), ("digest", digest), ("answer", "accept"), ("plan", &plan), ("password", DEMO_PASSWORD)];
        let (status, page) = ursula.post(&path, &[fields.clone(), vec![("seats", "3")]].concat()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("Take one part at least") || page.contains("role=\"alert\""), "{page}");
        fields.push(("subscriptions", "true"));
        let (status, page) = ursula.post(&path, &[fields.clone(), vec![("seats", "none")]].concat()).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("at least 1 licence"), "{page}");
        let (status, page) = ursula.post(&path, &[fields, vec![("seats", "3")]].concat()).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("Business Premium, 3 licences") && page.contains("Nobody of Northwind Support has access"), "{page}");
        // What is left to answer is the delegation.
        let (_, page) = ursula.get(&format!("{path}?again=true")).await;
        assert!(page.contains("took before: Business Premium, 3 licences") && !page.contains("name=\"seats\"") && !page.contains("Or decline"), "{page}");
        let rest = [("revision", "1"), ("digest", digest), ("answer", "accept"), ("delegation", "true"), ("roleCap", "LIMITED"), ("password", DEMO_PASSWORD)];
        let (status, page) = ursula.post(&path, &rest).await;
        assert!(status == StatusCode::OK && page.contains(">ACTIVE<") && page.contains("Business Premium, 3 licences"), "{page}");
        let (_, page) = ursula.get(&format!("{path}?again=true")).await;
        assert!(page.contains("A grant to Northwind Support stands: LIMITED"), "{page}");
        // Nothing is said of access that is over.
        let (_, page) = ursula.get("/grants").await;
        let grant = page.split("action=\"/grants/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        ursula.post(&format!("/grants/{grant}"), &[("action", "end")]).await;
        let (_, page) = ursula.get(&path).await;
        assert!(page.contains("has ended: nobody there reaches your account") && !page.contains("hold or end this grant"), "{page}");
    }

    async fn each_way_to_be_closed_has_its_page(app: TestApp) {
        let (fiona, petra, olivia) = (app.sign_in("fiona").await, app.sign_in("petra").await, app.sign_in("olivia").await);
        let northwind = app.account("northwind").await;
        let until = app.app.now() + TimeDelta::hours(1);
        let input = |message: &str| json!({ "accountId": northwind, "roleCap": "LIMITED", "term": "P6M", "message": message, "expiresAt": until });
        let made = async |message: &str| fiona.done("createOffer", input(message), "offer { id token digest }").await["offer"].clone();
        let (gone, late) = (made("One.").await, made("Two.").await);
        let path = |offer: &Value| format!("/offers/{}", offer["token"].as_str().unwrap());
        let mut ursula = Browser::of(app, "ursula").await;
        petra.done("withdrawOffer", json!({ "accountId": northwind, "offerId": gone["id"] }), "offer { id }").await;
        let suspend = json!({ "organizationId": northwind, "message": "Why." });
        olivia.done("suspendCertification", suspend.clone(), "organization { id }").await;
        for (offer, says) in [(&gone, "Northwind Support withdrew this offer"), (&late, "Northwind Support is not certified now")] {
            let (status, page) = ursula.get(&path(offer)).await;
            assert!(status == StatusCode::GONE && page.contains(says) && page.contains("href=\"/grants\""), "{page}");
            let (status, page) = ursula.post(&path(offer), &answer(offer["digest"].as_str().unwrap(), "accept", DEMO_PASSWORD)).await;
            assert!(status == StatusCode::GONE && page.contains(says), "{page}");
        }
        assert!(!ursula.get(&path(&late)).await.1.contains("Why."));
        olivia.done("reinstateCertification", json!({ "organizationId": northwind }), "organization { id }").await;
        assert_eq!(ursula.get(&path(&late)).await.0, StatusCode::OK);
        let (status, page) = ursula.post(&path(&late), &answer(late["digest"].as_str().unwrap(), "decline", "")).await;
        assert!(status == StatusCode::OK && page.contains("Answer again"), "{page}");
        app.app.clock.advance(TimeDelta::hours(2));
        let (status, _, page) = app.get(&path(&late)).await;
        assert!(status == StatusCode::GONE && page.contains("This offer has expired"), "{page}");
        // Who answered it sees what holds, and is not sent back to a form that is not there.
        let (status, page) = Browser::of(app, "ursula").await.get(&path(&late)).await;
        assert!(status == StatusCode::OK && page.contains("You declined") && !page.contains("Answer again"), "{page}");
    }

    async fn a_bad_answer_says_why_and_writes_nothing(app: TestApp) {
        let (path, digest) = offer(app).await;
        for (name, fields, status, says) in [
            ("ursula", answer(&digest, "accept", "wrong"), StatusCode::UNPROCESSABLE_ENTITY, "The current password is not right."),
            ("ivan", answer(&digest, "accept", DEMO_PASSWORD), StatusCode::FORBIDDEN, "Your roles do not allow this."),
            ("ursula", answer("0", "accept", DEMO_PASSWORD), StatusCode::CONFLICT, "The offer is not what was read"),
            ("petra", answer(&digest, "accept", DEMO_PASSWORD), StatusCode::FORBIDDEN, "An organization does not answer its own offer"),
        ] {
            let (got, page) = Browser::of(app, name).await.post(&path, &fields).await;
            assert_eq!(got, status, "{page}");
            assert!(page.contains(says) && page.contains("role=\"alert\""), "{says}: {page}");
        }
        let mut ursula = Browser::of(app, "ursula").await;
        let (got, _) = ursula.post(&path, &[("answer", "accept")]).await;
        assert_eq!(got, StatusCode::UNPROCESSABLE_ENTITY);
        let (got, page) = ursula.post(&path, &answer(&digest, "accept", DEMO_PASSWORD)[..2]).await;
        assert_eq!(got, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("The form is not complete"), "{page}");
        // Nobody signed in is sent to sign in.
        let mut nobody = Browser::new(app);
        nobody.post(&path, &answer(&digest, "accept", DEMO_PASSWORD)).await;
        assert!(nobody.at.starts_with("/sign-in?next=/offers/"), "{}", nobody.at);
        assert!(app.mails().await.is_empty());
    }

    async fn a_session_of_the_pages_opens_the_pages_alone(app: TestApp) {
        let mut carla = Browser::of(app, "carla").await;
        assert!(carla.set_cookie.contains("HttpOnly") && carla.set_cookie.contains("SameSite=Lax") && carla.set_cookie.contains("Path=/"), "{}", carla.set_cookie);
        // Over TLS it is bound to the host.
        let tls = app.again(|config| config.http.public_url = "https://mandate.example".to_owned()).await;
        let over_tls = Browser::of(&tls, "carla").await;
        assert!(over_tls.set_cookie.starts_with("__Host-mandate=") && over_tls.set_cookie.contains("Secure"), "{}", over_tls.set_cookie);
        tls.app.db.close().await;
        // It is no bearer token, nor is one a session of the pages.
        let cookie = carla.cookie.clone().unwrap();
        let value = cookie.split_once('=').unwrap().1;
        let answer = app.with_token(value).run("{ viewer { user { id } } }", Value::Null).await;
        assert_eq!(crate::support::reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
        let mut other = Browser::new(app);
        other.cookie = Some(format!("mandate={}", app.sign_in("carla").await.token.unwrap()));
        other.get("/grants").await;
        assert_eq!(other.at, "/sign-in?next=/grants");
        // It ends by itself, and by signing out, on the server too.
        carla.post("/sign-out", &[]).await;
        assert_eq!((carla.cookie.clone(), carla.at.as_str()), (None, "/sign-in"));
        carla.cookie = Some(cookie);
        carla.get("/grants").await;
        assert_eq!(carla.at, "/sign-in?next=/grants");
        let mut short = Browser::of(app, "carla").await;
        app.app.clock.advance(chrono::TimeDelta::minutes(16));
        short.get("/grants").await;
        assert_eq!(short.at, "/sign-in?next=/grants");
    }

    async fn a_page_that_is_not_there_says_so(app: TestApp) {
        for path in ["/nowhere", "/offers/"] {
            let (status, headers, page) = app.get(path).await;
            assert!(status == StatusCode::NOT_FOUND && page.contains("There is no such page"), "{page}");
            assert!(headers.contains_key("content-security-policy"));
        }
    }

    async fn forms_of_other_sites_are_refused(app: TestApp) {
        let carla = Browser::of(app, "carla").await;
        let path = format!("/grants/{}", app.grant("northwind", "contoso").await);
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("sec-fetch-site", "same-site")] {
            let request = axum::http::Request::post(&path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", carla.cookie.clone().unwrap())
                .header("host", "mandate.example")
                .header(name, value)
                .body(axum::body::Body::from("action=end")).unwrap();
            assert_eq!(app.send(request).await.0, StatusCode::FORBIDDEN, "{name}: {value}");
        }
        // Nor does a sign-in lead elsewhere.
        for next in ["https://evil.example", "//evil.example", "/offers/../graphiql?x", "/enrol/x"] {
            let mut browser = Browser::new(app);
            let fields = [("signInName", "carla@contoso.mandate.example"), ("password", DEMO_PASSWORD), ("next", next)];
            browser.post("/sign-in", &fields).await;
            assert_eq!(browser.at, "/grants", "{next}");
        }
    }

    async fn a_client_sees_and_ends_what_it_granted(app: TestApp) {
        let mut carla = Browser::of(app, "carla").await;
        let (_, page) = carla.get("/grants").await;
        assert!(page.contains("Northwind Support") && page.contains("Tailspin") && page.contains(">EXPIRED<"), "{page}");
        let path = format!("/grants/{}", app.grant("northwind", "contoso").await);
        let fiona = app.sign_in("fiona").await;
        let role = json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await, "role": "REPORTS_READER" });
        fiona.done("assignAdminRole", role, "user { id }").await;
        let add = json!({ "accountId": app.account("contoso").await, "name": "held.example" });
        for (action, says, refusal) in [
            ("hold", "The grant is held", "FORBIDDEN/GRANT_HELD"),
            ("lift", "Your hold is lifted", ""),
            ("end", "What ended with it", "FORBIDDEN/GRANT_ENDED"),
        ] {
            let (status, page) = carla.post(&path, &[("action", action)]).await;
            assert!(status == StatusCode::OK && page.contains(says), "{page}");
            let answer = fiona.mutate("addDomain", add.clone(), "domain { id }").await;
            assert_eq!(crate::support::reason(&answer), refusal);
        }
        let (status, page) = carla.post(&path, &[("action", "end")]).await;
        assert!(status == StatusCode::CONFLICT && page.contains("role=\"alert\""), "{page}");
        // What was done, what was refused, and what is left; cleaned up, the secrets and roles are gone.
        let (status, page) = carla.get(&path).await;
        assert_eq!(status, StatusCode::OK);
        for part in ["Your organization ended it on", "Fiona Full (fiona@northwind.mandate.example, Northwind Support)", "Refused: ", "Greta Guest (greta@contoso.mandate.example)", "<li>held.example</li>", "<li>REPORTS_READER of Ivan Ordinary</li>", "<li>Greta Guest (greta@contoso.mandate.example)</li>"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let (_, page) = carla.post(&path, &[("action", "clean-up")]).await;
        assert!(page.contains("Roles that were given under the grant are taken") && carla.at.starts_with(&path), "{page}");
        // Greta, whom a delegate added, is confirmed and out of its hands.
        app.mails().await;
        let (_, page) = carla.get("/hands").await;
        assert!(page.contains("Fiona Full (fiona@northwind.mandate.example, Northwind Support) set the contact on") && page.contains("Confirm greta.contoso@example.org"), "{page}");
        let greta = format!("/hands/{}", app.user("greta").await);
        let (status, page) = carla.post(&greta, &[("action", "confirm"), ("contact", "other@example.org")]).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY || status == StatusCode::CONFLICT, "{status}: {page}");
        let (_, page) = carla.post(&greta, &[("action", "confirm"), ("contact", "greta.contoso@example.org")]).await;
        assert!(page.contains("a link was sent there") && page.contains("Send the link again"), "{page}");
        let mails = app.mails().await;
        let enrol = json!({ "secret": mails[0].secret(), "newPassword": "seven quiet otters carry umbrellas" });
        app.anonymous().done("enrol", enrol, "operationId").await;
        let (_, page) = carla.get("/hands").await;
        assert!(page.contains("Nobody's: every user of Contoso"), "{page}");
        // Others see and do nothing here.
        let mut ivan = Browser::of(app, "ivan").await;
        assert_eq!(ivan.get("/grants").await.0, StatusCode::FORBIDDEN);
        let adatums = format!("/grants/{}", app.grant("northwind", "adatum").await);
        assert_eq!(carla.post(&adatums, &[("action", "end")]).await.0, StatusCode::NOT_FOUND);
        assert_eq!(carla.get(&adatums).await.0, StatusCode::NOT_FOUND);
        assert_eq!(Browser::of(app, "fiona").await.get(&path).await.0, StatusCode::FORBIDDEN);
        assert_eq!(Browser::of(app, "petra").await.get(&path).await.0, StatusCode::NOT_FOUND);
        assert_eq!(carla.post("/grants/x", &[("action", "end")]).await.0, StatusCode::NOT_FOUND);
        let mut nobody = Browser::new(app);
        nobody.post(&path, &[("action", "end")]).await;
        assert_eq!(nobody.at, "/sign-in?next=/grants");
    }

    async fn a_temporary_password_is_changed_on_the_way(app: TestApp) {
        let carla = app.sign_in("carla").await;
        let contoso = app.account("contoso").await;
        carla.done("updateAccountRules", json!({ "accountId": contoso, "passwordDeliveries": ["SHOW_ONCE"] }), "__typename").await;
        let reset = json!({ "accountId": contoso, "userId": app.user("uma").await, "delivery": "SHOW_ONCE" });
        let shown = carla.done("resetPassword", reset, "temporaryPassword").await;
        let temporary = shown["temporaryPassword"].as_str().unwrap();
        let mut uma = Browser::new(app);
        let (_, page) = uma.sign_in("uma@contoso.mandate.example", temporary).await;
        assert!(page.contains("You signed in with a temporary password"), "{page}");
        let chosen = "seven quiet otters carry umbrellas";
        let fields = [("currentPassword", temporary), ("newPassword", "short"), ("next", "/grants")];
        let (status, page) = uma.post("/sign-in/password", &fields).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("role=\"alert\""), "{page}");
        let fields = [("currentPassword", temporary), ("newPassword", chosen), ("next", "/grants")];
        uma.post("/sign-in/password", &fields).await;
        assert_eq!(uma.at, "/grants");
        app.sign_in_as("uma@contoso.mandate.example", chosen).await;
    }

    async fn words_of_strangers_are_shown_as_words(app: TestApp) {
        let petra = app.sign_in("petra").await;
        let input = json!({
            "accountId": app.account("northwind").await, "roleCap": "LIMITED", "term": "P3M",
            "message": "<script>alert(1)</script> & \"more\"",
        });
        let made = petra.done("createOffer", input, "offer { token plainText }").await;
        assert!(made["offer"]["plainText"].as_str().unwrap().contains("<script>"));
        let mut ursula = Browser::of(app, "ursula").await;
        let (_, page) = ursula.get(&format!("/offers/{}", made["offer"]["token"].as_str().unwrap())).await;
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
