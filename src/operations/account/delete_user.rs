//! Deletes a user: licences are freed, sessions and links end, the sign-in name stays taken until the user can
//! no longer be restored. Never of the last global admin whom the account itself appointed.

use crate::{operations::prelude::*, store::licences};

/// The user to be deleted.
#[derive(Debug, Serialize)]
pub struct DeleteUser(pub OnUser);

impl Operation for DeleteUser {
    const KIND: OperationKind = OperationKind::DeleteUser;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        roles::keep_a_global_admin(act, user).await?;
        users::delete(act, user.id).await?;
        sessions::revoke_all(act, user.id, None).await?;
        links::close_all(act, user.id).await?;
        let freed = licences::free_all(act, user.id).await?;
        Ok(Effect::on_user(user).change(Key::LicencesFreed, freed.to_string()))
    }
}
