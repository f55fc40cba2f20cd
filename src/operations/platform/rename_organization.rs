//! Gives an organization another name. Its initial domain, by which others recognize it, stays.

use entity::ids::OrganizationId;

use crate::{domain::values::Name, operations::prelude::*, store::organizations};

/// The organization, and its name from now on.
#[derive(Debug, Serialize)]
pub struct RenameOrganization {
    pub organization: OrganizationId,
    pub name: Name,
}

impl Operation for RenameOrganization {
    const KIND: OperationKind = OperationKind::RenameOrganization;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.account_facts()?;
        organizations::rename(act, &self.name).await?;
        Ok(Effect::on_account(account)
            .change(Key::NameBefore, account.name.as_str())
            .change(Key::Name, self.name.as_str()))
    }
}
