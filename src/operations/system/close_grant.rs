//! Ends a grant that no acceptance renewed within the grace time after its term.

use entity::ids::GrantId;

use crate::operations::prelude::*;

/// The grant concerned.
#[derive(Debug, Serialize)]
pub struct CloseGrant {
    pub grant: GrantId,
}

impl Operation for CloseGrant {
    const KIND: OperationKind = OperationKind::CloseGrant;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        // Another worker did it first, or the grant was ended or renewed in the meantime.
        if grant.ended_at.is_some()
            || act.now() < grant.expires_at + act.config().times.grant_grace()
        {
            return Ok(Effect::nothing());
        }
        let ended = grants::end(act, grant.id, None, act.config().auth.enrol_link()).await?;
        Ok(Effect::on(grant.id)
            .change(Key::Partner, grant.partner.to_string())
            .ended(ended))
    }
}
