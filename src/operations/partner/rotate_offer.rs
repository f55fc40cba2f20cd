//! Gives an offer a new URL: the old one no longer works. Answers that were given stay as they are.

use crate::{auth::secret, operations::prelude::*};

/// The offer whose URL is to be replaced.
#[derive(Debug, Serialize)]
pub struct RotateOffer(pub OnOffer);

impl Operation for RotateOffer {
    const KIND: OperationKind = OperationKind::RotateOffer;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = offers::standing(act, self.0.offer).await?;
        offers::rotate(act, row.offer.id, secret::public_token(act.rng())).await?;
        Ok(Effect::on(row.offer.id))
    }
}
