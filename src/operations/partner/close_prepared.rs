//! Closes what a person of the partner, who has since lost the delegated role, set and gave under a grant. Hands
//! stay open; everything else ends and does not come back.

use entity::ids::{GrantId, UserId};

use crate::{operations::prelude::*, store::waiting};

/// The grant, and the person.
#[derive(Debug, Serialize)]
pub struct ClosePrepared {
    pub grant: GrantId,
    /// The person who set and gave it.
    pub person: UserId,
}

impl Operation for ClosePrepared {
    const KIND: OperationKind = OperationKind::ClosePrepared;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        let hands_too = waiting::check(act, grant.partner, self.person).await?;
        let ended = waiting::close(act, grant.id, self.person, hands_too).await?;
        Ok(Effect::on(grant.id)
            .change(Key::Partner, grant.partner.to_string())
            .change(Key::Person, self.person.to_string())
            .ended(ended))
    }
}
