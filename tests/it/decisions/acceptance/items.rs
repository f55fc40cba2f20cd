//! Subscriptions: what is taken of them, and how often.

use super::*;

#[test]
fn subscriptions_are_taken_once() {
    let before = PriorAnswers {
        taken: taken(),
        ..after(standing())
    };
    let again = answer(&offered(), &wish(), &before).unwrap();
    assert!(matches!(again, Acceptance::Again(Some(GRANT))), "{again:?}");
    let again = answer(&items_only(), &wish(), &before).unwrap();
    assert!(matches!(again, Acceptance::Again(None)), "{again:?}");
    let more = Wish {
        seats: vec![(PLAN, seats(6))],
        ..wish()
    };
    let once = (Reason::SubscriptionsTaken, None);
    assert_eq!(refused(&offered(), &more, &before), once);
    assert_eq!(refused(&items_only(), &more, &before), once);
    // A new grant with them is new, although they were taken with the same seats.
    let without = PriorAnswers {
        taken: taken(),
        ..PriorAnswers::default()
    };
    assert_eq!(refused(&offered(), &wish(), &without), once);
    let delegation = Wish {
        parts: Some(vec![OfferPart::Delegation]),
        ..wish()
    };
    assert!(answer(&offered(), &delegation, &without).is_ok());
    assert!(without.leaves_open(true) && !without.leaves_open(false));
    assert!(PriorAnswers::default().leaves_open(false));
    // They begin beside a grant that stands.
    let (step, begins) = begun(answer(&offered(), &wish(), &after(standing())));
    assert!(matches!(step, GrantStep::Untouched(GRANT)), "{step:?}");
    assert!(begins.is_some());
}

#[test]
fn seats_stay_within_what_the_offer_lets_a_client_take() {
    let before = PriorAnswers::default();
    let want = |plan, number| Wish {
        seats: vec![(plan, seats(number))],
        ..wish()
    };
    let too_many = (Reason::SeatsExceeded, Some("seats"));
    assert_eq!(refused(&items_only(), &want(PLAN, 9), &before), too_many);
    assert_eq!(refused(&items_only(), &want(SECOND, 11), &before), too_many);
    for (plan, number, wanted) in [
        (PLAN, 8, [(PLAN, 8), (SECOND, 1)]),
        (SECOND, 10, [(PLAN, 5), (SECOND, 10)]),
    ] {
        let acceptance = answer(&items_only(), &want(plan, number), &before).unwrap();
        let Acceptance::New {
            begins: Some(begins),
            ..
        } = acceptance
        else {
            panic!("{acceptance:?}");
        };
        assert_eq!(begins, wanted);
    }
    let unknown = want(PlanId(Uuid::from_u128(6)), 1);
    assert_eq!(
        refused(&items_only(), &unknown, &before),
        (Reason::IdInvalid, Some("seats"))
    );
}

#[test]
fn a_plan_is_tried_once() {
    let trial = OfferTerms {
        trial: true,
        items: vec![item(PLAN, 5, None)],
        ..items_only()
    };
    let more = Wish {
        seats: vec![(PLAN, seats(6))],
        ..wish()
    };
    let none = PriorAnswers::default();
    assert_eq!(
        refused(&trial, &more, &none),
        (Reason::SeatsExceeded, Some("seats"))
    );
    assert!(answer(&trial, &wish(), &none).is_ok());
    let tried = PriorAnswers {
        tried: BTreeSet::from([PLAN]),
        ..PriorAnswers::default()
    };
    assert_eq!(refused(&trial, &wish(), &tried), (Reason::TrialTaken, None));
    // What was tried can be bought, and another plan tried.
    assert!(answer(&items_only(), &wish(), &tried).is_ok());
    let other = OfferTerms {
        items: vec![item(SECOND, 5, None)],
        ..trial
    };
    assert!(answer(&other, &wish(), &tried).is_ok());
}
