//! Values that cannot be invalid.

use chrono::{DateTime, Utc};
use mandate::{
    ambient::Rng,
    auth::password,
    domain::values::{DomainName, Email, SignInName, Slug, Term, id::GlobalId},
};
use proptest::prelude::*;
use secrecy::SecretString;
use uuid::Uuid;

fn day(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn terms_run_by_the_utc_calendar() {
    for (term, start, end) in [
        ("P1M", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z"),
        ("P1Y", "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z"),
        ("P2W", "2026-03-28T23:30:00Z", "2026-04-11T23:30:00Z"),
        ("P10Y", "2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z"),
    ] {
        let term = Term::try_from(term).unwrap();
        assert_eq!(term.end(day(start)), Some(day(end)), "{term:?}");
    }
    assert_eq!(Term::try_from("P90D").unwrap().text(), "P90D");
}

#[test]
fn names_are_compared_after_idna_and_nfc() {
    let name = |text: &str| SignInName::try_from(text).unwrap().key();
    assert_eq!(
        name("Ünal@BÜCHER.example"),
        name("u\u{308}nal@xn--bcher-kva.example")
    );
    assert_eq!(
        DomainName::try_from("BÜCHER.Example").unwrap().as_str(),
        "xn--bcher-kva.example"
    );
    assert_eq!(
        DomainName::try_from("xn--bcher-kva.example")
            .unwrap()
            .unicode(),
        "bücher.example"
    );
    assert_eq!(
        Email::try_from("A@BÜCHER.example").unwrap().as_str(),
        "A@xn--bcher-kva.example"
    );
    for slug in ["", "-a", "a-", "a--b", "a b", "ä", &"a".repeat(41)] {
        assert!(Slug::try_from(slug).is_err(), "{slug}");
    }
}

#[test]
fn passwords_are_long_and_not_common() {
    let check = |text: &str| password::check(&SecretString::from(text), &["Ada Lovelace"]).is_ok();
    for weak in [
        "short",
        "fourteen chars",
        "passwordpassword",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345678",
        "adalovelaceadalovelace",
        &"long ".repeat(30),
    ] {
        assert!(!check(weak), "{weak}");
    }
    for good in [
        "paper lantern harbor 42",
        "öffne das fenster im herbst",
        "seven quiet otters carry blue umbrellas across the frozen harbor",
    ] {
        assert!(check(good), "{good}");
    }
}

proptest! {
    #[test]
    fn ids_come_back_as_they_went(id: u128, kind in 0..3_u8) {
        let id = Uuid::from_u128(id);
        let id = match kind {
            0 => GlobalId::Organization(id.into()),
            1 => GlobalId::User(id.into()),
            _ => GlobalId::Operation(id.into()),
        };
        prop_assert_eq!(GlobalId::decode(&id.encode()), Some(id));
    }

    #[test]
    fn no_text_breaks_a_parser(text in "\\PC*") {
        let _ = GlobalId::decode(&text);
        drop(Term::try_from(text.as_str()));
        drop(Email::try_from(text.as_str()));
        drop(DomainName::try_from(text.as_str()));
        if let Ok(name) = SignInName::try_from(text.as_str()) {
            // What was accepted is accepted as it is shown, and is the same name.
            prop_assert_eq!(SignInName::try_from(name.shown().as_str()).unwrap().key(), name.key());
        }
    }
}

#[test]
fn ids_made_in_one_millisecond_are_in_order() {
    let rng = Rng::from_seed([1; 32]);
    let now = day("2026-11-24T12:00:00Z");
    let ids: Vec<Uuid> = (0..1000).map(|_| rng.id(now)).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(ids.iter().all(|id| id.get_version_num() == 7));
}
