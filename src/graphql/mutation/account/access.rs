//! Mutations of how users sign in, and of what they may do.

use async_graphql::{Context, InputObject, Object, Result};
use entity::states::{AdminRole, PasswordDelivery};

use crate::{
    domain::{kind::OperationKind, values::Email},
    error::Error,
    graphql::{
        enums::E,
        guard::Requires,
        mutation::{
            input::{OnUserInput, on_user},
            payload::payload,
            run,
        },
        object::User,
    },
    operations::account::{
        assign_admin_role::AssignAdminRole, block_sign_in::BlockSignIn,
        confirm_contact::ConfirmContact, remove_admin_role::RemoveAdminRole,
        reset_password::ResetPassword, revoke_sessions::RevokeSessions,
        unblock_sign_in::UnblockSignIn,
    },
};

/// The admin role to be given.
#[derive(InputObject)]
pub struct AssignAdminRoleInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// The role.
    role: E<AdminRole>,
    /// If the user is in a partner's hands: whether the role waits until the user has come out of them. It is given
    /// when the user opens the link that a global admin had sent with `confirmContact`, `changeContact` or
    /// `resetPassword`, if you could still give it then. If false, the request for such a user is refused.
    #[graphql(default)]
    when_out: bool,
}

/// The admin role to be taken.
#[derive(InputObject)]
pub struct RemoveAdminRoleInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// The role.
    role: E<AdminRole>,
}

/// The contact to be confirmed.
#[derive(InputObject)]
pub struct ConfirmContactInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// The contact as you read it: it is refused if the user has another by now.
    contact: String,
}

payload!(ConfirmContactPayload, "What `confirmContact` did.", user: User = "The user.");

/// The user whose password is to be reset.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// How the user gets a new password. The account's rules say which ways are allowed.
    #[graphql(default_with = "E(PasswordDelivery::Link)")]
    delivery: E<PasswordDelivery>,
}

/// The user whose sessions are to be ended.
#[derive(InputObject)]
pub struct RevokeSessionsInput {
    #[graphql(flatten)]
    on: OnUserInput,
}

/// The user to be blocked.
#[derive(InputObject)]
pub struct BlockSignInInput {
    #[graphql(flatten)]
    on: OnUserInput,
}

/// The user to be unblocked.
#[derive(InputObject)]
pub struct UnblockSignInInput {
    #[graphql(flatten)]
    on: OnUserInput,
}

payload!(
    AssignAdminRolePayload, "What `assignAdminRole` did.",
    user: User = "The user, with the role.",
);

payload!(
    RemoveAdminRolePayload, "What `removeAdminRole` did.",
    user: User = "The user, without the role.",
);

payload!(
    ResetPasswordPayload, "What `resetPassword` did.",
    user: User = "The user, who is told.",
    temporary_password: String = "The temporary password, which is shown only this once and only lets the user choose another. Null for a link, and in the answer to a repeated request.",
);

payload!(
    RevokeSessionsPayload, "What `revokeSessions` did.",
    user: User = "The user, who must sign in again.",
);

payload!(BlockSignInPayload, "What `blockSignIn` did.", user: User = "The user, blocked.");
payload!(
    UnblockSignInPayload, "What `unblockSignIn` did.",
    user: User = "The user, who can sign in again.",
);

/// Mutations of sign-in and roles.
#[derive(Default)]
pub struct AccessMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl AccessMutation {
    /// Give a user an admin role.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant. For GLOBAL_ADMIN it needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::AssignAdminRole)")]
    async fn assign_admin_role(
        &self,
        ctx: &Context<'_>,
        input: AssignAdminRoleInput,
    ) -> Result<Option<AssignAdminRolePayload>> {
        let operation = AssignAdminRole {
            on: input.on.parse()?,
            role: input.role.0,
            when_out: input.when_out,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Confirm that a contact which was set under a grant is the user's own. A link is sent there; once the user
    /// has opened it, the user is out of the partner's hands. By that link, a user who never enrolled enrols,
    /// and a user whose password someone may know chooses a new one. Earlier links no longer work. A contact
    /// cannot be confirmed if it is at a domain name that was added under a grant or that the partner proved, or
    /// if it is someone else's address.
    ///
    /// Least role: USER_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ConfirmContact)")]
    async fn confirm_contact(
        &self,
        ctx: &Context<'_>,
        input: ConfirmContactInput,
    ) -> Result<Option<ConfirmContactPayload>> {
        let contact = Email::try_from(input.contact.as_str())
            .map_err(|invalid| Error::input("contact", invalid))?;
        let operation = ConfirmContact {
            on: input.on.parse()?,
            contact,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Take an admin role from a user, or take back one that waits. The last enrolled global admin keeps that role.
    ///
    /// Least role: GLOBAL_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RemoveAdminRole)")]
    async fn remove_admin_role(
        &self,
        ctx: &Context<'_>,
        input: RemoveAdminRoleInput,
    ) -> Result<Option<RemoveAdminRolePayload>> {
        let operation = RemoveAdminRole {
            on: input.on.parse()?,
            role: input.role.0,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Reset a password: the old one and all sessions end. The user gets a new one by a one-time link to the
    /// verified contact, or by a temporary password that is shown once. A user who never enrolled gets a new
    /// enrolment link.
    ///
    /// Least role: PASSWORD_ADMIN of the account, or LIMITED under a grant.
    #[graphql(guard = "Requires(OperationKind::ResetPassword)")]
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        input: ResetPasswordInput,
    ) -> Result<Option<ResetPasswordPayload>> {
        let operation = ResetPassword {
            on: input.on.parse()?,
            delivery: input.delivery.0,
        };
        run(ctx, input.on.common, operation).await
    }

    /// End all sessions of a user.
    ///
    /// Least role: HELPDESK_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RevokeSessions)")]
    async fn revoke_sessions(
        &self,
        ctx: &Context<'_>,
        input: RevokeSessionsInput,
    ) -> Result<Option<RevokeSessionsPayload>> {
        on_user(ctx, input.on, RevokeSessions).await
    }

    /// Block a user from signing in; all sessions end.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::BlockSignIn)")]
    async fn block_sign_in(
        &self,
        ctx: &Context<'_>,
        input: BlockSignInInput,
    ) -> Result<Option<BlockSignInPayload>> {
        on_user(ctx, input.on, BlockSignIn).await
    }

    /// Let a blocked user sign in again.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::UnblockSignIn)")]
    async fn unblock_sign_in(
        &self,
        ctx: &Context<'_>,
        input: UnblockSignInInput,
    ) -> Result<Option<UnblockSignInPayload>> {
        on_user(ctx, input.on, UnblockSignIn).await
    }
}
