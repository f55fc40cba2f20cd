//! Mutations of recoveries: operators let a global admin back in, and everyone concerned can stop it.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{Common, payload::payload, run};
use crate::{
    domain::{kind::OperationKind, values::Email},
    error::Error,
    graphql::{
        guard::{Public, Requires},
        id,
        mutation::{by_secret, entry},
        object::Recovery,
    },
    operations::{
        personal::{redeem_recovery::RedeemRecovery, stop_recovery_by_link::StopRecoveryByLink},
        platform::{
            approve_recovery::ApproveRecovery, start_recovery::StartRecovery,
            stop_recovery::StopRecovery,
        },
    },
};

/// The global admin to be recovered, and where its link is to be sent.
#[derive(InputObject)]
pub struct StartRecoveryInput {
    /// The organization.
    organization_id: ID,
    /// The sign-in name of a global admin whom the organization appointed.
    sign_in_name: String,
    /// Where the link is to be sent: the user's contact, or a new email address if that mailbox is lost. Once the
    /// link is redeemed, this is the user's contact.
    contact: String,
    #[graphql(flatten)]
    common: Common,
}

/// The recovery to be approved.
#[derive(InputObject)]
pub struct ApproveRecoveryInput {
    /// The recovery.
    recovery_id: ID,
    /// The address that the link is to be sent to, as the organization itself told it to the approving operator.
    contact: String,
    #[graphql(flatten)]
    common: Common,
}

/// The recovery to be stopped.
#[derive(InputObject)]
pub struct StopRecoveryInput {
    /// The recovery.
    recovery_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The link of a recovery, and the password chosen.
#[derive(InputObject)]
pub struct RedeemRecoveryInput {
    /// The last part of the link that was mailed.
    secret: String,
    /// The password chosen: at least 15 characters.
    new_password: String,
}

/// The link that stops a recovery.
#[derive(InputObject)]
pub struct StopRecoveryByLinkInput {
    /// The last part of the link that was mailed.
    token: String,
}

payload!(StartRecoveryPayload, "What `startRecovery` did.", recovery: Recovery = "The recovery.");
payload!(
    ApproveRecoveryPayload, "What `approveRecovery` did.",
    recovery: Recovery = "The recovery.",
);

payload!(StopRecoveryPayload, "What `stopRecovery` did.", recovery: Recovery = "The recovery.");

/// What `redeemRecovery` did.
#[derive(SimpleObject)]
pub struct RedeemRecoveryPayload {
    /// Id of the entry of the record; readable once signed in.
    operation_id: ID,
}

/// What `stopRecoveryByLink` did.
#[derive(SimpleObject)]
pub struct StopRecoveryByLinkPayload {
    /// Id of the entry of the record; readable once signed in.
    operation_id: ID,
}

fn email(text: &str) -> Result<Email, Error> {
    Email::try_from(text).map_err(|invalid| Error::input("contact", invalid))
}

/// Mutations of recoveries.
#[derive(Default)]
pub struct RecoveryMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl RecoveryMutation {
    /// Start the recovery of a global admin whom no other global admin of the organization can help.
    ///
    /// Least role: operator; never a delegate.
    ///
    /// Another operator approves it with `approveRecovery`; after `times.recovery_days` (by default 7) the link
    /// is sent. At each step the organization's admins and the readers of the contacts concerned are told, and
    /// each of them can stop it.
    #[graphql(guard = "Requires(OperationKind::StartRecovery)")]
    async fn start_recovery(
        &self,
        ctx: &Context<'_>,
        input: StartRecoveryInput,
    ) -> Result<Option<StartRecoveryPayload>> {
        let operation = StartRecovery {
            organization: id::parse(&input.organization_id, "organizationId")?,
            sign_in_name: input.sign_in_name,
            contact: email(&input.contact)?,
        };
        run(ctx, input.common, operation).await
    }

    /// Approve a recovery that another operator started: its link is sent after the waiting time.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ApproveRecovery)")]
    async fn approve_recovery(
        &self,
        ctx: &Context<'_>,
        input: ApproveRecoveryInput,
    ) -> Result<Option<ApproveRecoveryPayload>> {
        let operation = ApproveRecovery {
            recovery: id::parse(&input.recovery_id, "recoveryId")?,
            contact: email(&input.contact)?,
        };
        run(ctx, input.common, operation).await
    }

    /// Stop a recovery.
    ///
    /// Least role: operator or PASSWORD_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::StopRecovery)")]
    async fn stop_recovery(
        &self,
        ctx: &Context<'_>,
        input: StopRecoveryInput,
    ) -> Result<Option<StopRecoveryPayload>> {
        let recovery = id::parse(&input.recovery_id, "recoveryId")?;
        run(ctx, input.common, StopRecovery { recovery }).await
    }

    /// Choose a new password by the link of a recovery.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn redeem_recovery(
        &self,
        ctx: &Context<'_>,
        input: RedeemRecoveryInput,
    ) -> Result<Option<RedeemRecoveryPayload>> {
        let operation = RedeemRecovery {
            secret: input.secret.into(),
            new_password: input.new_password.into(),
        };
        let done = by_secret(ctx, operation).await?;
        let operation_id = entry(&done)?;
        Ok(Some(RedeemRecoveryPayload { operation_id }))
    }

    /// Stop a recovery by the link in a mail about it.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn stop_recovery_by_link(
        &self,
        ctx: &Context<'_>,
        input: StopRecoveryByLinkInput,
    ) -> Result<Option<StopRecoveryByLinkPayload>> {
        let operation = StopRecoveryByLink { token: input.token };
        let done = by_secret(ctx, operation).await?;
        let operation_id = entry(&done)?;
        Ok(Some(StopRecoveryByLinkPayload { operation_id }))
    }
}
