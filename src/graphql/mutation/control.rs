//! Writes of a client on what stands: narrowing a grant, cleaning up after it, what is asked of
//! delegates, and exports of the record.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use entity::states::{DelegatedRole, ExportFormat, PasswordDelivery};

use super::{Common, payload::payload, run};
use crate::{
    domain::kind::OperationKind,
    graphql::{
        enums::E,
        filter::OperationFilter,
        guard::Requires,
        id,
        object::{Grant, Organization},
        scalar::time,
    },
    operations::client::{
        clean_up_grant::CleanUpGrant, export_record::ExportRecord, give_back_roles::GiveBackRoles,
        lower_grant::LowerGrant, shorten_grant::ShortenGrant,
        update_account_rules::UpdateAccountRules,
    },
};

/// The grant whose role cap is to be lowered.
#[derive(InputObject)]
pub struct LowerGrantInput {
    /// The grant.
    grant_id: ID,
    /// The most that a delegate may be from now on: below the present cap.
    role_cap: E<DelegatedRole>,
    #[graphql(flatten)]
    common: Common,
}

/// The grant whose term is to end earlier.
#[derive(InputObject)]
pub struct ShortenGrantInput {
    /// The grant.
    grant_id: ID,
    /// When its term ends from now on: between now and the present end.
    expires_at: DateTime<Utc>,
    #[graphql(flatten)]
    common: Common,
}

/// The grant to clean up after.
#[derive(InputObject)]
pub struct CleanUpGrantInput {
    /// The grant.
    grant_id: ID,
    /// Whether every admin role that was given under it is taken.
    #[graphql(default = true)]
    strip_roles: bool,
    /// Whether every password that was set under it is ended, with its sessions. Users get a link to
    /// choose another, but for those whose contact a delegate set too: their contact is changed first.
    #[graphql(default = true)]
    force_resets: bool,
    #[graphql(flatten)]
    common: Common,
}

/// The grant under which roles were taken.
#[derive(InputObject)]
pub struct GiveBackRolesInput {
    /// The grant.
    grant_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload!(GiveBackRolesPayload, "What `giveBackRoles` did.", grant: Grant = "The grant.");

/// What the account asks of who acts in it: what is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateAccountRulesInput {
    /// The account: the viewer's own organization.
    account_id: ID,
    /// How a user may come to a new password after a reset; none forbids resets.
    password_deliveries: Option<Vec<E<PasswordDelivery>>>,
    /// Whether delegates must name a ticket with every operation.
    ticket_required: Option<bool>,
    /// Whether delegates must write a note with every operation.
    note_required: Option<bool>,
    /// Whether delegates may come by the sign-in of users who hold an admin role, and change contacts that the
    /// account's own admins set or confirmed.
    sign_ins_delegable: Option<bool>,
    #[graphql(flatten)]
    common: Common,
}

/// The record to be exported.
#[derive(InputObject)]
pub struct ExportRecordInput {
    /// The account: the viewer's own organization.
    account_id: ID,
    /// How it is written.
    format: E<ExportFormat>,
    /// Which entries; all of them where it is left out. Only a whole record can be verified.
    filter: Option<OperationFilter>,
    #[graphql(flatten)]
    common: Common,
}

payload!(LowerGrantPayload, "What `lowerGrant` did.", grant: Grant = "The grant.");
payload!(ShortenGrantPayload, "What `shortenGrant` did.", grant: Grant = "The grant.");
payload!(CleanUpGrantPayload, "What `cleanUpGrant` did.", grant: Grant = "The grant.");
payload!(
    UpdateAccountRulesPayload, "What `updateAccountRules` did.",
    organization: Organization = "The organization, with its rules.",
);

payload!(
    ExportRecordPayload, "What `exportRecord` did.",
    download_url: String = "Where to download it, by GET, within minutes and as long as the session lasts; null in a replay.",
);

/// Writes of clients on what stands.
#[derive(Default)]
pub struct ControlMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl ControlMutation {
    /// Lower the role cap of a standing grant: the very next call is held to it.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::LowerGrant)")]
    async fn lower_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: LowerGrantInput,
    ) -> Result<Option<LowerGrantPayload>> {
        let operation = LowerGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            role_cap: input.role_cap.0,
        };
        run(ctx, input.common, operation).await
    }

    /// Bring the end of a standing grant's term forward.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ShortenGrant)")]
    async fn shorten_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ShortenGrantInput,
    ) -> Result<Option<ShortenGrantPayload>> {
        let operation = ShortenGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            expires_at: time(input.expires_at, "expiresAt")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Take the admin roles that were given under a grant, and end the passwords that were set under it:
    /// see the grant's `leftBehind`.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::CleanUpGrant)")]
    async fn clean_up_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: CleanUpGrantInput,
    ) -> Result<Option<CleanUpGrantPayload>> {
        let operation = CleanUpGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            strip_roles: input.strip_roles,
            force_resets: input.force_resets,
        };
        run(ctx, input.common, operation).await
    }

    /// Give back the admin roles that delegates took under a grant: those that the account itself had given, and
    /// about which none of its own admins has decided since.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::GiveBackRoles)")]
    async fn give_back_roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: GiveBackRolesInput,
    ) -> Result<Option<GiveBackRolesPayload>> {
        let operation = GiveBackRoles {
            grant: id::parse(&input.grant_id, "grantId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Say which password deliveries are allowed in the account, and what delegates must give for its
    /// record.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::UpdateAccountRules)")]
    async fn update_account_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: UpdateAccountRulesInput,
    ) -> Result<Option<UpdateAccountRulesPayload>> {
        let operation = UpdateAccountRules {
            account: id::parse(&input.account_id, "accountId")?,
            deliveries: input
                .password_deliveries
                .map(|all| all.into_iter().map(|delivery| delivery.0).collect()),
            ticket_required: input.ticket_required,
            note_required: input.note_required,
            sign_ins_delegable: input.sign_ins_delegable,
        };
        run(ctx, input.common, operation).await
    }

    /// Export the record, as CSV or JSON Lines. The export is itself recorded, as its last entry.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::ExportRecord)")]
    async fn export_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ExportRecordInput,
    ) -> Result<Option<ExportRecordPayload>> {
        let operation = ExportRecord {
            account: id::parse(&input.account_id, "accountId")?,
            format: input.format.0,
            filter: OperationFilter::parse(ctx, input.filter).await?,
        };
        run(ctx, input.common, operation).await
    }
}
