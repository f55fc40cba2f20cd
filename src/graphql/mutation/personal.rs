//! Mutations by a user on its own sign-in. Those that a secret opens need no sign-in.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use secrecy::ExposeSecret;

use super::{payload::payload, run};
use crate::{
    auth::token::{self, Door},
    domain::{kind::OperationKind, values::SignInName},
    error::Error,
    graphql::{
        context::Ask,
        guard::{Public, Requires},
        mutation::{Common, by_secret, entry},
        object::User,
    },
    operations::{
        Done,
        personal::{
            change_own_password::ChangeOwnPassword, confirm_password::ConfirmPassword,
            enrol::Enrol, redeem_reset::RedeemReset, refresh_session::RefreshSession,
            sign_in::SignIn, sign_out::SignOut, sign_out_everywhere::SignOutEverywhere,
            verify_contact::VerifyContact,
        },
    },
};

/// The credentials of a sign-in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The sign-in name: `name@domain`.
    sign_in_name: String,
    /// The password.
    password: String,
}

/// The session to be refreshed.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The refresh token of the last sign-in or refresh. It works only once.
    refresh_token: String,
}

/// The enrolment link, and the password chosen.
#[derive(InputObject)]
pub struct EnrolInput {
    /// The last part of the link that was mailed.
    secret: String,
    /// The password chosen: at least 15 characters.
    new_password: String,
}

/// The reset link, and the password chosen.
#[derive(InputObject)]
pub struct RedeemResetInput {
    /// The last part of the link that was mailed.
    secret: String,
    /// The password chosen: at least 15 characters.
    new_password: String,
}

/// The link that proves a contact.
#[derive(InputObject)]
pub struct VerifyContactInput {
    /// The last part of the link that was mailed.
    secret: String,
}

/// The viewer's password, as proof of who is signed in.
#[derive(InputObject)]
pub struct ConfirmPasswordInput {
    /// The viewer's current password.
    password: String,
}

/// A change of one's own password.
#[derive(InputObject)]
pub struct ChangeOwnPasswordInput {
    /// The viewer's current password.
    current_password: String,
    /// The password chosen: at least 15 characters.
    new_password: String,
}

/// Tokens of a session.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// Sent with each request as `Authorization: Bearer`.
    access_token: String,
    /// Seconds until the access token ends.
    expires_in: i32,
    /// For `refreshSession`: it gets a new access token, and works only once.
    refresh_token: String,
}

/// New tokens of the session.
#[derive(SimpleObject)]
pub struct RefreshSessionPayload {
    /// Sent with each request as `Authorization: Bearer`.
    access_token: String,
    /// Seconds until the access token ends.
    expires_in: i32,
    /// For `refreshSession`: it gets a new access token, and works only once.
    refresh_token: String,
}

/// What `enrol` did.
#[derive(SimpleObject)]
pub struct EnrolPayload {
    /// Id of the entry in the record; the user can read it after signing in.
    operation_id: ID,
}

/// What `redeemReset` did.
#[derive(SimpleObject)]
pub struct RedeemResetPayload {
    /// Id of the entry in the record; the user can read it after signing in.
    operation_id: ID,
}

/// What `verifyContact` did.
#[derive(SimpleObject)]
pub struct VerifyContactPayload {
    /// Id of the entry in the record; the user can read it after signing in.
    operation_id: ID,
}

/// What may be said with the end of a session.
#[derive(InputObject)]
pub struct SignOutInput {
    #[graphql(flatten)]
    common: Common,
}

/// What may be said with the end of the other sessions.
#[derive(InputObject)]
pub struct SignOutEverywhereInput {
    #[graphql(flatten)]
    common: Common,
}

payload!(SignOutPayload, "What `signOut` did.");
payload!(ConfirmPasswordPayload, "What `confirmPassword` did.");
payload!(SignOutEverywherePayload, "What `signOutEverywhere` did.", user: User = "The user.");
payload!(ChangeOwnPasswordPayload, "What `changeOwnPassword` did.", user: User = "The user.");

/// The tokens of a session begun or refreshed: access token, its seconds, refresh token.
fn tokens(ctx: &Context<'_>, done: &Done) -> Result<(String, i32, String), Error> {
    let app = ctx.app();
    let (Some(user), Some(session), Some(refresh)) =
        (done.ids.user, done.ids.session, &done.secret)
    else {
        return Err(Error::internal(anyhow::anyhow!(
            "a session without its tokens"
        )));
    };
    let access = token::issue(
        &app.keys,
        &app.config.auth,
        Door::Api,
        user,
        session,
        app.now(),
    )?;
    let seconds = i32::try_from(app.config.auth.access_seconds).unwrap_or(i32::MAX);
    Ok((access, seconds, refresh.expose_secret().to_owned()))
}

/// Mutations by users on themselves.
#[derive(Default)]
pub struct PersonalMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl PersonalMutation {
    /// Begin a session with a password.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        input: SignInInput,
    ) -> Result<Option<SignInPayload>> {
        let operation = SignIn {
            sign_in_name: SignInName::try_from(input.sign_in_name.as_str()).ok(),
            password: input.password.into(),
            door: Door::Api,
            browser: None,
            language: None,
            verified: Default::default(),
            places: Default::default(),
        };
        let done = by_secret(ctx, operation).await?;
        let (access_token, expires_in, refresh_token) = tokens(ctx, &done)?;
        Ok(Some(SignInPayload {
            access_token,
            expires_in,
            refresh_token,
        }))
    }

    /// Get a new access token by a refresh token. If a refresh token is used a second time, the session ends.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> Result<Option<RefreshSessionPayload>> {
        let operation = RefreshSession {
            refresh_token: input.refresh_token.into(),
        };
        let done = by_secret(ctx, operation).await?;
        let (access_token, expires_in, refresh_token) = tokens(ctx, &done)?;
        Ok(Some(RefreshSessionPayload {
            access_token,
            expires_in,
            refresh_token,
        }))
    }

    /// Choose the first password by an enrolment link.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn enrol(&self, ctx: &Context<'_>, input: EnrolInput) -> Result<Option<EnrolPayload>> {
        let operation = Enrol {
            secret: input.secret.into(),
            new_password: input.new_password.into(),
        };
        let done = by_secret(ctx, operation).await?;
        Ok(Some(EnrolPayload {
            operation_id: entry(&done)?,
        }))
    }

    /// Choose a new password by a reset link.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn redeem_reset(
        &self,
        ctx: &Context<'_>,
        input: RedeemResetInput,
    ) -> Result<Option<RedeemResetPayload>> {
        let operation = RedeemReset {
            secret: input.secret.into(),
            new_password: input.new_password.into(),
        };
        let done = by_secret(ctx, operation).await?;
        Ok(Some(RedeemResetPayload {
            operation_id: entry(&done)?,
        }))
    }

    /// Prove a contact by the link that was sent to it.
    ///
    /// For anyone with the secret.
    #[graphql(guard = "Public")]
    async fn verify_contact(
        &self,
        ctx: &Context<'_>,
        input: VerifyContactInput,
    ) -> Result<Option<VerifyContactPayload>> {
        let operation = VerifyContact {
            secret: input.secret.into(),
        };
        let done = by_secret(ctx, operation).await?;
        Ok(Some(VerifyContactPayload {
            operation_id: entry(&done)?,
        }))
    }

    /// End the current session.
    ///
    /// For any signed-in user.
    #[graphql(guard = "Requires(OperationKind::SignOut)")]
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        input: Option<SignOutInput>,
    ) -> Result<Option<SignOutPayload>> {
        let common = input.map(|input| input.common).unwrap_or_default();
        run(ctx, common, SignOut).await
    }

    /// Prove by your own password who is signed in, before a mutation that needs a fresh sign-in. It counts for five
    /// minutes.
    ///
    /// For any signed-in user.
    #[graphql(guard = "Requires(OperationKind::ConfirmPassword)")]
    async fn confirm_password(
        &self,
        ctx: &Context<'_>,
        input: ConfirmPasswordInput,
    ) -> Result<Option<ConfirmPasswordPayload>> {
        let operation = ConfirmPassword {
            password: input.password.into(),
        };
        run(ctx, Common::default(), operation).await
    }

    /// End all of one's own sessions except the current one.
    ///
    /// For any signed-in user.
    #[graphql(guard = "Requires(OperationKind::SignOutEverywhere)")]
    async fn sign_out_everywhere(
        &self,
        ctx: &Context<'_>,
        input: Option<SignOutEverywhereInput>,
    ) -> Result<Option<SignOutEverywherePayload>> {
        let common = input.map(|input| input.common).unwrap_or_default();
        run(ctx, common, SignOutEverywhere).await
    }

    /// Change one's own password; all other sessions end.
    ///
    /// For any signed-in user.
    #[graphql(guard = "Requires(OperationKind::ChangeOwnPassword)")]
    async fn change_own_password(
        &self,
        ctx: &Context<'_>,
        input: ChangeOwnPasswordInput,
    ) -> Result<Option<ChangeOwnPasswordPayload>> {
        let operation = ChangeOwnPassword {
            current_password: input.current_password.into(),
            new_password: input.new_password.into(),
        };
        run(ctx, Common::default(), operation).await
    }
}
