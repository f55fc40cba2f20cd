//! Roles that delegates gave, hands, and delegates in a client.

use super::*;

/// Roles that delegates gave, and hands.
pub fn lent(all: &mut Situations) {
    all.add(
        "GLOBAL_ADMIN made by a delegate",
        at_home(made_by_delegate()),
    );
    all.add(
        "GLOBAL_ADMIN whose role sleeps",
        at_home(Actor {
            dormant: RoleSet::of(&[GlobalAdmin]),
            ..actor(&[], None)
        }),
    );
    let mixed = Actor {
        given: vec![given(GlobalAdmin, 20)],
        appointed: RoleSet::of(&[PasswordAdmin]),
        ..actor(&[PasswordAdmin, GlobalAdmin], None)
    };
    all.add(
        "PASSWORD_ADMIN, and GLOBAL_ADMIN by a delegate",
        at_home(mixed),
    );
    let asleep = Hand {
        state: GrantState::Ended,
        ..hand(Way::Contact, Full)
    };
    for (name, hands) in [
        ("of FULL", vec![hand(Way::Contact, Full)]),
        ("of LIMITED", vec![hand(Way::Secret, Limited)]),
        ("asleep", vec![asleep]),
    ] {
        let name = format!("own GLOBAL_ADMIN in hands {name}");
        let facts = at_home(in_hands(actor(&[GlobalAdmin], Some(Full)), hands));
        all.add(&name, facts.clone());
        all.but(&format!("{name}, on a user"), &facts, |facts| {
            facts.target = target(HOME, &[], false);
        });
        all.but(&format!("{name}, on an admin"), &facts, |facts| {
            facts.target = target(HOME, &[UserAdmin], false);
        });
        all.but(&format!("{name}, ticket wanted"), &facts, |facts| {
            account(facts).rules.ticket_required = true;
            facts.request.ticket = false;
        });
        all.but(&format!("{name}, in a client"), &facts, |facts| {
            facts.account = Some(AccountFacts::bare(CLIENT));
            facts.grant = Some(grant(Full));
        });
    }
    // What the own role may not, the given one may not either, however high the own one is.
    let twice = Actor {
        given: vec![given(GlobalAdmin, 20)],
        ..actor(&[GlobalAdmin], None)
    };
    let mut twice = at_home(twice);
    twice.target = target(HOME, &[], true);
    other(&mut twice.target).hands = Hands(vec![hand(Way::Contact, Full)]);
    all.add(
        "GLOBAL_ADMIN, and again by a delegate, on a delegate in hands",
        twice,
    );
    let lent = facts(
        in_hands(actor(&[], Some(Full)), vec![hand(Way::Contact, Full)]),
        CLIENT,
        Some(grant(Full)),
        Target::Unspecified,
    );
    all.add("FULL in hands, in a client", lent);
    let made = at_home(in_hands(made_by_delegate(), vec![hand(Way::Secret, Full)]));
    all.add("GLOBAL_ADMIN made by a delegate, in hands", made);
}

/// Delegates in a client.
pub fn delegates(all: &mut Situations) {
    for role in DelegatedRole::ALL {
        for cap in DelegatedRole::ALL {
            let name = format!("{} capped at {}", role.as_str(), cap.as_str());
            all.add(&name, in_client(*role, grant(*cap)));
        }
    }
    let held = |change: &dyn Fn(&mut GrantFacts)| {
        let mut grant = grant(Full);
        change(&mut grant);
        Some(grant)
    };
    let full = in_client(Full, grant(Full));
    let states = [
        (
            "held by the client",
            held(&|grant| grant.client_hold = true),
        ),
        (
            "held by the partner",
            held(&|grant| grant.partner_hold = true),
        ),
        (
            "suspended",
            held(&|grant| grant.partner_certification = Certification::Suspended),
        ),
        ("expired", held(&|grant| grant.expires_at = now())),
        ("ended", held(&|grant| grant.ended_at = Some(now()))),
        ("of another partner", held(&|grant| grant.partner = CLIENT)),
        ("of another client", held(&|grant| grant.client = HOME)),
        ("none", None),
    ];
    for (name, grant) in states {
        all.but(&format!("FULL, grant {name}"), &full, |facts| {
            facts.grant = grant.clone();
        });
        all.but(
            &format!("FULL and GLOBAL_ADMIN at home, grant {name}"),
            &full,
            |facts| {
                *of(facts) = actor(&[GlobalAdmin], Some(Full));
                facts.grant = grant;
            },
        );
    }
    all.but("FULL, temporary password", &full, |facts| {
        of(facts).must_change = true;
    });
    all.but("FULL, just recovered", &full, |facts| {
        of(facts).recovered = true;
    });
    all.but("FULL, ticket wanted", &full, |facts| {
        account(facts).rules.ticket_required = true;
        facts.request.ticket = false;
    });
    all.but("FULL, ticket given", &full, |facts| {
        account(facts).rules.ticket_required = true;
    });
    all.but("FULL, note wanted", &full, |facts| {
        account(facts).rules.note_required = true;
        facts.request.note = false;
    });
    all.but("FULL, note given", &full, |facts| {
        account(facts).rules.note_required = true;
    });
    all.but("FULL, neither wanted nor given", &full, |facts| {
        facts.request.ticket = false;
        facts.request.note = false;
    });
    for delegable in [true, false] {
        let service = ServiceTarget {
            id: ServiceId(Uuid::from_u128(53)),
            delegable,
        };
        let user = target(CLIENT, &[], false);
        all.but(
            &format!("FULL, service delegable: {delegable}"),
            &full,
            |facts| {
                facts.service = Some(service);
                facts.target = user;
            },
        );
        let mut own = at_home(actor(&[GlobalAdmin], None));
        own.service = Some(service);
        own.target = target(HOME, &[], false);
        all.add(
            &format!("own GLOBAL_ADMIN, service delegable: {delegable}"),
            own,
        );
    }
}
