//! Mutations by a partner on its own affairs: delegated roles, and tags of clients.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::DelegatedRole;

use crate::{
    domain::{kind::OperationKind, values::Tag},
    error::Error,
    graphql::{
        enums::E,
        guard::Requires,
        id,
        mutation::{
            Common,
            input::{OnUserInput, on_user},
            payload::payload,
            run,
        },
        object::{Client, User},
    },
    operations::partner::{
        assign_delegated_role::AssignDelegatedRole, remove_delegated_role::RemoveDelegatedRole,
        set_client_tags::SetClientTags,
    },
    store::tags,
};

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

/// The client and its tags.
#[derive(InputObject)]
pub struct SetClientTagsInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The client.
    client_id: ID,
    /// All its tags from now on, at most 20; an empty list removes them.
    tags: Vec<String>,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    AssignDelegatedRolePayload, "What `assignDelegatedRole` did.",
    user: User = "The user, with the role.",
);
payload!(
    RemoveDelegatedRolePayload, "What `removeDelegatedRole` did.",
    user: User = "The user, without the role.",
);
payload!(
    SetClientTagsPayload, "What `setClientTags` did.",
    client: Client = "The client, with its tags.",
);

/// Mutations by partners.
#[derive(Default)]
pub struct PartnerMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl PartnerMutation {
    /// Give a user of the partner administrative access to the clients that it supports.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::AssignDelegatedRole)")]
    async fn assign_delegated_role(
        &self,
        ctx: &Context<'_>,
        input: AssignDelegatedRoleInput,
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
        input: RemoveDelegatedRoleInput,
    ) -> Result<Option<RemoveDelegatedRolePayload>> {
        on_user(ctx, input.on, RemoveDelegatedRole).await
    }

    /// Set the partner's own tags on a client. The client does not see them.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role.
    #[graphql(guard = "Requires(OperationKind::SetClientTags)")]
    async fn set_client_tags(
        &self,
        ctx: &Context<'_>,
        input: SetClientTagsInput,
    ) -> Result<Option<SetClientTagsPayload>> {
        if input.tags.len() > tags::MOST {
            return Err(Error::too_many("tags", tags::MOST).into());
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
