//! Gives an organization another name. Its initial domain, by which others recognize it, stays.

use entity::ids::OrganizationId;

use crate::{
    domain::{confusable, values::Name},
    operations::prelude::*,
    store::organizations,
};

/// The organization, and its name from now on.
#[derive(Debug, Serialize)]
pub struct RenameOrganization {
    pub organization: OrganizationId,
    pub name: Name,
}

impl Operation for RenameOrganization {
    const KIND: OperationKind = OperationKind::RenameOrganization;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        // Clients read it where they consent.
        if confusable::mixes_scripts(self.name.as_str()) {
            return Err(Error::field("name", Reason::NameConfusable));
        }
        texts::without_links([("name", Some(self.name.as_str()))])
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.account_facts()?;
        if account.name == self.name.as_str() {
            return Ok(Effect::nothing());
        }
        organizations::rename(act, &self.name).await?;
        Ok(Effect::on_account(account)
            .change(Key::NameBefore, account.name.as_str())
            .change(Key::Name, self.name.as_str()))
    }
}
