//! A client's pages beside those of its grants: its whole record, its rules, and less than it granted.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::states::Way;
use mandate::cli::DEMO_PASSWORD;

use crate::support::{Browser, TestApp, both, reason, with};
use serde_json::json;

async fn a_client_allows_less_on_its_page(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    let path = format!("/grants/{}", app.grant("northwind", "contoso").await);
    let (status, page) = carla.post(&path, &[("action", "lower")]).await;
    assert!(
        status == StatusCode::OK
            && page.contains("do less from now on")
            && page.contains("Help with passwords"),
        "{page}"
    );
    // Who can act is named, with what it comes to under this cap.
    let (_, page) = carla.get(&path).await;
    assert!(
        page.contains("<li>Fiona Full (fiona@northwind.mandate.example): Help with passwords</li>")
            && !page.contains("Nora None"),
        "{page}"
    );
    let fiona = app.sign_in("fiona").await;
    let add = json!({ "accountId": app.account("contoso").await, "name": "held.example" });
    let answer = fiona.mutate("addDomain", add, "domain { id }").await;
    assert_eq!(reason(&answer), "FORBIDDEN/ROLE_LIMITED");
    // What is at its lowest cannot be lowered; the page says so itself, and does not offer it.
    let (status, page) = carla.post(&path, &[("action", "lower")]).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("role=\"alert\""),
        "{page}"
    );
    assert!(!page.contains("value=\"lower\""), "{page}");
    for (until, status) in [
        ("2026-12-01", StatusCode::OK),
        ("2020-01-01", StatusCode::UNPROCESSABLE_ENTITY),
        ("2099-01-01", StatusCode::UNPROCESSABLE_ENTITY),
        ("soon", StatusCode::UNPROCESSABLE_ENTITY),
        ("", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let fields = [("action", "shorten"), ("until", until)];
        let (found, page) = carla.post(&path, &fields).await;
        assert_eq!(found, status, "{until}: {page}");
        // The whole day belongs to the term.
        assert!(
            page.contains("until the end of 1 December 2026 (UTC)"),
            "{until}: {page}"
        );
    }
}

both!(a_client_allows_less_on_its_page);

async fn a_client_sets_its_rules_on_their_page(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    let (_, page) = carla.get("/rules").await;
    assert_eq!(page.matches(" checked").count(), 1, "{page}");
    let fields = [
        ("rules", "link"),
        ("link", "true"),
        ("ticket", "true"),
        ("note", "true"),
    ];
    let (status, page) = carla.post("/rules", &fields).await;
    assert!(
        status == StatusCode::OK && page.contains("The rules are set."),
        "{page}"
    );
    assert_eq!(page.matches(" checked").count(), 3, "{page}");
    let fiona = app.sign_in("fiona").await;
    let add = json!({ "accountId": app.account("contoso").await, "name": "held.example" });
    let answer = fiona
        .mutate("addDomain", add.clone(), "domain { id }")
        .await;
    assert_eq!(reason(&answer), "BAD_USER_INPUT/TICKET_REQUIRED");
    let told = with(with(add, "ticket", "T-1"), "note", "asked for by Carla");
    fiona.done("addDomain", told, "domain { id }").await;
    // What somebody else set since the page was shown stays: only what was changed on it is set.
    let stale = [("rules", "link"), ("link", "true"), ("sign_ins", "true")];
    let (_, page) = carla.post("/rules", &stale).await;
    assert!(
        page.matches(" checked").count() == 4
            && page.contains("name=\"rules\" value=\"link ticket note sign_ins\""),
        "{page}"
    );
    // What is not this form sets nothing.
    let (status, _) = carla.post("/rules", &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    // Who may not set them does not see them.
    let mut ivan = Browser::of(app, "ivan").await;
    let (status, _) = ivan.get("/rules").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = ivan.post("/rules", &fields).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

both!(a_client_sets_its_rules_on_their_page);

async fn a_second_click_sends_no_second_link(app: &TestApp) {
    app.db_hand("uma", Way::Secret, "fiona").await;
    let mut carla = Browser::of(app, "carla").await;
    let (_, page) = carla.get("/hands").await;
    let field = |name: &str| {
        let value = page
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let (once, contact) = (field("once"), field("contact"));
    let path = page.split("action=\"/hands/").nth(1).unwrap();
    let path = format!("/hands/{}", path.split('"').next().unwrap());
    let fields = [
        ("action", "reset"),
        ("contact", contact.as_str()),
        ("once", once.as_str()),
    ];
    app.mails().await;
    for sent in [1, 0] {
        let (status, page) = carla.post(&path, &fields).await;
        assert!(
            status == StatusCode::OK && carla.at == "/hands?done=reset",
            "{page}"
        );
        assert_eq!(app.mails().await.len(), sent);
    }
}

both!(a_second_click_sends_no_second_link);

async fn a_client_reads_and_exports_its_whole_record(app: &TestApp) {
    let contoso = app.account("contoso").await;
    let liam = app.sign_in("liam").await;
    let add = json!({ "accountId": contoso, "name": "held.example" });
    let refused = liam.mutate("addDomain", add, "domain { id }").await;
    assert_eq!(reason(&refused), "FORBIDDEN/ROLE_LIMITED");
    let mut carla = Browser::of(app, "carla").await;
    // What an entry changed is told in words, and things by their names.
    let (_, page) = carla.get("/record?kind=ACCEPT_OFFER").await;
    for part in [
        "<dt>partner</dt><dd>Northwind Support</dd>",
        "<dt>at most</dt><dd>Full administration</dd>",
        "<dt>term</dt><dd>1 year</dd>",
        "<dt>ends</dt><dd>26 October 2027, ",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, page) = carla.get("/record").await;
    // What was refused says that it was not done.
    let entry = page.split("<li class=\"refused\">").nth(1).unwrap();
    let entry = entry.split("</li>").next().unwrap();
    for part in [
        "Add a domain name",
        "Liam Limited",
        "It was not done.",
        "Refused: This needs the delegated role FULL.",
    ] {
        assert!(entry.contains(part), "{part}: {entry}");
    }
    let (_, only) = carla.get("/record?outcome=REFUSED&who=delegates").await;
    let all = only
        .split("<ol class=\"acts\">")
        .nth(1)
        .unwrap()
        .split("</ol>")
        .next()
        .unwrap();
    assert_eq!(
        all.matches("<li").count(),
        all.matches("<li class=\"refused\">").count(),
        "{only}"
    );
    for (query, status) in [
        ("from=2020-01-01&to=2099-12-31", StatusCode::OK),
        ("from=never", StatusCode::UNPROCESSABLE_ENTITY),
        ("to=2026-13-01", StatusCode::UNPROCESSABLE_ENTITY),
        ("grant=nonsense", StatusCode::NOT_FOUND),
        ("kind=NONSENSE&who=x&outcome=y", StatusCode::OK),
        ("who=own&who=delegates", StatusCode::OK),
        ("to=%2B262142-12-31", StatusCode::UNPROCESSABLE_ENTITY),
        ("to=9999-12-31", StatusCode::UNPROCESSABLE_ENTITY),
        ("after=nonsense", StatusCode::OK),
    ] {
        let (found, page) = carla.get(&format!("/record?{query}")).await;
        assert_eq!(found, status, "{query}: {page}");
    }
    let (_, none) = carla.get("/record?to=2020-01-01").await;
    assert!(none.contains("No entry."), "{none}");
    // What is exported is what is asked for.
    let query = "/record?outcome=REFUSED";
    let (status, page) = carla.post(query, &[("format", "lines")]).await;
    assert!(
        status == StatusCode::OK && page.contains("The export is ready"),
        "{page}"
    );
    let path = page.split("href=\"/exports/").nth(1).unwrap();
    let path = format!("/exports/{}", path.split('"').next().unwrap());
    let (status, lines) = carla.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        lines.contains("held.example") || lines.contains("ROLE_LIMITED"),
        "{lines}"
    );
    assert!(!lines.contains("\"outcome\":\"DONE\""), "{lines}");
    // Nobody else reads it.
    let mut ivan = Browser::of(app, "ivan").await;
    for (status, _) in [
        ivan.get("/record").await,
        ivan.post("/record", &[("format", "csv")]).await,
    ] {
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
}

both!(a_client_reads_and_exports_its_whole_record);

async fn what_needs_the_password_again_is_sent_with_it_and_not_lost(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    app.app.clock.advance(TimeDelta::minutes(6));
    let fields = [("rules", ""), ("note", "true")];
    let (status, page) = carla.post("/rules", &fields).await;
    assert!(
        status == StatusCode::CONFLICT
            && page.contains("Enter your password again")
            && page.contains("<input type=\"hidden\" name=\"note\" value=\"true\">"),
        "{page}"
    );
    let (_, page) = carla.get("/rules").await;
    assert_eq!(page.matches(" checked").count(), 1, "{page}");
    let with = |password| [fields[0], fields[1], ("confirmPassword", password)];
    let (_, page) = carla.post("/rules", &with("not this one")).await;
    assert!(page.contains("The password is not right."), "{page}");
    assert!(!page.contains("not this one"), "{page}");
    let (status, page) = carla.post("/rules", &with(DEMO_PASSWORD)).await;
    assert!(
        status == StatusCode::OK && page.contains("The rules are set."),
        "{page}"
    );
    // The same for an export, with its filter.
    app.app.clock.advance(TimeDelta::minutes(6));
    let path = "/record?outcome=REFUSED";
    let (_, page) = carla.post(path, &[("format", "csv")]).await;
    assert!(
        page.contains("action=\"/record?outcome=REFUSED\""),
        "{page}"
    );
    let fields = [("format", "csv"), ("confirmPassword", DEMO_PASSWORD)];
    let (_, page) = carla.post(path, &fields).await;
    assert!(page.contains("The export is ready"), "{page}");
}

both!(what_needs_the_password_again_is_sent_with_it_and_not_lost);
