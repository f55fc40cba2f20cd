//! On which role an act rests where several would do, and what no delegate obtains.

use entity::{
    ids::GrantId,
    states::{AdminRole, DelegatedRole},
};
use mandate::domain::{
    kind::{Delegation, OperationKind, SignIn, TargetRule},
    policy::{self, Target},
    reason::Reason,
    viewer::GivenRole,
};

use crate::decisions::given::{CLIENT, HOME, actor, facts, given, grant, now, target, under};

/// The grant that an act rests on at home, with roles that the organization and that delegates gave.
fn rests(
    kind: OperationKind,
    appointed: &[AdminRole],
    given: &[GivenRole],
    target: Target,
) -> Result<Option<GrantId>, Reason> {
    let mut actor = actor(appointed, None);
    actor.given = given.to_vec();
    actor.roles = given
        .iter()
        .map(|given| given.role)
        .chain(appointed.iter().copied())
        .collect();
    let decided = policy::decide(kind, &facts(actor, HOME, None, target), now());
    decided
        .map(|permit| permit.authority().grant())
        .map_err(|denial| denial.reason)
}

#[test]
fn an_act_rests_on_the_role_that_suffices_for_it() {
    use AdminRole::{DirectoryReader, GlobalAdmin, HelpdeskAdmin, PasswordAdmin, UserAdmin};
    use OperationKind::{AddDomain, AddUser, ResetPassword};
    let nobody = || target(HOME, &[], false);
    let of = |roles: &[AdminRole]| target(HOME, roles, false);
    // Not on the first grant, but on that of the role by which it is done.
    let two = [given(DirectoryReader, 1), given(GlobalAdmin, 2)];
    assert_eq!(
        rests(AddDomain, &[], &two, Target::Unspecified),
        Ok(Some(under(2)))
    );
    // The oldest, where several do.
    let both = [given(UserAdmin, 3), given(GlobalAdmin, 2)];
    assert_eq!(
        rests(AddUser, &[], &both, Target::Unspecified),
        Ok(Some(under(3)))
    );
    // A trivial role from a delegate makes nothing the delegate's.
    let trivial = [given(DirectoryReader, 1)];
    assert_eq!(
        rests(ResetPassword, &[HelpdeskAdmin], &trivial, nobody()),
        Ok(None)
    );
    assert_eq!(
        rests(AddUser, &[UserAdmin], &two, Target::Unspecified),
        Ok(None)
    );
    // What the own role does not suffice for rests on the given one: by the kind, and by the target.
    assert_eq!(
        rests(AddDomain, &[UserAdmin], &two, Target::Unspecified),
        Ok(Some(under(2)))
    );
    assert_eq!(
        rests(ResetPassword, &[PasswordAdmin], &two, of(&[UserAdmin])),
        Ok(Some(under(2)))
    );
    assert_eq!(
        rests(ResetPassword, &[PasswordAdmin], &trivial, of(&[UserAdmin])),
        Err(Reason::TargetPrivileged)
    );
}

#[test]
fn delegates_obtain_no_sign_in_of_an_admin_that_the_account_appointed() {
    for kind in OperationKind::ALL {
        let spec = kind.spec();
        if spec.delegation != Delegation::Delegable {
            continue;
        }
        for (shown, held) in [
            (false, &[][..]),
            (true, &[]),
            (false, &[AdminRole::DirectoryReader]),
            (true, &[AdminRole::DirectoryReader]),
        ] {
            let mut facts = facts(
                actor(&[], Some(DelegatedRole::Full)),
                CLIENT,
                Some(grant(DelegatedRole::Full)),
                target(CLIENT, held, false),
            );
            facts.request.shown_secret = shown;
            let touches = matches!(
                spec.target,
                TargetRule::AnyUser | TargetRule::UserWithinRole | TargetRule::UserWithinRoleOrSelf
            );
            let obtains = shown || spec.sign_in == SignIn::Obtained;
            let refused = policy::decide(*kind, &facts, now())
                .is_err_and(|denial| denial.reason == Reason::AdminGuarded);
            assert_eq!(
                refused,
                touches && obtains && !held.is_empty(),
                "{kind:?} {held:?} {shown}"
            );
        }
    }
}
