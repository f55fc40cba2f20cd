//! Mutations of users: adding and deleting them, and changing what is known of them.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use crate::{
    domain::{
        kind::OperationKind,
        values::{Country, Email, Name},
    },
    error::Error,
    graphql::{
        context::Ask,
        guard::Requires,
        id,
        mutation::{
            Common,
            input::{OnUserInput, on_user},
            payload::payload,
            run,
        },
        object::User,
    },
    operations::account::{
        add_user::AddUser, change_contact::ChangeContact, change_sign_in_name::ChangeSignInName,
        delete_user::DeleteUser, erase_user::EraseUser, restore_user::RestoreUser,
        update_profile::UpdateProfile,
    },
    store::users::Profile,
};

/// The user to be added.
#[derive(InputObject)]
pub struct AddUserInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    #[graphql(flatten)]
    user: NewUserInput,
    #[graphql(flatten)]
    common: Common,
}

/// A user to be added.
#[derive(InputObject)]
pub struct NewUserInput {
    /// The user's name.
    display_name: String,
    /// What the user signs in with: `name@domain`, at a verified domain of the account. Without `@domain`, the
    /// default domain is added.
    sign_in_name: String,
    /// The email address that the user's links are sent to.
    contact: String,
}

impl NewUserInput {
    pub(super) fn operation(
        self,
        _ctx: &impl Ask,
        account: entity::ids::OrganizationId,
    ) -> Result<AddUser, Error> {
        Ok(AddUser {
            account,
            display_name: Name::try_from(self.display_name.as_str())
                .map_err(|invalid| Error::input("displayName", invalid))?,
            sign_in_name: self.sign_in_name,
            contact: contact(&self.contact)?,
        })
    }
}

fn contact(text: &str) -> Result<Email, Error> {
    Email::try_from(text).map_err(|invalid| Error::input("contact", invalid))
}

/// The changes of a profile. A field that is left out stays as it is; null clears it.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// Name for people to read.
    display_name: Option<String>,
    /// Given name.
    given_name: MaybeUndefined<String>,
    /// Surname.
    surname: MaybeUndefined<String>,
    /// Job title.
    job_title: MaybeUndefined<String>,
    /// Department.
    department: MaybeUndefined<String>,
    /// Where the user uses services: a two-letter country code of ISO 3166-1.
    usage_location: MaybeUndefined<String>,
}

fn part<T>(
    text: MaybeUndefined<String>,
    field: &'static str,
    parse: impl Fn(&str) -> Result<T, crate::domain::values::Invalid>,
) -> Result<Option<Option<T>>, Error> {
    match text {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(text) => match parse(&text) {
            Ok(value) => Ok(Some(Some(value))),
            Err(invalid) => Err(Error::input(field, invalid)),
        },
    }
}

/// The new sign-in name.
#[derive(InputObject)]
pub struct ChangeSignInNameInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// `name@domain`, at a verified domain of the account.
    sign_in_name: String,
}

/// The new contact.
#[derive(InputObject)]
pub struct ChangeContactInput {
    #[graphql(flatten)]
    on: OnUserInput,
    /// The email address that the user's links are sent to.
    contact: String,
}

/// The user to be deleted.
#[derive(InputObject)]
pub struct DeleteUserInput {
    #[graphql(flatten)]
    on: OnUserInput,
}

/// The user to be restored.
#[derive(InputObject)]
pub struct RestoreUserInput {
    #[graphql(flatten)]
    on: OnUserInput,
}

/// The deleted user to be erased.
#[derive(InputObject)]
pub struct EraseUserInput {
    #[graphql(flatten)]
    on: OnUserInput,
}

payload!(AddUserPayload, "What `addUser` did.", user: User = "The user added.");
payload!(
    UpdateProfilePayload, "What `updateProfile` did.",
    user: User = "The user, as it is now.",
);

payload!(
    ChangeSignInNamePayload, "What `changeSignInName` did.",
    user: User = "The user, with its new name.",
);

payload!(
    ChangeContactPayload, "What `changeContact` did.",
    user: User = "The user, whose new contact is not verified yet.",
);

payload!(DeleteUserPayload, "What `deleteUser` did.", user: User = "The user, deleted.");
payload!(
    RestoreUserPayload, "What `restoreUser` did.",
    user: User = "The user, restored, without licences.",
);

payload!(
    EraseUserPayload, "What `eraseUser` did.",
    user: User = "What is left of the user.",
);

/// Mutations of users.
#[derive(Default)]
pub struct UserMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl UserMutation {
    /// Add a user, who enrols by a link sent to the contact, so that nobody else knows the first password.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::AddUser)")]
    async fn add_user(
        &self,
        ctx: &Context<'_>,
        input: AddUserInput,
    ) -> Result<Option<AddUserPayload>> {
        let account = id::parse(&input.account_id, "accountId")?;
        let operation = input.user.operation(ctx, account)?;
        run(ctx, input.common, operation).await
    }

    /// Change a user's name, job title, department and usage location.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::UpdateProfile)")]
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        input: UpdateProfileInput,
    ) -> Result<Option<UpdateProfilePayload>> {
        let operation = UpdateProfile {
            on: input.on.parse()?,
            profile: Profile {
                display_name: input
                    .display_name
                    .as_deref()
                    .map(Name::try_from)
                    .transpose()
                    .map_err(|invalid| Error::input("displayName", invalid))?,
                given_name: part(input.given_name, "givenName", |text| Name::try_from(text))?,
                surname: part(input.surname, "surname", |text| Name::try_from(text))?,
                job_title: part(input.job_title, "jobTitle", |text| Name::try_from(text))?,
                department: part(input.department, "department", |text| Name::try_from(text))?,
                usage_location: part(input.usage_location, "usageLocation", |text| {
                    Country::try_from(text)
                })?,
            },
        };
        run(ctx, input.on.common, operation).await
    }

    /// Change what a user signs in with; the user is told.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::ChangeSignInName)")]
    async fn change_sign_in_name(
        &self,
        ctx: &Context<'_>,
        input: ChangeSignInNameInput,
    ) -> Result<Option<ChangeSignInNamePayload>> {
        let operation = ChangeSignInName {
            on: input.on.parse()?,
            sign_in_name: input.sign_in_name,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Change where a user's one-time links are sent. The user proves the new contact by a link. The old
    /// contact is told by mail; if a delegate did it, the account's own global admins are told too.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::ChangeContact)")]
    async fn change_contact(
        &self,
        ctx: &Context<'_>,
        input: ChangeContactInput,
    ) -> Result<Option<ChangeContactPayload>> {
        let operation = ChangeContact {
            on: input.on.parse()?,
            contact: contact(&input.contact)?,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Delete a user, who can be restored for `times.restore_days` (by default 30). Licences are freed and sessions
    /// end.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::DeleteUser)")]
    async fn delete_user(
        &self,
        ctx: &Context<'_>,
        input: DeleteUserInput,
    ) -> Result<Option<DeleteUserPayload>> {
        on_user(ctx, input.on, DeleteUser).await
    }

    /// Restore a deleted user, who chooses a new password by a link: the old one no longer works. Have the link
    /// sent with `resetPassword`.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(guard = "Requires(OperationKind::RestoreUser)")]
    async fn restore_user(
        &self,
        ctx: &Context<'_>,
        input: RestoreUserInput,
    ) -> Result<Option<RestoreUserPayload>> {
        on_user(ctx, input.on, RestoreUser).await
    }

    /// Erase what is known of a deleted user now, and not only when the time is over in which it can be restored. Its
    /// sign-in name is free at once. This cannot be undone.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::EraseUser)")]
    async fn erase_user(
        &self,
        ctx: &Context<'_>,
        input: EraseUserInput,
    ) -> Result<Option<EraseUserPayload>> {
        on_user(ctx, input.on, EraseUser).await
    }
}
