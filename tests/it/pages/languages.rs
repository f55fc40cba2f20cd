//! The page of an offer, in the reader's language, and in words that are not those of the API.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use crate::support::{TestApp, both};

/// The page as a browser with these languages shows it.
async fn page(app: &TestApp, path: &str, languages: &str) -> String {
    let mut request = Request::get(path);
    if !languages.is_empty() {
        request = request.header(header::ACCEPT_LANGUAGE, languages);
    }
    let (status, _, page) = app.send(request.body(Body::empty()).unwrap()).await;
    assert!(status.is_success(), "{page}");
    page
}

async fn made(app: &TestApp, more: Value) -> String {
    let fiona = app.sign_in("fiona").await;
    let mut input = json!({ "accountId": app.account("northwind").await, "term": "P6M" });
    let fields = more.as_object().unwrap().clone();
    input.as_object_mut().unwrap().extend(fields);
    let made = fiona.done("createOffer", input, "offer { token }").await;
    format!("/offers/{}", made["offer"]["token"].as_str().unwrap())
}

async fn an_offer_speaks_the_readers_language_or_its_own(app: &TestApp) {
    let (english, spanish) = (
        made(app, json!({ "roleCap": "FULL" })).await,
        made(app, json!({ "roleCap": "FULL", "language": "ES" })).await,
    );
    for (path, languages, lang) in [
        (&english, "", "en"),
        (&spanish, "", "es"),
        (&english, "es-MX,es;q=0.9", "es"),
        (&spanish, "en-GB,en;q=0.8", "en"),
        (&spanish, "de,fr;q=0.9", "es"),
        (&format!("{english}?lang=es"), "en", "es"),
        (&format!("{spanish}?lang=nonsense"), "", "es"),
    ] {
        let page = page(app, path, languages).await;
        assert!(
            page.contains(&format!("<html lang=\"{lang}\">")),
            "{path} {languages}"
        );
        let (title, term) = match lang {
            "es" => (
                "Northwind Support pide administrar",
                "Administración completa, durante 6 meses",
            ),
            _ => (
                "Northwind Support asks to administer",
                "Full administration, for 6 months",
            ),
        };
        assert!(page.contains(title) && page.contains(term), "{page}");
    }
}

both!(an_offer_speaks_the_readers_language_or_its_own);

async fn an_offer_tells_what_it_asks_for_and_of_whom_it_comes(app: &TestApp) {
    let limited = page(app, &made(app, json!({ "roleCap": "LIMITED" })).await, "en").await;
    let full = page(app, &made(app, json!({ "roleCap": "FULL" })).await, "en").await;
    for (page, has, has_not) in [
        (
            &limited,
            vec!["Help with passwords", "Not those of", "user admins"],
            vec![
                "admin roles</summary>",
                "Delete a user",
                "Full administration",
            ],
        ),
        (
            &full,
            vec![
                "Full administration",
                "Give and take admin roles</summary>",
                "Delete a user",
            ],
            vec!["Not those of"],
        ),
    ] {
        for words in has.into_iter().chain([
            "Certified by",
            "2 people there would have access; administers 3 clients now.",
            "Manage, lock or wipe devices.",
            "Retire a device.",
        ]) {
            assert!(page.contains(words), "{words} is not in\n{page}");
        }
        // What is chosen has a value; nobody reads it.
        let shown = page
            .replace("value=\"FULL\"", "")
            .replace("value=\"LIMITED\"", "");
        for words in has_not
            .into_iter()
            .chain(["FULL", "LIMITED", "GLOBAL_ADMIN"])
        {
            assert!(!shown.contains(words), "{words} is in\n{page}");
        }
    }
    // The worst is told first.
    let place = |words: &str| full.find(words).unwrap();
    assert!(place("Reset passwords") < place("Manage domain names"));
}

both!(an_offer_tells_what_it_asks_for_and_of_whom_it_comes);
