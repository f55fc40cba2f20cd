//! Every reason that the catalogue of errors names, provoked over the API: a new reason without its
//! line here does not compile.

mod hands;
mod recovery;

use chrono::TimeDelta;
use mandate::domain::{described::Described, reason::Reason, values::id::GlobalId};
use serde_json::{Value, json};

use crate::support::{NEW_PASSWORD, TestApp, answer, both, grant, reason, with};

const PASSWORD: &str = mandate::cli::DEMO_PASSWORD;
/// Calls one mutation as someone of the demo world: the reason of its failure.
async fn call(app: &TestApp, who: &str, field: &str, input: Value) -> String {
    let actor = if who.is_empty() {
        app.anonymous()
    } else {
        app.sign_in(who).await
    };
    reason(&actor.mutate(field, input, "__typename").await)
}

/// Calls one mutation that must succeed.
async fn done(app: &TestApp, who: &str, field: &str, input: Value) -> Value {
    app.sign_in(who)
        .await
        .done(field, input, "__typename")
        .await
}

async fn user(app: &TestApp, name: &str) -> Value {
    json!({ "accountId": app.account(crate::support::world::slug(name)).await, "userId": app.user(name).await })
}

async fn domain(app: &TestApp, name: &str) -> Value {
    json!({ "accountId": app.account("contoso").await, "name": name })
}

async fn on_domain(app: &TestApp) -> Value {
    json!({ "accountId": app.account("contoso").await, "domainId": app.domain("contoso").await })
}

async fn device(app: &TestApp) -> Value {
    json!({ "accountId": app.account("contoso").await, "deviceId": app.device().await })
}

async fn organization(app: &TestApp, slug: &str) -> Value {
    json!({ "organizationId": app.account(slug).await, "message": "Why." })
}

async fn seat(app: &TestApp, name: &str) -> Value {
    with(
        user(app, name).await,
        "subscriptionId",
        app.subscription("contoso").await,
    )
}

async fn subscription(app: &TestApp) -> Value {
    json!({ "organizationId": app.account("contoso").await, "subscriptionId": app.subscription("contoso").await })
}

/// A purchase without delegation.
async fn purchase(app: &TestApp) -> Value {
    let items = json!([{ "planId": app.plan("basic").await, "seats": 3 }]);
    json!({ "kind": "PURCHASE", "delegation": false, "items": items, "usageLocation": "ES" })
}

/// Makes an offer of Northwind: what names it to who answers it.
async fn made(app: &TestApp, input: Value) -> Value {
    let input = with(input, "accountId", app.account("northwind").await);
    let fiona = app.sign_in("fiona").await;
    let made = fiona
        .done("createOffer", input, "offer { token digest }")
        .await;
    let made = &made["offer"];
    json!({ "token": made["token"], "revision": 1, "digest": made["digest"] })
}

fn without_location(mut input: Value) -> Value {
    input.as_object_mut().unwrap().remove("usageLocation");
    input
}

fn without_reason(mut input: Value) -> Value {
    input.as_object_mut().unwrap().remove("message");
    input
}

async fn rules(app: &TestApp, rule: &str, value: impl Into<Value>) {
    let input = json!({ "accountId": app.account("contoso").await });
    done(app, "carla", "updateAccountRules", with(input, rule, value)).await;
}

/// A token of a user who signed in with a temporary password.
async fn temporary(app: &TestApp) -> String {
    rules(app, "passwordDeliveries", json!(["SHOW_ONCE"])).await;
    let input = with(user(app, "uma").await, "delivery", "SHOW_ONCE");
    let shown = app
        .sign_in("carla")
        .await
        .done("resetPassword", input, "temporaryPassword")
        .await;
    let uma = app
        .sign_in_as(
            "uma@contoso.mandate.example",
            shown["temporaryPassword"].as_str().unwrap(),
        )
        .await;
    uma.token.unwrap()
}

async fn with_resolver(app: &TestApp, address: &str) -> TestApp {
    let address = address.to_owned();
    app.again(|config| {
        config.dns.resolvers = vec![address];
        config.dns.timeout_millis = 200;
    })
    .await
}

#[expect(clippy::too_many_lines, reason = "one arm a reason")]
async fn provoke(app: &TestApp, wanted: Reason) -> String {
    let northwind = app.account("northwind").await;
    match wanted {
        Reason::NotSignedIn => call(app, "", "addDomain", domain(app, "x.example").await).await,
        Reason::TokenInvalid => reason(
            &app.with_token("x")
                .run("{ viewer { mustChangePassword } }", Value::Null)
                .await,
        ),
        Reason::CredentialsInvalid => reason(
            &app.anonymous()
                .sign_in("ivan@contoso.mandate.example", "wrong")
                .await,
        ),
        Reason::SessionInvalid => {
            call(app, "", "refreshSession", json!({ "refreshToken": "x" })).await
        }
        Reason::LinkInvalid => {
            call(
                app,
                "",
                "enrol",
                json!({ "secret": "x", "newPassword": NEW_PASSWORD }),
            )
            .await
        }
        Reason::NoSuchThing => {
            call(
                app,
                "fiona",
                "addDomain",
                json!({ "accountId": app.account("fabrikam").await, "name": "x.example" }),
            )
            .await
        }
        Reason::RoleRequired => {
            call(app, "ivan", "addDomain", domain(app, "x.example").await).await
        }
        Reason::RoleGivenByDelegate => {
            done(
                app,
                "fiona",
                "assignAdminRole",
                with(user(app, "ivan").await, "role", "GLOBAL_ADMIN"),
            )
            .await;
            call(app, "ivan", "endGrant", grant(app).await).await
        }
        Reason::RoleLimited => call(app, "liam", "addDomain", domain(app, "x.example").await).await,
        Reason::OwnOnly => {
            call(
                app,
                "fiona",
                "exportRecord",
                json!({ "accountId": app.account("contoso").await, "format": "CSV" }),
            )
            .await
        }
        Reason::DeviceManagement => call(app, "fiona", "wipeDevice", device(app).await).await,
        Reason::GrantHeld => {
            done(app, "carla", "holdGrant", grant(app).await).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::GrantExpired => call(app, "tom", "addDomain", domain(app, "x.example").await).await,
        Reason::GrantEnded => {
            done(app, "carla", "endGrant", grant(app).await).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::TargetSelf => call(app, "carla", "resetPassword", user(app, "carla").await).await,
        Reason::TargetPrivileged => {
            call(app, "liam", "resetPassword", user(app, "carla").await).await
        }
        Reason::SecretGuarded => {
            call(
                app,
                "fiona",
                "changeContact",
                with(user(app, "carla").await, "contact", "f@example.org"),
            )
            .await
        }
        Reason::InHands
        | Reason::AdminGuarded
        | Reason::ContactGuarded
        | Reason::ContactChanged
        | Reason::NotInHands
        | Reason::PersonStands
        | Reason::ContactNotConfirmable
        | Reason::SeveralGrants
        | Reason::RecentlyRecovered
        | Reason::Dismissed
        | Reason::ContactAsleep
        | Reason::NobodyToEnrol
        | Reason::SignInByDelegate
        | Reason::ContactOfPartner
        | Reason::NotGlobalAdmin
        | Reason::AdminCanHelp
        | Reason::RecoveryOpen
        | Reason::RecoveryOver
        | Reason::AlreadyApproved
        | Reason::SameOperator
        | Reason::OperatorTooNew => String::new(),
        Reason::OwnOffer => call(app, "petra", "acceptOffer", answer(app).await).await,

        Reason::NotCertified => {
            let input = json!({ "accountId": app.account("fabrikam").await, "roleCap": "FULL", "term": "P1Y" });
            call(app, "ursula", "createOffer", input).await
        }
        Reason::AlreadyCertified => {
            let input = without_reason(organization(app, "northwind").await);
            call(app, "olivia", "certifyPartner", input).await
        }
        Reason::AlreadySuspended => {
            let input = organization(app, "northwind").await;
            done(app, "olivia", "suspendCertification", input.clone()).await;
            call(app, "olivia", "suspendCertification", input).await
        }
        Reason::NotSuspended => {
            let input = without_reason(organization(app, "northwind").await);
            call(app, "olivia", "reinstateCertification", input).await
        }
        Reason::AlreadyEnrolled => {
            let input = without_reason(organization(app, "contoso").await);
            call(app, "olivia", "resendEnrolment", input).await
        }
        Reason::NoVerifiedContact => {
            let contact = with(user(app, "ivan").await, "contact", "i@example.org");
            done(app, "carla", "changeContact", contact).await;
            call(app, "carla", "resetPassword", user(app, "ivan").await).await
        }
        Reason::ResetPending => {
            done(app, "fiona", "resetPassword", user(app, "ivan").await).await;
            call(app, "fiona", "resetPassword", user(app, "ivan").await).await
        }
        Reason::PasswordChangeRequired => {
            let token = temporary(app).await;
            let input = domain(app, "x.example").await;
            reason(
                &app.with_token(token)
                    .mutate("addDomain", input, "__typename")
                    .await,
            )
        }
        Reason::FreshSignInRequired => {
            let carla = app.sign_in("carla").await;
            app.app.clock.advance(TimeDelta::minutes(6));
            carla.fails("liftGrant", grant(app).await).await
        }
        Reason::RecordNotTrusted => {
            let db = app.intruder().await;
            let sql = "UPDATE chain_head SET size = size - 1";
            sea_orm::ConnectionTrait::execute_unprepared(&db, sql)
                .await
                .unwrap();
            reason(
                &app.anonymous()
                    .sign_in("ivan@contoso.mandate.example", PASSWORD)
                    .await,
            )
        }
        Reason::SignInBlocked => {
            done(app, "carla", "blockSignIn", user(app, "ivan").await).await;
            reason(
                &app.anonymous()
                    .sign_in("ivan@contoso.mandate.example", PASSWORD)
                    .await,
            )
        }
        Reason::TicketRequired => {
            rules(app, "ticketRequired", true).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::NoteRequired => {
            rules(app, "noteRequired", true).await;
            call(app, "fiona", "addDomain", domain(app, "x.example").await).await
        }
        Reason::DeliveryNotAllowed => {
            call(
                app,
                "liam",
                "resetPassword",
                with(user(app, "ivan").await, "delivery", "SHOW_ONCE"),
            )
            .await
        }
        Reason::UserDeleted => {
            done(app, "carla", "deleteUser", user(app, "ivan").await).await;
            call(app, "carla", "blockSignIn", user(app, "ivan").await).await
        }
        Reason::UserNotDeleted => call(app, "carla", "restoreUser", user(app, "ivan").await).await,
        Reason::AlreadyBlocked => {
            done(app, "carla", "blockSignIn", user(app, "ivan").await).await;
            call(app, "carla", "blockSignIn", user(app, "ivan").await).await
        }
        Reason::NotBlocked => call(app, "carla", "unblockSignIn", user(app, "ivan").await).await,
        Reason::DomainNotProven => {
            let dns = crate::support::dns::Dns::start().await;
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
            let dns = crate::support::dns::Dns::start().await;
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
            let on = json!({ "accountId": app.account("contoso").await, "domainId": added["id"] });
            carla
                .done("verifyDomain", on.clone(), "domain { id }")
                .await;
            let why = match wanted {
                Reason::DomainInUse => {
                    carla
                        .done(
                            "changeSignInName",
                            with(user(&app, "ivan").await, "signInName", "ivan@used.example"),
                            "user { id }",
                        )
                        .await;
                    call(&app, "carla", "removeDomain", on).await
                }
                Reason::DomainIsDefault => {
                    carla
                        .done("setDefaultDomain", on.clone(), "domain { id }")
                        .await;
                    call(&app, "carla", "removeDomain", on).await
                }
                _ => {
                    carla.done("removeDomain", on, "__typename").await;
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
        Reason::SubscriptionOver => {
            done(
                app,
                "olivia",
                "changeSubscription",
                with(subscription(app).await, "end", true),
            )
            .await;
            call(app, "carla", "assignLicence", seat(app, "ivan").await).await
        }
        Reason::NoSeatLeft => {
            done(
                app,
                "olivia",
                "changeSubscription",
                with(subscription(app).await, "seats", 1),
            )
            .await;
            call(app, "carla", "assignLicence", seat(app, "ivan").await).await
        }
        Reason::SeatsInUse => {
            done(app, "carla", "assignLicence", seat(app, "ivan").await).await;
            call(
                app,
                "olivia",
                "changeSubscription",
                with(subscription(app).await, "seats", 1),
            )
            .await
        }
        Reason::LicenceHeld => call(app, "carla", "assignLicence", seat(app, "hector").await).await,
        Reason::LicenceNotHeld => {
            call(app, "carla", "unassignLicence", seat(app, "ivan").await).await
        }
        Reason::ServiceNotLicensed => {
            let input = with(
                with(
                    user(app, "ivan").await,
                    "serviceId",
                    app.service("mail").await,
                ),
                "on",
                false,
            );
            call(app, "carla", "setServiceAccess", input).await
        }
        Reason::CapNotLower => {
            call(
                app,
                "carla",
                "lowerGrant",
                with(grant(app).await, "roleCap", "FULL"),
            )
            .await
        }
        Reason::EndNotEarlier => {
            call(
                app,
                "carla",
                "shortenGrant",
                with(grant(app).await, "expiresAt", "2030-01-01T00:00:00Z"),
            )
            .await
        }
        Reason::AlreadyWiped => {
            done(app, "carla", "wipeDevice", device(app).await).await;
            call(app, "carla", "wipeDevice", device(app).await).await
        }
        // The socket's own: `live.rs` provokes them.
        Reason::TooManySubscriptions | Reason::SubscriptionOnly => String::new(),
        Reason::LastGlobalAdmin => {
            let role = with(user(app, "carla").await, "role", "GLOBAL_ADMIN");
            call(app, "carla", "removeAdminRole", role).await
        }
        Reason::RoleHeld => {
            call(
                app,
                "carla",
                "assignAdminRole",
                with(user(app, "dana").await, "role", "DIRECTORY_READER"),
            )
            .await
        }
        Reason::RoleNotHeld => {
            call(
                app,
                "carla",
                "removeAdminRole",
                with(user(app, "ivan").await, "role", "DIRECTORY_READER"),
            )
            .await
        }
        Reason::AlreadyHeld => {
            done(app, "carla", "holdGrant", grant(app).await).await;
            call(app, "carla", "holdGrant", grant(app).await).await
        }
        Reason::NotHeld => call(app, "carla", "liftGrant", grant(app).await).await,
        Reason::GrantOver => {
            done(app, "carla", "endGrant", grant(app).await).await;
            call(app, "carla", "endGrant", grant(app).await).await
        }
        Reason::GrantStands => call(app, "carla", "declineOffer", answer(app).await).await,
        Reason::AlreadyRetired => {
            done(app, "carla", "retireDevice", device(app).await).await;
            call(app, "carla", "retireDevice", device(app).await).await
        }
        Reason::OfferChanged => {
            call(
                app,
                "ursula",
                "acceptOffer",
                with(answer(app).await, "revision", 2),
            )
            .await
        }
        Reason::OfferWithdrawn => {
            let (made, _) = app.db_offer("northwind").await;
            let input =
                json!({ "accountId": northwind, "offerId": GlobalId::Offer(made.id).encode() });
            done(app, "fiona", "withdrawOffer", input).await;
            call(app, "ursula", "acceptOffer", answer(app).await).await
        }
        Reason::OfferExpired => {
            let until = app.app.now() + TimeDelta::minutes(1);
            let input = json!({ "roleCap": "LIMITED", "term": "P1Y", "expiresAt": until });
            let made = made(app, input).await;
            app.app.clock.advance(TimeDelta::minutes(2));
            call(app, "ursula", "acceptOffer", made).await
        }
        Reason::PartsInvalid => {
            let input = json!({ "accountId": northwind, "kind": "TRIAL", "delegation": false });
            call(app, "fiona", "createOffer", input).await
        }
        Reason::PlanNotSold => {
            let input = with(purchase(app).await, "accountId", northwind);
            call(app, "fiona", "createOffer", without_location(input)).await
        }
        Reason::MessageWithLink => {
            let input = json!({ "accountId": northwind, "roleCap": "FULL", "term": "P1Y", "message": "See www.example.org" });
            call(app, "fiona", "createOffer", input).await
        }
        Reason::PartNotOffered => {
            let input = with(answer(app).await, "accept", json!(["SUBSCRIPTIONS"]));
            call(app, "ursula", "acceptOffer", input).await
        }
        Reason::NothingAccepted => {
            let input = with(answer(app).await, "accept", json!([]));
            call(app, "ursula", "acceptOffer", input).await
        }
        Reason::SubscriptionsTaken => {
            let made = made(app, purchase(app).await).await;
            done(app, "ursula", "acceptOffer", made.clone()).await;
            let more = json!([{ "planId": app.plan("basic").await, "seats": 9 }]);
            call(app, "ursula", "acceptOffer", with(made, "seats", more)).await
        }
        Reason::TermsDiffer => {
            call(
                app,
                "carla",
                "acceptOffer",
                with(answer(app).await, "roleCap", "LIMITED"),
            )
            .await
        }
        Reason::CapExceeded => {
            let input = json!({ "accountId": northwind, "roleCap": "LIMITED", "term": "P1Y" });
            let made = app
                .sign_in("fiona")
                .await
                .done("createOffer", input, "offer { token digest }")
                .await["offer"]
                .clone();
            let input = json!({ "token": made["token"], "revision": 1, "digest": made["digest"], "roleCap": "FULL" });
            call(app, "ursula", "acceptOffer", input).await
        }
        Reason::SeatsExceeded => {
            let mut input = purchase(app).await;
            input["kind"] = json!("TRIAL");
            let made = made(app, input).await;
            let more = json!([{ "planId": app.plan("basic").await, "seats": 99 }]);
            call(app, "ursula", "acceptOffer", with(made, "seats", more)).await
        }
        Reason::TermExceeded => {
            call(
                app,
                "ursula",
                "acceptOffer",
                with(answer(app).await, "term", "P2Y"),
            )
            .await
        }
        Reason::NotGivenUp => {
            let query = "{ deliveries(state: DONE) { nodes { id } } }";
            let data = app.sign_in("olivia").await.data(query, Value::Null).await;
            let input = json!({ "deliveryId": data["deliveries"]["nodes"][0]["id"] });
            call(app, "olivia", "redeliver", input).await
        }
        Reason::MailQuota => {
            let app = app.again(|config| config.offers.mails_per_day = 1).await;
            let (made, _) = app.db_offer("northwind").await;
            let input = json!({ "accountId": northwind, "offerId": GlobalId::Offer(made.id).encode(), "addresses": ["a@example.org", "b@example.org"] });
            let why = call(&app, "fiona", "sendOffer", input).await;
            app.app.db.close().await;
            why
        }
        Reason::NameConfusable => {
            let token = made(app, purchase(app).await).await["token"].clone();
            let input = json!({ "token": token, "organizationName": "C0ntoso", "slug": "c0ntoso", "adminName": "C", "adminSignInName": "c", "contact": "c@example.org" });
            call(app, "", "requestSignUp", input).await
        }
        Reason::SignUpNotOffered => {
            let input = json!({ "token": answer(app).await["token"], "organizationName": "New Ltd", "slug": "new-ltd", "adminName": "N", "adminSignInName": "n", "contact": "n@example.org" });
            call(app, "", "requestSignUp", input).await
        }
        Reason::NameTaken => {
            let input = json!({ "accountId": app.account("contoso").await, "displayName": "I", "signInName": "ivan", "contact": "i@example.org" });
            call(app, "carla", "addUser", input).await
        }
        Reason::DomainUnknown => {
            let input = json!({ "accountId": app.account("contoso").await, "displayName": "I", "signInName": "i@example.org", "contact": "i@example.org" });
            call(app, "carla", "addUser", input).await
        }
        Reason::InputInvalid => {
            call(app, "carla", "addDomain", domain(app, "no domain").await).await
        }
        Reason::PasswordWeak => {
            call(
                app,
                "ivan",
                "changeOwnPassword",
                json!({ "currentPassword": PASSWORD, "newPassword": "short" }),
            )
            .await
        }
        Reason::IdInvalid => {
            call(
                app,
                "carla",
                "addDomain",
                json!({ "accountId": "x", "name": "x.example" }),
            )
            .await
        }
        Reason::IdempotencyKeyReused => {
            done(
                app,
                "carla",
                "addDomain",
                with(domain(app, "x.example").await, "idempotencyKey", "k"),
            )
            .await;
            call(
                app,
                "carla",
                "addDomain",
                with(domain(app, "y.example").await, "idempotencyKey", "k"),
            )
            .await
        }
        Reason::DuplicateMutationKey => {
            let twice = "mutation { signOut { replayed } signOut { replayed } }";
            reason(&app.sign_in("ivan").await.run(twice, Value::Null).await)
        }
        Reason::TooManyRequests => {
            let app = app
                .again(|config| config.limits.operations_per_minute = 1)
                .await;
            call(&app, "carla", "addDomain", domain(&app, "x.example").await).await;
            let why = call(&app, "carla", "addDomain", domain(&app, "y.example").await).await;
            app.app.db.close().await;
            why
        }
    }
}

async fn every_reason_is_provoked(app: &TestApp) {
    for wanted in Reason::all() {
        let fresh = app.fresh().await;
        fresh.app.clock.advance(TimeDelta::seconds(1));
        // One after the other: each has an arm a reason, and all on one stack are too many.
        let mut why = provoke(&fresh, *wanted).await;
        if why.is_empty() {
            why = hands::provoke(&fresh, *wanted).await;
        }
        if why.is_empty() {
            why = recovery::provoke(&fresh, *wanted).await;
        }
        fresh.finish().await;
        if !matches!(
            wanted,
            Reason::TooManySubscriptions | Reason::SubscriptionOnly
        ) {
            assert_eq!(why, format!("{}/{}", wanted.code().name(), wanted.name()));
        }
    }
}

both!(every_reason_is_provoked);
