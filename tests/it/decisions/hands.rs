//! What is left of a user's rights while someone of a partner may hold its sign-in.

use chrono::TimeDelta;
use entity::{
    ids::{GrantId, UserId},
    states::{DelegatedRole, Way},
};
use mandate::domain::{
    grant::GrantState,
    hands::{Cause, Hand, Hands, Left, add},
};
use uuid::Uuid;

use super::given::{hand, now};

use DelegatedRole::{Full, Limited};

const STATES: [GrantState; 3] = [GrantState::Held, GrantState::Expired, GrantState::Ended];

fn in_state(state: GrantState) -> Hand {
    Hand {
        state,
        ..hand(Way::Contact, Full)
    }
}

fn without_role() -> Hand {
    Hand {
        person_role: None,
        ..hand(Way::Contact, Full)
    }
}

#[test]
fn a_hand_lends_the_least_role_of_then_now_and_the_cap() {
    for then in DelegatedRole::ALL {
        for now in DelegatedRole::ALL {
            for cap in DelegatedRole::ALL {
                let mut hand = hand(Way::Contact, *then);
                hand.person_role = Some(*now);
                hand.role_cap = *cap;
                assert_eq!(hand.reach(), Some(*then.min(now).min(cap)));
            }
        }
    }
    assert_eq!(without_role().reach(), None);
    for state in STATES {
        assert_eq!(in_state(state).reach(), None);
    }
}

#[test]
fn what_sleeps_says_why() {
    assert_eq!(hand(Way::Contact, Full).sleeps_because(), "");
    let why = |hand: Hand| hand.sleeps_because();
    assert_eq!(
        why(without_role()),
        "The partner's delegate concerned holds no delegated role any more. "
    );
    assert_eq!(
        why(in_state(GrantState::Held)),
        "The grant concerned is held. "
    );
    assert_eq!(
        why(in_state(GrantState::Expired)),
        "The term of the grant concerned is over. "
    );
    assert_eq!(
        why(in_state(GrantState::Ended)),
        "The grant concerned was ended. "
    );
}

#[test]
fn every_hand_must_allow_what_is_done() {
    let left = |hands: &[Hand]| Hands(hands.to_vec()).left();
    let (full, limited) = (hand(Way::Contact, Full), hand(Way::Secret, Limited));
    assert_eq!(left(&[]), Left::All);
    assert!(Hands(vec![]).is_empty() && !Hands(vec![full.clone()]).is_empty());
    assert_eq!(left(std::slice::from_ref(&full)), Left::Delegate(Full));
    assert_eq!(
        left(std::slice::from_ref(&limited)),
        Left::Delegate(Limited)
    );
    assert_eq!(
        left(&[full.clone(), limited.clone()]),
        Left::Delegate(Limited)
    );
    assert_eq!(
        left(&[limited.clone(), full.clone()]),
        Left::Delegate(Limited)
    );
    for state in STATES {
        assert_eq!(left(&[in_state(state)]), Left::Nothing);
        assert_eq!(left(&[full.clone(), in_state(state)]), Left::Nothing);
        assert_eq!(left(&[in_state(state), full.clone()]), Left::Nothing);
    }
    let hands = Hands(vec![full, in_state(GrantState::Held), without_role()]);
    assert_eq!(hands.asleep(), Some(&in_state(GrantState::Held)));
    assert_eq!(Hands(vec![limited]).asleep(), None);
}

#[test]
fn a_contact_sleeps_by_a_contact_and_a_password_by_a_password() {
    let of = |way, state| {
        Hands(vec![Hand {
            state,
            ..hand(way, Full)
        }])
    };
    let (active, held) = (GrantState::Active, GrantState::Held);
    assert!(of(Way::Contact, held).contact_asleep());
    assert!(!of(Way::Contact, active).contact_asleep());
    assert!(!of(Way::Secret, held).contact_asleep());
    let changed = Some(now());
    assert!(of(Way::Secret, held).secret_asleep(changed));
    assert!(!of(Way::Secret, active).secret_asleep(changed));
    assert!(!of(Way::Contact, held).secret_asleep(changed));
    // A password that was set after the hand is another one.
    let later = Some(now() + TimeDelta::microseconds(1));
    assert!(!of(Way::Secret, held).secret_asleep(later));
    let earlier = Some(now() - TimeDelta::microseconds(1));
    assert!(of(Way::Secret, held).secret_asleep(earlier));
    assert!(of(Way::Secret, held).secret_asleep(None));
    let both = Hands(vec![hand(Way::Contact, Full), hand(Way::Secret, Full)]);
    let ways: Vec<Way> = both.by(Way::Secret).map(|hand| hand.way).collect();
    assert_eq!(ways, [Way::Secret]);
}

#[test]
fn a_person_is_named_once_for_a_grant_with_the_highest_role() {
    let cause = |grant: u128, person: u128, role| Cause {
        grant: GrantId(Uuid::from_u128(grant)),
        person: Some(UserId(Uuid::from_u128(person))),
        role,
        ..hand(Way::Contact, Full).cause
    };
    let mut causes = Vec::new();
    for one in [
        cause(1, 1, Limited),
        cause(1, 1, Full),
        cause(1, 1, Limited),
        cause(2, 1, Limited),
        cause(1, 2, Limited),
    ] {
        add(&mut causes, one);
    }
    let named = [
        cause(1, 1, Full),
        cause(2, 1, Limited),
        cause(1, 2, Limited),
    ];
    assert_eq!(causes, named);
    let hands = Hands(vec![
        hand(Way::Contact, Limited),
        hand(Way::Secret, Full),
        Hand {
            cause: cause(7, 7, Limited),
            ..hand(Way::Secret, Full)
        },
    ]);
    let named = [hand(Way::Secret, Full).cause, cause(7, 7, Limited)];
    assert_eq!(hands.causes(), named);
}
