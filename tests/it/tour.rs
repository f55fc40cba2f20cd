//! The tours of the documentation: each snippet once, in reading order, in one demo world, with ids from the answers
//! that the text names. And that the text is whole: each id is told of before it is used, each setting has its row.

use std::{collections::HashMap, fs, path::PathBuf};

use mandate::config::DEFAULTS;
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, reason};

const README: &str = "README.md";
const HELP_DESK: &str = "docs/help-desk.md";
const FIRST_OFFER: &str = "docs/first-offer.md";
const HANDBOOK: &str = "docs/handbook.md";

const FENCE: &str = "```graphql\n";

fn text(document: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(document)).unwrap()
}

/// The snippets of a document, in reading order.
fn snippets(document: &str) -> Vec<String> {
    let text = text(document);
    let parts = text.split(FENCE).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

/// The names of the variables that a snippet declares.
fn variables(snippet: &str) -> impl Iterator<Item = &str> {
    let declared = snippet.lines().next().unwrap();
    let parts = declared.split('$').skip(1);
    parts.map(|part| part.split(':').next().unwrap())
}

/// A document that is followed from top to bottom.
struct Tour {
    snippets: Vec<String>,
    ran: usize,
    ids: HashMap<&'static str, Value>,
}

impl Tour {
    fn of(document: &str) -> Self {
        Self {
            snippets: snippets(document),
            ran: 0,
            ids: HashMap::new(),
        }
    }

    /// Keeps an id of an answer.
    fn keep(&mut self, variable: &'static str, id: &Value) {
        assert!(!id.is_null(), "{variable}");
        self.ids.insert(variable, id.clone());
    }

    fn values(&self, snippet: &str) -> Value {
        variables(snippet)
            .map(|name| (name.to_owned(), self.ids[name].clone()))
            .collect()
    }

    /// Runs the next snippet, whose operation has this name: its data.
    async fn run(&mut self, actor: &Actor<'_>, name: &str) -> Value {
        let snippet = &self.snippets[self.ran];
        assert!(snippet.contains(&format!(" {name}")), "{name}: {snippet}");
        self.ran += 1;
        actor.data(snippet, self.values(snippet)).await
    }

    /// Runs an earlier snippet once more: the whole answer.
    async fn again(&self, actor: &Actor<'_>, name: &str) -> Value {
        let mut done = self.snippets[..self.ran].iter();
        let snippet = done.find(|one| one.contains(&format!(" {name}("))).unwrap();
        actor.run(snippet, self.values(snippet)).await
    }

    /// Every snippet was run.
    fn ends(self) {
        assert_eq!(self.ran, self.snippets.len());
    }
}

fn found<'a>(nodes: &'a Value, field: &str, name: &str) -> &'a Value {
    let mut nodes = nodes.as_array().unwrap().iter();
    nodes.find(|node| node[field] == name).unwrap()
}

async fn every_snippet_does_what_it_says(app: &TestApp) {
    let mut tour = Tour::of(README);
    let tokens = tour.run(&app.anonymous(), "SignIn").await;
    let fiona = app.with_token(tokens["signIn"]["accessToken"].as_str().unwrap());
    let data = tour.run(&fiona, "MyClients").await;
    let contoso = found(&data["clients"]["nodes"], "name", "Contoso");
    assert_eq!(contoso["grant"]["state"], "ACTIVE");
    assert_eq!(contoso["operations"]["nodes"].as_array().unwrap().len(), 3);
    tour.keep("client", &contoso["id"]);
    tour.keep("partner", &data["viewer"]["organization"]["id"]);
    let data = tour.run(&fiona, "Users").await;
    let users = &data["client"]["users"]["nodes"];
    tour.keep("user", &found(users, "displayName", "Ivan Ordinary")["id"]);
    let data = tour.run(&fiona, "Reset").await;
    assert_eq!(data["resetPassword"]["operation"]["ticket"], "HD-1042");
    assert_eq!(app.mails().await[0].to, "ivan.contoso@example.org");
    let data = tour.run(&fiona, "Why").await;
    assert_eq!(data["explainAccess"]["code"], "DELEGATION_NOT_SUPPORTED");
    let data = tour.run(&fiona, "Offer").await;
    let text = data["createOffer"]["offer"]["plainText"].as_str().unwrap();
    assert!(text.contains("Northwind Support"), "{text}");
    let carla = app.sign_in("carla").await;
    let data = tour.run(&carla, "MyRecord").await;
    let acts = &data["viewer"]["organization"]["operations"]["nodes"];
    assert_eq!(
        found(acts, "kind", "RESET_PASSWORD")["actor"]["name"],
        "Fiona Full"
    );
    let active = found(&data["grants"]["nodes"], "state", "ACTIVE");
    tour.keep("grant", &active["id"]);
    let data = tour.run(&carla, "End").await;
    assert_eq!(
        data["endGrant"]["grant"],
        json!({ "state": "ENDED", "endedBy": "CLIENT" })
    );
    let again = tour.again(&fiona, "Reset").await;
    assert_eq!(again["errors"][0]["extensions"]["reason"], "GRANT_ENDED");
    tour.ends();
}

both!(every_snippet_does_what_it_says);

async fn a_help_desks_morning(app: &TestApp) {
    let mut tour = Tour::of(HELP_DESK);
    let fiona = app.sign_in("fiona").await;
    let data = tour.run(&fiona, "WhoCalled").await;
    let caller = &data["findUsers"][0];
    assert_eq!(
        (&caller["client"]["name"], &caller["user"]["displayName"]),
        (&json!("Contoso"), &json!("Ivan Ordinary"))
    );
    tour.keep("client", &caller["client"]["id"]);
    let data = tour.run(&fiona, "NewColleagues").await;
    let rows = &data["addUsers"]["rows"];
    assert_eq!(
        (&rows[0]["user"]["signInName"], &rows[2]["reason"]),
        (&json!("nina@contoso.mandate.example"), &json!("NAME_TAKEN"))
    );
    tour.keep("user", &rows[0]["user"]["id"]);
    let data = tour.run(&fiona, "Seats").await;
    let subscription = &data["client"]["subscriptions"]["nodes"][0];
    assert_eq!(
        (&subscription["seats"], &subscription["assignedSeats"]),
        (&json!(10), &json!(1))
    );
    tour.keep("subscription", &subscription["id"]);
    let data = tour.run(&fiona, "Licence").await;
    let services = &data["assignLicence"]["user"]["services"];
    assert_eq!(services.as_array().unwrap().len(), 3);
    tour.keep("user", &caller["user"]["id"]);
    let data = tour.run(&fiona, "Lost").await;
    assert_eq!(data["blockSignIn"]["user"]["blocked"], true);
    let data = tour.run(&fiona, "TheAdmin").await;
    let admin = &data["findUsers"][0]["user"];
    let allowed = admin["allowedOperations"].as_array().unwrap();
    assert!(!allowed.contains(&json!("CHANGE_CONTACT")), "{allowed:?}");
    tour.keep("admin", &admin["id"]);
    let data = tour.run(&fiona, "Chain").await;
    assert_eq!(data["explainAccess"]["reason"], "SECRET_GUARDED");
    let data = tour.run(&fiona, "Morning").await;
    // The name that was taken is among them.
    let acts = data["delegatedOperations"]["nodes"].as_array().unwrap();
    assert_eq!(acts.len(), 4);
    let carla = app.sign_in("carla").await;
    tour.keep("account", &caller["client"]["id"]);
    let data = tour.run(&carla, "Export").await;
    let url = data["exportRecord"]["downloadUrl"].as_str().unwrap();
    let (status, _, body) = app.get(&url[url.find("/exports/").unwrap()..]).await;
    assert_eq!(status.as_u16(), 200);
    assert!(
        body.contains("BLOCK_SIGN_IN") && body.contains("HD-1044"),
        "{body}"
    );
    tour.ends();
}

both!(a_help_desks_morning);

async fn a_first_offer(app: &TestApp) {
    let mut tour = Tour::of(FIRST_OFFER);
    let fiona = app.sign_in("fiona").await;
    app.mails().await;
    let data = tour.run(&fiona, "WhatToOffer").await;
    assert_eq!(
        data["viewer"]["sendOffersFrom"]["place"],
        "BUILD_YOUR_BUSINESS"
    );
    tour.keep("partner", &data["viewer"]["organization"]["id"]);
    let plans = &data["plans"]["nodes"];
    tour.keep("plan", &found(plans, "name", "Business Premium")["id"]);
    let data = tour.run(&fiona, "FirstOffer").await;
    let offer = &data["createOffer"]["offer"];
    let text = offer["texts"]["plain"].as_str().unwrap();
    assert!(text.contains("Business Premium, 25 licencias"), "{offer}");
    tour.keep("offer", &offer["id"]);
    for name in ["token", "revision", "digest"] {
        tour.keep(name, &offer[name]);
    }
    let data = tour.run(&fiona, "SendIt").await;
    assert_eq!(data["sendOffer"]["offer"]["statistics"]["sent"], 1);
    let mail = app.mails().await.remove(0);
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        (
            "it@wingtip.example.org",
            "Northwind Support le envía una oferta de suscripciones"
        )
    );
    assert!(mail.html.contains("lang=\"es\""), "{}", mail.html);
    let ursula = app.sign_in("ursula").await;
    let data = tour.run(&ursula, "Accept").await;
    assert_eq!(data["acceptOffer"]["response"]["answer"], "ACCEPTED");
    let data = tour.run(&fiona, "HowItFares").await;
    assert_eq!(data["offer"]["statistics"]["accepted"], 1);
    assert_eq!(
        data["offer"]["responses"]["nodes"][0]["acceptedParts"],
        json!(["SUBSCRIPTIONS"])
    );
    assert_eq!(data["offers"]["nodes"].as_array().unwrap().len(), 3);
    tour.ends();
}

both!(a_first_offer);

async fn a_first_partner(app: &TestApp) {
    let mut tour = Tour::of(HANDBOOK);
    // The name and the password are the reader's own.
    let answer = app.anonymous().run(&tour.snippets[0], json!({})).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/CREDENTIALS_INVALID");
    tour.ran = 1;
    let olivia = app.sign_in("olivia").await;
    let data = tour.run(&olivia, "Register").await;
    tour.keep(
        "organization",
        &data["registerOrganization"]["organization"]["id"],
    );
    let data = tour.run(&olivia, "Certify").await;
    assert_eq!(data["certifyPartner"]["organization"]["certified"], true);
    let mails = app.mails().await;
    assert!(mails.iter().any(|mail| mail.to == "pia@litware.example"));
    tour.ends();
}

both!(a_first_partner);

#[test]
fn each_id_is_told_of_before_it_is_used() {
    for document in [README, HELP_DESK, FIRST_OFFER, HANDBOOK] {
        let text = text(document);
        for (place, _) in text.match_indices(FENCE) {
            let (before, snippet) = text.split_at(place);
            for name in variables(&snippet[FENCE.len()..]) {
                let told = format!("`${name}` is ");
                assert!(before.contains(&told), "{document}: {told}");
            }
        }
    }
}

#[test]
fn no_other_document_has_snippets() {
    let docs = fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap();
    for file in docs {
        let document = format!("docs/{}", file.unwrap().file_name().to_str().unwrap());
        let is_tour = [HELP_DESK, FIRST_OFFER, HANDBOOK].contains(&document.as_str());
        assert_eq!(!snippets(&document).is_empty(), is_tour, "{document}");
    }
}

#[test]
fn each_setting_has_its_row() {
    let table = text("docs/operating.md");
    let mut section = "";
    for line in DEFAULTS.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((name, value)) = line.split_once(" = ") {
            let row = format!("| `{section}.{name}` | `{}` |", value.trim_matches('"'));
            assert!(table.contains(&row), "{row}");
        }
    }
}
