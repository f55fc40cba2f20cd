//! Writes of a partner on its own affairs.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::DelegatedRole;

use super::{Common, payload::payload, run};
use crate::{
    domain::{kind::OperationKind, reason::Reason, values::Tag},
    error::Error,
    graphql::{
        context,
        enums::E,
        guard::Requires,
        object::{Client, User},
    },
    operations::partner::{
        assign_delegated_role::AssignDelegatedRole, remove_delegated_role::RemoveDelegatedRole,
        set_client_tags::SetClientTags,
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

/// Writes of partners.
#[Object(guard = "crate::graphql::guard::Nobody")]
impl PartnerMutation {
    /// Give a user of the partner administrative access to the clients that it supports.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
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
