//! What an answer to an offer comes to.

mod items;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{GrantId, OfferId, PlanId},
    states::{DelegatedRole, OfferPart},
};
use mandate::domain::{
    acceptance::{
        Acceptance, GrantStep, OfferTerms, OpenGrant, PriorAnswers, ReadTerms, Refusal, Wish,
        accept, decline, leaves_a_part,
    },
    offer::Item,
    reason::Reason,
    values::{OfferDigest, OfferToken, Seats, Term},
};
use uuid::Uuid;

use super::given::now;

use DelegatedRole::{Full, Limited};

const GRACE: TimeDelta = TimeDelta::days(30);
const INSTANT: TimeDelta = TimeDelta::microseconds(1);
const OFFER: OfferId = OfferId(Uuid::from_u128(1));
const OTHER: OfferId = OfferId(Uuid::from_u128(2));
const GRANT: GrantId = GrantId(Uuid::from_u128(3));
const PLAN: PlanId = PlanId(Uuid::from_u128(4));
const SECOND: PlanId = PlanId(Uuid::from_u128(5));

fn term(text: &str) -> Term {
    Term::try_from(text).unwrap()
}

fn item(plan: PlanId, seats: i32, most: Option<i32>) -> Item {
    Item { plan, seats, most }
}

fn seats(number: i32) -> Seats {
    Seats::try_from(number).unwrap()
}

fn offered() -> OfferTerms {
    OfferTerms {
        offer: OFFER,
        revision: 2,
        digest: "digest".to_owned().into(),
        delegation: Some((Full, term("P1Y"))),
        trial: false,
        items: vec![item(PLAN, 5, Some(8)), item(SECOND, 1, None)],
    }
}

fn delegation_only() -> OfferTerms {
    OfferTerms {
        items: Vec::new(),
        ..offered()
    }
}

fn items_only() -> OfferTerms {
    OfferTerms {
        delegation: None,
        ..offered()
    }
}

fn read() -> ReadTerms {
    ReadTerms {
        token: OfferToken::from("token"),
        revision: 2,
        digest: "digest".to_owned().into(),
    }
}

fn wish() -> Wish {
    Wish {
        parts: None,
        seats: Vec::new(),
        role_cap: None,
        term: None,
        amend: false,
    }
}

/// A grant that was given by the offer as it is offered.
fn standing() -> OpenGrant {
    let accepted_at = now() - TimeDelta::days(10);
    OpenGrant {
        grant: GRANT,
        offer: OFFER,
        revision: 2,
        role_cap: Full,
        term: "P1Y".to_owned(),
        accepted_at,
        expires_at: term("P1Y").end(accepted_at).unwrap(),
    }
}

fn after(standing: OpenGrant) -> PriorAnswers {
    PriorAnswers {
        standing: Some(standing),
        ..PriorAnswers::default()
    }
}

fn taken() -> Option<BTreeMap<PlanId, i32>> {
    Some([(PLAN, 5), (SECOND, 1)].into())
}

fn answer(offered: &OfferTerms, wish: &Wish, before: &PriorAnswers) -> Result<Acceptance, Refusal> {
    accept(offered, &read(), wish, before, now(), GRACE)
}

/// Why an answer is refused, and the field that is concerned.
fn refused(
    offered: &OfferTerms,
    wish: &Wish,
    before: &PriorAnswers,
) -> (Reason, Option<&'static str>) {
    let refusal = answer(offered, wish, before).unwrap_err();
    (refusal.reason, refusal.field)
}

fn begun(acceptance: Result<Acceptance, Refusal>) -> (GrantStep, Option<Vec<(PlanId, i32)>>) {
    match acceptance.unwrap() {
        Acceptance::New {
            grant: Some(grant),
            begins,
        } => (grant, begins),
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_of_an_offer_begins_with_what_it_asks() {
    let (step, begins) = begun(answer(&offered(), &wish(), &PriorAnswers::default()));
    let GrantStep::Begin(terms, None) = step else {
        panic!("{step:?}");
    };
    assert_eq!(terms.role_cap, Full);
    assert_eq!(terms.term.text(), "P1Y");
    assert_eq!(Some(terms.expires_at), term("P1Y").end(now()));
    assert_eq!(begins, Some(vec![(PLAN, 5), (SECOND, 1)]));
    // One part of it, by its own choice or because there is no other.
    let (_, begins) = begun(answer(
        &delegation_only(),
        &wish(),
        &PriorAnswers::default(),
    ));
    assert_eq!(begins, None);
    let of = |part| Wish {
        parts: Some(vec![part]),
        ..wish()
    };
    let (_, begins) = begun(answer(
        &offered(),
        &of(OfferPart::Delegation),
        &PriorAnswers::default(),
    ));
    assert_eq!(begins, None);
    for (offered, wish) in [
        (offered(), of(OfferPart::Subscriptions)),
        (items_only(), wish()),
    ] {
        let acceptance = answer(&offered, &wish, &PriorAnswers::default()).unwrap();
        let Acceptance::New {
            grant: None,
            begins: Some(begins),
        } = acceptance
        else {
            panic!("{acceptance:?}");
        };
        assert_eq!(begins, [(PLAN, 5), (SECOND, 1)]);
    }
}

#[test]
fn an_answer_is_to_what_was_read() {
    let before = PriorAnswers::default();
    for read in [
        ReadTerms {
            revision: 1,
            ..read()
        },
        ReadTerms {
            digest: OfferDigest::from("another".to_owned()),
            ..read()
        },
    ] {
        let refusal = accept(&offered(), &read, &wish(), &before, now(), GRACE).unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.field),
            (Reason::OfferChanged, None)
        );
        let refusal = decline(&offered(), &read, &before, now()).unwrap_err();
        assert_eq!(refusal.reason, Reason::OfferChanged);
    }
}

#[test]
fn only_parts_that_are_offered_are_taken_and_at_least_one() {
    let before = PriorAnswers::default();
    let of = |parts: &[OfferPart]| Wish {
        parts: Some(parts.to_vec()),
        ..wish()
    };
    let (delegation, items) = (OfferPart::Delegation, OfferPart::Subscriptions);
    let not_offered = (Reason::PartNotOffered, Some("accept"));
    assert_eq!(
        refused(&items_only(), &of(&[delegation]), &before),
        not_offered
    );
    assert_eq!(
        refused(&items_only(), &of(&[delegation, items]), &before),
        not_offered
    );
    assert_eq!(
        refused(&delegation_only(), &of(&[items]), &before),
        not_offered
    );
    assert_eq!(
        refused(&offered(), &of(&[]), &before),
        (Reason::NothingAccepted, Some("accept"))
    );
    assert!(answer(&offered(), &of(&[delegation, items]), &before).is_ok());
}

#[test]
fn a_client_takes_less_but_never_more() {
    let before = PriorAnswers::default();
    let limited = OfferTerms {
        delegation: Some((Limited, term("P90D"))),
        ..delegation_only()
    };
    let cap = |role| Wish {
        role_cap: Some(role),
        ..wish()
    };
    assert_eq!(
        refused(&limited, &cap(Full), &before),
        (Reason::CapExceeded, Some("roleCap"))
    );
    let (step, _) = begun(answer(&delegation_only(), &cap(Limited), &before));
    assert!(matches!(step, GrantStep::Begin(terms, None) if terms.role_cap == Limited));
    let long = |text| Wish {
        term: Some(term(text)),
        ..wish()
    };
    assert_eq!(
        refused(&limited, &long("P91D"), &before),
        (Reason::TermExceeded, Some("term"))
    );
    assert!(answer(&limited, &long("P90D"), &before).is_ok());
    let (step, _) = begun(answer(&limited, &long("P1D"), &before));
    let expected = now() + TimeDelta::days(1);
    assert!(matches!(step, GrantStep::Begin(terms, None) if terms.expires_at == expected));
}

#[test]
fn a_grant_that_stands_is_left_changed_or_renewed() {
    let only = delegation_only();
    let again = answer(&only, &wish(), &after(standing())).unwrap();
    assert!(matches!(again, Acceptance::Again(Some(GRANT))), "{again:?}");
    let other_terms = [
        OpenGrant {
            offer: OTHER,
            ..standing()
        },
        OpenGrant {
            revision: 1,
            ..standing()
        },
        OpenGrant {
            role_cap: Limited,
            ..standing()
        },
        OpenGrant {
            term: "P11M".to_owned(),
            ..standing()
        },
        // The client has shortened it.
        OpenGrant {
            expires_at: now() + TimeDelta::days(1),
            ..standing()
        },
        OpenGrant {
            accepted_at: now(),
            ..standing()
        },
    ];
    for other in other_terms {
        let before = after(other);
        assert_eq!(
            refused(&only, &wish(), &before),
            (Reason::TermsDiffer, None)
        );
        let amend = Wish {
            amend: true,
            ..wish()
        };
        let (step, _) = begun(answer(&only, &amend, &before));
        assert!(matches!(step, GrantStep::Amend(_, grant) if grant.grant == GRANT));
    }
    let over = |at: DateTime<Utc>| {
        after(OpenGrant {
            expires_at: at,
            ..standing()
        })
    };
    // Within the grace time it is the same grant; after it, another begins and the old one ends.
    for at in [now(), now() - GRACE + INSTANT] {
        let (step, _) = begun(answer(&only, &wish(), &over(at)));
        assert!(matches!(step, GrantStep::Renew(_, grant) if grant.grant == GRANT));
    }
    let (step, _) = begun(answer(&only, &wish(), &over(now() - GRACE)));
    assert!(matches!(step, GrantStep::Begin(_, Some(GRANT))), "{step:?}");
}

#[test]
fn one_declines_what_one_has_not_taken_and_once() {
    let no = |before: &PriorAnswers| decline(&offered(), &read(), before, now());
    assert_eq!(no(&PriorAnswers::default()), Ok(true));
    let declined = |revision| PriorAnswers {
        declined: Some(revision),
        ..PriorAnswers::default()
    };
    assert_eq!(no(&declined(2)), Ok(false));
    assert_eq!(no(&declined(1)), Ok(true));
    let reason = |before| no(&before).unwrap_err().reason;
    assert_eq!(reason(after(standing())), Reason::GrantStands);
    let bought = PriorAnswers {
        taken: taken(),
        ..PriorAnswers::default()
    };
    assert_eq!(reason(bought), Reason::SubscriptionsTaken);
    // A grant by another offer, or one that is over, is no answer to this one.
    for other in [
        OpenGrant {
            offer: OTHER,
            ..standing()
        },
        OpenGrant {
            expires_at: now(),
            ..standing()
        },
    ] {
        assert_eq!(no(&after(other)), Ok(true));
    }
}

#[test]
fn a_part_is_left_where_an_offer_has_it_and_the_client_does_not() {
    for (subscriptions, delegation, left) in [
        (None, None, false),
        (Some(true), None, false),
        (Some(true), Some(true), false),
        (Some(false), Some(true), true),
        (Some(true), Some(false), true),
        (None, Some(false), true),
    ] {
        assert_eq!(leaves_a_part(subscriptions, delegation), left);
    }
}
