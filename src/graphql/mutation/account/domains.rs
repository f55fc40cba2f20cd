//! Mutations of domain names.

use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::{
    domain::{kind::OperationKind, values::DomainName},
    error::Error,
    graphql::{
        guard::Requires,
        id,
        mutation::{Common, input::OnDomainInput, payload::payload, run},
        object::Domain,
    },
    operations::account::{
        add_domain::AddDomain, remove_domain::RemoveDomain, set_default_domain::SetDefaultDomain,
        verify_domain::VerifyDomain,
    },
};

/// The domain name to be added.
#[derive(InputObject)]
pub struct AddDomainInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The domain name, in letters of any script.
    name: String,
    #[graphql(flatten)]
    common: Common,
}

/// The domain name to be verified.
#[derive(InputObject)]
pub struct VerifyDomainInput {
    #[graphql(flatten)]
    on: OnDomainInput,
}

/// The domain name that users are to be added at.
#[derive(InputObject)]
pub struct SetDefaultDomainInput {
    #[graphql(flatten)]
    on: OnDomainInput,
}

/// The domain name to be released.
#[derive(InputObject)]
pub struct RemoveDomainInput {
    #[graphql(flatten)]
    on: OnDomainInput,
}

payload!(
    AddDomainPayload, "What `addDomain` did.",
    domain: Domain = "The domain, with the TXT record to publish.",
);

payload!(
    VerifyDomainPayload, "What `verifyDomain` did.",
    domain: Domain = "The domain, verified.",
);

payload!(
    SetDefaultDomainPayload, "What `setDefaultDomain` did.",
    domain: Domain = "The domain name, which is the default now.",
);

payload!(RemoveDomainPayload, "What `removeDomain` did.");

/// Mutations of domain names.
#[derive(Default)]
pub struct DomainMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl DomainMutation {
    /// Add a domain name, to be proven by a TXT record.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::AddDomain)")]
    async fn add_domain(
        &self,
        ctx: &Context<'_>,
        input: AddDomainInput,
    ) -> Result<Option<AddDomainPayload>> {
        let operation = AddDomain {
            account: id::parse(&input.account_id, "accountId")?,
            name: DomainName::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
        };
        run(ctx, input.common, operation).await
    }

    /// Look up the TXT record that proves a domain name, and verify the name. It is looked up again every
    /// `times.domain_check_hours` (by default 24). If it is gone for `times.domain_grace_days` (by default 7),
    /// the name is no longer verified.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::VerifyDomain)")]
    async fn verify_domain(
        &self,
        ctx: &Context<'_>,
        input: VerifyDomainInput,
    ) -> Result<Option<VerifyDomainPayload>> {
        let operation = VerifyDomain(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }

    /// Choose the default domain name: users are added at it if their sign-in name has no domain.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::SetDefaultDomain)")]
    async fn set_default_domain(
        &self,
        ctx: &Context<'_>,
        input: SetDefaultDomainInput,
    ) -> Result<Option<SetDefaultDomainPayload>> {
        let operation = SetDefaultDomain(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }

    /// Release a domain name that nobody signs in with. If it was verified, another organization can take it
    /// only after `times.domain_rest_days` (by default 30).
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RemoveDomain)")]
    async fn remove_domain(
        &self,
        ctx: &Context<'_>,
        input: RemoveDomainInput,
    ) -> Result<Option<RemoveDomainPayload>> {
        let operation = RemoveDomain(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }
}
