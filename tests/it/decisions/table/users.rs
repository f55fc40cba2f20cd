//! Users that are touched, by several who touch them.

use super::*;

pub fn users(all: &mut Situations) {
    let made = at_home(made_by_delegate());
    let touching = [
        (
            "own GLOBAL_ADMIN",
            at_home(actor(&[GlobalAdmin], None)),
            HOME,
        ),
        ("own USER_ADMIN", at_home(actor(&[UserAdmin], None)), HOME),
        ("GLOBAL_ADMIN made by a delegate", made, HOME),
        ("FULL", in_client(Full, grant(Full)), CLIENT),
        ("LIMITED", in_client(Limited, grant(Full)), CLIENT),
    ];
    for (name, facts, organization) in touching {
        let mut on = |what: &str, roles: &[AdminRole], delegated, change: &dyn Fn(&mut Facts)| {
            all.but(&format!("{name}, on {what}"), &facts, |facts| {
                facts.target = target(organization, roles, delegated);
                change(facts);
            });
        };
        on("a user", &[], false, &|_| {});
        on("a reader", &[DirectoryReader], false, &|_| {});
        on("a USER_ADMIN", &[UserAdmin], false, &|_| {});
        on("a GLOBAL_ADMIN", &[GlobalAdmin], false, &|_| {});
        on("a delegate", &[], true, &|_| {});
        on("itself", &[], false, &|facts| {
            other(&mut facts.target).id = USER;
        });
        on("a user of elsewhere", &[], false, &|facts| {
            other(&mut facts.target).organization = under_another();
        });
        on("nobody", &[], false, &|facts| {
            facts.target = Target::Missing
        });
        on("who will be GLOBAL_ADMIN", &[], false, &|facts| {
            other(&mut facts.target).awaited = RoleSet::of(&[GlobalAdmin]);
        });
        on(
            "a GLOBAL_ADMIN made by a delegate",
            &[GlobalAdmin],
            false,
            &|facts| {
                other(&mut facts.target).appointed = RoleSet::NONE;
            },
        );
        on("a deleted user", &[], false, &|facts| {
            other(&mut facts.target).deleted = true;
        });
        on("a user whom the account deleted", &[], false, &|facts| {
            other(&mut facts.target).deleted = true;
            other(&mut facts.target).deleted_by_own = true;
        });
        on("a user whom the account blocked", &[], false, &|facts| {
            other(&mut facts.target).blocked = true;
            other(&mut facts.target).blocked_by_own = true;
        });
        on("a user in hands", &[], false, &|facts| {
            other(&mut facts.target).hands = Hands(vec![hand(Way::Contact, Full)]);
        });
        on("a user in hands, a role that waits", &[], false, &|facts| {
            other(&mut facts.target).hands = Hands(vec![hand(Way::Contact, Full)]);
            facts.request.waits = true;
        });
        on("a user, password shown", &[], false, &|facts| {
            facts.request.shown_secret = true;
        });
        on(
            "a reader, password shown",
            &[DirectoryReader],
            false,
            &|facts| {
                facts.request.shown_secret = true;
            },
        );
        on(
            "a reader, password shown, by the account's rules",
            &[DirectoryReader],
            false,
            &|facts| {
                facts.request.shown_secret = true;
                account(facts).rules.sign_ins_delegable = true;
            },
        );
        on(
            "a GLOBAL_ADMIN, its name",
            &[GlobalAdmin],
            false,
            &|facts| {
                facts.request.names = true;
            },
        );
        on(
            "a user whose contact is the account's",
            &[],
            false,
            &|facts| {
                other(&mut facts.target).contact_own = true;
            },
        );
        on("a user, contact of the partner", &[], false, &|facts| {
            facts.contact_of_partner = true;
        });
    }
    let mut job = Facts::of(Caller::System(Job::Worker));
    job.account = Some(AccountFacts::bare(HOME));
    job.target = target(HOME, &[], false);
    other(&mut job.target).hands = Hands(vec![hand(Way::Contact, Full)]);
    all.add("a job, on a user in hands", job.clone());
    all.but("nobody, on a user in hands", &job, |facts| {
        facts.caller = Caller::Anonymous;
    });
    for (name, by_contact) in [("secret", false), ("contact", true)] {
        for own in [false, true] {
            let mut facts = Facts::of(Caller::Anonymous);
            facts.account = Some(AccountFacts::bare(HOME));
            facts.target = target(HOME, &[], false);
            let user = other(&mut facts.target);
            user.contact_own = own;
            user.secret_asleep = !by_contact;
            if by_contact {
                user.hands = Hands(vec![Hand {
                    state: GrantState::Held,
                    ..hand(Way::Contact, Full)
                }]);
            }
            let name = format!("nobody, on a user whose {name} sleeps, contact its own: {own}");
            all.add(&name, facts);
        }
    }
}

pub fn under_another() -> OrganizationId {
    OrganizationId(Uuid::from_u128(3))
}
