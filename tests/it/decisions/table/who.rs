//! Who asks, at home and in a client, with nothing named.

use super::*;

pub fn who(all: &mut Situations) {
    let nobody = Facts::of(Caller::Anonymous);
    all.add("nobody, about nothing", nobody.clone());
    all.but("nobody, about an account", &nobody, |facts| {
        facts.account = Some(AccountFacts::bare(HOME));
    });
    all.but("a job, about nothing", &nobody, |facts| {
        facts.caller = Caller::System(Job::Worker);
    });
    all.but("a job, about an account", &nobody, |facts| {
        facts.caller = Caller::System(Job::Cli);
        facts.account = Some(AccountFacts::bare(HOME));
    });
    all.add("own, no role", at_home(actor(&[], None)));
    for role in AdminRole::ALL {
        let name = format!("own {}", role.as_str());
        all.add(&name, at_home(actor(&[*role], None)));
    }
    for role in DelegatedRole::ALL {
        let name = format!("own, no role but {} in clients", role.as_str());
        all.add(&name, at_home(actor(&[], Some(*role))));
    }
    let admin = at_home(actor(&[GlobalAdmin], None));
    all.but("own GLOBAL_ADMIN, no such account", &admin, |facts| {
        facts.account = None;
    });
    all.but("own GLOBAL_ADMIN, suspended", &admin, |facts| {
        account(facts).certification = Certification::Suspended;
    });
    all.but("own GLOBAL_ADMIN, never certified", &admin, |facts| {
        account(facts).certification = Certification::None;
    });
    all.but("own GLOBAL_ADMIN, temporary password", &admin, |facts| {
        of(facts).must_change = true;
    });
    all.but("own GLOBAL_ADMIN, just recovered", &admin, |facts| {
        of(facts).recovered = true;
    });
    all.but("own GLOBAL_ADMIN, not fresh, acts", &admin, |facts| {
        of(facts).fresh = false;
        facts.request.acts = true;
    });
    all.but(
        "own GLOBAL_ADMIN, not fresh, acts and gives consent",
        &admin,
        |facts| {
            of(facts).fresh = false;
            facts.request.acts = true;
            facts.request.gives_consent = true;
        },
    );
    all.but("own GLOBAL_ADMIN, not fresh, asks", &admin, |facts| {
        of(facts).fresh = false;
        facts.request.gives_consent = true;
    });
    all.but("operator, at home", &admin, |facts| {
        of(facts).platform = true;
        account(facts).platform = true;
    });
    all.but("operator, elsewhere", &admin, |facts| {
        of(facts).platform = true;
        facts.account = Some(AccountFacts::bare(CLIENT));
    });
    all.but("PASSWORD_ADMIN of the platform", &admin, |facts| {
        *of(facts) = actor(&[PasswordAdmin], None);
        of(facts).platform = true;
    });
    all.but("operator, elsewhere, temporary password", &admin, |facts| {
        of(facts).platform = true;
        of(facts).must_change = true;
        facts.account = Some(AccountFacts::bare(CLIENT));
    });
    for (name, grants, responded) in [
        ("under a grant", Some(grant(Full)), false),
        ("after an answer", None, true),
        ("of a stranger", None, false),
    ] {
        let facts = Facts {
            responded,
            ..facts(
                actor(&[GlobalAdmin], None),
                CLIENT,
                grants,
                Target::Unspecified,
            )
        };
        let name = format!("partner's GLOBAL_ADMIN without a delegated role, {name}");
        all.add(&name, facts);
    }
}
