//! Holds a grant from the partner's side, because entries of the partner's record were lost: delegated roles
//! that the partner had taken from its people may have come back.

use entity::{ids::GrantId, states::Side};

use crate::operations::prelude::*;

/// The grant concerned.
#[derive(Debug, Serialize)]
pub struct HoldForLoss {
    pub grant: GrantId,
}

impl Operation for HoldForLoss {
    const KIND: OperationKind = OperationKind::HoldForLoss;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        // It was ended or held in the meantime: nothing is left to do.
        if grant.ended_at.is_some() || grant.partner_hold {
            return Ok(Effect::nothing());
        }
        grants::set_hold(act, grant.id, Side::Partner, true).await?;
        Ok(Effect::on(grant.id)
            .change(Key::Side, Side::Partner.as_str())
            .change(Key::Partner, grant.partner.to_string()))
    }
}
