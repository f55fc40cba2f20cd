//! Adds a user, who enrols by a link sent to the contact.

use entity::{ids::OrganizationId, states::LinkPurpose};

use crate::{
    domain::values::{Email, Name, SignInName},
    operations::prelude::*,
};

/// The user to be added.
#[derive(Debug, Serialize)]
pub struct AddUser {
    pub account: OrganizationId,
    pub display_name: Name,
    /// Its sign-in name; without a domain, at the account's default one.
    pub sign_in_name: String,
    /// Where its links are sent.
    pub contact: Email,
}

impl Operation for AddUser {
    const KIND: OperationKind = OperationKind::AddUser;
    type Prepared = SignInName;

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn prepare(&self, _: &App, facts: &Facts) -> Result<SignInName> {
        texts::without_links([("displayName", Some(self.display_name.as_str()))])?;
        names::sign_in_name(facts, &self.sign_in_name)
    }

    async fn apply(&self, act: &Act<'_>, sign_in_name: &SignInName) -> Result<Effect> {
        if !domains::is_verified(act, sign_in_name.domain()).await? {
            return Err(Error::field("signInName", Reason::DomainUnknown));
        }
        let user = users::add(act, &self.display_name, sign_in_name, &self.contact).await?;
        let link = links::insert(
            act,
            act.account(),
            user,
            LinkPurpose::Enrol,
            act.config().auth.enrol_link(),
        )
        .await?;
        Ok(Effect::on(user)
            .named(self.display_name.as_str())
            .deliver([Delivery::link(link, LinkPurpose::Enrol)]))
    }
}
