//! Who is in it: an operator, a partner and its staff, and three clients.

use mandate::{
    domain::{
        values::{DomainName, Email, Name, SignInName},
        viewer::Job,
    },
    operations::{self, Envelope, system::create_operator::CreateOperator},
    store::facts::Who,
};
use secrecy::ExposeSecret;

use super::{Story, client::*};
use crate::support::NEW_PASSWORD;

/// Everybody who acts, and the ids of what they act for.
pub(super) struct Cast {
    /// Of the platform.
    pub(super) operator: Caller,
    /// A certified partner.
    pub(super) partner: String,
    /// The partner's holders of FULL and of LIMITED.
    pub(super) full: Caller,
    pub(super) limited: Caller,
    /// An organization that is no partner, and its admin.
    pub(super) uncertified: (String, Caller),
    /// The clients.
    pub(super) a: String,
    pub(super) b: String,
    pub(super) c: String,
    /// Their admins.
    pub(super) anna: Caller,
    pub(super) bert: Caller,
    pub(super) cleo: Caller,
}

/// The operator, made on the command line, enrols by the link shown once.
async fn operator(story: &Story<'_>) -> Caller {
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
        &story.app.app,
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
                password: NEW_PASSWORD.into(),
            },
        )
        .await;
    story.sign_in("olga@platform.mandate.example").await
}

/// The partner's staff: the holders of FULL and of LIMITED.
async fn staff_of(story: &Story<'_>, partner: &str, pat: &Caller) -> (Caller, Caller) {
    let (full_id, full) = story.user(pat, partner, "partner", "fay").await;
    let (limited_id, limited) = story.user(pat, partner, "partner", "lou").await;
    for (user, role) in [
        (&full_id, assign_delegated::DelegatedRole::FULL),
        (&limited_id, assign_delegated::DelegatedRole::LIMITED),
    ] {
        let variables = assign_delegated::Variables {
            account: partner.to_owned(),
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
                    id: partner.to_owned(),
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
        account: partner.to_owned(),
        user: limited_id.clone(),
    };
    pat.ok(RemoveDelegated, variables).await;
    assert_eq!(staff().await, 1);
    let variables = assign_delegated::Variables {
        account: partner.to_owned(),
        user: limited_id,
        role: assign_delegated::DelegatedRole::LIMITED,
    };
    pat.ok(AssignDelegated, variables).await;
    assert_eq!(staff().await, 2);
    (full, limited)
}

impl Cast {
    /// Registers and enrols everybody.
    pub(super) async fn gather(story: &Story<'_>) -> Self {
        let operator = operator(story).await;
        let (partner, pat) = story.organization(&operator, "partner").await;
        let uncertified = story.organization(&operator, "uncertified").await;
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
        let (full, limited) = staff_of(story, &partner, &pat).await;
        Self {
            operator,
            partner,
            full,
            limited,
            uncertified,
            a,
            b,
            c,
            anna,
            bert,
            cleo,
        }
    }
}
