//! Registers an organization with its initial domain and its first global admin, who enrols by a mailed link,
//! so that nobody else knows the first password.

use entity::{ids::OrganizationId, states::LinkPurpose};

use crate::{
    domain::values::{DomainName, Email, Name, SignInName, Slug},
    operations::prelude::*,
    store::organizations::{self, FirstAdmin, NewOrganization},
};

/// The organization to be registered.
#[derive(Debug, Serialize)]
pub struct RegisterOrganization {
    pub name: Name,
    /// Label of its initial domain.
    pub slug: Slug,
    pub initial_domain: DomainName,
    /// The first global admin's name.
    pub admin_name: Name,
    /// The first global admin's sign-in name, at the initial domain.
    pub admin_sign_in_name: SignInName,
    /// Where the first global admin's link is sent.
    pub admin_contact: Email,
}

impl Operation for RegisterOrganization {
    const KIND: OperationKind = OperationKind::RegisterOrganization;
    type Prepared = ();

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        texts::without_links([
            ("name", Some(self.name.as_str())),
            ("displayName", Some(self.admin_name.as_str())),
        ])
    }

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let id: OrganizationId = act.id();
        let new = NewOrganization {
            id,
            slug: &self.slug,
            name: &self.name,
            initial_domain: &self.initial_domain,
            platform: false,
        };
        organizations::register_distinct(act, &new).await?;
        let admin = FirstAdmin {
            display_name: &self.admin_name,
            sign_in_name: &self.admin_sign_in_name,
            contact: &self.admin_contact,
        };
        let user = organizations::add_first_admin(act, id, &admin).await?;
        let link = links::insert(
            act,
            id,
            user,
            LinkPurpose::Enrol,
            act.config().auth.enrol_link(),
        )
        .await?;
        Ok(Effect::on(id)
            .beside(id)
            .named(self.name.as_str())
            .change(Key::InitialDomain, self.initial_domain.as_str())
            .change(Key::FirstAdmin, user.to_string())
            .deliver([Delivery::link(link, LinkPurpose::Enrol)]))
    }
}
