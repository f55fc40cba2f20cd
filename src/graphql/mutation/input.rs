//! Input fields that many mutations share: those that name the thing that is acted on.

use async_graphql::{Context, ID, InputObject, Result};

use super::{Common, run};
use crate::{
    error,
    graphql::id,
    operations::{
        Done, Operation,
        subjects::{OnDevice, OnDomain, OnOffer, OnUser},
    },
};

/// A user of an account.
#[derive(InputObject)]
pub struct OnUserInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The user.
    user_id: ID,
    #[graphql(flatten)]
    pub common: Common,
}

impl OnUserInput {
    /// The user that is meant.
    pub fn parse(&self) -> error::Result<OnUser> {
        Ok(OnUser {
            account: id::parse(&self.account_id, "accountId")?,
            user: id::parse(&self.user_id, "userId")?,
        })
    }
}

/// A domain name of an account.
#[derive(InputObject)]
pub struct OnDomainInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The domain.
    domain_id: ID,
    #[graphql(flatten)]
    pub common: Common,
}

impl OnDomainInput {
    /// The domain name that is meant.
    pub fn parse(&self) -> error::Result<OnDomain> {
        Ok(OnDomain {
            account: id::parse(&self.account_id, "accountId")?,
            domain: id::parse(&self.domain_id, "domainId")?,
        })
    }
}

/// A device of an account.
#[derive(InputObject)]
pub struct OnDeviceInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The device.
    device_id: ID,
    #[graphql(flatten)]
    pub common: Common,
}

impl OnDeviceInput {
    /// The device that is meant.
    pub fn parse(&self) -> error::Result<OnDevice> {
        Ok(OnDevice {
            account: id::parse(&self.account_id, "accountId")?,
            device: id::parse(&self.device_id, "deviceId")?,
        })
    }
}

/// An offer of a partner.
#[derive(InputObject)]
pub struct OnOfferInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The offer.
    offer_id: ID,
    #[graphql(flatten)]
    pub common: Common,
}

impl OnOfferInput {
    /// The offer that is meant.
    pub fn parse(&self) -> error::Result<OnOffer> {
        Ok(OnOffer {
            account: id::parse(&self.account_id, "accountId")?,
            offer: id::parse(&self.offer_id, "offerId")?,
        })
    }
}

/// Runs an operation that needs nothing but the user.
pub async fn on_user<P: From<Done>, O: Operation>(
    ctx: &Context<'_>,
    on: OnUserInput,
    operation: impl FnOnce(OnUser) -> O,
) -> Result<Option<P>> {
    let user = on.parse()?;
    run(ctx, on.common, operation(user)).await
}
