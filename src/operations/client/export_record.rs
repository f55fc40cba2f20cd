//! Exports the record, or what is asked for of it. The export is itself an entry, and the last one
//! in it; it is downloaded by an address that is good for a short while and for the session that
//! asked.

use chrono::TimeDelta;
use entity::{ids::OrganizationId, states::ExportFormat};

use crate::{
    auth::secret,
    domain::{described::Described, kind::OperationKind},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        exports,
        facts::{Subject, TargetId},
        record::search::Filter,
    },
};

/// What is exported, and how.
#[derive(Debug)]
pub struct ExportRecord {
    pub account: OrganizationId,
    /// How it is written.
    pub format: ExportFormat,
    /// Which entries.
    pub filter: Filter,
    /// How long the address is good.
    pub life: TimeDelta,
}

impl Operation for ExportRecord {
    const KIND: OperationKind = OperationKind::ExportRecord;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.facts().caller.actor().ok_or_else(Error::not_found)?;
        let secret = secret::new(act.rng());
        let filter = match self.filter.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&self.filter)?,
        };
        let export = exports::New {
            session: actor.session,
            format: self.format,
            filter: &filter,
            client: None,
            hash: secret::hash(&secret),
            expires_at: act.now() + self.life,
        };
        exports::insert(act, export).await?;
        let part = if filter.is_empty() { "WHOLE" } else { "PART" };
        Ok(Effect::on("organization", act.account())
            .change("format", self.format.name())
            .change("entries", part)
            .secret(secret))
    }
}
