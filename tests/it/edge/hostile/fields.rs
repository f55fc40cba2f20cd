//! What is refused in the fields of an operation, and where somebody else decides.

use serde_json::{Value, json};

use super::{Table, refusal};
use crate::support::{Actor, TestApp, grant, on, with};

/// Texts that no field of a kind takes: what, mutation, input.
async fn texts(app: &TestApp) -> Vec<(&'static str, &'static str, Value)> {
    let account = app.account("contoso").await;
    let add = json!({ "accountId": account, "signInName": "new.user", "displayName": "New User", "contact": "new@example.org" });
    let user = |name: &str, value: &str| with(add.clone(), name, value);
    let domain = |name: &str| json!({ "accountId": account, "name": name });
    let rename = |name: &str| json!({ "signInName": name });
    let name = async |value: &str| {
        with(
            on(app, "ivan").await,
            "signInName",
            rename(value)["signInName"].clone(),
        )
    };
    vec![
        (
            "a name that is empty",
            "addUser",
            user("displayName", " \u{200b} "),
        ),
        (
            "a name of 200 letters",
            "addUser",
            user("displayName", &"a".repeat(200)),
        ),
        (
            "a name with a line end",
            "addUser",
            user("displayName", "a\nb"),
        ),
        (
            "a name written from right to left",
            "addUser",
            user("displayName", "a\u{202e}nimda"),
        ),
        (
            "a name with a zero byte",
            "addUser",
            user("displayName", "a\u{0}b"),
        ),
        (
            "a name that is a link",
            "addUser",
            user("displayName", "Win at https://evil.example"),
        ),
        (
            "a name with hidden letters",
            "addUser",
            user("displayName", "a\u{e0041}b"),
        ),
        (
            "a note of 100,000 letters",
            "addUser",
            user("note", &"a".repeat(100_000)),
        ),
        (
            "a ticket with a control",
            "addUser",
            user("ticket", "a\u{7}b"),
        ),
        (
            "a key of 1,000 letters",
            "addUser",
            user("idempotencyKey", &"a".repeat(1_000)),
        ),
        (
            "two addresses in one",
            "addUser",
            user("contact", "a@example.org, b@example.org"),
        ),
        (
            "an address with a head of mail",
            "addUser",
            user("contact", "a@example.org\r\nBcc: b@example.org"),
        ),
        (
            "an address with a name",
            "addUser",
            user("contact", "Ann <ann@example.org>"),
        ),
        (
            "an address of two scripts",
            "addUser",
            user("contact", "\u{430}dmin@example.org"),
        ),
        (
            "an address without a domain",
            "addUser",
            user("contact", "ann@localhost"),
        ),
        (
            "an address in quotes",
            "addUser",
            user("contact", "\"a b\"@example.org"),
        ),
        (
            "a sign-in name of two scripts",
            "addUser",
            user("signInName", "c\u{430}rla"),
        ),
        (
            "a sign-in name with a slash",
            "addUser",
            user("signInName", "../carla"),
        ),
        (
            "a sign-in name at a domain of others",
            "addUser",
            user("signInName", "ann@northwind.mandate.example"),
        ),
        (
            "a sign-in name that is taken",
            "changeSignInName",
            name("CARLA").await,
        ),
        (
            "a domain that is an address",
            "addDomain",
            domain("192.0.2.1"),
        ),
        ("a domain that is a suffix", "addDomain", domain("co.uk")),
        (
            "a domain with a port",
            "addDomain",
            domain("example.org:8080"),
        ),
        (
            "a domain with a path",
            "addDomain",
            domain("https://example.org/a"),
        ),
        (
            "a domain of 300 letters",
            "addDomain",
            domain(&format!("{}.org", "a.".repeat(150))),
        ),
        (
            "a domain with a wildcard",
            "addDomain",
            domain("*.example.org"),
        ),
        (
            "the platform's own domain",
            "addDomain",
            domain("mandate.example"),
        ),
        (
            "a name below the platform's domain",
            "addDomain",
            domain("northwind.mandate.example"),
        ),
    ]
}

pub async fn in_fields(app: &TestApp, carla: &Actor<'_>, table: &mut Table) {
    table.part("In the fields of an operation");
    for (what, field, input) in texts(app).await {
        let answer = carla.mutate(field, input, "replayed").await;
        table.row(what, &refusal(&answer));
    }
    table.part("Where somebody else decides");
    let account = app.account("contoso").await;
    let carla_herself = app.user("carla").await;
    let (fiona, liam, tom, nora) = (
        app.sign_in("fiona").await,
        app.sign_in("liam").await,
        app.sign_in("tom").await,
        app.sign_in("nora").await,
    );
    let add = json!({ "accountId": account, "signInName": "new.user", "displayName": "New User", "contact": "new@example.org" });
    let reset = on(app, "ivan").await;
    let retire = json!({ "accountId": account, "deviceId": app.device().await });
    for (what, who, field, input) in [
        (
            "a delegate manages a device",
            &fiona,
            "retireDevice",
            retire,
        ),
        (
            "a LIMITED delegate adds a user",
            &liam,
            "addUser",
            add.clone(),
        ),
        (
            "a partner whose grant is over adds a user",
            &tom,
            "addUser",
            add.clone(),
        ),
        (
            "a partner's user without a role",
            &nora,
            "resetPassword",
            reset,
        ),
        (
            "a delegate ends the client's grant",
            &fiona,
            "endGrant",
            grant(app).await,
        ),
        (
            "a delegate deletes the client's admin",
            &fiona,
            "deleteUser",
            json!({ "accountId": account, "userId": carla_herself }),
        ),
        ("a stranger adds a user", &app.anonymous(), "addUser", add),
        (
            "an admin certifies its own organization",
            carla,
            "certifyPartner",
            json!({ "organizationId": account }),
        ),
        (
            "an admin deletes itself",
            carla,
            "deleteUser",
            on(app, "carla").await,
        ),
    ] {
        let answer = who.mutate(field, input, "replayed").await;
        table.row(what, &refusal(&answer));
    }
}
