//! Erases texts of a purged user from its organization's record, some entries at a time.

use entity::ids::{OrganizationId, UserId};

use crate::{operations::prelude::*, store::record::erase};

/// How many entries are written at once: the account is locked for that long.
const AT_ONCE: u64 = 200;

/// The user whose texts are erased.
#[derive(Debug, Serialize)]
pub struct EraseTexts {
    pub organization: OrganizationId,
    pub user: UserId,
}

impl Operation for EraseTexts {
    const KIND: OperationKind = OperationKind::EraseTexts;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        erase::some(act, self.user, AT_ONCE).await?;
        Ok(Effect::nothing())
    }
}
