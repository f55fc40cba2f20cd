//! Makes a new revision of an offer. Grants and subscriptions that it made stay as they are. An answer names
//! the revision that was read.

use chrono::{DateTime, Utc};
use entity::language::Language;

use super::{check_until, proposes};
use crate::{
    domain::values::Email,
    operations::prelude::*,
    store::offers::{Edit, Proposed},
};

/// The offer, and what it proposes from now on.
#[derive(Debug, Serialize)]
pub struct EditOffer {
    pub on: OnOffer,
    /// All that it proposes from now on.
    #[serde(flatten)]
    pub proposed: Proposed,
    /// When it expires; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Addresses that are told of responses, besides its maker's, each once; `None` keeps them.
    pub notify: Option<Vec<Email>>,
    /// The language of its texts; `None` keeps it.
    pub language: Option<Language>,
}

impl Operation for EditOffer {
    const KIND: OperationKind = OperationKind::EditOffer;
    type Prepared = ();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<()> {
        check_until(self.expires_at, app.now())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = offers::standing(act, self.on.offer).await?;
        super::check(row.offer.kind, &self.proposed)?;
        let edit = Edit {
            proposed: &self.proposed,
            expires_at: self.expires_at,
            notify: self.notify.as_deref(),
            language: self.language.clone(),
        };
        offers::revise(act, &row.offer, &edit).await?;
        let revision = row.offer.revision + 1;
        let effect = Effect::on(self.on.offer).change(Key::Revision, revision.to_string());
        Ok(proposes(effect, &self.proposed))
    }
}
