//! Mutations by the platform's operators.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{Common, payload::payload, run};
use crate::{
    domain::{
        kind::OperationKind,
        values::{DomainName, Email, Message, Name, SignInName, Slug},
    },
    error::Error,
    graphql::{
        context::Ask,
        guard::Requires,
        id,
        object::{Delivery, Organization},
    },
    operations::platform::{
        certify_partner::CertifyPartner, redeliver::Redeliver,
        register_organization::RegisterOrganization,
        reinstate_certification::ReinstateCertification, rename_organization::RenameOrganization,
        resend_enrolment::ResendEnrolment, suspend_certification::SuspendCertification,
    },
};

/// The organization to be registered.
#[derive(InputObject)]
pub struct RegisterOrganizationInput {
    /// The name, for people to read.
    name: String,
    /// Label of its initial domain: letters a to z, digits, inner hyphens.
    slug: String,
    /// Its first global admin, who enrols by a link that is mailed.
    admin: FirstAdminInput,
    #[graphql(flatten)]
    common: Common,
}

/// The first global admin of an organization.
#[derive(InputObject)]
pub struct FirstAdminInput {
    /// The name, for people to read.
    display_name: String,
    /// The part of its sign-in name before the @; the domain is the initial one.
    sign_in_name: String,
    /// The email address that the admin's links are sent to.
    contact: String,
}

/// The delivery to be tried again.
#[derive(InputObject)]
pub struct RedeliverInput {
    /// The delivery.
    delivery_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    RedeliverPayload, "What `redeliver` did.",
    delivery: Delivery = "The delivery, waiting again.",
);

/// The organization to be renamed.
#[derive(InputObject)]
pub struct RenameOrganizationInput {
    /// The organization.
    organization_id: ID,
    /// Its name from now on.
    name: String,
    #[graphql(flatten)]
    common: Common,
}

/// The organization to be certified.
#[derive(InputObject)]
pub struct CertifyPartnerInput {
    /// The organization.
    organization_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The certification to be suspended.
#[derive(InputObject)]
pub struct SuspendCertificationInput {
    /// The organization.
    organization_id: ID,
    /// Why it is suspended. The organization's global admins can read this.
    message: String,
    #[graphql(flatten)]
    common: Common,
}

/// The certification to be reinstated.
#[derive(InputObject)]
pub struct ReinstateCertificationInput {
    /// The organization.
    organization_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The organization whose first global admin is to get a new enrolment link.
#[derive(InputObject)]
pub struct ResendEnrolmentInput {
    /// The organization.
    organization_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    RegisterOrganizationPayload, "What `registerOrganization` did.",
    organization: Organization = "The organization registered.",
);

payload!(
    RenameOrganizationPayload, "What `renameOrganization` did.",
    organization: Organization = "The organization, with its new name.",
);

payload!(
    CertifyPartnerPayload, "What `certifyPartner` did.",
    organization: Organization = "The organization; certified, unless it waits for a second operator.",
);

payload!(
    SuspendCertificationPayload, "What `suspendCertification` did.",
    organization: Organization = "The organization concerned.",
);

payload!(
    ReinstateCertificationPayload, "What `reinstateCertification` did.",
    organization: Organization = "The organization concerned.",
);

payload!(
    ResendEnrolmentPayload, "What `resendEnrolment` did.",
    organization: Organization = "The organization concerned.",
);

/// Mutations by operators.
#[derive(Default)]
pub struct PlatformMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl PlatformMutation {
    /// Register an organization with its initial domain and first global admin.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::RegisterOrganization)")]
    async fn register_organization(
        &self,
        ctx: &Context<'_>,
        input: RegisterOrganizationInput,
    ) -> Result<Option<RegisterOrganizationPayload>> {
        let slug =
            Slug::try_from(input.slug.as_str()).map_err(|invalid| Error::input("slug", invalid))?;
        let initial = format!("{}.{}", slug.as_str(), ctx.app().config.platform.domain);
        let initial_domain = DomainName::try_from(initial.as_str())
            .map_err(|invalid| Error::input("slug", invalid))?;
        let operation = RegisterOrganization {
            name: Name::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
            slug,
            admin_name: Name::try_from(input.admin.display_name.as_str())
                .map_err(|invalid| Error::input("admin.displayName", invalid))?,
            admin_sign_in_name: SignInName::new(&input.admin.sign_in_name, initial_domain.clone())
                .map_err(|invalid| Error::input("admin.signInName", invalid))?,
            admin_contact: Email::try_from(input.admin.contact.as_str())
                .map_err(|invalid| Error::input("admin.contact", invalid))?,
            initial_domain,
        };
        run(ctx, input.common, operation).await
    }

    /// Try again a delivery that was given up.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::Redeliver)")]
    async fn redeliver(
        &self,
        ctx: &Context<'_>,
        input: RedeliverInput,
    ) -> Result<Option<RedeliverPayload>> {
        let delivery = id::parse(&input.delivery_id, "deliveryId")?;
        run(ctx, input.common, Redeliver { delivery }).await
    }

    /// Give an organization another name, such as after a change of its legal name.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::RenameOrganization)")]
    async fn rename_organization(
        &self,
        ctx: &Context<'_>,
        input: RenameOrganizationInput,
    ) -> Result<Option<RenameOrganizationPayload>> {
        let operation = RenameOrganization {
            organization: id::parse(&input.organization_id, "organizationId")?,
            name: Name::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
        };
        run(ctx, input.common, operation).await
    }

    /// Certify that an organization may offer delegated administration. Where the platform says so
    /// (`platform.two_operators`), the first operator asks for it by this, and another one certifies by the same.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::CertifyPartner)")]
    async fn certify_partner(
        &self,
        ctx: &Context<'_>,
        input: CertifyPartnerInput,
    ) -> Result<Option<CertifyPartnerPayload>> {
        let organization = id::parse(&input.organization_id, "organizationId")?;
        let operation = CertifyPartner { organization };
        run(ctx, input.common, operation).await
    }

    /// Reinstate a suspended certification.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ReinstateCertification)")]
    async fn reinstate_certification(
        &self,
        ctx: &Context<'_>,
        input: ReinstateCertificationInput,
    ) -> Result<Option<ReinstateCertificationPayload>> {
        let organization = id::parse(&input.organization_id, "organizationId")?;
        let operation = ReinstateCertification { organization };
        run(ctx, input.common, operation).await
    }

    /// Suspend a certification: every grant under it is held.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::SuspendCertification)")]
    async fn suspend_certification(
        &self,
        ctx: &Context<'_>,
        input: SuspendCertificationInput,
    ) -> Result<Option<SuspendCertificationPayload>> {
        let organization = id::parse(&input.organization_id, "organizationId")?;
        let message = Message::try_from(input.message.as_str())
            .map_err(|invalid| Error::input("message", invalid))?;
        let operation = SuspendCertification {
            organization,
            message,
        };
        run(ctx, input.common, operation).await
    }

    /// Send an organization's first global admin a new enrolment link, while it has no enrolled global admin.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ResendEnrolment)")]
    async fn resend_enrolment(
        &self,
        ctx: &Context<'_>,
        input: ResendEnrolmentInput,
    ) -> Result<Option<ResendEnrolmentPayload>> {
        let organization = id::parse(&input.organization_id, "organizationId")?;
        let operation = ResendEnrolment { organization };
        run(ctx, input.common, operation).await
    }
}
