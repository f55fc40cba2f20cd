//! Mutations of grants: by both sides while a grant is open, and by the client after its end.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use entity::states::DelegatedRole;

use crate::{
    domain::kind::OperationKind,
    error::Error,
    graphql::{
        enums::E,
        guard::Requires,
        id,
        mutation::{Common, payload::payload, run},
        object::Grant,
        scalar::time,
    },
    operations::{
        client::{
            clean_up_grant::CleanUpGrant, end_grant::EndGrant, give_back_roles::GiveBackRoles,
            hold_grant::HoldGrant, lift_grant::LiftGrant, lower_grant::LowerGrant,
            shorten_grant::ShortenGrant,
        },
        partner::{close_prepared::ClosePrepared, take_over::TakeOver},
    },
};

/// How many chosen sign-ins can end with one grant.
const MOST_SIGN_INS: usize = 1000;

/// The grant to be paused.
#[derive(InputObject)]
pub struct HoldGrantInput {
    /// The grant.
    grant_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The grant whose hold is to be lifted.
#[derive(InputObject)]
pub struct LiftGrantInput {
    /// The grant.
    grant_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The grant whose role cap is to be lowered.
#[derive(InputObject)]
pub struct LowerGrantInput {
    /// The grant.
    grant_id: ID,
    /// The most that a delegate may be from now on; it must be below the present cap.
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

/// The grant to be ended.
#[derive(InputObject)]
pub struct EndGrantInput {
    /// The grant.
    grant_id: ID,
    /// Users in the partner's hands whose password, sessions and links are to end too, at most 1000; only the
    /// client can name them. The others can still sign in, but only change their own password and end
    /// their own sessions. So first confirm the contacts of these users, then end the grant: a confirmed user
    /// loses nothing.
    #[graphql(default)]
    end_sign_ins_of: Vec<ID>,
    #[graphql(flatten)]
    common: Common,
}

/// The grant after which to clean up.
#[derive(InputObject)]
pub struct CleanUpGrantInput {
    /// The grant.
    grant_id: ID,
    /// Whether to take every admin role that was given under it.
    #[graphql(default = true)]
    strip_roles: bool,
    /// Whether to end every password that was set under it, with the sessions. Users are sent a link to choose
    /// another, except those whose contact was set under a grant too: change their contact first.
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

/// What a colleague left behind, to be taken over.
#[derive(InputObject)]
pub struct TakeOverInput {
    /// The grant.
    grant_id: ID,
    /// The person who set and gave it: a user of the partner who has since lost the delegated role.
    person_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// What a person of the partner left behind, to be closed.
#[derive(InputObject)]
pub struct ClosePreparedInput {
    /// The grant.
    grant_id: ID,
    /// The person who set and gave it: a user of the partner who has since lost the delegated role.
    person_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload!(HoldGrantPayload, "What `holdGrant` did.", grant: Grant = "The grant.");
payload!(LiftGrantPayload, "What `liftGrant` did.", grant: Grant = "The grant.");
payload!(LowerGrantPayload, "What `lowerGrant` did.", grant: Grant = "The grant.");
payload!(ShortenGrantPayload, "What `shortenGrant` did.", grant: Grant = "The grant.");
payload!(EndGrantPayload, "What `endGrant` did.", grant: Grant = "The grant.");
payload!(CleanUpGrantPayload, "What `cleanUpGrant` did.", grant: Grant = "The grant.");
payload!(GiveBackRolesPayload, "What `giveBackRoles` did.", grant: Grant = "The grant.");
payload!(TakeOverPayload, "What `takeOver` did.", grant: Grant = "The grant.");
payload!(ClosePreparedPayload, "What `closePrepared` did.", grant: Grant = "The grant.");

/// Mutations of grants.
#[derive(Default)]
pub struct GrantMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl GrantMutation {
    /// Pause a grant, by a hold of your own side: the very next call of a delegate fails.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::HoldGrant)")]
    async fn hold_grant(
        &self,
        ctx: &Context<'_>,
        input: HoldGrantInput,
    ) -> Result<Option<HoldGrantPayload>> {
        let operation = HoldGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Lift the hold that your own side set; a hold by the other side stays.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::LiftGrant)")]
    async fn lift_grant(
        &self,
        ctx: &Context<'_>,
        input: LiftGrantInput,
    ) -> Result<Option<LiftGrantPayload>> {
        let operation = LiftGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Lower the role cap of an open grant: it limits the very next call of a delegate.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::LowerGrant)")]
    async fn lower_grant(
        &self,
        ctx: &Context<'_>,
        input: LowerGrantInput,
    ) -> Result<Option<LowerGrantPayload>> {
        let operation = LowerGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            role_cap: input.role_cap.0,
        };
        run(ctx, input.common, operation).await
    }

    /// Bring the end of an open grant's term forward.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ShortenGrant)")]
    async fn shorten_grant(
        &self,
        ctx: &Context<'_>,
        input: ShortenGrantInput,
    ) -> Result<Option<ShortenGrantPayload>> {
        let operation = ShortenGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            expires_at: time(input.expires_at, "expiresAt")?,
        };
        run(ctx, input.common, operation).await
    }

    /// End a grant; this cannot be undone. The very next call of a delegate fails. In the same act these end:
    /// admin roles that were given under it, links to contacts that were set under it, and passwords that
    /// delegates may know, if they are temporary or the user can be sent a link to a new one. Other users in the
    /// partner's hands can still sign in, but only change their own password and end their own sessions: `grant {
    /// leftBehind }` names them, `grant { end }` says what ended.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::EndGrant)")]
    async fn end_grant(
        &self,
        ctx: &Context<'_>,
        input: EndGrantInput,
    ) -> Result<Option<EndGrantPayload>> {
        if input.end_sign_ins_of.len() > MOST_SIGN_INS {
            return Err(Error::too_many("endSignInsOf", MOST_SIGN_INS).into());
        }
        let sign_ins = input
            .end_sign_ins_of
            .iter()
            .map(|id| id::parse(id, "endSignInsOf"));
        let operation = EndGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            sign_ins: sign_ins.collect::<Result<_, Error>>()?,
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
        input: CleanUpGrantInput,
    ) -> Result<Option<CleanUpGrantPayload>> {
        let operation = CleanUpGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            strip_roles: input.strip_roles,
            force_resets: input.force_resets,
        };
        run(ctx, input.common, operation).await
    }

    /// Give back the admin roles that delegates took under a grant: those that the account itself had given,
    /// unless one of its own admins has decided about the role since.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::GiveBackRoles)")]
    async fn give_back_roles(
        &self,
        ctx: &Context<'_>,
        input: GiveBackRolesInput,
    ) -> Result<Option<GiveBackRolesPayload>> {
        let operation = GiveBackRoles {
            grant: id::parse(&input.grant_id, "grantId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Take over what a colleague, who has since lost the delegated role, set and gave under a grant: contacts,
    /// links, passwords and admin roles. It has no power until someone takes it over; from then on it counts as
    /// done by the viewer. The grant's `waiting` says what there is.
    ///
    /// Least role: FULL of the partner.
    #[graphql(guard = "Requires(OperationKind::TakeOver)")]
    async fn take_over(
        &self,
        ctx: &Context<'_>,
        input: TakeOverInput,
    ) -> Result<Option<TakeOverPayload>> {
        let operation = TakeOver {
            grant: id::parse(&input.grant_id, "grantId")?,
            person: id::parse(&input.person_id, "personId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Close what a person of the partner, who has since lost the delegated role, set and gave under a grant:
    /// the roles that this person gave are taken, links to contacts that it set no longer work, and temporary
    /// passwords that it was shown end.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ClosePrepared)")]
    async fn close_prepared(
        &self,
        ctx: &Context<'_>,
        input: ClosePreparedInput,
    ) -> Result<Option<ClosePreparedPayload>> {
        let operation = ClosePrepared {
            grant: id::parse(&input.grant_id, "grantId")?,
            person: id::parse(&input.person_id, "personId")?,
        };
        run(ctx, input.common, operation).await
    }
}
