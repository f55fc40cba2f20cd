//! Withdraws an offer: nobody can answer it any more. Grants and subscriptions that it made stand.

use entity::ids::{OfferId, OrganizationId};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        offers,
    },
};

/// The offer to be withdrawn.
#[derive(Debug)]
pub struct WithdrawOffer {
    /// The partner.
    pub account: OrganizationId,
    pub offer: OfferId,
}

impl Operation for WithdrawOffer {
    const KIND: OperationKind = OperationKind::WithdrawOffer;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = offers::standing(act, self.offer).await?;
        offers::withdraw(act, row.offer.id).await?;
        let ids = Ids {
            offer: Some(row.offer.id),
            ..Ids::default()
        };
        Ok(Effect::on("offer", row.offer.id).ids(ids))
    }
}
