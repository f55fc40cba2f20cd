//! Everyday inputs: what people paste and type goes through every door in one way.

mod found;
mod repeated;
mod sent;

use mandate::domain::values::{
    Country, DomainName, Email, Message, Name, SignInName, Slug, Term, text,
};
use serde_json::json;

use crate::support::{TestApp, both, on, with};

const NBSP: char = '\u{a0}';

#[test]
fn what_is_pasted_around_a_value_does_not_count() {
    let around = |text: &str| {
        [
            format!(" {text}\t"),
            format!("{NBSP}{text}{NBSP}"),
            format!("\u{feff}{text}\r\n"),
            format!("\u{200f}{text}\u{200e}"),
        ]
    };
    for text in around("trail@example.org") {
        assert_eq!(
            Email::try_from(text.as_str()).unwrap().as_str(),
            "trail@example.org"
        );
        assert_eq!(
            SignInName::try_from(text.as_str()).unwrap().shown(),
            "trail@example.org"
        );
    }
    for text in around("example.org") {
        assert_eq!(
            DomainName::try_from(text.as_str()).unwrap().as_str(),
            "example.org"
        );
    }
    for text in around("P1Y") {
        assert_eq!(Term::try_from(text.as_str()).unwrap().text(), "P1Y");
    }
    for text in around("DE") {
        assert_eq!(Country::try_from(text.as_str()).unwrap().as_str(), "DE");
    }
    for text in around("blue-lamp") {
        assert_eq!(Slug::try_from(text.as_str()).unwrap().as_str(), "blue-lamp");
    }
    for text in around("Blue Lamp") {
        assert_eq!(Name::try_from(text.as_str()).unwrap().as_str(), "Blue Lamp");
    }
}

#[test]
fn lines_end_as_on_any_machine() {
    for text in ["one\r\ntwo", "one\rtwo", "one\ntwo"] {
        assert_eq!(
            Message::try_from(text).unwrap().as_str(),
            "one\ntwo",
            "{text:?}"
        );
    }
    assert_eq!(Message::try_from("a\tb").unwrap().as_str(), "a b");
    assert_eq!(Name::try_from("a\tb").unwrap().as_str(), "a b");
    assert_eq!(
        Name::try_from("a\r\nb").unwrap_err().0,
        "A name is one line."
    );
}

#[test]
fn names_are_written_as_their_people_write_them() {
    for name in [
        "\u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}", // Persian, with a joiner
        "\u{915}\u{94d}\u{200d}\u{937}",                      // Devanagari
        "Ana \u{1f469}\u{200d}\u{1f4bb}",                     // an emoji of two
        "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
        "Jos\u{e9} \u{d1}and\u{fa}",
        "\u{6771}\u{4eac}",
    ] {
        assert_eq!(Name::try_from(name).unwrap().as_str(), name, "{name}");
    }
    let marked = format!("\u{200f}{}\u{200e}", "\u{639}\u{644}\u{6cc}");
    assert_eq!(
        Name::try_from(marked.as_str()).unwrap().as_str(),
        "\u{639}\u{644}\u{6cc}"
    );
    for name in [
        "A\u{202e}B",
        "A\u{fe0f}B",
        "A\u{2800}B",
        "A\u{200d}B",
        "A\u{200c}B",
        "A\u{2066}B",
        "A\u{200b}B",
    ] {
        let why = Name::try_from(name).unwrap_err().0;
        let point = format!("U+{:04X}", u32::from(name.chars().nth(1).unwrap()));
        assert!(why.contains(&point), "{why}");
    }
}

#[test]
fn a_word_with_a_dot_is_not_always_a_link() {
    for plain in [
        "Node.js and ASP.NET experts",
        "Vue.js, Three.js",
        "Version 1.2, at 3.5 percent",
        "J.R. Smith, M.Sc., Dipl.Ing Maier",
        "Contoso.Admin",
    ] {
        assert_eq!(text::link(plain), None, "{plain}");
    }
    for (text, link) in [
        ("see contoso.com now", "contoso.com"),
        ("see CONTOSO.COM now", "CONTOSO.COM"),
        ("Claim it at T.Co", "T.Co"),
        ("Go.Evil-Login.Com Reward", "Go.Evil-Login.Com"),
        ("https://node.js/x", "https://node.js/x"),
        ("node.js/x", "node.js/x"),
        ("write to a@contoso.com", "a@contoso.com"),
        ("evil\u{3002}com", "evil.com"),
        ("www.evil.example.org?x", "www.evil.example.org?x"),
    ] {
        assert_eq!(text::link(text).as_deref(), Some(link), "{text}");
    }
}

/// Inputs with blanks at their ends, by field, that were refused or read as something else.
async fn blanks_do_not_count_at_any_door(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let user = json!({ "accountId": format!("{contoso} "), "displayName": " Nina New\t", "signInName": " nina ", "contact": "nina@example.org\u{a0}" });
    let added = carla
        .done(
            "addUser",
            user,
            "user { id displayName signInName contact }",
        )
        .await;
    assert_eq!(added["user"]["contact"], "nina@example.org");
    assert_eq!(added["user"]["displayName"], "Nina New");
    let row = json!({ "accountId": contoso, "users": [{ "displayName": "Bulk", "signInName": "bulk ", "contact": " bulk@example.org " }] });
    let rows = carla
        .done(
            "addUsers",
            row,
            "rows { ... on AddUserPayload { user { contact } } }",
        )
        .await;
    assert_eq!(rows["rows"][0]["user"]["contact"], "bulk@example.org");
    let nina = json!({ "accountId": contoso, "userId": format!(" {}", added["user"]["id"].as_str().unwrap()) });
    let set = with(nina.clone(), "contact", " other@example.org ");
    carla.done("changeContact", set, "user { contact }").await;
    let named = with(nina, "signInName", " nina2\u{a0}");
    let named = carla
        .done("changeSignInName", named, "user { signInName }")
        .await;
    let name = named["user"]["signInName"].as_str().unwrap().to_owned();
    assert!(name.starts_with("nina2@"), "{name}");
    let domain = json!({ "accountId": contoso, "name": " lamps.example.net\u{a0}" });
    let domain = carla.done("addDomain", domain, "domain { name }").await;
    assert_eq!(domain["domain"]["name"], "lamps.example.net");
    let offer = json!({ "accountId": app.account("northwind").await, "kind": "DELEGATION", "roleCap": "FULL", "term": " P1Y ", "notify": [" fiona@example.org "], "usageLocation": " de " });
    let made = app
        .sign_in("fiona")
        .await
        .done("createOffer", offer, "offer { token usageLocation }")
        .await;
    assert_eq!(made["offer"]["usageLocation"], "DE");
    let token = made["offer"]["token"].as_str().unwrap();
    for token in [
        format!(" {token}"),
        format!("{token}."),
        format!("<{token}>"),
    ] {
        let seen = carla
            .data(
                "query($t: String!) { offerByToken(token: $t) { kind } }",
                json!({ "t": token }),
            )
            .await;
        assert_eq!(seen["offerByToken"]["kind"], "DELEGATION", "{token}");
    }
    for name in [
        " carla@contoso.mandate.example",
        "carla@contoso.mandate.example\u{a0}",
    ] {
        let answer = app
            .anonymous()
            .sign_in(name, mandate::cli::DEMO_PASSWORD)
            .await;
        assert!(
            answer["data"]["signIn"]["accessToken"].is_string(),
            "{answer}"
        );
    }
}

both!(blanks_do_not_count_at_any_door);

async fn texts_of_several_lines_are_taken_at_any_door(app: &TestApp) {
    let offer = json!({ "accountId": app.account("northwind").await, "kind": "DELEGATION", "roleCap": "FULL", "term": "P1Y", "message": "Hello\r\nWorld" });
    let made = app
        .sign_in("fiona")
        .await
        .done("createOffer", offer, "offer { id message token }")
        .await;
    assert_eq!(made["offer"]["message"], "Hello\nWorld");
    let ivan = with(
        with(on(app, "ivan").await, "displayName", "Ivan\tInside"),
        "note",
        "line one\r\nline two",
    );
    let done = app
        .sign_in("carla")
        .await
        .done(
            "updateProfile",
            ivan,
            "user { displayName } operation { note }",
        )
        .await;
    assert_eq!(done["user"]["displayName"], "Ivan Inside");
    assert_eq!(done["operation"]["note"], "line one\nline two");
}

both!(texts_of_several_lines_are_taken_at_any_door);

async fn a_refused_text_says_which_word(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let northwind = app.account("northwind").await;
    let offer = |message: &str| json!({ "accountId": northwind, "kind": "DELEGATION", "roleCap": "FULL", "term": "P1Y", "message": message });
    fiona
        .done(
            "createOffer",
            offer("Node.js and ASP.NET experts"),
            "offer { id }",
        )
        .await;
    let answer = fiona
        .mutate("createOffer", offer("see contoso.com"), "offer { id }")
        .await;
    let said = answer["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("`contoso.com`"), "{said}");
    // A name that is sent by mail to somebody who did not ask is none for links either.
    let user = json!({ "accountId": app.account("contoso").await, "displayName": "Win at evil.com", "signInName": "w", "contact": "w@example.org" });
    let carla = app.sign_in("carla").await;
    assert_eq!(
        carla.fails("addUser", user).await,
        "BAD_USER_INPUT/MESSAGE_WITH_LINK"
    );
    let renamed = with(on(app, "ivan").await, "jobTitle", "http://evil.com");
    assert_eq!(
        carla.fails("updateProfile", renamed).await,
        "BAD_USER_INPUT/MESSAGE_WITH_LINK"
    );
    let trial = json!({ "accountId": northwind, "kind": "TRIAL", "items": [{ "planId": app.plan("basic").await, "seats": 5 }], "usageLocation": "ES" });
    let answer = fiona.mutate("createOffer", trial, "offer { id }").await;
    assert!(
        answer["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("delegation: false"),
        "{answer}"
    );
    let many: Vec<_> = (0..21)
        .map(|number| format!("a{number}@example.org"))
        .collect();
    let answer = fiona
        .mutate(
            "createOffer",
            with(offer("Hello"), "notify", many),
            "offer { id }",
        )
        .await;
    assert!(
        answer["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("at most 20"),
        "{answer}"
    );
}

both!(a_refused_text_says_which_word);
