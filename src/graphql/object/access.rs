//! Why the viewer may or may not do something.

use async_graphql::Object;
use entity::states::{AuthorityKind, DelegatedRole};

use crate::{
    domain::{
        described::Described,
        kind::OperationKind,
        reason::{Code, Reason},
    },
    graphql::enums::E,
    operations::explain::Explanation,
};

/// What the policy says, without doing anything: the same decision that the mutation would get. The
/// state of things, such as a contact that is not verified yet, can still stop what is permitted.
pub struct AccessExplanation(pub Explanation);

/// What the policy says, without doing anything: the same decision that the mutation would get. The
/// state of things, such as a contact that is not verified yet, can still stop what is permitted.
#[Object]
impl AccessExplanation {
    /// What was asked about.
    async fn operation(&self) -> E<OperationKind> {
        E(self.0.kind)
    }

    /// Whether it is permitted now.
    async fn allowed(&self) -> bool {
        self.0.decision.is_ok()
    }

    /// What it would rest on; null when it is refused.
    async fn authority(&self) -> Option<E<AuthorityKind>> {
        self.0
            .decision
            .as_ref()
            .ok()
            .map(|authority| E(authority.kind()))
    }

    /// The delegated role that would be in force; null without delegation, and when it is refused.
    async fn role(&self) -> Option<E<DelegatedRole>> {
        self.0
            .decision
            .as_ref()
            .ok()
            .and_then(|authority| authority.role())
            .map(E)
    }

    /// The rule: who may do this at all.
    async fn rule(&self) -> String {
        self.0.kind.least()
    }

    /// The class of the refusal; null when it is permitted.
    async fn code(&self) -> Option<E<Code>> {
        self.0
            .decision
            .as_ref()
            .err()
            .map(|denial| E(denial.reason.code()))
    }

    /// The reason of the refusal; null when it is permitted.
    async fn reason(&self) -> Option<E<Reason>> {
        self.0
            .decision
            .as_ref()
            .err()
            .map(|denial| E(denial.reason))
    }

    /// The refusal as a sentence; null when it is permitted.
    async fn message(&self) -> Option<&'static str> {
        self.0
            .decision
            .as_ref()
            .err()
            .map(|denial| denial.reason.about())
    }

    /// What would cure the refusal; null when it is permitted, or nothing would.
    async fn cure(&self) -> Option<&str> {
        let denial = self.0.decision.as_ref().err()?;
        Some(denial.cure.as_str()).filter(|cure| !cure.is_empty())
    }
}
