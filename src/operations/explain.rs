//! Why the viewer may or may not do something: the policy's answer, without doing it.

use entity::states::DelegatedRole;

use crate::{
    app::App,
    domain::{
        grant::GrantFacts,
        kind::OperationKind,
        policy::{self, Authority, RequestFacts, Step},
        reason::{Denial, Reason},
    },
    error::Result,
    store::facts::{self, Subject, Who},
};

/// What the policy says.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The steps that were passed.
    pub passed: Vec<Step>,
    /// The delegated role that the actor holds; a grant's cap may lower it.
    pub held: Option<DelegatedRole>,
    /// The grant that it would rest on.
    pub grant: Option<GrantFacts>,
    /// The kind that was asked about.
    pub kind: OperationKind,
    /// The authority it would rest on, or the refusal.
    pub decision: Result<Authority, Denial>,
}

impl Explanation {
    /// The explanation for what the actor may not know of.
    pub fn hide(&mut self) {
        self.passed.retain(|step| *step < Step::Visible);
        self.grant = None;
        self.decision = Err(Reason::NoSuchThing.into());
    }
}

/// Asks the policy about `kind`, on what `subject` names or on nothing in particular.
pub async fn explain(
    app: &App,
    who: &Who,
    kind: OperationKind,
    subject: Subject,
    request: RequestFacts,
) -> Result<Explanation> {
    let mut facts = facts::load(&app.db.server(), who, &subject, app.now()).await?;
    facts.request = request;
    facts.grant = facts.grant.map(|grant| app.anchors.as_held(grant));
    let mut passed = Vec::new();
    let decision = policy::follow(kind, &facts, app.now(), &mut |step| passed.push(step));
    // If the actor may not know of the account, the explanation must not reveal the grant either.
    let known = passed.contains(&Step::Visible);
    Ok(Explanation {
        kind,
        passed,
        held: facts.caller.actor().and_then(|actor| actor.delegated_role),
        grant: facts.grant.filter(|_| known),
        decision: decision.map(|permit| permit.authority()),
    })
}
