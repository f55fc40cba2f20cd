//! Who sees what: every relation by every view, and how a relation comes about.

use entity::{
    ids::{OrganizationId, UserId},
    states::{AdminRole, DelegatedRole, Way},
};
use mandate::domain::{
    certification::Certification,
    grant::{GrantFacts, GrantState},
    hands::{Hand, Hands},
    role::RoleSet,
    viewer::Actor,
    visibility::{self, RecordOf, Relation, View, sees},
};
use uuid::Uuid;

use super::given::{CLIENT, HOME, USER, actor, given, grant, hand, now};

use AdminRole::{DirectoryReader, GlobalAdmin, HelpdeskAdmin, PasswordAdmin, UserAdmin};
use DelegatedRole::{Full, Limited};
use View::{
    Administrators, Card, Certification as Certified, Contacts, Delegates, Devices, Directory,
    Grants, Hands as InHands, Offers, OwnActs, Record, Recovery, Roles, Rules, Services, Staff,
    Subscriptions, Users,
};

const STRANGER: OrganizationId = OrganizationId(Uuid::from_u128(3));

fn opened(relation: Relation) -> Vec<View> {
    let all = View::ALL.iter().copied();
    all.filter(|view| sees(relation, *view)).collect()
}

fn at_home(actor: &Actor) -> Vec<View> {
    opened(visibility::own(actor).relation())
}

fn of(role: AdminRole) -> Vec<View> {
    at_home(&actor(&[role], None))
}

fn in_hands(actor: Actor, hand: Hand) -> Actor {
    Actor {
        hands: Hands(vec![hand]),
        ..actor
    }
}

fn asleep() -> Hand {
    Hand {
        state: GrantState::Held,
        ..hand(Way::Contact, Full)
    }
}

/// Written by hand from the rules, not from the code.
#[test]
fn one_sees_at_home_what_ones_role_needs() {
    assert_eq!(at_home(&actor(&[], None)), [Card, Administrators]);
    let delegate = at_home(&actor(&[], Some(Limited)));
    assert_eq!(delegate, [Card, Offers, Administrators]);
    let reader = [Card, Users, Directory, Roles, Administrators, Subscriptions];
    assert_eq!(of(DirectoryReader), reader);
    assert_eq!(of(AdminRole::ReportsReader), [Card, Administrators]);
    let resetter = [
        Card,
        Users,
        Directory,
        Roles,
        Administrators,
        Rules,
        Subscriptions,
        Recovery,
    ];
    assert_eq!(of(PasswordAdmin), resetter);
    assert_eq!(of(HelpdeskAdmin), resetter);
    let user_admin = [
        Card,
        Users,
        Directory,
        Roles,
        Contacts,
        InHands,
        Services,
        Administrators,
        Rules,
        Subscriptions,
        Recovery,
    ];
    assert_eq!(of(UserAdmin), user_admin);
    assert_eq!(of(GlobalAdmin), View::ALL);
}

#[test]
fn a_delegate_sees_what_its_role_in_force_needs_and_no_more_once_the_grant_is_not_active() {
    let full = [
        Card,
        Users,
        Directory,
        Roles,
        Contacts,
        Services,
        Grants,
        OwnActs,
        Rules,
        Subscriptions,
    ];
    assert_eq!(opened(Relation::ActiveGrant(Full)), full);
    let limited = [Card, Users, Roles, Grants, OwnActs, Rules];
    assert_eq!(opened(Relation::ActiveGrant(Limited)), limited);
    let over = [Card, Grants, OwnActs];
    assert_eq!(opened(Relation::HeldGrant), over);
    for state in [GrantState::Expired, GrantState::Ended] {
        assert_eq!(opened(Relation::PastGrant(state)), over);
    }
    assert_eq!(opened(Relation::PartnerAdmin), over);
    let operator = [Card, Certified, Subscriptions, Recovery];
    assert_eq!(opened(Relation::Operator), operator);
    assert!(opened(Relation::Stranger).is_empty());
    // What no delegate sees in any client.
    for view in [
        Devices,
        Staff,
        Record,
        Offers,
        InHands,
        Delegates,
        Administrators,
    ] {
        assert!(!full.contains(&view));
    }
}

#[test]
fn who_may_not_be_itself_sees_no_more_than_whoever_else_it_may_be() {
    let admin = || actor(&[GlobalAdmin], Some(Full));
    // With a temporary password nothing but one's own card.
    let temporary = Actor {
        must_change: true,
        ..admin()
    };
    assert_eq!(at_home(&temporary), [Card]);
    assert_eq!(at_home(&in_hands(admin(), asleep())), [Card]);
    // As a delegate would.
    let lent = at_home(&in_hands(admin(), hand(Way::Contact, Full)));
    let full = [
        Card,
        Users,
        Directory,
        Roles,
        Contacts,
        Services,
        Rules,
        Subscriptions,
    ];
    assert_eq!(lent, full);
    let lent = at_home(&in_hands(admin(), hand(Way::Secret, Limited)));
    assert_eq!(lent, [Card, Users, Roles, Rules]);
    // The least of several hands counts.
    let mut both = in_hands(admin(), hand(Way::Contact, Full));
    both.hands.0.push(hand(Way::Secret, Limited));
    assert_eq!(at_home(&both), [Card, Users, Roles, Rules]);
    // An admin whom a delegate made sees as a user admin, but not whom the account alone trusts.
    let made = Actor {
        appointed: RoleSet::NONE,
        given: vec![given(GlobalAdmin, 20)],
        ..actor(&[GlobalAdmin], None)
    };
    let as_user_admin: Vec<View> = of(UserAdmin)
        .into_iter()
        .filter(|view| *view != InHands)
        .collect();
    assert_eq!(at_home(&made), as_user_admin);
    // Other roles that it holds count beside.
    let also_reader = Actor {
        roles: RoleSet::of(&[GlobalAdmin, DirectoryReader]),
        ..made
    };
    let Relation::Own { roles, .. } = visibility::own(&also_reader).relation() else {
        panic!("it is its own");
    };
    assert_eq!(roles, RoleSet::of(&[UserAdmin, DirectoryReader]));
}

fn relation(actor: &Actor, grant: Option<&GrantFacts>, responded: bool) -> Relation {
    visibility::relation(actor, CLIENT, grant, responded, now())
}

#[test]
fn a_relation_comes_of_the_latest_grant_and_the_actors_role() {
    let delegate = actor(&[], Some(Full));
    let active = grant(Full);
    let capped = grant(Limited);
    let through = |grant: &GrantFacts| relation(&delegate, Some(grant), false);
    assert_eq!(through(&active), Relation::ActiveGrant(Full));
    assert_eq!(through(&capped), Relation::ActiveGrant(Limited));
    let limited = actor(&[], Some(Limited));
    let lesser = relation(&limited, Some(&active), false);
    assert_eq!(lesser, Relation::ActiveGrant(Limited));
    let held = GrantFacts {
        client_hold: true,
        ..grant(Full)
    };
    assert_eq!(through(&held), Relation::HeldGrant);
    let expired = GrantFacts {
        expires_at: now(),
        ..grant(Full)
    };
    assert_eq!(through(&expired), Relation::PastGrant(GrantState::Expired));
    let ended = GrantFacts {
        ended_at: Some(now()),
        ..grant(Full)
    };
    assert_eq!(through(&ended), Relation::PastGrant(GrantState::Ended));
    // A grant between others opens nothing.
    for foreign in [
        GrantFacts {
            partner: STRANGER,
            ..grant(Full)
        },
        GrantFacts {
            client: STRANGER,
            ..grant(Full)
        },
    ] {
        assert_eq!(through(&foreign), Relation::Stranger);
    }
    assert_eq!(relation(&delegate, None, true), Relation::Stranger);
    // The partner's global admin knows of whom it has or had a grant, or an answer, of.
    let admin = actor(&[GlobalAdmin], None);
    assert_eq!(
        relation(&admin, Some(&active), false),
        Relation::PartnerAdmin
    );
    assert_eq!(relation(&admin, None, true), Relation::PartnerAdmin);
    assert_eq!(relation(&admin, None, false), Relation::Stranger);
    assert_eq!(
        relation(&actor(&[UserAdmin], None), Some(&active), true),
        Relation::Stranger
    );
}

#[test]
fn whose_sign_in_may_be_anothers_reaches_no_other_organization() {
    let operator = Actor {
        platform: true,
        ..actor(&[GlobalAdmin], Some(Full))
    };
    assert_eq!(relation(&operator, None, false), Relation::Operator);
    assert!(visibility::platform(&operator).is_some());
    let temporary = Actor {
        must_change: true,
        ..operator.clone()
    };
    let lent = in_hands(operator, hand(Way::Contact, Full));
    for actor in [temporary, lent] {
        assert_eq!(
            relation(&actor, Some(&grant(Full)), true),
            Relation::Stranger
        );
        assert!(visibility::platform(&actor).is_none());
        assert!(visibility::scope(&actor, CLIENT, Some(&grant(Full)), true, now()).is_none());
    }
    let reader = Actor {
        platform: true,
        ..actor(&[DirectoryReader], None)
    };
    assert!(visibility::platform(&reader).is_none());
}

#[test]
fn a_scope_says_whose_and_by_what() {
    let delegate = actor(&[], Some(Limited));
    let grant = grant(Full);
    let scope = visibility::scope(&delegate, CLIENT, Some(&grant), false, now()).unwrap();
    assert_eq!(scope.account(), CLIENT);
    assert_eq!(scope.viewer(), USER);
    assert_eq!(scope.organization(), HOME);
    assert_eq!(scope.relation(), Relation::ActiveGrant(Limited));
    assert_eq!(scope.grant(), Some(&grant));
    assert!(scope.is_client());
    assert!(scope.sees(Users) && !scope.sees(Contacts));
    assert!(scope.sees_of_user(Contacts, USER));
    let other = UserId(Uuid::from_u128(30));
    assert!(!scope.sees_of_user(Contacts, other));
    assert!(scope.sees_of_user(Users, other));
    assert_eq!(scope.record_of(), RecordOf::People(HOME));

    let own = visibility::own(&actor(&[GlobalAdmin], None));
    assert_eq!((own.account(), own.organization()), (HOME, HOME));
    assert_eq!(own.viewer(), USER);
    assert_eq!(own.grant(), None);
    assert_eq!(own.record_of(), RecordOf::All);
    assert!(!own.is_client());
    let nobody = visibility::own(&actor(&[], None));
    assert_eq!(nobody.record_of(), RecordOf::Oneself);
    let same = visibility::scope(&actor(&[GlobalAdmin], None), HOME, None, false, now()).unwrap();
    assert_eq!(same.relation(), own.relation());

    let admin = actor(&[GlobalAdmin], None);
    let responded = visibility::scope(&admin, CLIENT, None, true, now()).unwrap();
    assert!(responded.is_client());
    let held = GrantFacts {
        partner_hold: true,
        ..grant.clone()
    };
    let over = GrantFacts {
        ended_at: Some(now()),
        ..grant
    };
    for grant in [held, over] {
        let scope = visibility::scope(&delegate, CLIENT, Some(&grant), false, now()).unwrap();
        assert!(scope.is_client());
    }
    let operator = Actor {
        platform: true,
        ..admin
    };
    let elsewhere = visibility::scope(&operator, CLIENT, None, false, now()).unwrap();
    assert!(!elsewhere.is_client());
}

#[test]
fn who_lists_clients_and_offers() {
    let listed = |actor: &Actor| {
        visibility::partner(actor).map(|scope| (scope.partner(), scope.certified()))
    };
    assert_eq!(listed(&actor(&[GlobalAdmin], None)), Some((HOME, true)));
    assert_eq!(listed(&actor(&[], Some(Limited))), Some((HOME, true)));
    assert_eq!(listed(&actor(&[UserAdmin], None)), None);
    let suspended = Actor {
        certification: Certification::Suspended,
        ..actor(&[], Some(Full))
    };
    assert_eq!(listed(&suspended), Some((HOME, false)));
    assert_eq!(
        listed(&in_hands(
            actor(&[GlobalAdmin], Some(Full)),
            hand(Way::Contact, Full)
        )),
        None
    );
}
