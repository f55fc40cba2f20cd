//! Takes the admin roles that were given under a grant, and ends the passwords that were set under
//! it: what a client does when a partner leaves. It works on a grant that stands, too.

use chrono::TimeDelta;
use entity::ids::GrantId;

use crate::{
    domain::{delivery::Delivery, kind::OperationKind},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{act::Act, facts::Subject, left_behind},
};

/// The grant, and what is cleaned up.
#[derive(Debug)]
pub struct CleanUpGrant {
    /// The grant.
    pub grant: GrantId,
    /// Whether the admin roles given under it are taken.
    pub strip_roles: bool,
    /// Whether the passwords set under it are ended.
    pub force_resets: bool,
    /// How long the links are good.
    pub link_life: TimeDelta,
}

impl Operation for CleanUpGrant {
    const KIND: OperationKind = OperationKind::CleanUpGrant;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        let mut effect = Effect::on_grant(grant.id).change("partner", grant.partner.to_string());
        if self.strip_roles {
            let stripped = left_behind::strip_roles(act, grant.id).await?;
            effect = effect.change("roles_taken", stripped.to_string());
        }
        if self.force_resets {
            let resets = left_behind::force_resets(act, grant.id, self.link_life).await?;
            let without = resets.users - resets.links.len();
            effect = effect
                .change("passwords_ended", resets.users.to_string())
                .change("links_sent", resets.links.len().to_string())
                .change("without_safe_contact", without.to_string())
                .deliver(resets.links.into_iter().map(|link| Delivery::Link { link }));
        }
        Ok(effect)
    }
}
