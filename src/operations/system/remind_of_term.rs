//! Reminds both sides that a grant's term ends soon, or that it ended.

use entity::ids::GrantId;

use crate::{
    domain::grant::{days_left, next_reminder},
    operations::prelude::*,
};

/// The grant concerned.
#[derive(Debug, Serialize)]
pub struct RemindOfTerm {
    pub grant: GrantId,
}

impl Operation for RemindOfTerm {
    const KIND: OperationKind = OperationKind::RemindOfTerm;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        // Another worker did it first, or the grant was ended or amended in the meantime.
        if !grants::is_due_for_reminder(act, grant.id).await? {
            return Ok(Effect::nothing());
        }
        let next = next_reminder(grant.expires_at, act.now());
        grants::set_reminder(act, grant.id, next).await?;
        let days = days_left(grant.expires_at, act.now());
        Ok(Effect::on(grant.id)
            .change(Key::DaysLeft, days.to_string())
            .change(Key::Partner, grant.partner.to_string()))
    }
}
