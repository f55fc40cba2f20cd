//! Writes of a partner on its own affairs.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::TimeDelta;
use entity::{ids::UserId, states::DelegatedRole};

use super::{Common, client::grant, payload::payload, run};
use crate::{
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{Tag, id::GlobalId},
    },
    error::Error,
    graphql::{
        context::{self, Ask},
        enums::E,
        guard::Requires,
        object::{Client, Grant, User},
    },
    operations::partner::{
        assign_delegated_role::AssignDelegatedRole, close_prepared::ClosePrepared,
        export_client_record::ExportClientRecord, remove_delegated_role::RemoveDelegatedRole,
        set_client_tags::SetClientTags, take_over::TakeOver,
    },
};

/// Most tags on one client.
const MOST_TAGS: usize = 20;

/// The delegated role to be given.
#[derive(InputObject)]
pub struct AssignDelegatedRoleInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The user.
    user_id: ID,
    /// The role.
    role: E<DelegatedRole>,
    #[graphql(flatten)]
    common: Common,
}

/// The delegated role to be taken.
#[derive(InputObject)]
pub struct RemoveDelegatedRoleInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The user.
    user_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// What a colleague left, to be taken over.
#[derive(InputObject)]
pub struct TakeOverInput {
    /// The grant.
    grant_id: ID,
    /// Who set and gave it: a user of the partner who holds no delegated role any more.
    person_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// What someone of the partner left, to be closed.
#[derive(InputObject)]
pub struct ClosePreparedInput {
    /// The grant.
    grant_id: ID,
    /// Who set and gave it: a user of the partner who holds no delegated role any more.
    person_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload! {
    /// What `takeOver` did.
    TakeOverPayload {
        /// The grant.
        grant: Grant,
    }
}

payload! {
    /// What `closePrepared` did.
    ClosePreparedPayload {
        /// The grant.
        grant: Grant,
    }
}

fn person(id: &ID) -> Result<UserId, Error> {
    match context::id(id) {
        Some(GlobalId::User(id)) => Ok(id),
        _ => Err(Error::field("personId", Reason::IdInvalid)),
    }
}

/// The client and its tags.
#[derive(InputObject)]
pub struct SetClientTagsInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The client.
    client_id: ID,
    /// All its tags from now on, at most 20; none removes them.
    tags: Vec<String>,
    #[graphql(flatten)]
    common: Common,
}

/// The client whose record is to be exported.
#[derive(InputObject)]
pub struct ExportClientRecordInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The client.
    client_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload! {
    /// What `exportClientRecord` did.
    ExportClientRecordPayload {
        /// Where to download it, by GET, within minutes and as long as the session lasts; null in a
        /// replay.
        download_url: String,
    }
}

payload! {
    /// What `setClientTags` did.
    SetClientTagsPayload {
        /// The client, with its tags.
        client: Client,
    }
}

payload! {
    /// What `assignDelegatedRole` did.
    AssignDelegatedRolePayload {
        /// The user, with the role.
        user: User,
    }
}

payload! {
    /// What `removeDelegatedRole` did.
    RemoveDelegatedRolePayload {
        /// The user, without the role.
        user: User,
    }
}

/// Writes of partners.
#[derive(Default)]
pub struct PartnerMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl PartnerMutation {
    /// Give a user of the partner administrative access to the clients that it supports.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::AssignDelegatedRole)")]
    async fn assign_delegated_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AssignDelegatedRoleInput,
    ) -> Result<Option<AssignDelegatedRolePayload>> {
        let operation = AssignDelegatedRole {
            account: context::account(&input.account_id, "accountId")?,
            user: context::user(&input.user_id, "userId")?,
            role: input.role.0,
        };
        let envelope = input.common.envelope(ctx)?;
        run(ctx, envelope, operation).await
    }

    /// Take a user's delegated role.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::RemoveDelegatedRole)")]
    async fn remove_delegated_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RemoveDelegatedRoleInput,
    ) -> Result<Option<RemoveDelegatedRolePayload>> {
        let operation = RemoveDelegatedRole {
            account: context::account(&input.account_id, "accountId")?,
            user: context::user(&input.user_id, "userId")?,
        };
        let envelope = input.common.envelope(ctx)?;
        run(ctx, envelope, operation).await
    }

    /// Take over what a colleague who holds no delegated role any more set and gave under a grant: enrolment
    /// links, roles, contacts. It waits without power until someone does; from then on it counts as done by the
    /// viewer. The grant's `waiting` says what there is.
    ///
    /// Least role: FULL of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::TakeOver)")]
    async fn take_over(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TakeOverInput,
    ) -> Result<Option<TakeOverPayload>> {
        let operation = TakeOver {
            grant: grant(&input.grant_id)?,
            person: person(&input.person_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Close what someone of the partner who holds no delegated role any more set and gave under a grant: its
    /// roles are taken, its links lead nowhere, and temporary passwords that it was shown end.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ClosePrepared)")]
    async fn close_prepared(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ClosePreparedInput,
    ) -> Result<Option<ClosePreparedPayload>> {
        let operation = ClosePrepared {
            grant: grant(&input.grant_id)?,
            person: person(&input.person_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Export a client's record, as JSON Lines: the acts of the own people in full, of all others the hash alone. So
    /// the whole chain can be followed, and compared with notes, by who reads only a part of it.
    ///
    /// Least role: GLOBAL_ADMIN of the account or a delegated role; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::ExportClientRecord)")]
    async fn export_client_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ExportClientRecordInput,
    ) -> Result<Option<ExportClientRecordPayload>> {
        let operation = ExportClientRecord {
            account: context::account(&input.account_id, "accountId")?,
            client: context::account(&input.client_id, "clientId")?,
            life: TimeDelta::seconds(ctx.app().config.times.export_seconds),
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Set the partner's own tags on a client. The client does not see them.
    ///
    /// Least role: GLOBAL_ADMIN of the account or a delegated role; never a delegate.
    #[graphql(guard = "Requires(OperationKind::SetClientTags)")]
    async fn set_client_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: SetClientTagsInput,
    ) -> Result<Option<SetClientTagsPayload>> {
        if input.tags.len() > MOST_TAGS {
            return Err(Error::field("tags", Reason::InputInvalid).into());
        }
        let mut tags: Vec<Tag> = Vec::new();
        for tag in &input.tags {
            let tag =
                Tag::try_from(tag.as_str()).map_err(|invalid| Error::input("tags", invalid))?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let operation = SetClientTags {
            account: context::account(&input.account_id, "accountId")?,
            client: context::account(&input.client_id, "clientId")?,
            tags,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }
}
