//! Makes an offer: one URL for any number of clients. It asks for delegated administration, or
//! proposes subscriptions, or both.

use chrono::{DateTime, Utc};
use entity::{ids::OrganizationId, language::Language, states::OfferKind};

use super::{check_until, proposes};
use crate::{
    auth::secret,
    domain::values::Email,
    operations::prelude::*,
    store::offers::{NewOffer, Proposed},
};

/// The offer to be made.
#[derive(Debug, Serialize)]
pub struct CreateOffer {
    /// The partner.
    pub account: OrganizationId,
    /// The kind of offer.
    pub kind: OfferKind,
    /// What it proposes.
    #[serde(flatten)]
    pub proposed: Proposed,
    /// Addresses that are told of responses, besides its maker's; each once.
    pub notify: Vec<Email>,
    /// When it expires; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The language of its texts.
    pub language: Language,
}

impl Operation for CreateOffer {
    const KIND: OperationKind = OperationKind::CreateOffer;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<()> {
        check_until(self.expires_at, app.now())?;
        super::check(self.kind, &self.proposed)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let new = NewOffer {
            kind: self.kind,
            proposed: &self.proposed,
            notify: &self.notify,
            token: secret::public_token(act.rng()),
            expires_at: self.expires_at,
            language: self.language.clone(),
        };
        let offer = offers::insert(act, &new).await?;
        let effect = Effect::on(offer).change(Key::Kind, self.kind.as_str());
        Ok(proposes(effect, &self.proposed))
    }
}
