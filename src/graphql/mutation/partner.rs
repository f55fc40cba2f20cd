//! Writes of a partner on its own affairs.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::DelegatedRole;

use super::{Common, payload::payload, run};
use crate::{
    domain::{kind::OperationKind, reason::Reason, values::Tag},
    error::Error,
    graphql::{
        enums::E,
        guard::Requires,
        id,
        mutation::input::{OnUserInput, on_user},
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
    #[graphql(flatten)]
    on: OnUserInput,
    /// The role.
    role: E<DelegatedRole>,
}

/// The delegated role to be taken.
#[derive(InputObject)]
pub struct RemoveDelegatedRoleInput {
    #[graphql(flatten)]
    on: OnUserInput,
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

payload!(TakeOverPayload, "What `takeOver` did.", grant: Grant = "The grant.");
payload!(ClosePreparedPayload, "What `closePrepared` did.", grant: Grant = "The grant.");

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

payload!(
    ExportClientRecordPayload, "What `exportClientRecord` did.",
    download_url: String = "Where to download it, by GET, within minutes and as long as the session lasts; null in a replay.",
);

payload!(
    SetClientTagsPayload, "What `setClientTags` did.",
    client: Client = "The client, with its tags.",
);

payload!(
    AssignDelegatedRolePayload, "What `assignDelegatedRole` did.",
    user: User = "The user, with the role.",
);

payload!(
    RemoveDelegatedRolePayload, "What `removeDelegatedRole` did.",
    user: User = "The user, without the role.",
);

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
            on: input.on.parse()?,
            role: input.role.0,
        };
        run(ctx, input.on.common, operation).await
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
        on_user(ctx, input.on, RemoveDelegatedRole).await
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
            grant: id::parse(&input.grant_id, "grantId")?,
            person: id::parse(&input.person_id, "personId")?,
        };
        run(ctx, input.common, operation).await
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
            grant: id::parse(&input.grant_id, "grantId")?,
            person: id::parse(&input.person_id, "personId")?,
        };
        run(ctx, input.common, operation).await
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
            account: id::parse(&input.account_id, "accountId")?,
            client: id::parse(&input.client_id, "clientId")?,
        };
        run(ctx, input.common, operation).await
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
            account: id::parse(&input.account_id, "accountId")?,
            client: id::parse(&input.client_id, "clientId")?,
            tags,
        };
        run(ctx, input.common, operation).await
    }
}
