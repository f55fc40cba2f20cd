//! Exports a client's record as the partner sees it: the acts of its own people in full, of all others the
//! hash alone, so that it can follow the chain and compare it with notes.

use chrono::TimeDelta;
use entity::{ids::OrganizationId, states::ExportFormat};

use crate::{
    auth::secret,
    domain::kind::OperationKind,
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        exports,
        facts::{Subject, TargetId},
    },
};

/// Whose record is exported for whom.
#[derive(Debug)]
pub struct ExportClientRecord {
    /// The partner.
    pub account: OrganizationId,
    pub client: OrganizationId,
    /// How long the address is good.
    pub life: TimeDelta,
}

impl Operation for ExportClientRecord {
    const KIND: OperationKind = OperationKind::ExportClientRecord;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Client(self.client))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.facts().caller.actor().ok_or_else(Error::not_found)?;
        let secret = secret::new(act.rng());
        let export = exports::New {
            session: actor.session,
            format: ExportFormat::JsonLines,
            filter: "",
            client: Some(self.client),
            hash: secret::hash(&secret),
            expires_at: act.now() + self.life,
        };
        exports::insert(act, export).await?;
        Ok(Effect::on("client", self.client).secret(secret))
    }
}
