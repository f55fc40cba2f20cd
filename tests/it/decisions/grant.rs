//! A grant's state, its reminders, and what lifts its holds.

use chrono::{DateTime, TimeDelta, Utc};
use entity::states::{DelegatedRole, Side};
use mandate::domain::{
    certification::Certification,
    described::Described,
    grant::{GrantFacts, GrantState, days_left, next_reminder},
    reason::Reason,
};

use super::given::{grant, now};

fn with(change: impl FnOnce(&mut GrantFacts)) -> GrantFacts {
    let mut grant = grant(DelegatedRole::Full);
    change(&mut grant);
    grant
}

fn state(change: impl FnOnce(&mut GrantFacts)) -> GrantState {
    with(change).state(now())
}

#[test]
fn what_is_over_counts_before_what_is_held() {
    use GrantState::{Active, Ended, Expired, Held};
    assert_eq!(state(|_| {}), Active);
    assert_eq!(state(|grant| grant.client_hold = true), Held);
    assert_eq!(state(|grant| grant.partner_hold = true), Held);
    for certification in [Certification::Suspended, Certification::None] {
        assert_eq!(
            state(|grant| grant.partner_certification = certification),
            Held
        );
    }
    // The moment of its end is over.
    assert_eq!(state(|grant| grant.expires_at = now()), Expired);
    let instant = TimeDelta::microseconds(1);
    assert_eq!(state(|grant| grant.expires_at = now() + instant), Active);
    let over = |grant: &mut GrantFacts| {
        grant.client_hold = true;
        grant.expires_at = now() - instant;
    };
    assert_eq!(state(over), Expired);
    assert_eq!(
        state(|grant| {
            over(grant);
            grant.ended_at = Some(now() + instant);
        }),
        Ended
    );
}

#[test]
fn each_side_holds_for_itself() {
    let client = with(|grant| grant.client_hold = true);
    assert!(client.held_by(Side::Client) && !client.held_by(Side::Partner));
    let partner = with(|grant| grant.partner_hold = true);
    assert!(partner.held_by(Side::Partner) && !partner.held_by(Side::Client));
}

#[test]
fn every_hold_is_named_that_has_to_be_lifted() {
    assert_eq!(with(|_| {}).held_cure(), "");
    assert_eq!(
        with(|grant| grant.client_hold = true).held_cure(),
        "Wait until the client lifts its hold."
    );
    let all = with(|grant| {
        grant.client_hold = true;
        grant.partner_hold = true;
        grant.partner_certification = Certification::Suspended;
    });
    assert_eq!(
        all.held_cure(),
        "Wait until the client lifts its hold, and the partner lifts its hold, and the platform reinstates the partner's certification."
    );
    assert_eq!(
        with(|grant| grant.partner_certification = Certification::None).held_cure(),
        "Wait until the platform reinstates the partner's certification."
    );
}

#[test]
fn a_state_that_is_not_active_refuses_by_its_name() {
    let reasons: Vec<_> = GrantState::all()
        .iter()
        .map(|state| state.refusal())
        .collect();
    let refused = [Reason::GrantHeld, Reason::GrantExpired, Reason::GrantEnded];
    assert_eq!(reasons[0], None);
    assert_eq!(reasons[1..], refused.map(Some));
    let names: Vec<_> = GrantState::all().iter().map(|state| state.name()).collect();
    assert_eq!(names, ["ACTIVE", "HELD", "EXPIRED", "ENDED"]);
    let about = GrantState::all().iter().map(|state| state.about());
    let about: std::collections::BTreeSet<_> = about.filter(|about| about.len() > 10).collect();
    assert_eq!(about.len(), 4);
}

#[test]
fn both_sides_are_reminded_thirty_days_a_week_a_day_before_and_on_the_day() {
    let end = now() + TimeDelta::days(40);
    let reminded: Vec<i64> =
        std::iter::successors(next_reminder(end, now()), |last| next_reminder(end, *last))
            .map(|moment| (end - moment).num_days())
            .collect();
    assert_eq!(reminded, [30, 7, 1, 0]);
    assert_eq!(next_reminder(now(), now()), None);
}

#[test]
fn a_day_that_has_begun_is_a_day_that_is_left() {
    let left = |until: DateTime<Utc>| days_left(until, now());
    assert_eq!(left(now()), 0);
    assert_eq!(left(now() - TimeDelta::days(3)), 0);
    assert_eq!(left(now() + TimeDelta::seconds(1)), 1);
    assert_eq!(left(now() + TimeDelta::days(1)), 1);
    assert_eq!(left(now() + TimeDelta::days(1) + TimeDelta::seconds(1)), 2);
    assert_eq!(left(now() + TimeDelta::days(365)), 365);
}
