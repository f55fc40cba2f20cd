//! Writes of domain names.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::TimeDelta;
use entity::ids::DomainId;

use crate::{
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{DomainName, id::GlobalId},
    },
    error::Error,
    graphql::{
        context::{self, Ask},
        guard::Requires,
        mutation::{Common, payload::payload, run},
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
    /// The name; may have letters of any script.
    name: String,
    #[graphql(flatten)]
    common: Common,
}

/// The domain name to be verified.
#[derive(InputObject)]
pub struct VerifyDomainInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The domain.
    domain_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The domain name that users are to be added at.
#[derive(InputObject)]
pub struct SetDefaultDomainInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The domain.
    domain_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The domain name to be released.
#[derive(InputObject)]
pub struct RemoveDomainInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The domain.
    domain_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload! {
    /// What `addDomain` did.
    AddDomainPayload {
        /// The domain, with the TXT record to publish.
        domain: Domain,
    }
}

payload! {
    /// What `verifyDomain` did.
    VerifyDomainPayload {
        /// The domain, verified.
        domain: Domain,
    }
}

payload! {
    /// What `setDefaultDomain` did.
    SetDefaultDomainPayload {
        /// The domain, the default one now.
        domain: Domain,
    }
}

payload! {
    /// What `removeDomain` did.
    RemoveDomainPayload {
    }
}

fn domain(id: &ID) -> Result<DomainId, Error> {
    match context::id(id) {
        Some(GlobalId::Domain(id)) => Ok(id),
        _ => Err(Error::field("domainId", Reason::IdInvalid)),
    }
}

/// Writes of domain names.
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
        #[graphql(desc = "What to do.")] input: AddDomainInput,
    ) -> Result<Option<AddDomainPayload>> {
        let operation = AddDomain {
            account: context::account(&input.account_id, "accountId")?,
            name: DomainName::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Look up the TXT record that proves a domain name, and verify the name. It is looked up again each
    /// day; where it is gone for a week, the name is no longer verified.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::VerifyDomain)")]
    async fn verify_domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: VerifyDomainInput,
    ) -> Result<Option<VerifyDomainPayload>> {
        let operation = VerifyDomain {
            account: context::account(&input.account_id, "accountId")?,
            domain: domain(&input.domain_id)?,
            check_after: TimeDelta::hours(ctx.app().config.times.domain_check_hours),
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Choose the domain name that users are added at where nothing else is said.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::SetDefaultDomain)")]
    async fn set_default_domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: SetDefaultDomainInput,
    ) -> Result<Option<SetDefaultDomainPayload>> {
        let operation = SetDefaultDomain {
            account: context::account(&input.account_id, "accountId")?,
            domain: domain(&input.domain_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Release a domain name that nobody signs in with. A verified one rests before another organization
    /// may take it.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RemoveDomain)")]
    async fn remove_domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RemoveDomainInput,
    ) -> Result<Option<RemoveDomainPayload>> {
        let operation = RemoveDomain {
            account: context::account(&input.account_id, "accountId")?,
            domain: domain(&input.domain_id)?,
            rest: TimeDelta::days(ctx.app().config.times.domain_rest_days),
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }
}
