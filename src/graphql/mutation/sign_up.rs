//! Mutations by people who have no organization yet: sign-up, and stopping offers by mail.

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
        complete_sign_up::CompleteSignUp, request_sign_up::SignUpTexts, unsubscribe::Unsubscribe,
    },
};

/// The organization that is asked for.
#[derive(InputObject)]
pub struct RequestSignUpInput {
    /// The token of an offer of a trial or a purchase: the last part of its URL.
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

/// The link of the sign-up to be completed, and the first password.
#[derive(InputObject)]
pub struct CompleteSignUpInput {
    /// The last part of the link that was mailed.
    secret: String,
    /// The first global admin's password: at least 15 characters.
    new_password: String,
}

/// The link in the mail of an offer, which stops offers to its address.
#[derive(InputObject)]
pub struct UnsubscribeInput {
    /// The last part of the link in the offer's mail.
    secret: String,
}

/// What `unsubscribe` did.
#[derive(SimpleObject)]
pub struct UnsubscribePayload {
    /// Id of the entry in the platform's record; null if offers to the address were stopped already.
    operation_id: Option<ID>,
}

/// What `requestSignUp` did.
#[derive(SimpleObject)]
pub struct RequestSignUpPayload {
    /// Id of the entry in the platform's record.
    operation_id: ID,
}

/// What `completeSignUp` did.
#[derive(SimpleObject)]
pub struct CompleteSignUpPayload {
    /// Id of the entry in the platform's record.
    operation_id: ID,
    /// The organization that was made.
    organization_id: Option<ID>,
}

/// Mutations by people who have no organization yet.
#[derive(Default)]
pub struct SignUpMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl SignUpMutation {
    /// Ask for a new organization that can take a trial or a purchase. A mailed link proves the address before
    /// anything is made.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn request_sign_up(
        &self,
        ctx: &Context<'_>,
        input: RequestSignUpInput,
    ) -> Result<Option<RequestSignUpPayload>> {
        let said = SignUpTexts {
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

    /// Stop offers from any partner to the address that an offer was sent to.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn unsubscribe(
        &self,
        ctx: &Context<'_>,
        input: UnsubscribeInput,
    ) -> Result<Option<UnsubscribePayload>> {
        let app = ctx.app();
        signed_id::check_whole(&input.secret)?;
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
        input: CompleteSignUpInput,
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
