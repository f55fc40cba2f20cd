//! Adds a service to the platform's catalogue.

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::Subject,
        plans::{self, NewService},
    },
};

/// The service to be added.
#[derive(Debug)]
pub struct CreateService(pub NewService);

impl Operation for CreateService {
    const KIND: OperationKind = OperationKind::CreateService;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let id = plans::insert_service(act, &self.0).await?;
        let ids = Ids {
            service: Some(id),
            ..Ids::default()
        };
        Ok(Effect::on("service", id)
            .named(self.0.name.as_str())
            .change("delegable", self.0.delegable.to_string())
            .ids(ids))
    }
}
