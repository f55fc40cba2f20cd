//! What an answer to an offer comes to, by what stands: one row a case, without a database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{GrantId, OfferId, PlanId},
    states::{
        DelegatedRole::{self, Full, Limited},
        OfferPart::{self, Delegation, Subscriptions},
    },
};
use mandate::domain::{
    acceptance::{
        Acceptance, GrantStep, OfferTerms, OpenGrant, PriorAnswers, ReadTerms, Refusal, Wish,
        accept, decline, leaves_a_part,
    },
    offer::Item,
    values::{OfferToken, Seats, Term},
};
use uuid::Uuid;

use super::given::now;

const OFFER: OfferId = OfferId(Uuid::from_u128(1));
const OTHER: OfferId = OfferId(Uuid::from_u128(2));
const GRANT: GrantId = GrantId(Uuid::from_u128(3));
const PLAN: PlanId = PlanId(Uuid::from_u128(4));
const STRANGE: PlanId = PlanId(Uuid::from_u128(5));
const GRACE: TimeDelta = TimeDelta::days(30);
const INSTANT: TimeDelta = TimeDelta::microseconds(1);

fn term(text: &str) -> Term {
    Term::try_from(text).unwrap()
}

/// FULL for a year, with ten seats of a plan.
fn bundle() -> OfferTerms {
    OfferTerms {
        offer: OFFER,
        revision: 2,
        digest: "d2".to_owned().into(),
        delegation: Some((Full, term("P1Y"))),
        trial: false,
        items: vec![Item {
            plan: PLAN,
            seats: 10,
            most: None,
        }],
    }
}

fn delegation() -> OfferTerms {
    OfferTerms {
        items: Vec::new(),
        ..bundle()
    }
}

fn subscriptions(most: Option<i32>) -> OfferTerms {
    let mut offered = OfferTerms {
        delegation: None,
        ..bundle()
    };
    offered.items[0].most = most;
    offered
}

fn trial() -> OfferTerms {
    OfferTerms {
        delegation: None,
        trial: true,
        ..bundle()
    }
}

fn read() -> ReadTerms {
    ReadTerms {
        token: OfferToken::from("t".to_owned()),
        revision: 2,
        digest: "d2".to_owned().into(),
    }
}

fn all() -> Wish {
    Wish {
        parts: None,
        seats: Vec::new(),
        role_cap: None,
        term: None,
        amend: false,
    }
}

fn parts(parts: &[OfferPart]) -> Wish {
    Wish {
        parts: Some(parts.to_vec()),
        ..all()
    }
}

fn seats(plan: PlanId, seats: i32) -> Wish {
    Wish {
        seats: vec![(plan, Seats::try_from(seats).unwrap())],
        ..all()
    }
}

fn capped(role_cap: DelegatedRole, amend: bool) -> Wish {
    Wish {
        role_cap: Some(role_cap),
        amend,
        ..all()
    }
}

fn nothing() -> PriorAnswers {
    PriorAnswers::default()
}

/// A grant by the offer's current revision, FULL for a year, accepted so many days ago.
fn granted(days: i64) -> PriorAnswers {
    let accepted_at = now() - TimeDelta::days(days);
    PriorAnswers {
        standing: Some(OpenGrant {
            grant: GRANT,
            offer: OFFER,
            revision: 2,
            role_cap: Full,
            term: "P1Y".to_owned(),
            accepted_at,
            expires_at: term("P1Y").end(accepted_at).unwrap(),
        }),
        ..nothing()
    }
}

fn changed(mut before: PriorAnswers, change: impl Fn(&mut OpenGrant)) -> PriorAnswers {
    change(before.standing.as_mut().unwrap());
    before
}

fn took(seats: i32, before: PriorAnswers) -> PriorAnswers {
    PriorAnswers {
        taken: Some(BTreeMap::from([(PLAN, seats)])),
        ..before
    }
}

fn tried(plan: PlanId) -> PriorAnswers {
    PriorAnswers {
        tried: BTreeSet::from([plan]),
        ..nothing()
    }
}

/// A grant whose term ends then.
fn ends(at: TimeDelta) -> PriorAnswers {
    changed(granted(10), |grant| grant.expires_at = now() + at)
}

fn refusal(refusal: Refusal) -> String {
    match refusal.field {
        Some(field) => format!("{:?} at {field}", refusal.reason),
        None => format!("{:?}", refusal.reason),
    }
}

fn told(outcome: Result<Acceptance, Refusal>) -> String {
    let acceptance = match outcome {
        Ok(acceptance) => acceptance,
        Err(why) => return refusal(why),
    };
    match acceptance {
        Acceptance::Again(None) => "again".to_owned(),
        Acceptance::Again(Some(_)) => "again, grant".to_owned(),
        Acceptance::New { grant, begins } => {
            let grant = match grant {
                None => "no grant".to_owned(),
                Some(GrantStep::Untouched(_)) => "grant untouched".to_owned(),
                Some(GrantStep::Begin(terms, None)) => format!("begin {:?}", terms.role_cap),
                Some(GrantStep::Begin(terms, Some(_))) => {
                    format!("end and begin {:?}", terms.role_cap)
                }
                Some(GrantStep::Amend(terms, _)) => format!("amend to {:?}", terms.role_cap),
                Some(GrantStep::Renew(terms, _)) => format!("renew {:?}", terms.role_cap),
            };
            let seats = begins.map(|begins| begins.iter().map(|(_, seats)| *seats).sum::<i32>());
            match seats {
                Some(seats) => format!("{grant}, {seats} seats"),
                None => grant,
            }
        }
    }
}

#[test]
fn an_acceptance_comes_to_what_the_table_says() {
    let shortened = changed(granted(10), |grant| {
        grant.expires_at -= TimeDelta::days(100);
    });
    let by_other = changed(granted(10), |grant| grant.offer = OTHER);
    let by_earlier = changed(granted(10), |grant| grant.revision = 1);
    let longer = Wish {
        term: Some(term("P2Y")),
        ..all()
    };
    #[rustfmt::skip]
    let table = [
        ("all of it", bundle(), all(), nothing(), "begin Full, 10 seats"),
        ("delegation alone", bundle(), parts(&[Delegation]), nothing(), "begin Full"),
        ("subscriptions alone", bundle(), parts(&[Subscriptions]), nothing(), "no grant, 10 seats"),
        ("no part", bundle(), parts(&[]), nothing(), "NothingAccepted at accept"),
        ("a part that is not offered", delegation(), parts(&[Subscriptions]), nothing(), "PartNotOffered at accept"),
        ("a lower cap", delegation(), capped(Limited, false), nothing(), "begin Limited"),
        ("a higher cap", OfferTerms { delegation: Some((Limited, term("P1Y"))), ..delegation() }, capped(Full, false), nothing(), "CapExceeded at roleCap"),
        ("a longer term", delegation(), longer, nothing(), "TermExceeded at term"),
        ("other seats", bundle(), seats(PLAN, 25), nothing(), "begin Full, 25 seats"),
        ("seats of another plan", bundle(), seats(STRANGE, 1), nothing(), "IdInvalid at seats"),
        ("fewer seats of a trial", trial(), seats(PLAN, 5), nothing(), "no grant, 5 seats"),
        ("more seats of a trial", trial(), seats(PLAN, 11), nothing(), "SeatsExceeded at seats"),
        ("a part that is not offered, with one that is", subscriptions(None), parts(&[Delegation, Subscriptions]), nothing(), "PartNotOffered at accept"),
        ("delegation that is not offered", subscriptions(None), parts(&[Delegation]), nothing(), "PartNotOffered at accept"),
        ("both parts by name", bundle(), parts(&[Delegation, Subscriptions]), nothing(), "begin Full, 10 seats"),
        ("subscriptions, all that is offered", subscriptions(None), all(), nothing(), "no grant, 10 seats"),
        ("the most seats, as the partner said", subscriptions(Some(12)), seats(PLAN, 12), nothing(), "no grant, 12 seats"),
        ("more seats than the partner said", subscriptions(Some(12)), seats(PLAN, 13), nothing(), "SeatsExceeded at seats"),
        ("ten times the seats", subscriptions(None), seats(PLAN, 100), nothing(), "no grant, 100 seats"),
        ("more than ten times the seats", subscriptions(None), seats(PLAN, 101), nothing(), "SeatsExceeded at seats"),
        ("a plan that was tried", trial(), all(), tried(PLAN), "TrialTaken"),
        ("another plan that was tried", trial(), all(), tried(STRANGE), "no grant, 10 seats"),
        ("to buy what was tried", subscriptions(None), all(), tried(PLAN), "no grant, 10 seats"),
        ("the same subscriptions of an offer of them alone", subscriptions(None), all(), took(10, nothing()), "again"),
        ("a grant of a lower cap", delegation(), all(), changed(granted(10), |grant| grant.role_cap = Limited), "TermsDiffer"),
        ("a grant of another term that ends then too", delegation(), all(), changed(granted(10), |grant| grant.term = "P12M".to_owned()), "TermsDiffer"),
        ("a grant that began at another time", delegation(), all(), changed(granted(10), |grant| grant.accepted_at = now()), "TermsDiffer"),
        ("in the last instant of the term", delegation(), all(), ends(INSTANT), "TermsDiffer"),
        ("at the end of the term", delegation(), all(), ends(TimeDelta::zero()), "renew Full"),
        ("in the last instant of the grace time", delegation(), all(), ends(INSTANT - GRACE), "renew Full"),
        ("at the end of the grace time", delegation(), all(), ends(-GRACE), "end and begin Full"),
        ("the same again", delegation(), all(), granted(10), "again, grant"),
        ("the same bundle again", bundle(), all(), took(10, granted(10)), "again, grant"),
        ("the same subscriptions again", bundle(), parts(&[Subscriptions]), took(10, nothing()), "again"),
        ("the rest of a bundle", bundle(), all(), granted(10), "grant untouched, 10 seats"),
        ("delegation after subscriptions", bundle(), parts(&[Delegation]), took(10, nothing()), "begin Full"),
        ("subscriptions twice, other seats", bundle(), seats(PLAN, 11), took(10, granted(10)), "SubscriptionsTaken"),
        ("subscriptions twice, new delegation", bundle(), all(), took(10, nothing()), "SubscriptionsTaken"),
        ("other terms", delegation(), capped(Limited, false), granted(10), "TermsDiffer"),
        ("other terms, amended", delegation(), capped(Limited, true), granted(10), "amend to Limited"),
        ("a shortened term", delegation(), all(), shortened.clone(), "TermsDiffer"),
        ("a shortened term, amended", delegation(), capped(Full, true), shortened, "amend to Full"),
        ("an earlier revision", delegation(), all(), by_earlier, "TermsDiffer"),
        ("another offer of the partner", delegation(), all(), by_other.clone(), "TermsDiffer"),
        ("another offer, amended", delegation(), capped(Full, true), by_other, "amend to Full"),
        ("one day late", delegation(), all(), granted(366), "renew Full"),
        ("after the grace time", delegation(), all(), granted(400), "end and begin Full"),
    ];
    for (case, offered, wish, before, expected) in table {
        let outcome = accept(&offered, &read(), &wish, &before, now(), GRACE);
        assert_eq!(told(outcome), expected, "{case}");
    }
}

/// The terms of a grant that begins.
fn begun(wish: &Wish) -> (String, DateTime<Utc>) {
    match accept(&delegation(), &read(), wish, &nothing(), now(), GRACE) {
        Ok(Acceptance::New {
            grant: Some(GrantStep::Begin(terms, None)),
            ..
        }) => (terms.term.text(), terms.expires_at),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_term_is_the_offers_or_a_shorter_one_of_the_clients() {
    let year = term("P1Y").end(now()).unwrap();
    assert_eq!(begun(&all()), ("P1Y".to_owned(), year));
    for (chosen, ends) in [("P1D", now() + TimeDelta::days(1)), ("P12M", year)] {
        let wish = Wish {
            term: Some(term(chosen)),
            ..all()
        };
        assert_eq!(begun(&wish), (chosen.to_owned(), ends));
    }
}

#[test]
fn what_goes_on_ends_or_stays_is_the_grant_that_stands() {
    let step = |wish: &Wish, before: &PriorAnswers| {
        accept(&delegation(), &read(), wish, before, now(), GRACE).unwrap()
    };
    let amended = step(&capped(Limited, true), &granted(10));
    assert!(
        matches!(amended, Acceptance::New { grant: Some(GrantStep::Amend(_, grant)), begins: None } if grant.grant == GRANT)
    );
    let renewed = step(&all(), &granted(366));
    assert!(
        matches!(renewed, Acceptance::New { grant: Some(GrantStep::Renew(_, grant)), begins: None } if grant.grant == GRANT)
    );
    let ended = step(&all(), &granted(400));
    assert!(matches!(
        ended,
        Acceptance::New {
            grant: Some(GrantStep::Begin(_, Some(GRANT))),
            begins: None
        }
    ));
    let again = step(&all(), &granted(10));
    assert!(matches!(again, Acceptance::Again(Some(GRANT))));
    assert!(took(10, nothing()).leaves_open(true));
    assert!(!took(10, nothing()).leaves_open(false));
    assert!(nothing().leaves_open(false));
}

#[test]
fn an_answer_is_to_what_was_read() {
    let later = ReadTerms {
        revision: 1,
        ..read()
    };
    let edited = ReadTerms {
        digest: "d1".to_owned().into(),
        ..read()
    };
    for read in [later, edited] {
        let accepted = accept(&bundle(), &read, &all(), &nothing(), now(), GRACE);
        assert_eq!(told(accepted), "OfferChanged");
        let declined = decline(&bundle(), &read, &nothing(), now());
        assert_eq!(declined.map_err(refusal), Err("OfferChanged".to_owned()));
    }
}

#[test]
fn an_offer_is_declined_while_nothing_of_it_stands() {
    let declined = |revision| PriorAnswers {
        declined: Some(revision),
        ..nothing()
    };
    let by_other = changed(granted(10), |grant| grant.offer = OTHER);
    #[rustfmt::skip]
    let table = [
        ("at first", nothing(), Ok(true)),
        ("again", declined(2), Ok(false)),
        ("after an earlier revision", declined(1), Ok(true)),
        ("with a grant by another offer", by_other, Ok(true)),
        ("with a grant by it", granted(10), Err("GrantStands")),
        ("with a grant whose term is over", granted(366), Ok(true)),
        ("with a grant whose term ends now", ends(TimeDelta::zero()), Ok(true)),
        ("with a grant whose term ends in an instant", ends(INSTANT), Err("GrantStands")),
        ("with its subscriptions", took(10, nothing()), Err("SubscriptionsTaken")),
    ];
    for (case, before, expected) in table {
        let outcome = decline(&bundle(), &read(), &before, now()).map_err(refusal);
        assert_eq!(outcome, expected.map_err(str::to_owned), "{case}");
    }
}

#[test]
fn a_part_is_left_that_neither_this_answer_nor_an_earlier_one_took() {
    for (subscriptions, delegation, left) in [
        (None, None, false),
        (None, Some(true), false),
        (None, Some(false), true),
        (Some(true), None, false),
        (Some(true), Some(false), true),
        (Some(false), Some(true), true),
        (Some(true), Some(true), false),
    ] {
        let case = format!("{subscriptions:?} {delegation:?}");
        assert_eq!(leaves_a_part(subscriptions, delegation), left, "{case}");
    }
}
