//! Every page in every language: nothing of another one is left on it.

use axum::http::StatusCode;
use entity::states::Way;
use sea_orm::EntityTrait;

use crate::support::{Browser, TestApp, both};

/// The sentences of a language that hold nothing of their own, as a page would show them.
fn sentences(language: &str) -> Vec<String> {
    let folder = format!("{}/src/words/{language}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let lines: Vec<String> = texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let said = lines.iter().filter_map(|line| {
        let (id, text) = line.split_once(" = ")?;
        let plain = !line.starts_with([' ', '#']) && !text.contains('{') && text.len() > 12;
        // What a mail says stands on no page, and an offer's texts are in the offer's language.
        let elsewhere = ["mail-", "offer-text-"].iter().any(|of| id.starts_with(of));
        (plain && !elsewhere).then(|| text.replace('\'', "&#39;"))
    });
    said.collect()
}

async fn every_page_speaks_one_language(app: &TestApp) {
    let english = sentences("en");
    let own = sentences("es");
    let english: Vec<_> = english.iter().filter(|text| !own.contains(text)).collect();
    assert!(english.len() > 200);
    let (offer, _) = app.db_offer("northwind").await;
    let mut fiona = Browser::of(app, "fiona").await;
    fiona.language = Some("es");
    let (_, page) = fiona.get("/partner").await;
    let made = page.split("href=\"/partner/offers/").nth(1).unwrap();
    let made = format!("/partner/offers/{}", made.split('"').next().unwrap());
    let grant = format!("/grants/{}", app.grant("northwind", "contoso").await);
    let asked = format!("/offers/{}", offer.token);
    for (name, paths) in [
        (
            "fiona",
            vec![
                "/partner",
                made.as_str(),
                "/partner/clients",
                "/partner/people",
                "/me",
            ],
        ),
        (
            "carla",
            vec![
                "/grants",
                &grant,
                "/hands",
                "/record",
                "/record?outcome=REFUSED",
                "/rules",
                "/me",
                "/sign-in/password",
                &asked,
            ],
        ),
        (
            "ivan",
            vec!["/me", "/grants", "/record", "/rules", "/partner", &asked],
        ),
        (
            "",
            vec!["/sign-in", "/verify", "/nothing", "/offers/nothing", &asked],
        ),
    ] {
        let mut browser = match name {
            "" => Browser::new(app),
            name => Browser::of(app, name).await,
        };
        browser.language = Some("es");
        for path in paths {
            let (status, page) = browser.get(path).await;
            assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            assert!(page.contains("<html lang=\"es\">"), "{name} {path}: {page}");
            let left: Vec<_> = english
                .iter()
                .filter(|text| page.contains(text.as_str()))
                .collect();
            assert!(left.is_empty(), "{name} {path}: {left:?}\n{page}");
        }
    }
}

both!(every_page_speaks_one_language);

async fn a_language_that_was_chosen_stays(app: &TestApp) {
    let mut browser = Browser::new(app);
    browser.language = Some("en");
    let (_, page) = browser.get("/sign-in?lang=es").await;
    assert!(
        page.contains("Iniciar sesión") && page.contains("hreflang=\"en\""),
        "{page}"
    );
    assert!(
        browser.set_cookie.starts_with("mandate-language=es"),
        "{}",
        browser.set_cookie
    );
    let (_, page) = browser.get("/sign-in").await;
    assert!(page.contains("Iniciar sesión"), "{page}");
    // What is no language changes nothing.
    let (_, page) = browser.get("/sign-in?lang=tlh").await;
    assert!(page.contains("Iniciar sesión"), "{page}");
    let (_, page) = browser.get("/sign-in?lang=en").await;
    assert!(page.contains("Sign in"), "{page}");
}

both!(a_language_that_was_chosen_stays);

async fn the_way_to_another_language_leads_to_the_same_page(app: &TestApp) {
    let (_, page) = Browser::new(app).get("/sign-in?next=/record&lang=en").await;
    assert!(
        page.contains("href=\"?next=%2Frecord&#38;lang=es\"")
            || page.contains("href=\"?next=%2Frecord&amp;lang=es\""),
        "{page}"
    );
}

both!(the_way_to_another_language_leads_to_the_same_page);

async fn who_may_be_somebody_else_sets_no_language(app: &TestApp) {
    app.db_hand("ivan", Way::Secret, "fiona").await;
    let mut ivan = Browser::new(app);
    ivan.language = Some("es");
    let name = "ivan@contoso.mandate.example";
    ivan.sign_in(name, mandate::cli::DEMO_PASSWORD).await;
    let (_, page) = ivan.get("/me").await;
    assert!(page.contains("cuyo inicio de sesión puede tener"), "{page}");
    let row = entity::user::Entity::find_by_id(app.db_user("ivan").await);
    let row = row.one(app.app.db.read()).await.unwrap().unwrap();
    assert_eq!(row.language, None);
}

both!(who_may_be_somebody_else_sets_no_language);

async fn mails_follow_the_language_of_the_last_sign_in(app: &TestApp) {
    let mut carla = Browser::new(app);
    carla.language = Some("es");
    let name = "carla@contoso.mandate.example";
    carla.sign_in(name, mandate::cli::DEMO_PASSWORD).await;
    let grant = format!("/grants/{}", app.grant("northwind", "contoso").await);
    app.mails().await;
    carla.post(&grant, &[("action", "hold")]).await;
    let mails = app.mails().await;
    let text = |name: &str| {
        let mail = mails.iter().find(|mail| mail.to.contains(name));
        mail.unwrap().text.clone()
    };
    assert!(
        text("carla").starts_with("Hola, Carla Client"),
        "{}",
        text("carla")
    );
    assert!(
        text("petra").starts_with("Hello Petra Partner"),
        "{}",
        text("petra")
    );
}

both!(mails_follow_the_language_of_the_last_sign_in);

/// What is left of a template without its tags and what it takes from elsewhere.
fn own_words(template: &str) -> Vec<String> {
    let mut text = template.to_owned();
    for (open, close) in [
        ("{%", "%}"),
        ("{{", "}}"),
        ("<code>", "</code>"),
        ("<", ">"),
    ] {
        while let Some((start, end)) = text.find(open).and_then(|start| {
            let end = text[start..].find(close)?;
            Some((start, start + end + close.len()))
        }) {
            text.replace_range(start..end, " ");
        }
    }
    let words = text.split_whitespace();
    words
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(str::to_owned)
        .collect()
}

#[test]
fn templates_say_nothing_themselves() {
    let root = format!("{}/src/templates", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for folder in ["page", "mail", "offer"] {
        for file in std::fs::read_dir(format!("{root}/{folder}")).unwrap() {
            let path = file.unwrap().path();
            let said = own_words(&std::fs::read_to_string(&path).unwrap());
            // Names are the same in every language.
            let said: Vec<_> = said
                .into_iter()
                .filter(|word| {
                    !["HTML", "GraphiQL", "&amp;after=", "/grants"].contains(&word.as_str())
                })
                .collect();
            assert!(said.is_empty(), "{}: {said:?}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}
