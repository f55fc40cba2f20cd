//! The whole main job, over real HTTP, from an empty database.

mod client;

use std::time::Duration;

use mandate::{
    cli::{export_record, verify_database, verify_file},
    domain::{
        record::fault::Fault,
        values::{DomainName, Email, Name, SignInName, id::GlobalId},
        viewer::Job,
    },
    http,
    operations::{
        self, Envelope,
        system::{self, create_operator::CreateOperator},
    },
    store::facts::Who,
};
use reqwest::Client;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::client::*;
use crate::support::{TestApp, both};

const PASSWORD: &str = "seven quiet otters carry umbrellas";

struct Story<'a> {
    app: &'a TestApp,
    base: String,
    http: Client,
}

impl Story<'_> {
    fn anonymous(&self) -> Caller {
        Caller {
            url: format!("{}/graphql", self.base),
            http: self.http.clone(),
            token: None,
        }
    }

    async fn sign_in(&self, name: &str) -> Caller {
        let variables = sign_in::Variables {
            name: name.into(),
            password: PASSWORD.into(),
        };
        let data = self.anonymous().ok(SignIn, variables).await;
        Caller {
            token: Some(data.sign_in.unwrap().access_token),
            ..self.anonymous()
        }
    }

    /// Redeems the link that was mailed to this contact, and signs in.
    async fn enrol(&self, contact: &str, name: &str) -> Caller {
        let mails = self.app.mails().await;
        let mail = mails
            .iter()
            .find(|mail| mail.to == contact)
            .expect("a mailed link");
        let variables = enrol::Variables {
            secret: mail.secret(),
            password: PASSWORD.into(),
        };
        self.anonymous().ok(Enrol, variables).await;
        self.sign_in(name).await
    }

    /// Registers an organization and enrols its first global admin: its id and that admin.
    async fn organization(&self, operator: &Caller, slug: &str) -> (String, Caller) {
        let contact = format!("admin@{slug}.example");
        let variables = register::Variables {
            name: slug.to_uppercase(),
            slug: slug.into(),
            contact: contact.clone(),
        };
        let data = operator
            .ok(Register, variables)
            .await
            .register_organization
            .unwrap();
        let organization = data.organization.unwrap();
        assert_eq!(
            organization.initial_domain,
            format!("{slug}.mandate.example")
        );
        let admin = self
            .enrol(&contact, &format!("admin@{slug}.mandate.example"))
            .await;
        (organization.id, admin)
    }

    /// Adds a user and enrols it: its id and itself.
    async fn user(
        &self,
        admin: &Caller,
        account: &str,
        slug: &str,
        name: &str,
    ) -> (String, Caller) {
        let contact = format!("{name}@{slug}.example");
        let variables = add_user::Variables {
            account: account.into(),
            name: format!("{name} of {slug}"),
            sign_in: name.into(),
            contact: contact.clone(),
            ticket: None,
        };
        let user = admin
            .ok(AddUser, variables)
            .await
            .add_user
            .unwrap()
            .user
            .unwrap();
        let caller = self.enrol(&contact, &user.sign_in_name).await;
        (user.id, caller)
    }
}

fn reset(account: &str, user: &str) -> reset::Variables {
    reset::Variables {
        account: account.into(),
        user: user.into(),
        ticket: Some("T-7".into()),
    }
}

async fn the_main_job(app: &TestApp) {
    let app = &app.empty().await;
    system::ensure_platform(&app.app).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stop =
        mandate::stop::Stop::new(CancellationToken::new(), std::time::Duration::from_secs(20));
    let serving = tokio::spawn(http::serve(app.app.clone(), listener, stop.clone()));
    let http = Client::builder()
        .timeout(Duration::from_secs(20))
        .cookie_store(true)
        .build()
        .unwrap();
    let story = Story { app, base, http };

    // 1. An operator, made on the command line, enrols by the link shown once.
    let operation = CreateOperator {
        display_name: Name::try_from("Olga").unwrap(),
        sign_in_name: SignInName::new(
            "olga",
            DomainName::try_from("platform.mandate.example").unwrap(),
        )
        .unwrap(),
        contact: Email::try_from("olga@platform.example").unwrap(),
    };
    let done = operations::run(
        &app.app,
        Who::System(Job::Cli),
        Envelope::default(),
        operation,
    )
    .await
    .unwrap();
    let secret = done.secret.unwrap().expose_secret().to_owned();
    story
        .anonymous()
        .ok(
            Enrol,
            enrol::Variables {
                secret,
                password: PASSWORD.into(),
            },
        )
        .await;
    let operator = story.sign_in("olga@platform.mandate.example").await;
    let (partner, pat) = story.organization(&operator, "partner").await;
    let (uncertified, una) = story.organization(&operator, "uncertified").await;
    let (a, anna) = story.organization(&operator, "a").await;
    let (b, bert) = story.organization(&operator, "b").await;
    let (c, cleo) = story.organization(&operator, "c").await;
    // A client that is itself a partner is certified too.
    operator
        .ok(Certify, certify::Variables { id: a.clone() })
        .await;
    let certified = operator
        .ok(
            Certify,
            certify::Variables {
                id: partner.clone(),
            },
        )
        .await;
    assert!(
        certified
            .certify_partner
            .unwrap()
            .organization
            .unwrap()
            .certified
    );

    // 2. Staff.
    let (full_id, full) = story.user(&pat, &partner, "partner", "fay").await;
    let (limited_id, limited) = story.user(&pat, &partner, "partner", "lou").await;
    for (user, role) in [
        (&full_id, assign_delegated::DelegatedRole::FULL),
        (&limited_id, assign_delegated::DelegatedRole::LIMITED),
    ] {
        let variables = assign_delegated::Variables {
            account: partner.clone(),
            user: user.clone(),
            role,
        };
        pat.ok(AssignDelegated, variables).await;
    }
    let staff = async || {
        let data = pat
            .ok(
                Staff,
                staff::Variables {
                    id: partner.clone(),
                },
            )
            .await;
        data.organization
            .unwrap()
            .delegated_admins
            .unwrap()
            .nodes
            .len()
    };
    assert_eq!(staff().await, 2);
    let variables = remove_delegated::Variables {
        account: partner.clone(),
        user: limited_id.clone(),
    };
    pat.ok(RemoveDelegated, variables).await;
    assert_eq!(staff().await, 1);
    let variables = assign_delegated::Variables {
        account: partner.clone(),
        user: limited_id,
        role: assign_delegated::DelegatedRole::LIMITED,
    };
    pat.ok(AssignDelegated, variables).await;
    assert_eq!(staff().await, 2);

    // 3. An offer, by a holder of a delegated role.
    let notify = Some(vec![
        "sales@partner.example".to_owned(),
        "PAT@partner.example".to_owned(),
    ]);
    let variables = create_offer::Variables {
        account: partner.clone(),
        notify,
    };
    let offer = full
        .ok(CreateOffer, variables)
        .await
        .create_offer
        .unwrap()
        .offer
        .unwrap();
    assert!(offer.plain_text.as_ref().unwrap().contains(&offer.url));
    assert!(offer.url.ends_with(&format!("/offers/{}", offer.token)));
    assert_eq!((offer.revision, offer.digest.len()), (1, 64));
    let variables = create_offer::Variables {
        account: uncertified,
        notify: None,
    };
    assert_eq!(
        una.fails(CreateOffer, variables).await,
        "FAILED_PRECONDITION/NOT_CERTIFIED"
    );

    // 4. Answers: on the page, through the API with a cap, and a refusal.
    let preview = story
        .anonymous()
        .ok(
            Preview,
            preview::Variables {
                token: offer.token.clone(),
            },
        )
        .await;
    let preview = preview.offer_by_token.unwrap();
    assert_eq!(
        (preview.partner.name.as_str(), &preview.digest),
        ("PARTNER", &offer.digest)
    );
    assert!(preview.full_may.len() > preview.limited_may.len() && preview.never.len() > 5);
    let page = format!("{}/offers/{}", story.base, offer.token);
    let shown = story
        .http
        .get(&page)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for part in [
        "PARTNER asks to administer",
        "What no delegate ever does",
        "Retire a device.",
        &offer.digest,
    ] {
        assert!(shown.contains(part), "{part}");
    }
    let (ordinary_id, ordinary) = story.user(&anna, &a, "a", "ona").await;
    let accept = |cap| accept::Variables {
        token: offer.token.clone(),
        revision: 1,
        digest: offer.digest.clone(),
        cap,
    };
    assert_eq!(
        ordinary.fails(Accept, accept(None)).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    let old = accept::Variables {
        digest: "0".repeat(64),
        ..accept(None)
    };
    assert_eq!(anna.fails(Accept, old).await, "CONFLICT/OFFER_CHANGED");
    assert!(app.mails().await.is_empty());
    let form = [
        ("revision", "1"),
        ("digest", offer.digest.as_str()),
        ("answer", "accept"),
        ("roleCap", "FULL"),
        ("reply", ""),
        ("password", PASSWORD),
    ];
    let sign_in = [
        ("signInName", "admin@a.mandate.example"),
        ("password", PASSWORD),
        ("next", "/grants"),
    ];
    let granted = story
        .http
        .post(format!("{}/sign-in", story.base))
        .form(&sign_in)
        .send()
        .await
        .unwrap();
    assert!(
        granted
            .text()
            .await
            .unwrap()
            .contains("has accepted no offer")
    );
    let answered = story.http.post(&page).form(&form).send().await.unwrap();
    assert_eq!(answered.status(), 200);
    assert!(
        answered
            .text()
            .await
            .unwrap()
            .contains("You accepted the offer")
    );
    let mut told: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|mail| (mail.to, mail.subject))
        .collect();
    told.sort();
    let subject = "A accepted your offer".to_owned();
    assert_eq!(
        told,
        [
            ("PAT@partner.example".to_owned(), subject.clone()),
            (
                "admin@a.example".to_owned(),
                "A gave PARTNER delegated administration".to_owned()
            ),
            ("fay@partner.example".to_owned(), subject.clone()),
            ("sales@partner.example".to_owned(), subject),
        ]
    );
    let again = anna.ok(Accept, accept(None)).await.accept_offer.unwrap();
    let third = anna.ok(Accept, accept(None)).await.accept_offer.unwrap();
    assert_eq!(again, third);
    let grant_a = again.grant.unwrap().id;
    let capped = bert
        .ok(Accept, accept(Some(accept::DelegatedRole::LIMITED)))
        .await;
    let capped = capped.accept_offer.unwrap().grant.unwrap();
    assert_eq!(capped.role_cap, accept::DelegatedRole::LIMITED);
    let variables = decline::Variables {
        token: offer.token.clone(),
        revision: 1,
        digest: offer.digest.clone(),
    };
    cleo.ok(Decline, variables).await;
    let subjects: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(
        subjects
            .iter()
            .filter(|subject| *subject == "B accepted your offer")
            .count(),
        3
    );
    assert_eq!(
        subjects
            .iter()
            .filter(|subject| *subject == "C declined your offer")
            .count(),
        3
    );
    assert!(subjects.contains(&"B gave PARTNER delegated administration".to_owned()));
    assert_eq!(subjects.len(), 7);
    let responses = full
        .ok(Responses, responses::Variables { id: offer.id })
        .await;
    assert_eq!(responses.offer.unwrap().responses.unwrap().nodes.len(), 3);

    // 5. Delegated operations. First A's users, made by A itself.
    let mut targets = Vec::new();
    for (name, role) in [
        ("reader", Some(assign_role::AdminRole::DIRECTORY_READER)),
        ("helper", Some(assign_role::AdminRole::HELPDESK_ADMIN)),
        ("tech", None),
    ] {
        let (user, _) = story.user(&anna, &a, "a", name).await;
        if let Some(role) = role {
            anna.ok(
                AssignRole,
                assign_role::Variables {
                    account: a.clone(),
                    user: user.clone(),
                    role,
                },
            )
            .await;
        }
        targets.push(user);
    }
    let [reader, helper, tech] = targets.try_into().unwrap();
    let variables = assign_delegated::Variables {
        account: a.clone(),
        user: tech.clone(),
        role: assign_delegated::DelegatedRole::LIMITED,
    };
    anna.ok(AssignDelegated, variables).await;
    let clients = full
        .ok(Clients, clients::Variables)
        .await
        .clients
        .unwrap()
        .nodes;
    assert_eq!(
        clients
            .iter()
            .map(|client| client.name.as_str())
            .collect::<Vec<_>>(),
        ["A", "B"]
    );
    let client_a = clients[0].id.clone();
    assert!(clients[0].users.as_ref().unwrap().nodes.len() >= 5);
    use clients::OperationKind as Kind;
    let may = |index: usize| clients[index].allowed_operations.clone().unwrap();
    assert!(may(0).contains(&Kind::ADD_USER) && !may(0).contains(&Kind::RETIRE_DEVICE));
    assert_eq!(may(1), [Kind::RESET_PASSWORD]);
    let add = |account: &str, name: &str| add_user::Variables {
        account: account.into(),
        name: "New Hire".into(),
        sign_in: name.into(),
        contact: format!("{name}@a.example"),
        ticket: Some("T-1".into()),
    };
    let added = full
        .ok(AddUser, add(&client_a, "newhire"))
        .await
        .add_user
        .unwrap();
    assert_eq!(
        added.operation.as_ref().unwrap().role,
        Some(add_user::DelegatedRole::FULL)
    );
    assert_eq!(added.operation.unwrap().ticket.as_deref(), Some("T-1"));
    story
        .enrol("newhire@a.example", "newhire@a.mandate.example")
        .await;
    let domain = full
        .ok(
            AddDomain,
            add_domain::Variables {
                account: a.clone(),
                name: "bücher.example".into(),
            },
        )
        .await;
    let domain = domain.add_domain.unwrap().domain.unwrap();
    assert_eq!(
        (domain.name.as_str(), domain.verified),
        ("xn--bcher-kva.example", false)
    );
    assert!(
        domain
            .txt_record
            .unwrap()
            .value
            .starts_with("mandate-domain-verification=")
    );
    full.ok(Reset, reset(&a, &helper)).await;
    // The LIMITED user: an ordinary user and a directory reader, and nothing else.
    limited.ok(Reset, reset(&a, &ordinary_id)).await;
    limited.ok(Reset, reset(&a, &reader)).await;
    assert_eq!(
        limited.fails(Reset, reset(&a, &helper)).await,
        "FORBIDDEN/TARGET_PRIVILEGED"
    );
    assert_eq!(
        limited.fails(Reset, reset(&a, &tech)).await,
        "FORBIDDEN/TARGET_PRIVILEGED"
    );
    assert_eq!(
        limited.fails(AddUser, add(&a, "nobody")).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    let variables = add_domain::Variables {
        account: a.clone(),
        name: "no.example".into(),
    };
    assert_eq!(
        limited.fails(AddDomain, variables).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    let mails = app.mails().await;
    let mail = mails
        .iter()
        .find(|mail| mail.to == "ona@a.example")
        .unwrap();
    assert_eq!(
        ordinary.fails(Accept, accept(None)).await,
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let same = redeem_reset::Variables {
        secret: mail.secret(),
        password: PASSWORD.into(),
    };
    assert_eq!(
        story.anonymous().fails(RedeemReset, same).await,
        "BAD_USER_INPUT/PASSWORD_WEAK"
    );
    let variables = redeem_reset::Variables {
        secret: mail.secret(),
        password: "eleven loud herons drop teacups".into(),
    };
    story.anonymous().ok(RedeemReset, variables.clone()).await;
    assert_eq!(
        story.anonymous().fails(RedeemReset, variables).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    // In B the cap holds the FULL user to LIMITED.
    assert_eq!(
        full.fails(AddUser, add(&b, "nobody")).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    // A client without a grant, and an id that never was: the same bytes.
    let random = GlobalId::Organization(uuid::Uuid::from_u128(5).into()).encode();
    let bytes = async |account: &str| full.bytes(AddUser, add(account, "nobody")).await;
    assert_eq!(bytes(&c).await, bytes(&random).await);
    assert_eq!(
        full.fails(AddUser, add(&c, "nobody")).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    assert!(
        full.ok(OneClient, one_client::Variables { id: c.clone() })
            .await
            .client
            .is_none()
    );
    use explain::{ErrorReason, OperationKind};
    let explain = async |caller: &Caller, account: &str, operation, user: Option<&String>| {
        let variables = explain::Variables {
            account: account.into(),
            operation,
            user: user.cloned(),
        };
        caller.ok(Explain, variables).await.explain_access.unwrap()
    };
    assert!(
        explain(&full, &a, OperationKind::ADD_USER, None)
            .await
            .allowed
    );
    for (caller, account, operation, user, reason) in [
        (
            &limited,
            &a,
            OperationKind::RESET_PASSWORD,
            Some(&helper),
            ErrorReason::TARGET_PRIVILEGED,
        ),
        (
            &limited,
            &a,
            OperationKind::ADD_USER,
            None,
            ErrorReason::ROLE_LIMITED,
        ),
        (
            &full,
            &b,
            OperationKind::ADD_USER,
            None,
            ErrorReason::ROLE_LIMITED,
        ),
        (
            &full,
            &c,
            OperationKind::ADD_USER,
            None,
            ErrorReason::NO_SUCH_THING,
        ),
        (
            &full,
            &a,
            OperationKind::RETIRE_DEVICE,
            None,
            ErrorReason::DEVICE_MANAGEMENT,
        ),
    ] {
        let explained = explain(caller, account, operation, user).await;
        assert_eq!(explained.reason, Some(reason));
        assert!(explained.cure.is_some() && explained.rule.contains("Least role"));
    }

    // 6. Devices and own-only kinds.
    let device = anna
        .ok(
            RegisterDevice,
            register_device::Variables { account: a.clone() },
        )
        .await;
    let device = device.register_device.unwrap().device.unwrap().id;
    let retire = || retire_device::Variables {
        account: a.clone(),
        device: device.clone(),
    };
    for delegate in [&full, &limited] {
        assert_eq!(
            delegate.fails(RetireDevice, retire()).await,
            "DELEGATION_NOT_SUPPORTED/DEVICE_MANAGEMENT"
        );
    }
    anna.ok(RetireDevice, retire()).await;
    assert_eq!(
        full.fails(
            CreateOffer,
            create_offer::Variables {
                account: a.clone(),
                notify: None
            }
        )
        .await,
        "FORBIDDEN/OWN_ONLY"
    );
    let variables = assign_delegated::Variables {
        account: a.clone(),
        user: tech.clone(),
        role: assign_delegated::DelegatedRole::FULL,
    };
    assert_eq!(
        full.fails(AssignDelegated, variables).await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        full.fails(
            RemoveDelegated,
            remove_delegated::Variables {
                account: a.clone(),
                user: tech
            }
        )
        .await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(full.fails(Accept, accept(None)).await, "FORBIDDEN/OWN_ONLY");
    assert_eq!(
        full.fails(
            Hold,
            hold::Variables {
                id: grant_a.clone()
            }
        )
        .await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        full.fails(Certify, certify::Variables { id: a.clone() })
            .await,
        "FORBIDDEN/ROLE_REQUIRED"
    );

    // 7. A reads its record, holds, lifts; the certification's suspension; the end.
    let record = anna
        .ok(Record, record::Variables { id: a.clone() })
        .await
        .organization
        .unwrap()
        .operations
        .unwrap();
    assert!(!record.page_info.has_next_page);
    let find = |kind: &record::OperationKind, outcome: &record::Outcome, who: &str| {
        record.nodes.iter().find(|entry| {
            entry.kind.as_ref() == Some(kind)
                && entry.outcome == *outcome
                && entry.actor.as_ref().and_then(|actor| actor.name.as_deref()) == Some(who)
        })
    };
    use record::{OperationKind as RecordKind, Outcome};
    for (kind, outcome, who, reason) in [
        (RecordKind::ADD_USER, Outcome::DONE, "fay of partner", None),
        (
            RecordKind::ADD_DOMAIN,
            Outcome::DONE,
            "fay of partner",
            None,
        ),
        (
            RecordKind::RESET_PASSWORD,
            Outcome::DONE,
            "lou of partner",
            None,
        ),
        (
            RecordKind::RESET_PASSWORD,
            Outcome::REFUSED,
            "lou of partner",
            Some(record::ErrorReason::TARGET_PRIVILEGED),
        ),
        (
            RecordKind::ADD_USER,
            Outcome::REFUSED,
            "lou of partner",
            Some(record::ErrorReason::ROLE_LIMITED),
        ),
        (
            RecordKind::RETIRE_DEVICE,
            Outcome::REFUSED,
            "fay of partner",
            Some(record::ErrorReason::DEVICE_MANAGEMENT),
        ),
        (
            RecordKind::CREATE_OFFER,
            Outcome::REFUSED,
            "fay of partner",
            Some(record::ErrorReason::OWN_ONLY),
        ),
        (RecordKind::ACCEPT_OFFER, Outcome::DONE, "First Admin", None),
        (
            RecordKind::RETIRE_DEVICE,
            Outcome::DONE,
            "First Admin",
            None,
        ),
    ] {
        let entry =
            find(&kind, &outcome, who).unwrap_or_else(|| panic!("{kind:?} {who}: {record:#?}"));
        assert_eq!(entry.reason, reason);
        if who.ends_with("partner") {
            assert_eq!(entry.grant_id.as_ref(), Some(&grant_a), "{entry:?}");
            assert_eq!(
                entry.actor.as_ref().unwrap().organization.as_deref(),
                Some("PARTNER")
            );
        }
    }
    let entry = find(
        &RecordKind::RESET_PASSWORD,
        &Outcome::REFUSED,
        "lou of partner",
    )
    .unwrap();
    assert_eq!(entry.ticket.as_deref(), Some("T-7"));
    let call = || full.fails(AddUser, add(&a, "late"));
    anna.ok(
        Hold,
        hold::Variables {
            id: grant_a.clone(),
        },
    )
    .await;
    assert_eq!(call().await, "FORBIDDEN/GRANT_HELD");
    anna.ok(
        Lift,
        lift::Variables {
            id: grant_a.clone(),
        },
    )
    .await;
    full.ok(AddUser, add(&a, "lifted")).await;
    operator
        .ok(
            Suspend,
            suspend::Variables {
                id: partner.clone(),
            },
        )
        .await;
    assert_eq!(call().await, "FORBIDDEN/GRANT_HELD");
    assert_eq!(
        full.fails(Reset, reset(&b, &ordinary_id)).await,
        "FORBIDDEN/GRANT_HELD"
    );
    assert_eq!(
        cleo.fails(Accept, accept(None)).await,
        "FAILED_PRECONDITION/NOT_CERTIFIED"
    );
    operator
        .ok(Reinstate, reinstate::Variables { id: partner })
        .await;
    full.ok(AddUser, add(&a, "reinstated")).await;
    anna.ok(End, end::Variables { id: grant_a }).await;
    assert_eq!(call().await, "FORBIDDEN/GRANT_ENDED");
    assert_eq!(
        limited.fails(Reset, reset(&a, &reader)).await,
        "FORBIDDEN/GRANT_ENDED"
    );

    // The record verifies, in the database and as an export with public keys alone.
    for verified in verify_database(&app.app, Vec::new(), true).await.unwrap() {
        assert_eq!(verified.verdict.faults, Vec::<Fault>::new());
    }
    let Some(GlobalId::Organization(id)) = GlobalId::decode(&a) else {
        panic!("{a}")
    };
    let file = app.dir().join("a.jsonl");
    let entries = export_record(&app.app, id, &file).await.unwrap();
    let keys = serde_json::to_string(&app.app.keys.record_public()).unwrap();
    let verified = verify_file(&file, &serde_json::from_str(&keys).unwrap(), Vec::new()).unwrap();
    assert_eq!(
        (verified.verdict.faults.len(), verified.verdict.entries),
        (0, entries)
    );
    stop.ask();
    serving.await.unwrap().unwrap();
    app.finish().await;
}

both!(the_main_job);
