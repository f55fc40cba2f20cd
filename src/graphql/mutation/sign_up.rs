//! Sign-up: writes of who is not known yet.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::ids::SendingId;

use crate::{
    auth::signed_id,
    domain::{reason::Reason, values::id::GlobalId},
    error::Error,
    graphql::{
        context::Ask,
        guard::Public,
        mutation::{by_secret, entry},
    },
    operations::personal::{
        complete_sign_up::CompleteSignUp, request_sign_up::Said, unsubscribe::Unsubscribe,
    },
};

/// An organization that is asked for.
#[derive(InputObject)]
pub struct RequestSignUpInput {
    /// The last part of the offer's URL: a trial's or a purchase's.
    token: String,
    /// The organization's name.
    organization_name: String,
    /// Label of its initial domain: letters a to z, digits, inner hyphens.
    slug: String,
    /// The first global admin's name.
    admin_name: String,
    /// The part of the first global admin's sign-in name before the @.
    admin_sign_in_name: String,
    /// Where the link is sent: an email address.
    contact: String,
}

/// A sign-up to be completed.
#[derive(InputObject)]
pub struct CompleteSignUpInput {
    /// The last part of the link that was mailed.
    secret: String,
    /// The first global admin's password: at least 15 characters.
    new_password: String,
}

/// An address that wants no more offers.
#[derive(InputObject)]
pub struct UnsubscribeInput {
    /// The last part of the link that stands in the offer's mail.
    secret: String,
}

/// What `unsubscribe` did.
#[derive(SimpleObject)]
pub struct UnsubscribePayload {
    /// The entry of the platform's record that tells of it; null where the address wanted no more offers already.
    operation_id: Option<ID>,
}

/// What `requestSignUp` did.
#[derive(SimpleObject)]
pub struct RequestSignUpPayload {
    /// The entry of the platform's record that tells of it.
    operation_id: ID,
}

/// What `completeSignUp` did.
#[derive(SimpleObject)]
pub struct CompleteSignUpPayload {
    /// The entry of the platform's record that tells of it.
    operation_id: ID,
    /// The organization that was made.
    organization_id: Option<ID>,
}

/// Writes of who is not known yet.
#[derive(Default)]
pub struct SignUpMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl SignUpMutation {
    /// Ask for an organization, to take a trial or a purchase with: a mailed link proves the address
    /// before anything is made.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn request_sign_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RequestSignUpInput,
    ) -> Result<Option<RequestSignUpPayload>> {
        let said = Said {
            organization_name: &input.organization_name,
            slug: &input.slug,
            admin_name: &input.admin_name,
            admin_sign_in_name: &input.admin_sign_in_name,
            contact: &input.contact,
        };
        let operation = said.parse(ctx.app(), input.token.into())?;
        let done = by_secret(ctx, operation).await?;
        Ok(Some(RequestSignUpPayload {
            operation_id: entry(&done)?,
        }))
    }

    /// Want no more offers at the address that one was sent to, from any partner.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn unsubscribe(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: UnsubscribeInput,
    ) -> Result<Option<UnsubscribePayload>> {
        let app = ctx.app();
        let sending = signed_id::id(&app.keys, signed_id::UNSUBSCRIBE, &input.secret, None)
            .map(SendingId)
            .ok_or_else(|| Error::Refused(Reason::LinkInvalid.into()))?;
        let done = by_secret(ctx, Unsubscribe { sending }).await?;
        let entry = done.operation.map(GlobalId::Operation);
        Ok(Some(UnsubscribePayload {
            operation_id: entry.map(|id| id.encode().into()),
        }))
    }

    /// Make the organization that was asked for, with its first global admin, by the mailed link.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn complete_sign_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: CompleteSignUpInput,
    ) -> Result<Option<CompleteSignUpPayload>> {
        let operation = CompleteSignUp {
            secret: input.secret.into(),
            new_password: input.new_password.into(),
            parent: ctx.app().config.platform.domain.clone(),
        };
        let done = by_secret(ctx, operation).await?;
        let organization = done.ids.organization;
        Ok(Some(CompleteSignUpPayload {
            operation_id: entry(&done)?,
            organization_id: organization.map(|id| GlobalId::Organization(id).encode().into()),
        }))
    }
}
