//! What a holder of FULL and one of LIMITED do in a client, and what is refused them.

use mandate::domain::values::id::GlobalId;

use super::{
    Cast, Story,
    answers::{Answered, Offer},
    client::*,
    reset,
};
use crate::support::{Link, NEW_PASSWORD};

/// Users of A: a directory reader, a helpdesk admin, and one who acts in A's own clients.
pub(super) struct Users {
    pub(super) reader: String,
    pub(super) helper: String,
    pub(super) tech: String,
}

/// A new user of an account.
pub(super) fn add(account: &str, name: &str) -> add_user::Variables {
    add_user::Variables {
        account: account.into(),
        name: "New Hire".into(),
        sign_in: name.into(),
        contact: format!("{name}@a.example"),
        ticket: Some("T-1".into()),
    }
}

/// A makes its users itself.
async fn users(story: &Story<'_>, cast: &Cast) -> Users {
    let mut targets = Vec::new();
    for (name, role) in [
        ("reader", Some(assign_role::AdminRole::DIRECTORY_READER)),
        ("helper", Some(assign_role::AdminRole::HELPDESK_ADMIN)),
        ("tech", None),
    ] {
        let (user, _) = story.user(&cast.anna, &cast.a, "a", name).await;
        if let Some(role) = role {
            cast.anna
                .ok(
                    AssignRole,
                    assign_role::Variables {
                        account: cast.a.clone(),
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
        account: cast.a.clone(),
        user: tech.clone(),
        role: assign_delegated::DelegatedRole::LIMITED,
    };
    cast.anna.ok(AssignDelegated, variables).await;
    Users {
        reader,
        helper,
        tech,
    }
}

/// The clients, and what may be done in each: the id of A.
async fn listed(cast: &Cast) -> String {
    let clients = cast
        .full
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
    client_a
}

/// The holder of FULL adds a user and a domain name, and resets the helpdesk admin.
async fn by_full(story: &Story<'_>, cast: &Cast, users: &Users, client_a: &str) {
    let added = cast
        .full
        .ok(AddUser, add(client_a, "newhire"))
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
    let domain = cast
        .full
        .ok(
            AddDomain,
            add_domain::Variables {
                account: cast.a.clone(),
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
    cast.full.ok(Reset, reset(&cast.a, &users.helper)).await;
}

/// The holder of LIMITED resets an ordinary user and a directory reader, and does nothing else.
async fn by_limited(cast: &Cast, users: &Users, ordinary: &str) {
    cast.limited.ok(Reset, reset(&cast.a, ordinary)).await;
    cast.limited.ok(Reset, reset(&cast.a, &users.reader)).await;
    assert_eq!(
        cast.limited
            .fails(Reset, reset(&cast.a, &users.helper))
            .await,
        "FORBIDDEN/TARGET_PRIVILEGED"
    );
    assert_eq!(
        cast.limited.fails(Reset, reset(&cast.a, &users.tech)).await,
        "FORBIDDEN/TARGET_PRIVILEGED"
    );
    assert_eq!(
        cast.limited.fails(AddUser, add(&cast.a, "nobody")).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    let variables = add_domain::Variables {
        account: cast.a.clone(),
        name: "no.example".into(),
    };
    assert_eq!(
        cast.limited.fails(AddDomain, variables).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
}

/// Who was reset is signed out, and chooses a new password by the link, once.
async fn redeemed(story: &Story<'_>, offer: &Offer, ordinary: &Caller) {
    let secret = Link::Reset.mailed(story.app, "ona@a.example").await;
    assert_eq!(
        ordinary.fails(Accept, offer.accept(None)).await,
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let same = redeem_reset::Variables {
        secret: secret.clone(),
        password: NEW_PASSWORD.into(),
    };
    assert_eq!(
        story.anonymous().fails(RedeemReset, same).await,
        "BAD_USER_INPUT/PASSWORD_WEAK"
    );
    let variables = redeem_reset::Variables {
        secret,
        password: "eleven loud herons drop teacups".into(),
    };
    story.anonymous().ok(RedeemReset, variables.clone()).await;
    assert_eq!(
        story.anonymous().fails(RedeemReset, variables).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
}

/// What the cap takes from FULL, and that a stranger's account is as one that never was.
async fn bounded(cast: &Cast) {
    // In B the cap holds the FULL user to LIMITED.
    assert_eq!(
        cast.full.fails(AddUser, add(&cast.b, "nobody")).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    // A client without a grant, and an id that never was: the same bytes.
    let random = GlobalId::Organization(uuid::Uuid::from_u128(5).into()).encode();
    let bytes = async |account: &str| cast.full.bytes(AddUser, add(account, "nobody")).await;
    assert_eq!(bytes(&cast.c).await, bytes(&random).await);
    assert_eq!(
        cast.full.fails(AddUser, add(&cast.c, "nobody")).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    assert!(
        cast.full
            .ok(OneClient, one_client::Variables { id: cast.c.clone() })
            .await
            .client
            .is_none()
    );
}

/// Why, as it is explained beforehand.
async fn explained(cast: &Cast, users: &Users) {
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
        explain(&cast.full, &cast.a, OperationKind::ADD_USER, None)
            .await
            .allowed
    );
    for (caller, account, operation, user, reason) in [
        (
            &cast.limited,
            &cast.a,
            OperationKind::RESET_PASSWORD,
            Some(&users.helper),
            ErrorReason::TARGET_PRIVILEGED,
        ),
        (
            &cast.limited,
            &cast.a,
            OperationKind::ADD_USER,
            None,
            ErrorReason::ROLE_LIMITED,
        ),
        (
            &cast.full,
            &cast.b,
            OperationKind::ADD_USER,
            None,
            ErrorReason::ROLE_LIMITED,
        ),
        (
            &cast.full,
            &cast.c,
            OperationKind::ADD_USER,
            None,
            ErrorReason::NO_SUCH_THING,
        ),
        (
            &cast.full,
            &cast.a,
            OperationKind::RETIRE_DEVICE,
            None,
            ErrorReason::DEVICE_MANAGEMENT,
        ),
    ] {
        let explained = explain(caller, account, operation, user).await;
        assert_eq!(explained.reason, Some(reason));
        assert!(explained.cure.is_some() && explained.rule.contains("Least role"));
    }
}

/// All of it.
pub(super) async fn done(
    story: &Story<'_>,
    cast: &Cast,
    offer: &Offer,
    answered: &Answered,
) -> Users {
    let users = users(story, cast).await;
    let client_a = listed(cast).await;
    by_full(story, cast, &users, &client_a).await;
    by_limited(cast, &users, &answered.ordinary_id).await;
    redeemed(story, offer, &answered.ordinary).await;
    bounded(cast).await;
    explained(cast, &users).await;
    users
}
