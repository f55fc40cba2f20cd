//! Gives an organization a subscription to a plan.

use entity::ids::{OrganizationId, PlanId};

use crate::{
    domain::{kind::OperationKind, reason::Reason, record::time, values::Term},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        plans, subscriptions,
    },
};

/// The organization and the plan.
#[derive(Debug)]
pub struct GiveSubscription {
    pub organization: OrganizationId,
    pub plan: PlanId,
    /// Its seats; the plan's where it says nothing.
    pub seats: Option<i32>,
}

impl Operation for GiveSubscription {
    const KIND: OperationKind = OperationKind::GiveSubscription;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let plan = plans::plan(act, self.plan)
            .await?
            .ok_or_else(|| Error::field("planId", Reason::IdInvalid))?;
        let ends = Term::try_from(plan.term.as_str())
            .ok()
            .and_then(|term| term.end(act.now()))
            .ok_or_else(|| Error::internal(anyhow::anyhow!("a plan without an end")))?;
        let seats = self.seats.unwrap_or(plan.seats);
        let id = subscriptions::insert(act, &plan, seats, ends, false).await?;
        Ok(Effect::on_subscription(id)
            .named(plan.name)
            .change("plan", plan.id.to_string())
            .change("seats", seats.to_string())
            .change("expires_at", time(ends)))
    }
}
