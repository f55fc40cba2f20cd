//! Lowers the role cap of an open grant. To raise it, the client accepts an offer.

use entity::{ids::GrantId, states::DelegatedRole};

use crate::operations::prelude::*;

/// The grant and its new cap.
#[derive(Debug, Serialize)]
pub struct LowerGrant {
    pub grant: GrantId,
    /// The most that a delegate may be from now on.
    pub role_cap: DelegatedRole,
}

impl Operation for LowerGrant {
    const KIND: OperationKind = OperationKind::LowerGrant;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.open_grant()?;
        if self.role_cap >= grant.role_cap {
            return Err(Error::field("roleCap", Reason::CapNotLower));
        }
        grants::lower(act, grant.id, self.role_cap).await?;
        Ok(Effect::on(grant.id)
            .change(Key::RoleCapBefore, grant.role_cap.as_str())
            .change(Key::RoleCap, self.role_cap.as_str())
            .change(Key::Partner, grant.partner.to_string()))
    }
}
