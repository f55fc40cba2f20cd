//! Why the viewer may or may not do something.

use async_graphql::{Context, Description, Object};
use entity::states::{AuthorityKind, DelegatedRole};

use crate::{
    domain::{
        described::Described,
        grant::GrantState,
        kind::OperationKind,
        policy::Step,
        reason::{Code, Reason},
    },
    graphql::{context::Ask, enums::E},
    operations::explain::Explanation,
};

/// What the policy says, without doing anything: the same decision that the mutation would get. The
/// state of things, such as a contact that is not verified yet, can still stop what is permitted.
#[derive(Description)]
pub struct AccessExplanation(pub Explanation);

#[Object(use_type_description)]
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

    /// The steps of the decision, in their order: the whole chain from the signed-in user to what the
    /// account asks for.
    async fn chain(&self) -> Vec<AccessLink> {
        let passed = &self.0.passed;
        let allowed = self.0.decision.is_ok();
        let stopped = Step::all().iter().find(|step| !passed.contains(step));
        let link = |step: &Step| AccessLink {
            step: E(*step),
            about: step.about(),
            passed: match (passed.contains(step) || allowed, Some(step) == stopped) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            },
        };
        Step::all().iter().map(link).collect()
    }

    /// The delegated role that the viewer holds for its organization's clients; null without one.
    async fn delegated_role(&self) -> Option<E<DelegatedRole>> {
        self.0.held.map(E)
    }

    /// The state of the grant that it would rest on; null where there is none.
    async fn grant_state(&self, ctx: &Context<'_>) -> Option<E<GrantState>> {
        let grant = self.0.grant.as_ref()?;
        Some(E(grant.state(ctx.app().now())))
    }

    /// The role cap of that grant; null where there is none.
    async fn role_cap(&self) -> Option<E<DelegatedRole>> {
        self.0.grant.as_ref().map(|grant| E(grant.role_cap))
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

/// A step of a decision.
#[derive(async_graphql::SimpleObject)]
pub struct AccessLink {
    /// Which.
    step: E<Step>,
    /// What it asks.
    about: &'static str,
    /// Whether it was passed; null when the decision was made before it.
    passed: Option<bool>,
}
