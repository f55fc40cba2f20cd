//! A partner's pages: offers, clients, people.

use axum::http::StatusCode;

use crate::support::{Browser, TestApp, both};

const OFFER: [(&str, &str); 5] = [
    ("kind", "DELEGATION"),
    ("role", "FULL"),
    ("term", "P6M"),
    (
        "message",
        "We look after your mailboxes.\n\nRead the offer:\n\nIt is accepted already.",
    ),
    ("language", "EN"),
];

async fn a_partner_makes_an_offer_and_sees_who_answered(app: &TestApp) {
    let mut fiona = Browser::of(app, "fiona").await;
    let (_, page) = fiona.get("/partner").await;
    // The demo's partner has few clients.
    assert!(
        page.contains("<h1>Build your business</h1>")
            && page.contains("<h2>Delegate admin offer</h2>"),
        "{page}"
    );
    let (status, page) = fiona.post("/partner", &OFFER).await;
    assert!(
        status == StatusCode::OK && page.contains("The offer is made."),
        "{page}"
    );
    let made = fiona.at.split('?').next().unwrap().to_owned();
    let token = page.split("href=\"/offers/").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    for part in [
        "Full administration, for 6 months",
        &format!(
            "value=\"{}/offers/{token}\"",
            app.app.config.http.public_url
        ),
        "In Northwind Support&#39;s own words:",
        "We look after your mailboxes.",
        "Nobody yet.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Sent, once to each.
    app.mails().await;
    let addresses = "boss@client.example, boss@client.example\nother@client.example";
    let send = [("action", "send"), ("addresses", addresses)];
    let (status, page) = fiona.post(&made, &send).await;
    assert!(
        status == StatusCode::OK && page.contains("2 of 2 addresses get the offer"),
        "{page}"
    );
    let mails = app.mails().await;
    assert_eq!(mails.len(), 2);
    // What the partner wrote stands as its own, however it is laid out.
    for part in [
        "> We look after your mailboxes.\n> \n> Read the offer:",
        "> It is accepted already.",
    ] {
        assert!(mails[0].text.contains(part), "{}", mails[0].text);
    }
    let (_, page) = fiona.post(&made, &send).await;
    assert!(
        page.contains("0 of 2 addresses get the offer") && page.contains("2 had it already"),
        "{page}"
    );
    let wrong = [
        ("action", "send"),
        ("addresses", "boss@client.example, nonsense"),
    ];
    let (status, page) = fiona.post(&made, &wrong).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("nonsense:"),
        "{page}"
    );
    assert!(
        page.contains("boss@client.example, nonsense</textarea>"),
        "{page}"
    );
    // A client declines it.
    let mut adam = Browser::of(app, "adam").await;
    let path = format!("/offers/{token}");
    let (_, form) = adam.get(&path).await;
    let field = |name: &str| {
        let value = form
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let (revision, digest) = (field("revision"), field("digest"));
    let answer = [
        ("answer", "decline"),
        ("revision", &revision),
        ("digest", &digest),
        ("reply", "Not now."),
    ];
    let (_, page) = adam.post(&path, &answer).await;
    assert!(page.contains("You declined the offer"), "{page}");
    let (_, page) = fiona.get(&made).await;
    assert!(
        page.contains("declined,")
            && page.contains("Not now.")
            && page.contains("declined by 1 client"),
        "{page}"
    );
    // Withdrawn.
    let (status, page) = fiona.post(&made, &[("action", "withdraw")]).await;
    assert!(
        status == StatusCode::OK
            && page.contains("The offer is withdrawn.")
            && !page.contains("value=\"send\""),
        "{page}"
    );
    let (status, _) = Browser::new(app).get(&path).await;
    assert_eq!(status, StatusCode::GONE);
}

both!(a_partner_makes_an_offer_and_sees_who_answered);

async fn what_is_sent_twice_is_done_once(app: &TestApp) {
    let mut fiona = Browser::of(app, "fiona").await;
    let once = |page: &str| {
        let value = page.split("name=\"once\" value=\"").nth(1).unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let (_, page) = fiona.get("/partner").await;
    let mine = once(&page);
    let with = |mine: &str, message: &str| {
        let fields = OFFER.into_iter().filter(|(name, _)| *name != "message");
        let fields = fields.chain([("message", message), ("once", mine)]);
        let owned = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        owned.collect::<Vec<_>>()
    };
    let mut made = Vec::new();
    for (mine, message) in [
        (&mine, "Hello."),
        (&mine, "Hello."),
        // Another offer from a page that a browser kept, and the same again on purpose.
        (&mine, "Good day."),
        (&once(&fiona.get("/partner").await.1), "Hello."),
    ] {
        let fields = with(mine, message);
        let fields: Vec<_> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        let (_, page) = fiona.post("/partner", &fields).await;
        assert!(page.contains("The offer is made."), "{page}");
        made.push(fiona.at.clone());
    }
    assert_eq!(made[0], made[1]);
    assert!(made[2] != made[0] && made[3] != made[0] && made[3] != made[2]);
    // A second click says the same as the first, and no mail goes out again.
    app.mails().await;
    let offer = made[0].split('?').next().unwrap();
    let (_, page) = fiona.get(offer).await;
    let mine = once(&page);
    let send = [
        ("action", "send"),
        ("addresses", "boss@client.example"),
        ("once", &mine),
    ];
    for _ in 0..2 {
        let (_, page) = fiona.post(offer, &send).await;
        assert!(page.contains("1 of 1 addresses get the offer"), "{page}");
    }
    assert_eq!(app.mails().await.len(), 1);
    let withdraw = [("action", "withdraw"), ("once", &mine)];
    for _ in 0..2 {
        let (_, page) = fiona.post(offer, &withdraw).await;
        assert!(page.contains("The offer is withdrawn."), "{page}");
    }
}

both!(what_is_sent_twice_is_done_once);

async fn what_is_wrong_with_an_offer_is_said_beside_its_form(app: &TestApp) {
    let mut fiona = Browser::of(app, "fiona").await;
    for (name, value) in [
        ("message", "See https://phish.example"),
        ("term", "P1000Y"),
        ("until", "2020-01-01"),
        ("until", "never"),
        ("role", ""),
        ("kind", "TRIAL"),
        ("plan", "nonsense"),
        ("location", "Narnia"),
        ("until", "9999-12-31"),
        ("until", "+262142-12-31"),
        ("role", "FULLL"),
        ("kind", "NOPE"),
        ("language", "tlh"),
    ] {
        let fields: Vec<_> = OFFER
            .into_iter()
            .filter(|(field, _)| *field != name)
            .chain([(name, value)])
            .collect();
        let mut told = Vec::new();
        for language in ["en", "es"] {
            fiona.language = Some(language);
            let (status, page) = fiona.post("/partner", &fields).await;
            let alert = page.split("role=\"alert\">").nth(1);
            assert!(
                status == StatusCode::UNPROCESSABLE_ENTITY && alert.is_some(),
                "{name} {value}: {status} {page}"
            );
            told.extend(alert.and_then(|alert| alert.split('<').next().map(str::to_owned)));
        }
        assert_ne!(told[0], told[1], "{name} {value}");
    }
}

both!(what_is_wrong_with_an_offer_is_said_beside_its_form);

async fn a_partner_finds_its_clients(app: &TestApp) {
    let mut fiona = Browser::of(app, "fiona").await;
    let (_, page) = fiona.get("/partner/clients").await;
    for part in [
        "Contoso",
        "contoso.mandate.example",
        ">active<",
        "<th scope=\"row\">",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, page) = fiona
        .get("/partner/clients?search=contoso&order=expiry")
        .await;
    assert_eq!(page.matches("<th scope=\"row\">").count(), 1, "{page}");
    let (_, page) = fiona
        .get("/partner/clients?state=ENDED&search=contoso")
        .await;
    assert!(page.contains("No client."), "{page}");
    let (status, page) = fiona.get("/partner/clients?state=NONSENSE&after=x").await;
    assert!(
        status == StatusCode::OK && page.contains("Contoso"),
        "{page}"
    );
    // Who is of no partner and no admin sees none of it.
    let mut ivan = Browser::of(app, "ivan").await;
    for path in ["/partner", "/partner/clients", "/partner/people"] {
        let (status, _) = ivan.get(path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    // The client's own admin sees no other organization's offers, clients or people there.
    let mut carla = Browser::of(app, "carla").await;
    let (_, page) = carla.get("/partner/people").await;
    assert!(
        !page.contains("northwind") && page.contains("Carla"),
        "{page}"
    );
}

both!(a_partner_finds_its_clients);

async fn a_partner_gives_its_people_access(app: &TestApp) {
    let mut petra = Browser::of(app, "petra").await;
    let (_, page) = petra.get("/partner/people").await;
    let of = |page: &str, name: &str| {
        let part = page
            .split("<article")
            .find(|part| part.contains(name))
            .unwrap();
        part.to_owned()
    };
    assert!(
        of(&page, "Fiona Full").contains("yes, full</span>"),
        "{page}"
    );
    assert!(
        of(&page, "Fiona Full").contains("the sign-in of 1 user"),
        "{page}"
    );
    let liam = app.user("liam").await;
    let (_, page) = petra
        .post("/partner/people", &[("user", &liam), ("role", "FULL")])
        .await;
    assert!(
        page.contains("The access is set")
            && of(&page, "Liam Limited").contains("yes, full</span>"),
        "{page}"
    );
    let (_, page) = petra
        .post("/partner/people", &[("user", &liam), ("role", "NONE")])
        .await;
    assert!(
        !of(&page, "Liam Limited").contains("</span></h2>"),
        "{page}"
    );
    let (status, page) = petra
        .post("/partner/people", &[("user", &liam), ("role", "NONE")])
        .await;
    assert!(
        status == StatusCode::CONFLICT && page.contains("role=\"alert\""),
        "{page}"
    );
    // What is no access takes none.
    let liam = app.user("liam").await;
    let give = [("user", liam.as_str()), ("role", "FULL")];
    petra.post("/partner/people", &give).await;
    let (status, page) = petra
        .post("/partner/people", &[("user", &liam), ("role", "full")])
        .await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY
            && of(&page, "Liam Limited").contains("yes, full</span>"),
        "{page}"
    );
    // A delegate does not see the directory, and changes nothing.
    let mut fiona = Browser::of(app, "fiona").await;
    for (status, _) in [
        fiona.get("/partner/people").await,
        fiona.post("/partner/people", &give).await,
    ] {
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    // Somebody else's user does not exist here.
    let ivan = app.user("ivan").await;
    let (status, _) = petra
        .post("/partner/people", &[("user", &ivan), ("role", "FULL")])
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

both!(a_partner_gives_its_people_access);

async fn a_partner_with_many_clients_has_an_overview(app: &TestApp) {
    let many = app.again(|config| config.offers.overview_from = 2).await;
    let mut fiona = Browser::of(&many, "fiona").await;
    let (_, page) = fiona.get("/partner").await;
    assert!(
        page.contains("<h1>Partner overview</h1>")
            && page.contains("<h2>Send delegated administration offers</h2>"),
        "{page}"
    );
    many.app.db.close().await;
}

both!(a_partner_with_many_clients_has_an_overview);
