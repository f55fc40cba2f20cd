//! Gives an offer a new URL: the old one leads nowhere. What was answered stands.

use entity::ids::{OfferId, OrganizationId};

use crate::{
    auth::secret,
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        offers,
    },
};

/// The offer whose URL is to be replaced.
#[derive(Debug)]
pub struct RotateOffer {
    /// The partner.
    pub account: OrganizationId,
    pub offer: OfferId,
}

impl Operation for RotateOffer {
    const KIND: OperationKind = OperationKind::RotateOffer;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = offers::standing(act, self.offer).await?;
        offers::rotate(act, row.offer.id, secret::public_token(act.rng())).await?;
        let ids = Ids {
            offer: Some(row.offer.id),
            ..Ids::default()
        };
        Ok(Effect::on("offer", row.offer.id).ids(ids))
    }
}
