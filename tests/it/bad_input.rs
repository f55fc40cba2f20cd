//! Bad input gets a typed error and writes nothing.

use aws_lc_rs::signature::Ed25519KeyPair;
use entity::operation;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto::sign, encode};
use mandate::domain::values::id::GlobalId;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::support::{TestApp, both, errors, reason};

async fn db_entries(app: &TestApp) -> u64 {
    operation::Entity::find()
        .count(app.app.db.read())
        .await
        .unwrap()
}

fn bomb(levels: usize) -> String {
    let mut text = String::from("query { ...f0 }");
    for level in 0..levels {
        let next = level + 1;
        text += &format!(" fragment f{level} on Query {{ ...f{next} ...f{next} }}");
    }
    text + &format!(" fragment f{levels} on Query {{ viewer {{ user {{ id }} }} }}")
}

// Executed, some of these would take longer than anyone waits.
async fn documents_beyond_a_limit_are_rejected(app: &TestApp) {
    let deep = format!("{{ viewer {} {} }}", "{ user ".repeat(400), "}".repeat(400));
    let brackets = format!(
        "{{ node(id: {}{}) {{ id }} }}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let aliases = (0..200)
        .map(|n| format!("a{n}: __typename "))
        .collect::<String>();
    let long = format!("{{ viewer {{ user {{ id }} }} #{} }}", "x".repeat(60_000));
    let wide = "{ clients(first: 100) { nodes { users(first: 100) { nodes { displayName signInName } } } } }";
    let directives = format!(
        "{{ viewer {} {{ user {{ id }} }} }}",
        "@skip(if: false) ".repeat(20)
    );
    let fan = |hops: usize| {
        format!(
            "{{ __type(name: \"Node\") {{ {} possibleTypes {{ name }} {} }} }}",
            "possibleTypes { interfaces { ".repeat(hops),
            "} } ".repeat(hops)
        )
    };
    let wide_types = (0..90)
        .map(|n| format!("a{n}: __schema {{ types {{ fields {{ args {{ name }} }} }} }} "))
        .collect::<String>();
    // Fragments that lead to no field, but to one that is not there, or to one another.
    let hollow = |levels: usize, each: usize| {
        let spreads = |to: String| format!("...{to} ").repeat(each);
        let links = (1..levels).map(|level| {
            format!(
                "fragment A{level} on Query {{ {}}} ",
                spreads(format!("A{}", level + 1))
            )
        });
        format!(
            "{{ ...A1 }} {}fragment A{levels} on Query {{ ...Nope }}",
            links.collect::<String>()
        )
    };
    for query in [
        hollow(22, 2),
        hollow(30, 4),
        fan(6),
        fan(4),
        format!("{{ {wide_types} }}"),
        bomb(30),
        bomb(500),
        deep,
        brackets,
        format!("{{ {aliases} }}"),
        long,
        wide.to_owned(),
        directives,
    ] {
        let answer = app.anonymous().run(&query, Value::Null).await;
        assert_eq!(
            errors(&answer),
            ["QUERY_TOO_COMPLEX"],
            "{query:.60} {answer}"
        );
    }
    // A fragment within itself is refused, and does not hang.
    let answer = app
        .anonymous()
        .run("{ ...a } fragment a on Query { ...a }", Value::Null)
        .await;
    assert_eq!(errors(&answer), ["QUERY_TOO_COMPLEX"], "{answer}");
}

both!(documents_beyond_a_limit_are_rejected);

async fn a_mutation_key_twice_runs_nothing(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let account = app.account("contoso").await;
    let before = db_entries(app).await;
    let field = "registerDevice(input: { accountId: $id, name: \"Twice\" }) { device { id } }";
    for query in [
        format!("mutation($id: ID!) {{ {field} {field} }}"),
        format!("mutation($id: ID!) {{ {field} ...f }} fragment f on Mutation {{ {field} }}"),
        format!("mutation($id: ID!) {{ {field} ... on Mutation {{ {field} }} }}"),
        format!("mutation($id: ID!) {{ ...f ...f }} fragment f on Mutation {{ {field} }}"),
        format!("mutation($id: ID!) {{ a: {field} a: {field} }}"),
    ] {
        let answer = carla.run(&query, json!({ "id": account })).await;
        assert_eq!(
            errors(&answer),
            ["GRAPHQL_VALIDATION_FAILED/DUPLICATE_MUTATION_KEY"],
            "{answer}"
        );
    }
    assert_eq!(db_entries(app).await, before);
}

both!(a_mutation_key_twice_runs_nothing);

async fn values_that_are_not_acceptable_write_nothing(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let petra = app.sign_in("petra").await;
    let (contoso, northwind) = (app.account("contoso").await, app.account("northwind").await);
    let before = db_entries(app).await;
    let long = "x".repeat(121);
    let user = |name: &str, sign_in: &str, contact: &str| {
        json!({
            "accountId": contoso, "displayName": name, "signInName": sign_in, "contact": contact,
        })
    };
    let good = ("New User", "new", "new@example.org");
    for (field, input) in [
        ("displayName", user(&long, good.1, good.2)),
        ("displayName", user(" ", good.1, good.2)),
        ("displayName", user("bell\u{7}", good.1, good.2)),
        ("displayName", user("right\u{202e}left", good.1, good.2)),
        ("signInName", user(good.0, "with space", good.2)),
        ("signInName", user(good.0, "", good.2)),
        ("signInName", user(good.0, "new@somewhere.example", good.2)),
        (
            "signInName",
            user(good.0, "new@contoso.example.com", good.2),
        ),
        ("signInName", user(good.0, &"n".repeat(65), good.2)),
        ("contact", user(good.0, good.1, "nobody")),
        ("contact", user(good.0, good.1, "a@b")),
        (
            "contact",
            user(good.0, good.1, "a@example.org\r\nBcc: x@example.org"),
        ),
        ("contact", user(good.0, good.1, "\"a b\"@example.org")),
        (
            "accountId",
            json!({ "accountId": "nonsense", "displayName": "N", "signInName": "n", "contact": "n@example.org" }),
        ),
        (
            "accountId",
            json!({ "accountId": app.user("ivan").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" }),
        ),
        (
            "ticket",
            json!({ "accountId": contoso, "displayName": "N", "signInName": "n", "contact": "n@example.org", "ticket": "t".repeat(101) }),
        ),
        (
            "idempotencyKey",
            json!({ "accountId": contoso, "displayName": "N", "signInName": "n", "contact": "n@example.org", "idempotencyKey": "" }),
        ),
    ] {
        let answer = carla.mutate("addUser", input.clone(), "user { id }").await;
        assert!(
            reason(&answer).starts_with("BAD_USER_INPUT/"),
            "{input}: {answer}"
        );
        assert_eq!(
            answer["errors"][0]["extensions"]["field"], field,
            "{input}: {answer}"
        );
    }
    for name in [
        "",
        "com",
        "1.2.3.4",
        "a..example.com",
        "-.example.com",
        "ex ample.com",
        &format!("{}.com", "a".repeat(64)),
    ] {
        let input = json!({ "accountId": contoso, "name": name });
        assert_eq!(
            carla.fails("addDomain", input).await,
            "BAD_USER_INPUT/INPUT_INVALID",
            "{name}"
        );
    }
    for term in [
        "",
        "1Y",
        "P0D",
        "-P1Y",
        "PT5H",
        "P11Y",
        "P1Y2",
        "P99999999999Y",
    ] {
        let input = json!({ "accountId": northwind, "roleCap": "FULL", "term": term });
        assert_eq!(
            petra.fails("createOffer", input).await,
            "BAD_USER_INPUT/INPUT_INVALID",
            "{term}"
        );
    }
    let notify: Vec<String> = (0..21).map(|n| format!("a{n}@example.org")).collect();
    for input in [
        json!({ "accountId": northwind, "roleCap": "FULL", "term": "P1Y", "notify": notify }),
        json!({ "accountId": northwind, "roleCap": "FULL", "term": "P1Y", "notify": ["x"] }),
        json!({ "accountId": northwind, "roleCap": "FULL", "term": "P1Y", "message": "m".repeat(1001) }),
    ] {
        assert_eq!(
            petra.fails("createOffer", input).await,
            "BAD_USER_INPUT/INPUT_INVALID"
        );
    }
    assert_eq!(db_entries(app).await, before);
}

both!(values_that_are_not_acceptable_write_nothing);

async fn ids_of_another_type_or_tenant_find_nothing(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let mut input = json!({ "accountId": contoso, "userId": contoso });
    assert_eq!(
        carla.fails("resetPassword", input.clone()).await,
        "BAD_USER_INPUT/ID_INVALID"
    );
    // Someone else's user, and one that never was: the same bytes.
    input["userId"] = app.user("fiona").await.into();
    let foreign = carla
        .mutate("resetPassword", input.clone(), "operation { id }")
        .await;
    input["userId"] = GlobalId::User(uuid::Uuid::from_u128(77).into())
        .encode()
        .into();
    let random = carla
        .mutate("resetPassword", input, "operation { id }")
        .await;
    assert_eq!(reason(&foreign), "NOT_FOUND/NO_SUCH_THING");
    assert_eq!(foreign, random);
    for id in [
        app.user("fiona").await,
        app.account("fabrikam").await,
        app.grant("tailspin", "adatum").await,
        "x".to_owned(),
    ] {
        let answer = carla
            .data(
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": id }),
            )
            .await;
        assert_eq!(answer["node"], Value::Null, "{id}");
    }
}

both!(ids_of_another_type_or_tenant_find_nothing);

async fn tokens_that_are_not_good_are_refused(app: &TestApp) {
    let actor = app.sign_in("fiona").await;
    let good = actor.token.clone().unwrap();
    let claims: Value = {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let payload = good.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    };
    let keys = app.app.keys.loaded();
    let (kid, key) = keys.token_signing();
    let header = Header {
        typ: Some("at+jwt".into()),
        kid: Some(kid.into()),
        ..Header::new(Algorithm::EdDSA)
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims.clone();
        change(&mut claims);
        encode(&header, &claims, key).unwrap()
    };
    let stranger = EncodingKey::from_ed_der(
        Ed25519KeyPair::generate()
            .unwrap()
            .to_pkcs8()
            .unwrap()
            .as_ref(),
    );
    let (head, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let critical = |named: Value| {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let head = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": kid, "crit": named, "x": 1 });
        let message = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(head.to_string()));
        let signature = sign(message.as_bytes(), key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    };
    let unsigned = {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let none = format!("{{\"typ\":\"at+jwt\",\"alg\":\"none\",\"kid\":\"{kid}\"}}");
        format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(none))
    };
    let untyped = Header {
        kid: Some(kid.into()),
        ..Header::new(Algorithm::EdDSA)
    };
    let unknown = Header {
        kid: Some("other".into()),
        ..header.clone()
    };
    for (what, token) in [
        (
            "expired",
            with(&|c| c["exp"] = (claims["iat"].as_i64().unwrap() - 1).into()),
        ),
        (
            "from the future",
            with(&|c| c["iat"] = (claims["iat"].as_i64().unwrap() + 3600).into()),
        ),
        (
            "not yet good",
            with(&|c| c["nbf"] = (claims["iat"].as_i64().unwrap() + 3600).into()),
        ),
        ("good from a word on", with(&|c| c["nbf"] = "soon".into())),
        ("critical", critical(json!(["x"]))),
        ("critical, and nothing is", critical(json!([]))),
        ("another audience", with(&|c| c["aud"] = "other".into())),
        ("another issuer", with(&|c| c["iss"] = "other".into())),
        (
            "another session",
            with(&|c| c["sid"] = uuid::Uuid::from_u128(9).to_string().into()),
        ),
        ("unsigned", unsigned),
        (
            "wrongly signed",
            encode(&header, &claims, &stranger).unwrap(),
        ),
        (
            "cut signature",
            format!("{head}.{payload}.{}", &signature[..signature.len() - 4]),
        ),
        ("of another type", encode(&untyped, &claims, key).unwrap()),
        ("of an unknown key", encode(&unknown, &claims, key).unwrap()),
        (
            "shared secret",
            encode(
                &Header {
                    kid: Some(kid.into()),
                    typ: Some("at+jwt".into()),
                    ..Header::new(Algorithm::HS256)
                },
                &claims,
                &EncodingKey::from_secret(b"x"),
            )
            .unwrap(),
        ),
    ] {
        let answer = app
            .with_token(token)
            .run("{ clients { nodes { id } } }", Value::Null)
            .await;
        assert_eq!(
            reason(&answer),
            "UNAUTHENTICATED/TOKEN_INVALID",
            "{what}: {answer}"
        );
    }
    actor
        .data("{ clients { nodes { id } } }", Value::Null)
        .await;
    app.app.clock.advance(chrono::TimeDelta::seconds(601));
    let answer = actor.run("{ clients { nodes { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
}

both!(tokens_that_are_not_good_are_refused);
