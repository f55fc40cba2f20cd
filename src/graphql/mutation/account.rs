//! Writes in an account: by its own admins, or by delegates under a grant.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::TimeDelta;
use entity::states::AdminRole;

use super::{Common, payload::payload};
use crate::{
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{DomainName, Email, Name, id::GlobalId},
    },
    error::Error,
    graphql::{
        context::{self, Ask},
        enums::E,
        guard::Requires,
        object::{Device, Domain, User},
    },
    operations::{
        self,
        account::{
            add_domain::AddDomain, add_user::AddUser, assign_admin_role::AssignAdminRole,
            register_device::RegisterDevice, remove_admin_role::RemoveAdminRole,
            reset_password::ResetPassword, retire_device::RetireDevice,
            revoke_sessions::RevokeSessions,
        },
    },
};

/// The user to be added.
#[derive(InputObject)]
pub struct AddUserInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// Its name.
    display_name: String,
    /// What it signs in with: `name@domain` of the account; without a domain, the initial one.
    sign_in_name: String,
    /// Where its links are sent: an email address.
    contact: String,
    #[graphql(flatten)]
    common: Common,
}

/// The admin role to be given.
#[derive(InputObject)]
pub struct AssignAdminRoleInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The user.
    user_id: ID,
    /// The role.
    role: E<AdminRole>,
    #[graphql(flatten)]
    common: Common,
}

/// The admin role to be taken.
#[derive(InputObject)]
pub struct RemoveAdminRoleInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The user.
    user_id: ID,
    /// The role.
    role: E<AdminRole>,
    #[graphql(flatten)]
    common: Common,
}

/// The user whose password is to be reset.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The user.
    user_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The user whose sessions are to be ended.
#[derive(InputObject)]
pub struct RevokeSessionsInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The user.
    user_id: ID,
    #[graphql(flatten)]
    common: Common,
}

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

/// The device to be registered.
#[derive(InputObject)]
pub struct RegisterDeviceInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// Its name.
    name: String,
    #[graphql(flatten)]
    common: Common,
}

/// The device to be retired.
#[derive(InputObject)]
pub struct RetireDeviceInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The device.
    device_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload! {
    /// What `addUser` did.
    AddUserPayload {
        /// The user added.
        user: User,
    }
}

payload! {
    /// What `assignAdminRole` did.
    AssignAdminRolePayload {
        /// The user, with the role.
        user: User,
    }
}

payload! {
    /// What `removeAdminRole` did.
    RemoveAdminRolePayload {
        /// The user, without the role.
        user: User,
    }
}

payload! {
    /// What `resetPassword` did.
    ResetPasswordPayload {
        /// The user, whom a link is sent to.
        user: User,
    }
}

payload! {
    /// What `revokeSessions` did.
    RevokeSessionsPayload {
        /// The user, who must sign in again.
        user: User,
    }
}

payload! {
    /// What `addDomain` did.
    AddDomainPayload {
        /// The domain, with the TXT record to publish.
        domain: Domain,
    }
}

payload! {
    /// What `registerDevice` did.
    RegisterDevicePayload {
        /// The device registered.
        device: Device,
    }
}

payload! {
    /// What `retireDevice` did.
    RetireDevicePayload {
        /// The device retired.
        device: Device,
    }
}

/// Writes in accounts.
#[derive(Default)]
pub struct AccountMutation;

/// Writes in accounts.
#[Object(guard = "crate::graphql::guard::Nobody")]
impl AccountMutation {
    /// Add a user, who enrols by a link sent to the contact: nobody else knows a first password.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::AddUser)")]
    async fn add_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AddUserInput,
    ) -> Result<Option<AddUserPayload>> {
        let operation = AddUser {
            account: context::account(&input.account_id, "accountId")?,
            display_name: Name::try_from(input.display_name.as_str())
                .map_err(|invalid| Error::input("displayName", invalid))?,
            sign_in_name: input.sign_in_name,
            contact: Email::try_from(input.contact.as_str())
                .map_err(|invalid| Error::input("contact", invalid))?,
            link_life: TimeDelta::seconds(ctx.app().config.auth.enrol_link_seconds),
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

    /// Give a user an admin role.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::AssignAdminRole)")]
    async fn assign_admin_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AssignAdminRoleInput,
    ) -> Result<Option<AssignAdminRolePayload>> {
        let operation = AssignAdminRole {
            account: context::account(&input.account_id, "accountId")?,
            user: context::user(&input.user_id, "userId")?,
            role: input.role.0,
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

    /// Take an admin role from a user; never the last enrolled global admin's.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RemoveAdminRole)")]
    async fn remove_admin_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RemoveAdminRoleInput,
    ) -> Result<Option<RemoveAdminRolePayload>> {
        let operation = RemoveAdminRole {
            account: context::account(&input.account_id, "accountId")?,
            user: context::user(&input.user_id, "userId")?,
            role: input.role.0,
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

    /// Reset a password: the old one and all sessions end, and a one-time link goes to the verified contact.
    ///
    /// Least role: PASSWORD_ADMIN of the account, or LIMITED under a grant.
    #[graphql(guard = "Requires(OperationKind::ResetPassword)")]
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ResetPasswordInput,
    ) -> Result<Option<ResetPasswordPayload>> {
        let operation = ResetPassword {
            account: context::account(&input.account_id, "accountId")?,
            user: context::user(&input.user_id, "userId")?,
            link_life: TimeDelta::seconds(ctx.app().config.auth.reset_link_seconds),
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

    /// End all sessions of a user.
    ///
    /// Least role: HELPDESK_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RevokeSessions)")]
    async fn revoke_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RevokeSessionsInput,
    ) -> Result<Option<RevokeSessionsPayload>> {
        let operation = RevokeSessions {
            account: context::account(&input.account_id, "accountId")?,
            user: context::user(&input.user_id, "userId")?,
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

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
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

    /// Register a device.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::RegisterDevice)")]
    async fn register_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RegisterDeviceInput,
    ) -> Result<Option<RegisterDevicePayload>> {
        let operation = RegisterDevice {
            account: context::account(&input.account_id, "accountId")?,
            name: Name::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }

    /// Retire a device.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::RetireDevice)")]
    async fn retire_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RetireDeviceInput,
    ) -> Result<Option<RetireDevicePayload>> {
        let Some(GlobalId::Device(device)) = context::id(&input.device_id) else {
            return Err(Error::field("deviceId", Reason::IdInvalid).into());
        };
        let operation = RetireDevice {
            account: context::account(&input.account_id, "accountId")?,
            device,
        };
        let envelope = input.common.envelope(ctx)?;
        let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
        Ok(Some(done.into()))
    }
}
