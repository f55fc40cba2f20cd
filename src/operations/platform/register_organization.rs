//! Registers an organization with its initial domain and its first global admin, who enrols by a
//! mailed link: nobody else knows a first password.

use chrono::TimeDelta;
use entity::{ids::OrganizationId, states::LinkPurpose};

use crate::{
    domain::{
        delivery::Delivery,
        kind::OperationKind,
        values::{DomainName, Email, Name, SignInName, Slug},
    },
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::Subject,
        links,
        organizations::{self, FirstAdmin, NewOrganization},
    },
};

/// The organization to be registered.
#[derive(Debug)]
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
    /// How long the link is good.
    pub link_life: TimeDelta,
}

impl Operation for RegisterOrganization {
    const KIND: OperationKind = OperationKind::RegisterOrganization;

    nothing_to_prepare!();

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
        organizations::register(act, &new).await?;
        let admin = FirstAdmin {
            display_name: &self.admin_name,
            sign_in_name: &self.admin_sign_in_name,
            contact: &self.admin_contact,
        };
        let user = organizations::add_first_admin(act, id, &admin).await?;
        let link = links::insert(act, id, user, LinkPurpose::Enrol, self.link_life).await?;
        let ids = Ids {
            organization: Some(id),
            ..Ids::default()
        };
        Ok(Effect::on("organization", id)
            .named(self.name.as_str())
            .change("initial_domain", self.initial_domain.as_str())
            .change("first_admin", user.to_string())
            .ids(ids)
            .deliver([Delivery::Link { link }]))
    }
}
