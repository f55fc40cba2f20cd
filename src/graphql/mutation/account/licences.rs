//! Writes of licences, and of the services that they open.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::SubscriptionId;

use crate::{
    domain::{kind::OperationKind, reason::Reason, values::id::GlobalId},
    error::Error,
    graphql::{
        context,
        guard::Requires,
        mutation::{Common, OnUser, payload::payload, run},
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
    on: OnUser,
    /// The subscription whose seat it is.
    subscription_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The licence to be taken.
#[derive(InputObject)]
pub struct UnassignLicenceInput {
    #[graphql(flatten)]
    on: OnUser,
    /// The subscription whose seat it is.
    subscription_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The service to be turned on or off.
#[derive(InputObject)]
pub struct SetServiceAccessInput {
    #[graphql(flatten)]
    user: OnUser,
    /// The service.
    service_id: ID,
    /// Whether it is on from now on.
    on: bool,
    #[graphql(flatten)]
    common: Common,
}

payload! {
    /// What `assignLicence` did.
    AssignLicencePayload {
        /// The user, with the licence.
        user: User,
    }
}

payload! {
    /// What `unassignLicence` did.
    UnassignLicencePayload {
        /// The user, without the licence.
        user: User,
    }
}

payload! {
    /// What `setServiceAccess` did.
    SetServiceAccessPayload {
        /// The user, with its services.
        user: User,
    }
}

fn subscription(id: &ID) -> Result<SubscriptionId, Error> {
    match context::id(id) {
        Some(GlobalId::Subscription(id)) => Ok(id),
        _ => Err(Error::field("subscriptionId", Reason::IdInvalid)),
    }
}

/// Writes of licences.
#[derive(Default)]
pub struct LicenceMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl LicenceMutation {
    /// Assign a user a seat of a subscription.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::AssignLicence)")]
    async fn assign_licence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AssignLicenceInput,
    ) -> Result<Option<AssignLicencePayload>> {
        let operation = AssignLicence {
            account: input.on.account()?,
            user: input.on.user()?,
            subscription: subscription(&input.subscription_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Take a seat of a subscription from a user.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::UnassignLicence)")]
    async fn unassign_licence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: UnassignLicenceInput,
    ) -> Result<Option<UnassignLicencePayload>> {
        let operation = UnassignLicence {
            account: input.on.account()?,
            user: input.on.user()?,
            subscription: subscription(&input.subscription_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Turn a service on or off for a user who is licensed for it; device management never as a delegate.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::SetServiceAccess)")]
    async fn set_service_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: SetServiceAccessInput,
    ) -> Result<Option<SetServiceAccessPayload>> {
        let Some(GlobalId::Service(service)) = context::id(&input.service_id) else {
            return Err(Error::field("serviceId", Reason::IdInvalid).into());
        };
        let operation = SetServiceAccess {
            account: input.user.account()?,
            user: input.user.user()?,
            service,
            on: input.on,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }
}
