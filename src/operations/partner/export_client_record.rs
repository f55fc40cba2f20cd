//! Exports a client's record as the partner sees it: the acts of its own people in full, and of all other acts
//! only the hash, so that it can follow the chain and compare it with signed notes.

use entity::{ids::OrganizationId, states::ExportFormat};

use crate::{auth::secret, operations::prelude::*, store::exports};

/// The partner that exports, and the client whose record it is.
#[derive(Debug, Serialize)]
pub struct ExportClientRecord {
    /// The partner.
    pub account: OrganizationId,
    pub client: OrganizationId,
}

impl Operation for ExportClientRecord {
    const KIND: OperationKind = OperationKind::ExportClientRecord;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Client(self.client))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.signed_in()?;
        let secret = secret::new(act.rng());
        let export = exports::New {
            session: actor.session,
            format: ExportFormat::JsonLines,
            filter: "",
            client: Some(self.client),
            hash: secret::hash(&secret),
            expires_at: act.now() + act.config().times.export(),
        };
        exports::insert(act, export).await?;
        Ok(Effect::on_client(self.client).secret(secret))
    }
}
