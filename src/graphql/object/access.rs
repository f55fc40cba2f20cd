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

/// The policy's decision about an operation, which is not carried out: the same decision that the mutation
/// would get. A permitted operation can still fail on the present state, such as a contact that is not verified
/// yet.
#[derive(Description)]
pub struct AccessExplanation(pub Explanation);

#[Object(use_type_description)]
impl AccessExplanation {
    /// The operation that was asked about.
    async fn operation(&self) -> E<OperationKind> {
        E(self.0.kind)
    }

    /// Whether it is permitted now.
    async fn allowed(&self) -> bool {
        self.0.decision.is_ok()
    }

    /// The authority that the act would rest on; null when it is refused.
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

    /// The steps of the decision, in their order: the whole chain from the sign-in to the account's own rules.
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

    /// The state of the grant between the viewer's organization and the account, or of the grant named; null if there
    /// is none.
    async fn grant_state(&self, ctx: &Context<'_>) -> Option<E<GrantState>> {
        let grant = self.0.grant.as_ref()?;
        Some(E(grant.state(ctx.app().now())))
    }

    /// The role cap of that grant; null if there is none.
    async fn role_cap(&self) -> Option<E<DelegatedRole>> {
        self.0.grant.as_ref().map(|grant| E(grant.role_cap))
    }

    /// The rule: who may do this at all, in words.
    async fn rule(&self) -> String {
        self.0.kind.least()
    }

    /// The class of the refusal, as in `extensions.code`; null when it is permitted.
    async fn code(&self) -> Option<E<Code>> {
        self.0
            .decision
            .as_ref()
            .err()
            .map(|denial| E(denial.reason.code()))
    }

    /// The reason of the refusal, as in `extensions.reason`; null when it is permitted.
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

    /// What would help; null when it is permitted, or when nothing would help.
    async fn cure(&self) -> Option<&str> {
        let denial = self.0.decision.as_ref().err()?;
        Some(denial.cure.as_str()).filter(|cure| !cure.is_empty())
    }
}

/// One step of a decision, and how it came out.
#[derive(async_graphql::SimpleObject)]
pub struct AccessLink {
    /// The step.
    step: E<Step>,
    /// The condition of the step, in words.
    about: &'static str,
    /// Whether the step was passed; null if the decision was made at an earlier step.
    passed: Option<bool>,
}
