//! Every kind in many situations, as one committed table: what is decided, on what it rests, and at which step it is
//! refused. A situation that differs from another in one thing shows what that thing changes. Read what changes in the
//! table: it is the review of a change to the policy.

mod lent;
mod things;
mod users;
mod who;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use chrono::TimeDelta;
use entity::{
    ids::{DeviceId, DomainId, OfferId, OrganizationId, ServiceId},
    states::{AdminRole, DelegatedRole, Way},
};
use mandate::domain::{
    certification::Certification,
    described::Described,
    grant::{GrantFacts, GrantState},
    hands::{Cause, Hand, Hands},
    kind::{Concern, OperationKind, Requirement},
    policy::{
        self, AccountFacts, ClientTarget, DeviceTarget, DomainTarget, Facts, OfferTarget, Permit,
        ServiceTarget, Step, Target,
    },
    reason::Denial,
    role::RoleSet,
    viewer::{Actor, Caller, GivenRole, Job},
};
use uuid::Uuid;

use super::given::{CLIENT, HOME, USER, actor, facts, given, grant, hand, now, other, target};

use AdminRole::{DirectoryReader, GlobalAdmin, PasswordAdmin, UserAdmin};
use DelegatedRole::{Full, Limited};

/// A situation: its name, its facts, and the place of the one that it differs from.
struct Situation {
    name: String,
    facts: Facts,
    from: Option<usize>,
}

#[derive(Default)]
struct Situations(Vec<Situation>);

impl Situations {
    fn add(&mut self, name: &str, facts: Facts) {
        let name = name.to_owned();
        self.0.push(Situation {
            name,
            facts,
            from: None,
        });
    }

    /// A situation that differs from `facts` as `change` says.
    fn but(&mut self, name: &str, facts: &Facts, change: impl FnOnce(&mut Facts)) {
        let from = self.0.iter().position(|one| one.facts == *facts);
        let mut facts = facts.clone();
        change(&mut facts);
        let name = name.to_owned();
        self.0.push(Situation { name, facts, from });
    }
}

fn of(facts: &mut Facts) -> &mut Actor {
    match &mut facts.caller {
        Caller::User(actor) => actor,
        _ => panic!("nobody is signed in"),
    }
}

fn account(facts: &mut Facts) -> &mut AccountFacts {
    facts.account.as_mut().unwrap()
}

fn at_home(actor: Actor) -> Facts {
    let mut facts = facts(actor, HOME, None, Target::Unspecified);
    account(&mut facts).certification = Certification::Current;
    facts
}

fn in_client(role: DelegatedRole, grant: GrantFacts) -> Facts {
    facts(
        actor(&[], Some(role)),
        CLIENT,
        Some(grant),
        Target::Unspecified,
    )
}

/// A global admin whom a delegate made.
fn made_by_delegate() -> Actor {
    Actor {
        appointed: RoleSet::NONE,
        given: vec![given(GlobalAdmin, 20)],
        ..actor(&[GlobalAdmin], None)
    }
}

fn in_hands(actor: Actor, hands: Vec<Hand>) -> Actor {
    Actor {
        hands: Hands(hands),
        ..actor
    }
}

fn allowed(permit: &Permit) -> String {
    let authority = permit.authority();
    let mut text = format!("allowed, {}", authority.kind().as_str());
    if let Some(role) = authority.role() {
        write!(text, " {}", role.as_str()).unwrap();
    }
    let causes = permit.causes().into_iter().map(|cause| {
        let person = cause.person.map_or(0, |person| person.0.as_u128());
        format!("{} under {}", person, cause.grant.0.as_u128())
    });
    let causes: Vec<String> = causes.collect();
    if !causes.is_empty() {
        write!(text, " (by {})", causes.join(", ")).unwrap();
    }
    text
}

fn refused(kind: OperationKind, denial: &Denial, last: Option<Step>) -> String {
    let step = last.map_or("nothing", Step::name);
    let text = format!("{} after {step}", denial.reason.name());
    let role = format!("Ask a global admin for the role. {}", kind.least());
    match &denial.cure {
        cure if cure == denial.reason.cure() => text,
        cure if *cure == role => format!("{text}: its least role"),
        cure => format!("{text}: {cure}"),
    }
}

#[test]
fn what_is_decided_is_the_committed_table() {
    let mut all = Situations::default();
    who::who(&mut all);
    lent::lent(&mut all);
    lent::delegates(&mut all);
    users::users(&mut all);
    things::things(&mut all);
    let outcomes: Vec<Vec<String>> = all.0.iter().map(|one| outcomes(&one.facts)).collect();
    let mut table = String::new();
    for (one, outcome) in all.0.iter().zip(&outcomes) {
        let before = one.from.map(|from| &outcomes[from]);
        let mut rows: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (place, kind) in OperationKind::ALL.iter().enumerate() {
            if before.is_none_or(|before| before[place] != outcome[place]) {
                rows.entry(&outcome[place]).or_default().push(kind.name());
            }
        }
        match one.from {
            Some(from) => writeln!(table, "{}; differs from: {}", one.name, all.0[from].name),
            None => writeln!(table, "{}", one.name),
        }
        .unwrap();
        for (row, kinds) in rows {
            writeln!(table, "  {row}\n    {}", kinds.join(" ")).unwrap();
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../matrix", omit_expression => true }, {
        insta::assert_snapshot!("decisions", table);
    });
}

/// What becomes of each kind in a situation.
fn outcomes(facts: &Facts) -> Vec<String> {
    let mut permitted = Vec::new();
    let outcome = |kind: &OperationKind| {
        let mut passed = Vec::new();
        let decided = policy::follow(*kind, facts, now(), &mut |step| passed.push(step));
        assert_eq!(decided, policy::decide(*kind, facts, now()));
        assert!(passed.is_sorted(), "{passed:?}");
        half_agrees(*kind, facts, &decided, &passed);
        match decided {
            Ok(permit) => {
                let account = facts.account.as_ref().unwrap().id;
                assert_eq!((permit.kind(), permit.account()), (*kind, account));
                assert_eq!(permit.hands(), in_hands_of(facts));
                permitted.push(*kind);
                allowed(&permit)
            }
            Err(denial) => refused(*kind, &denial, passed.last().copied()),
        }
    };
    let outcomes = OperationKind::ALL.iter().map(outcome).collect();
    lists_agree(facts, &permitted);
    outcomes
}

/// In whose hands the one is who acts, or whose secret it is that acts.
fn in_hands_of(facts: &Facts) -> Vec<Cause> {
    match (&facts.caller, &facts.target) {
        (Caller::User(actor), _) => actor.hands.causes(),
        (Caller::Anonymous, Target::User(user)) => user.hands.causes(),
        _ => Vec::new(),
    }
}

/// The half that needs no account refuses just what is refused before the account is looked at, in the same words.
fn half_agrees(
    kind: OperationKind,
    facts: &Facts,
    decided: &Result<Permit, Denial>,
    passed: &[Step],
) {
    let Some(actor) = facts.caller.actor() else {
        return;
    };
    let requirement = kind.spec().requirement;
    if requirement == Requirement::Anyone {
        return;
    }
    let half = policy::half(kind, actor);
    match passed.contains(&Step::Hands) {
        true => assert_eq!(half, Ok(())),
        false => assert_eq!(half.err(), decided.clone().err()),
    }
}

/// What is listed as allowed is what is decided, without what is nobody's choice.
fn lists_agree(facts: &Facts, permitted: &[OperationKind]) {
    let chosen = permitted.iter().copied().filter(|kind| {
        let spec = kind.spec();
        spec.listed && spec.concern != Concern::Personal && spec.concern != Concern::System
    });
    let chosen: Vec<_> = chosen.collect();
    assert_eq!(policy::allowed(facts, now()), chosen);
    let on_user = chosen
        .into_iter()
        .filter(|kind| kind.spec().target.is_user());
    assert_eq!(
        policy::allowed_on_user(facts, now()),
        on_user.collect::<Vec<_>>()
    );
}

#[test]
fn every_step_says_what_it_is() {
    let steps = Step::all();
    assert!(steps.is_sorted() && steps.len() == 9);
    let told: BTreeSet<_> = steps.iter().map(|step| step.about()).collect();
    assert!(told.len() == steps.len() && told.iter().all(|about| about.len() > 20));
}

#[test]
fn who_stands_behind_an_entry_of_a_refusal() {
    use entity::states::AuthorityKind::{Given, Own};
    let kind = OperationKind::AddDomain;
    let own = actor(&[GlobalAdmin], None);
    assert_eq!(policy::standing_of(kind, &own), Own);
    assert_eq!(policy::standing_of(kind, &made_by_delegate()), Given);
    // A role that is not enough is still what the act was about to rest on.
    let weak = |given: &[GivenRole], appointed: &[AdminRole]| Actor {
        given: given.to_vec(),
        ..actor(appointed, None)
    };
    let readers = [given(DirectoryReader, 20)];
    assert_eq!(policy::standing_of(kind, &weak(&readers, &[])), Given);
    assert_eq!(
        policy::standing_of(kind, &weak(&readers, &[DirectoryReader])),
        Own
    );
    assert_eq!(policy::standing_of(kind, &weak(&[], &[])), Own);
}

#[test]
fn a_decision_rests_on_every_partner_that_it_names() {
    let mut all = in_client(Full, grant(Full));
    assert_eq!(all.partners(), [HOME]);
    of(&mut all).given = vec![given(GlobalAdmin, 20)];
    of(&mut all).hands = Hands(vec![hand(Way::Contact, Full)]);
    all.target = Target::Offer(things::offer());
    assert_eq!(all.partners(), [CLIENT, CLIENT, CLIENT, HOME]);
    all.target = target(CLIENT, &[], false);
    other(&mut all.target).hands = Hands(vec![hand(Way::Secret, Full)]);
    assert_eq!(all.partners(), [CLIENT, CLIENT, CLIENT, HOME]);
    assert!(Facts::of(Caller::Anonymous).partners().is_empty());
}

#[test]
fn what_a_user_is_to_those_who_touch_it() {
    let mut one = target(HOME, &[GlobalAdmin], false);
    assert!(other(&mut one).is_guarded());
    other(&mut one).appointed = RoleSet::NONE;
    assert!(!other(&mut one).is_guarded());
    other(&mut one).delegated_role = Some(Limited);
    assert!(other(&mut one).is_guarded());
    other(&mut one).delegated_role = None;
    other(&mut one).awaited = RoleSet::of(&[GlobalAdmin]);
    assert!(other(&mut one).is_guarded());
    assert_eq!(other(&mut one).given_by_own(), RoleSet::of(&[GlobalAdmin]));
    let user = other(&mut one);
    assert!(!user.contact_asleep());
    user.hands = Hands(vec![Hand {
        person_role: None,
        ..hand(Way::Contact, Full)
    }]);
    assert!(user.contact_asleep());
    user.contact_own = true;
    assert!(!user.contact_asleep());
}
