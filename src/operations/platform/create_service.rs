//! Adds a service to the platform's catalogue.

use crate::{
    operations::prelude::*,
    store::plans::{self, NewService},
};

/// The service to be added.
#[derive(Debug, Serialize)]
pub struct CreateService(pub NewService);

impl Operation for CreateService {
    const KIND: OperationKind = OperationKind::CreateService;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let id = plans::insert_service(act, &self.0).await?;
        Ok(Effect::on(id)
            .named(self.0.name.as_str())
            .change(Key::Delegable, self.0.delegable.to_string()))
    }
}
