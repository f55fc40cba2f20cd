//! Adds a plan to the platform's catalogue.

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::Subject,
        plans::{self, NewPlan},
    },
};

/// The plan to be added.
#[derive(Debug)]
pub struct CreatePlan(pub NewPlan);

impl Operation for CreatePlan {
    const KIND: OperationKind = OperationKind::CreatePlan;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let id = plans::insert_plan(act, &self.0).await?;
        let ids = Ids {
            plan: Some(id),
            ..Ids::default()
        };
        Ok(Effect::on("plan", id)
            .named(self.0.name.as_str())
            .change("term", self.0.term.text())
            .change("seats", self.0.seats.to_string())
            .ids(ids))
    }
}
