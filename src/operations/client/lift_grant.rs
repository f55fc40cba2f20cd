//! Lifts the hold that the actor's own side set; a hold by the other side stays.

use entity::ids::GrantId;

use crate::operations::prelude::*;

/// The grant concerned.
#[derive(Debug, Serialize)]
pub struct LiftGrant {
    pub grant: GrantId,
}

impl Operation for LiftGrant {
    const KIND: OperationKind = OperationKind::LiftGrant;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let (grant, side) = act.own_side()?;
        if !grant.held_by(side) {
            return Err(Error::Failed(Reason::NotHeld));
        }
        grants::set_hold(act, grant.id, side, false).await?;
        Ok(Effect::on(grant.id)
            .change(Key::Side, side.as_str())
            .change(Key::Partner, grant.partner.to_string())
            .maybe(Key::ContactDomain, contacts::domain(act).await?))
    }
}
