//! Why the viewer may or may not do something: the policy's answer, without doing it.

use entity::ids::OrganizationId;

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{self, Authority},
        reason::Denial,
    },
    error::Result,
    store::facts::{self, Subject, TargetId, Who},
};

/// What the policy says.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What was asked about.
    pub kind: OperationKind,
    /// The authority it would rest on, or the refusal.
    pub decision: Result<Authority, Denial>,
}

/// Asks the policy about `kind` in an account, of a target or of none in particular.
///
/// # Errors
/// When the database cannot be read.
pub async fn explain(
    app: &App,
    who: Who,
    kind: OperationKind,
    account: OrganizationId,
    target: TargetId,
) -> Result<Explanation> {
    let subject = Subject::Account(account, target);
    let facts = facts::load(app.db.read(), who, &subject, app.now()).await?;
    let decision = policy::decide(kind, &facts, app.now()).map(|permit| permit.authority());
    Ok(Explanation { kind, decision })
}
