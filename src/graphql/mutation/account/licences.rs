//! Mutations of licences, and of the services that they open.

use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::{
    domain::kind::OperationKind,
    graphql::{
        guard::Requires,
        id,
        mutation::{input::OnUserInput, payload::payload, run},
        object::User,
    },
    operations::account::{
        assign_licence::AssignLicence, set_service_access::SetServiceAccess,
        unassign_licence::UnassignLicence,
    },
};

/// The licence to be assigned.
#[derive(InputObject)]
pub struct AssignLicenceInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// The subscription that the seat belongs to.
    subscription_id: ID,
}

/// The licence to be taken.
#[derive(InputObject)]
pub struct UnassignLicenceInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// The subscription that the seat belongs to.
    subscription_id: ID,
}

/// The service to be turned on or off.
#[derive(InputObject)]
pub struct SetServiceAccessInput {
    #[graphql(flatten)]
    user: OnUserInput,
    /// The service.
    service_id: ID,
    /// Whether it is on from now on.
    on: bool,
}

payload!(
    AssignLicencePayload, "What `assignLicence` did.",
    user: User = "The user, with the licence.",
);

payload!(
    UnassignLicencePayload, "What `unassignLicence` did.",
    user: User = "The user, without the licence.",
);

payload!(
    SetServiceAccessPayload, "What `setServiceAccess` did.",
    user: User = "The user, with its services.",
);

/// Mutations of licences.
#[derive(Default)]
pub struct LicenceMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl LicenceMutation {
    /// Assign a seat of a subscription to a user.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::AssignLicence)")]
    async fn assign_licence(
        &self,
        ctx: &Context<'_>,
        input: AssignLicenceInput,
    ) -> Result<Option<AssignLicencePayload>> {
        let operation = AssignLicence {
            on: input.on.parse()?,
            subscription: id::parse(&input.subscription_id, "subscriptionId")?,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Take a seat of a subscription from a user.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::UnassignLicence)")]
    async fn unassign_licence(
        &self,
        ctx: &Context<'_>,
        input: UnassignLicenceInput,
    ) -> Result<Option<UnassignLicencePayload>> {
        let operation = UnassignLicence {
            on: input.on.parse()?,
            subscription: id::parse(&input.subscription_id, "subscriptionId")?,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Turn a service on or off for a user who is licensed for it; a delegate cannot do this for device management.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::SetServiceAccess)")]
    async fn set_service_access(
        &self,
        ctx: &Context<'_>,
        input: SetServiceAccessInput,
    ) -> Result<Option<SetServiceAccessPayload>> {
        let service = id::parse(&input.service_id, "serviceId")?;
        let operation = SetServiceAccess {
            of: input.user.parse()?,
            service,
            on: input.on,
        };
        run(ctx, input.user.common, operation).await
    }
}
