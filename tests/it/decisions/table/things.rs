//! Things that are touched.

use super::*;

pub fn things(all: &mut Situations) {
    let admin = at_home(actor(&[GlobalAdmin], None));
    let mut on = |what: &str, change: &dyn Fn(&mut Facts)| {
        all.but(&format!("own GLOBAL_ADMIN, on {what}"), &admin, |facts| {
            change(facts);
        });
    };
    on("a device", &|facts| facts.target = device(HOME));
    on("a device of elsewhere", &|facts| {
        facts.target = device(CLIENT)
    });
    on("a domain", &|facts| facts.target = domain(HOME));
    on("a domain of elsewhere", &|facts| {
        facts.target = domain(CLIENT)
    });
    on("a client", &|facts| {
        facts.target = client(CLIENT, Some(grant(Full)), false);
    });
    on("one that answered", &|facts| {
        facts.target = client(CLIENT, None, true)
    });
    on("no client", &|facts| {
        facts.target = client(CLIENT, None, false)
    });
    on("itself as a client", &|facts| {
        facts.target = client(HOME, Some(grant(Full)), true);
    });
    on("an offer", &|facts| facts.target = Target::Offer(offer()));
    on("an offer of its own", &|facts| {
        facts.target = Target::Offer(OfferTarget {
            partner: HOME,
            ..offer()
        });
    });
    on("an offer, as the platform", &|facts| {
        account(facts).platform = true;
        facts.target = Target::Offer(offer());
    });
    on("an offer that is withdrawn", &|facts| {
        facts.target = Target::Offer(OfferTarget {
            withdrawn: true,
            ..offer()
        });
    });
    on("an offer that has just expired", &|facts| {
        facts.target = Target::Offer(OfferTarget {
            expires_at: Some(now()),
            ..offer()
        });
    });
    on("an offer without an end", &|facts| {
        facts.target = Target::Offer(OfferTarget {
            expires_at: None,
            ..offer()
        });
    });
    on("an offer of one who is suspended", &|facts| {
        facts.target = Target::Offer(OfferTarget {
            certification: Certification::Suspended,
            ..offer()
        });
    });
    on("an offer, with a mailbox of its maker", &|facts| {
        facts.target = Target::Offer(offer());
        facts.contact_of_partner = true;
    });
    on("a grant of its own", &|facts| {
        facts.grant = Some(GrantFacts {
            partner: CLIENT,
            client: HOME,
            ..grant(Full)
        });
    });
    on("a grant, with a mailbox of the partner", &|facts| {
        facts.contact_of_partner = true;
    });
    on("a grant, ending sign-ins", &|facts| {
        facts.request.ends_sign_ins = true;
    });
    on("a grant, ending sign-ins, just recovered", &|facts| {
        facts.request.ends_sign_ins = true;
        of(facts).recovered = true;
    });
    on("a recovery whose link was redeemed", &|facts| {
        facts.let_in = true
    });
    all.but(
        "own PASSWORD_ADMIN, on a recovery whose link was redeemed",
        &admin,
        |facts| {
            *of(facts) = actor(&[PasswordAdmin], None);
            facts.let_in = true;
        },
    );
    all.but(
        "operator, on a recovery whose link was redeemed",
        &admin,
        |facts| {
            of(facts).platform = true;
            facts.account = Some(AccountFacts::bare(CLIENT));
            facts.let_in = true;
        },
    );
    let partner = facts(
        actor(&[GlobalAdmin], None),
        CLIENT,
        Some(grant(Full)),
        Target::Unspecified,
    );
    all.but(
        "partner's GLOBAL_ADMIN, ending a client's sign-ins",
        &partner,
        |facts| {
            facts.request.ends_sign_ins = true;
        },
    );
    all.but(
        "partner's GLOBAL_ADMIN, with a mailbox of its own",
        &partner,
        |facts| {
            facts.contact_of_partner = true;
        },
    );
    all.but("operator, no grant named", &partner, |facts| {
        of(facts).platform = true;
        facts.grant = None;
    });
    let full = in_client(Full, grant(Full));
    all.but("FULL, on a device", &full, |facts| {
        facts.target = device(CLIENT)
    });
    all.but("FULL, on a domain", &full, |facts| {
        facts.target = domain(CLIENT)
    });
    all.but("FULL, on a domain of its own", &full, |facts| {
        facts.target = domain(HOME);
    });
}

pub fn device(organization: OrganizationId) -> Target {
    Target::Device(DeviceTarget {
        id: DeviceId(Uuid::from_u128(50)),
        organization,
        name: String::new(),
        retired: false,
        wiped: false,
    })
}

pub fn domain(organization: OrganizationId) -> Target {
    Target::Domain(DomainTarget {
        id: DomainId(Uuid::from_u128(51)),
        organization,
        name: String::new(),
        initial: false,
        verified: false,
        proof: String::new(),
    })
}

pub fn client(id: OrganizationId, grant: Option<GrantFacts>, responded: bool) -> Target {
    Target::Client(ClientTarget {
        id,
        grant,
        responded,
    })
}

pub fn offer() -> OfferTarget {
    OfferTarget {
        id: OfferId(Uuid::from_u128(52)),
        partner: CLIENT,
        certification: Certification::Current,
        withdrawn: false,
        expires_at: Some(now() + TimeDelta::seconds(1)),
    }
}
