//! Pauses a grant. The client and the partner each set and lift their own hold.

use entity::ids::GrantId;

use crate::operations::prelude::*;

/// The grant concerned.
#[derive(Debug, Serialize)]
pub struct HoldGrant {
    pub grant: GrantId,
}

impl Operation for HoldGrant {
    const KIND: OperationKind = OperationKind::HoldGrant;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let (grant, side) = act.own_side()?;
        if grant.held_by(side) {
            return Err(Error::Failed(Reason::AlreadyHeld));
        }
        grants::set_hold(act, grant.id, side, true).await?;
        Ok(Effect::on(grant.id)
            .change(Key::Side, side.as_str())
            .change(Key::Partner, grant.partner.to_string()))
    }
}
