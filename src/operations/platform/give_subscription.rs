//! Gives an organization a subscription to a plan.

use entity::ids::{OrganizationId, PlanId};

use crate::{
    domain::{record::time, values::Term},
    operations::prelude::*,
    store::plans,
};

/// The organization and the plan.
#[derive(Debug, Serialize)]
pub struct GiveSubscription {
    pub organization: OrganizationId,
    pub plan: PlanId,
    /// Its seats; `None` for the plan's number.
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
        Ok(Effect::on(id)
            .named(plan.name)
            .change(Key::Plan, plan.id.to_string())
            .change(Key::Seats, seats.to_string())
            .change(Key::ExpiresAt, time(ends)))
    }
}
