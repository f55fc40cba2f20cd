//! The reasons that have to do with domain names.

use mandate::domain::reason::Reason;
use serde_json::{Value, json};

use super::{call, domain};
use crate::support::{TestApp, dns::Dns, on, with};

async fn on_domain(app: &TestApp) -> Value {
    json!({ "accountId": app.account("contoso").await, "domainId": app.domain("contoso").await })
}

async fn with_resolver(app: &TestApp, address: &str) -> TestApp {
    let address = address.to_owned();
    app.again(|config| {
        config.dns.resolvers = vec![address];
        config.dns.timeout_millis = 200;
    })
    .await
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::DomainNotProven => {
            let dns = Dns::start().await;
            let app = with_resolver(app, &dns.address.to_string()).await;
            let why = call(&app, "carla", "verifyDomain", on_domain(&app).await).await;
            app.app.db.close().await;
            why
        }
        Reason::DomainLookupFailed => {
            // Nobody listens on the discard port of loopback.
            let app = with_resolver(app, "127.0.0.1:9").await;
            let why = call(&app, "carla", "verifyDomain", on_domain(&app).await).await;
            app.app.db.close().await;
            why
        }
        Reason::AlreadyVerified | Reason::DomainInitial => {
            let query = "{ viewer { organization { domains { nodes { id initial } } } } }";
            let data = app.sign_in("adam").await.data(query, Value::Null).await;
            let input = json!({ "accountId": app.account("adatum").await, "domainId": data["viewer"]["organization"]["domains"]["nodes"][0]["id"] });
            let field = if wanted == Reason::DomainInitial {
                "removeDomain"
            } else {
                "verifyDomain"
            };
            call(app, "adam", field, input).await
        }
        Reason::DomainNotVerified => {
            call(app, "carla", "setDefaultDomain", on_domain(app).await).await
        }
        Reason::DomainResting | Reason::DomainInUse | Reason::DomainIsDefault => {
            let dns = Dns::start().await;
            let app = with_resolver(app, &dns.address.to_string()).await;
            let carla = app.sign_in("carla").await;
            let added = carla
                .done(
                    "addDomain",
                    domain(&app, "used.example").await,
                    "domain { id txtRecord { name value } }",
                )
                .await["domain"]
                .clone();
            dns.set(
                added["txtRecord"]["name"].as_str().unwrap(),
                &[added["txtRecord"]["value"].as_str().unwrap()],
            );
            let used =
                json!({ "accountId": app.account("contoso").await, "domainId": added["id"] });
            carla
                .done("verifyDomain", used.clone(), "domain { id }")
                .await;
            let why = match wanted {
                Reason::DomainInUse => {
                    carla
                        .done(
                            "changeSignInName",
                            with(on(&app, "ivan").await, "signInName", "ivan@used.example"),
                            "user { id }",
                        )
                        .await;
                    call(&app, "carla", "removeDomain", used).await
                }
                Reason::DomainIsDefault => {
                    carla
                        .done("setDefaultDomain", used.clone(), "domain { id }")
                        .await;
                    call(&app, "carla", "removeDomain", used).await
                }
                _ => {
                    carla.done("removeDomain", used, "__typename").await;
                    call(&app, "ursula", "addDomain", json!({ "accountId": app.account("fabrikam").await, "name": "used.example" })).await
                }
            };
            app.app.db.close().await;
            why
        }
        Reason::DomainReserved => {
            call(
                app,
                "carla",
                "addDomain",
                domain(app, "x.mandate.example").await,
            )
            .await
        }
        Reason::PublicSuffix => call(app, "carla", "addDomain", domain(app, "co.uk").await).await,
        _ => String::new(),
    }
}
