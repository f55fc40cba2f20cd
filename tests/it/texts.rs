//! What a database cannot hold, such as U+0000 in a text or a year before its calendar begins, is answered at
//! every door: by GraphQL in each text of each field, by paths, by forms.

mod doors;

use serde_json::{Value, json};

use crate::{
    graph::{fields, introspect, named, ty},
    support::{Actor, NEW_PASSWORD, TestApp, both, errors},
};

const NUL: &str = r#""a\u0000b""#;

/// Literals of valid values, by name, with what the schema says for the rest.
struct Literals<'a> {
    schema: &'a Value,
    known: Vec<(&'static str, String)>,
}

impl Literals<'_> {
    fn valid(&self, name: &str, of: &Value) -> String {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| *known == name) {
            return format!("\"{known}\"");
        }
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.valid(name, &of["ofType"]),
            "LIST" => format!("[{}]", self.valid(name, &of["ofType"])),
            "INPUT_OBJECT" => self.object(of, ""),
            _ => crate::graph::literal(self.schema, of),
        }
    }

    /// An input object of what it must have and of one field more.
    fn object(&self, of: &Value, with: &str) -> String {
        let fields = ty(self.schema, of["name"].as_str().unwrap())["inputFields"].clone();
        let part = self.together(&fields, with);
        format!("{{ {part} }}")
    }

    /// What must be given of arguments or input fields; `with`, such as `name: "x"`, in its place.
    fn together(&self, inputs: &Value, with: &str) -> String {
        let given = with.split(':').next().unwrap();
        let inputs = inputs.as_array().unwrap().iter();
        let must =
            inputs.filter(|one| one["type"]["kind"] == "NON_NULL" && one["defaultValue"].is_null());
        let mut parts = vec![with.to_owned()];
        for one in must {
            let name = one["name"].as_str().unwrap();
            if name != given {
                parts.push(format!("{name}: {}", self.valid(name, &one["type"])));
            }
        }
        parts.join(" ")
    }

    /// Literals of a type, each with U+0000 in another of its texts.
    fn bad(&self, of: &Value) -> Vec<String> {
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.bad(&of["ofType"]),
            "LIST" => {
                let items = self.bad(&of["ofType"]).into_iter();
                items.map(|item| format!("[{item}]")).collect()
            }
            "SCALAR" if of["name"] == "DateTime" => vec![
                NUL.to_owned(),
                "\"-4713-01-01T00:00:00Z\"".to_owned(),
                "\"+262142-12-31T23:59:59Z\"".to_owned(),
                "\"9999-12-31T23:59:59-23:59\"".to_owned(),
            ],
            "SCALAR" if !["Int", "Boolean", "Float"].contains(&of["name"].as_str().unwrap()) => {
                vec![NUL.to_owned()]
            }
            "INPUT_OBJECT" => {
                let fields = ty(self.schema, of["name"].as_str().unwrap())["inputFields"].clone();
                let parts = self.bad_parts(&fields).into_iter();
                parts.map(|part| self.object(of, &part)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn bad_parts(&self, inputs: &Value) -> Vec<String> {
        let mut parts = Vec::new();
        for one in inputs.as_array().unwrap() {
            let name = one["name"].as_str().unwrap();
            for bad in self.bad(&one["type"]) {
                parts.push(format!("{name}: {bad}"));
            }
        }
        parts
    }

    /// Calls of a type's fields, each with U+0000 in another text of its arguments.
    fn calls(&self, of: &str) -> Vec<String> {
        let mut calls = Vec::new();
        for field in fields(self.schema, of) {
            let name = field["name"].as_str().unwrap();
            let select = crate::graph::selection(&field["type"]);
            let leaf = named(&field["type"])["kind"] == "INPUT_OBJECT";
            assert!(!leaf);
            for part in self.bad_parts(&field["args"]) {
                let arguments = self.together(&field["args"], &part);
                calls.push(format!("{name}({arguments}){select}"));
            }
        }
        calls
    }
}

async fn answered(actor: &Actor<'_>, query: &str) {
    let answer = actor.run(query, Value::Null).await;
    let codes = errors(&answer);
    assert!(
        !codes.iter().any(|code| code.starts_with("INTERNAL")),
        "{query}\n{answer}"
    );
    assert!(
        !codes.iter().any(|code| code.starts_with("GRAPHQL")),
        "not a valid document: {query}\n{answer}"
    );
}

/// Values that the demo world has, for a viewer's account.
async fn known(app: &TestApp, slug: &str) -> Vec<(&'static str, String)> {
    let (offer, revision) = app.db_offer("northwind").await;
    let offer_id = mandate::domain::values::id::GlobalId::Offer(offer.id).encode();
    vec![
        ("accountId", app.account(slug).await),
        ("organizationId", app.account(slug).await),
        ("clientId", app.account("contoso").await),
        ("userId", app.user("ivan").await),
        ("grantId", app.grant("northwind", "contoso").await),
        ("offerId", offer_id),
        ("planId", app.plan("basic").await),
        ("serviceId", app.service("mail").await),
        ("subscriptionId", app.subscription("contoso").await),
        ("deviceId", app.device().await),
        ("domainId", app.domain("contoso").await),
        ("token", offer.token),
        ("digest", revision.digest),
        ("displayName", "Nina Nowak".to_owned()),
        ("signInName", "nina@contoso.mandate.example".to_owned()),
        ("contact", "nina@example.org".to_owned()),
        ("name", "word.example".to_owned()),
        ("url", "https://service.example".to_owned()),
        ("organizationName", "Blue Lamp".to_owned()),
        ("adminName", "Berta".to_owned()),
        ("adminSignInName", "berta".to_owned()),
        ("newPassword", NEW_PASSWORD.to_owned()),
        ("addresses", "a@example.org".to_owned()),
    ]
}

async fn every_text_of_every_field_is_answered(app: &TestApp) {
    let schema = introspect(app).await;
    let mut asked = 0;
    for (name, slug) in [
        ("", "contoso"),
        ("carla", "contoso"),
        ("fiona", "northwind"),
        ("petra", "northwind"),
        ("olivia", "contoso"),
        ("ursula", "fabrikam"),
    ] {
        let actor = match name {
            "" => app.anonymous(),
            name => app.sign_in(name).await,
        };
        let literals = Literals {
            schema: &schema,
            known: known(app, slug).await,
        };
        let of = |name: &str| {
            literals
                .known
                .iter()
                .find(|(known, _)| *known == name)
                .unwrap()
                .1
                .clone()
        };
        let within = [
            (
                "Organization",
                format!("organization(id: \"{}\")", of("accountId")),
            ),
            ("Client", format!("client(id: \"{}\")", of("clientId"))),
            ("Viewer", "viewer".to_owned()),
            ("Grant", format!("grant(id: \"{}\")", of("grantId"))),
            ("Offer", format!("offer(id: \"{}\")", of("offerId"))),
        ];
        let mut queries: Vec<_> = literals
            .calls("Query")
            .iter()
            .map(|call| format!("{{ {call} }}"))
            .collect();
        queries.extend(
            literals
                .calls("Mutation")
                .iter()
                .map(|call| format!("mutation {{ {call} }}")),
        );
        for (ty, path) in within {
            queries.extend(
                literals
                    .calls(ty)
                    .iter()
                    .map(|call| format!("{{ {path} {{ {call} }} }}")),
            );
        }
        asked += queries.len();
        for query in queries {
            answered(&actor, &query).await;
        }
    }
    assert!(asked > 1000, "{asked}");
}

both!(every_text_of_every_field_is_answered);

async fn a_time_is_of_a_year_that_can_be_written(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let query = "query($at: DateTime!) { operations(accountId: \"ID\", filter: { from: $at }) { nodes { id } } }";
    let query = query.replace("ID", &app.account("contoso").await);
    for at in [
        "-4713-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
    ] {
        let answer = carla.run(&query, json!({ "at": at })).await;
        assert_eq!(errors(&answer), ["BAD_USER_INPUT/INPUT_INVALID"], "{at}");
    }
    let answer = carla
        .run(&query, json!({ "at": "9999-12-31T23:59:59Z" }))
        .await;
    assert_eq!(errors(&answer), Vec::<String>::new());
    // A leap second is the one after it, in the grant and in the record.
    let input = json!({ "grantId": app.grant("northwind", "contoso").await, "expiresAt": "2026-12-30T12:00:60.5Z" });
    let done = carla
        .done(
            "shortenGrant",
            input,
            "grant { expiresAt } operation { changes { name value } }",
        )
        .await;
    assert_eq!(done["grant"]["expiresAt"], "2026-12-30T12:01:00.500+00:00");
    assert!(
        done["operation"]["changes"]
            .to_string()
            .contains("2026-12-30T12:01:00.500000Z"),
        "{done}"
    );
}

both!(a_time_is_of_a_year_that_can_be_written);
