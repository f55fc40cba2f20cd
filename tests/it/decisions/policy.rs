//! The policy against an independently written table, for every set of roles.

mod bases;

use entity::states::{AdminRole, DelegatedRole};
use mandate::domain::{
    certification::Certification,
    grant::GrantState,
    kind::{Delegation, OperationKind, Requirement, TargetRule},
    offer,
    policy::{self, Target},
    reason::Reason,
    role::RoleSet,
};
use proptest::prelude::*;

use super::given::{CLIENT, HOME, USER, actor, facts, given, grant, now, target, under};

/// Written by hand from the rules, not from the code: whom each role may reset.
const RESETS: &[(&str, &[&str])] = &[
    (
        "PASSWORD_ADMIN",
        &["DIRECTORY_READER", "GUEST_INVITER", "PASSWORD_ADMIN"],
    ),
    (
        "HELPDESK_ADMIN",
        &[
            "DIRECTORY_READER",
            "GUEST_INVITER",
            "PASSWORD_ADMIN",
            "MESSAGE_CENTER_READER",
            "REPORTS_READER",
            "HELPDESK_ADMIN",
        ],
    ),
    (
        "USER_ADMIN",
        &[
            "DIRECTORY_READER",
            "GUEST_INVITER",
            "PASSWORD_ADMIN",
            "MESSAGE_CENTER_READER",
            "REPORTS_READER",
            "HELPDESK_ADMIN",
            "USER_ADMIN",
            "GROUPS_ADMIN",
        ],
    ),
    (
        "GLOBAL_ADMIN",
        &[
            "DIRECTORY_READER",
            "GUEST_INVITER",
            "PASSWORD_ADMIN",
            "MESSAGE_CENTER_READER",
            "REPORTS_READER",
            "HELPDESK_ADMIN",
            "USER_ADMIN",
            "GROUPS_ADMIN",
            "GLOBAL_ADMIN",
        ],
    ),
];

/// Written by hand: the least delegated role of each kind in an account; `None` for no delegate.
const DELEGATES: &[(&str, Option<&str>)] = &[
    ("ADD_USER", Some("FULL")),
    ("UPDATE_PROFILE", Some("FULL")),
    ("CHANGE_SIGN_IN_NAME", Some("FULL")),
    ("CHANGE_CONTACT", Some("FULL")),
    ("BLOCK_SIGN_IN", Some("FULL")),
    ("UNBLOCK_SIGN_IN", Some("FULL")),
    ("DELETE_USER", Some("FULL")),
    ("RESTORE_USER", Some("FULL")),
    ("ASSIGN_LICENCE", Some("FULL")),
    ("UNASSIGN_LICENCE", Some("FULL")),
    ("SET_SERVICE_ACCESS", Some("FULL")),
    ("ASSIGN_ADMIN_ROLE", Some("FULL")),
    ("REMOVE_ADMIN_ROLE", Some("FULL")),
    ("RESET_PASSWORD", Some("LIMITED")),
    ("REVOKE_SESSIONS", Some("FULL")),
    ("ADD_DOMAIN", Some("FULL")),
    ("VERIFY_DOMAIN", Some("FULL")),
    ("SET_DEFAULT_DOMAIN", Some("FULL")),
    ("REMOVE_DOMAIN", Some("FULL")),
    ("REGISTER_DEVICE", None),
    ("RETIRE_DEVICE", None),
    ("WIPE_DEVICE", None),
];

fn may_reset(acting: &[AdminRole], target: &[AdminRole]) -> bool {
    let reach: Vec<&str> = RESETS
        .iter()
        .filter(|(role, _)| acting.iter().any(|held| held.as_str() == *role))
        .flat_map(|(_, reach)| reach.iter().copied())
        .collect();
    let acts = acting
        .iter()
        .any(|held| RESETS.iter().any(|(role, _)| held.as_str() == *role));
    acts && target.iter().all(|role| reach.contains(&role.as_str()))
}

fn roles() -> impl Strategy<Value = Vec<AdminRole>> {
    proptest::sample::subsequence(AdminRole::ALL.to_vec(), 0..=AdminRole::ALL.len())
}

#[test]
fn every_pair_of_roles_resets_as_the_table_says() {
    for acting in AdminRole::ALL {
        for held in AdminRole::ALL {
            let facts = facts(
                actor(&[*acting], None),
                HOME,
                None,
                target(HOME, &[*held], false),
            );
            let decided = policy::decide(OperationKind::ResetPassword, &facts, now()).is_ok();
            assert_eq!(
                decided,
                may_reset(&[*acting], &[*held]),
                "{acting:?} on {held:?}"
            );
        }
    }
}

#[test]
fn delegates_do_what_the_table_says() {
    let mut seen = 0;
    for kind in OperationKind::ALL {
        let name = kind.name();
        let row = DELEGATES.iter().find(|(row, _)| *row == name);
        seen += usize::from(row.is_some());
        let least = row.and_then(|(_, least)| *least);
        for role in DelegatedRole::ALL {
            let facts = facts(
                actor(&[], Some(*role)),
                CLIENT,
                Some(grant(DelegatedRole::Full)),
                Target::Unspecified,
            );
            let may = policy::decide(*kind, &facts, now())
                .is_ok_and(|permit| permit.authority().grant().is_some());
            let wanted = least.is_some_and(|least| least == "LIMITED" || role.as_str() == "FULL");
            assert_eq!(may, wanted, "{name} by {role:?}");
        }
    }
    assert_eq!(seen, DELEGATES.len());
}

#[test]
fn what_an_offer_says_no_delegate_ever_does_is_refused_to_each() {
    let never = offer::never_done();
    assert!(never.contains(&OperationKind::WipeDevice.spec().about));
    for kind in OperationKind::ALL {
        let facts = facts(
            actor(&[], Some(DelegatedRole::Full)),
            CLIENT,
            Some(grant(DelegatedRole::Full)),
            Target::Unspecified,
        );
        let may = policy::decide(*kind, &facts, now()).is_ok();
        assert!(!may || !never.contains(&kind.spec().about), "{kind:?}");
    }
}

proptest! {
    #[test]
    fn own_resets_follow_the_table(acting in roles(), held in roles()) {
        let facts = facts(actor(&acting, None), HOME, None, target(HOME, &held, false));
        let decided = policy::decide(OperationKind::ResetPassword, &facts, now());
        prop_assert_eq!(decided.is_ok(), may_reset(&acting, &held));
    }

    #[test]
    fn a_holder_of_a_delegated_role_is_touched_by_global_admins_alone(acting in roles(), held in roles()) {
        let facts = facts(actor(&acting, None), HOME, None, target(HOME, &held, true));
        let decided = policy::decide(OperationKind::ResetPassword, &facts, now()).is_ok();
        prop_assert_eq!(decided, acting.contains(&AdminRole::GlobalAdmin));
    }

    #[test]
    fn limited_resets_as_a_password_admin_and_full_as_a_global_admin(
        own in roles(), held in roles(), cap in 0..2_usize, role in 0..2_usize, technician: bool,
    ) {
        let (cap, role) = (DelegatedRole::ALL[cap], DelegatedRole::ALL[role]);
        let facts = facts(actor(&own, Some(role)), CLIENT, Some(grant(cap)), target(CLIENT, &held, technician));
        let decided = policy::decide(OperationKind::ResetPassword, &facts, now()).is_ok();
        let wanted = match role.min(cap) {
            DelegatedRole::Full => true,
            DelegatedRole::Limited => !technician && may_reset(&[AdminRole::PasswordAdmin], &held),
        };
        // Roles at home are worth nothing in a client.
        prop_assert_eq!(decided, wanted);
    }

    #[test]
    fn nothing_is_reached_without_an_active_grant(
        own in roles(), role in 0..2_usize, kind in 0..OperationKind::ALL.len(), state in 0..6_usize,
    ) {
        let mut over = grant(DelegatedRole::Full);
        match state {
            0 => over.client_hold = true,
            1 => over.partner_hold = true,
            2 => over.partner_certification = Certification::Suspended,
            3 => over.expires_at = now(),
            4 => over.ended_at = Some(now()),
            _ => over.partner = CLIENT,
        }
        prop_assert_ne!(over.state(now()) == GrantState::Active, state < 5);
        let actor = actor(&own, Some(DelegatedRole::ALL[role]));
        let facts = facts(actor, CLIENT, Some(over), Target::Unspecified);
        let permit = policy::decide(OperationKind::ALL[kind], &facts, now());
        prop_assert!(permit.is_err() || permit.is_ok_and(|permit| permit.authority().grant().is_none()));
        // What is left is the partner's own side of the grant.
        let allowed = policy::allowed(&facts, now());
        let of_grant = |kind: &OperationKind| kind.spec().target == TargetRule::Grant;
        prop_assert!(allowed.iter().all(of_grant), "{:?}", allowed);
    }

    #[test]
    fn the_half_that_needs_no_account_never_refuses_what_is_permitted(
        own in roles(), role in 0..3_usize, kind in 0..OperationKind::ALL.len(), home: bool,
    ) {
        let kind = OperationKind::ALL[kind];
        let actor = actor(&own, DelegatedRole::ALL.get(role).copied());
        let (account, grant) = if home { (HOME, None) } else { (CLIENT, Some(grant(DelegatedRole::Full))) };
        let facts = facts(actor.clone(), account, grant, Target::Unspecified);
        if policy::decide(kind, &facts, now()).is_ok()
            && kind.spec().requirement != Requirement::Anyone
        {
            prop_assert!(policy::half(kind, &actor).is_ok());
        }
    }
}

#[test]
fn a_role_that_a_delegate_gave_does_not_count_for_what_delegates_may_not() {
    for kind in OperationKind::ALL {
        let mut admin = actor(&[AdminRole::GlobalAdmin], None);
        let by_own = policy::decide(
            *kind,
            &facts(admin.clone(), HOME, None, Target::Unspecified),
            now(),
        );
        admin.appointed = RoleSet::NONE;
        admin.given = vec![given(AdminRole::GlobalAdmin, 20)];
        let by_delegate =
            policy::decide(*kind, &facts(admin, HOME, None, Target::Unspecified), now());
        let spec = kind.spec();
        let own = matches!(
            spec.requirement,
            Requirement::Own(_) | Requirement::AnyOf(_)
        );
        if own && spec.delegation != Delegation::Delegable {
            let reason = by_delegate.unwrap_err().reason;
            assert_eq!(reason, Reason::RoleGivenByDelegate, "{kind:?}");
        } else {
            assert_eq!(by_own.is_ok(), by_delegate.is_ok(), "{kind:?}");
            if let (true, Ok(permit)) = (own, by_delegate) {
                assert_eq!(permit.authority().grant(), Some(under(20)), "{kind:?}");
            }
        }
    }
}

#[test]
fn nobody_resets_the_own_password_this_way() {
    let mut facts = facts(
        actor(&[AdminRole::GlobalAdmin], None),
        HOME,
        None,
        target(HOME, &[], false),
    );
    if let Target::User(user) = &mut facts.target {
        user.id = USER;
        user.roles = RoleSet::NONE;
    }
    let denial = policy::decide(OperationKind::ResetPassword, &facts, now()).unwrap_err();
    assert_eq!(denial.reason, Reason::TargetSelf);
}
