//! Exports the record, or a part of it. The export itself makes an entry, which is the last one in it. It is
//! downloaded by an address that works for a short time and for the session that asked.

use entity::{ids::OrganizationId, states::ExportFormat};

use crate::{
    auth::secret,
    domain::described::Described,
    operations::prelude::*,
    store::{exports, record::search::Filter},
};

/// What is exported, and how.
#[derive(Debug, Serialize)]
pub struct ExportRecord {
    pub account: OrganizationId,
    /// How it is written.
    pub format: ExportFormat,
    /// Which entries.
    pub filter: Filter,
}

impl Operation for ExportRecord {
    const KIND: OperationKind = OperationKind::ExportRecord;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.signed_in()?;
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
            expires_at: act.now() + act.config().times.export(),
        };
        exports::insert(act, export).await?;
        let part = if filter.is_empty() { "WHOLE" } else { "PART" };
        Ok(Effect::on(act.account())
            .change(Key::Format, self.format.name())
            .change(Key::Entries, part)
            .secret(secret))
    }
}
