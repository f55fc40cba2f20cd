//! Withdraws an offer: nobody can answer it any more. Grants and subscriptions that it made stay as they are.

use crate::operations::prelude::*;

/// The offer to be withdrawn.
#[derive(Debug, Serialize)]
pub struct WithdrawOffer(pub OnOffer);

impl Operation for WithdrawOffer {
    const KIND: OperationKind = OperationKind::WithdrawOffer;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = offers::standing(act, self.0.offer).await?;
        offers::withdraw(act, row.offer.id).await?;
        Ok(Effect::on(row.offer.id))
    }
}
