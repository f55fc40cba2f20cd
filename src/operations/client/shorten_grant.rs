//! Brings the end of an open grant's term forward. To lengthen the term, the client accepts an offer.

use chrono::{DateTime, Utc};
use entity::ids::GrantId;

use crate::{domain::record::time, operations::prelude::*};

/// The grant and the new end of its term.
#[derive(Debug, Serialize)]
pub struct ShortenGrant {
    pub grant: GrantId,
    /// When its term ends from now on.
    pub expires_at: DateTime<Utc>,
}

impl Operation for ShortenGrant {
    const KIND: OperationKind = OperationKind::ShortenGrant;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.open_grant()?;
        if self.expires_at <= act.now() || self.expires_at >= grant.expires_at {
            return Err(Error::field("expiresAt", Reason::EndNotEarlier));
        }
        grants::shorten(act, grant.id, self.expires_at).await?;
        Ok(Effect::on(grant.id)
            .change(Key::ExpiresAtBefore, time(grant.expires_at))
            .change(Key::ExpiresAt, time(self.expires_at))
            .change(Key::Partner, grant.partner.to_string()))
    }
}
