//! Adds a global admin of the platform; the enrolment link is shown once, to whoever runs the command.

use entity::states::LinkPurpose;

use crate::{
    auth::secret,
    domain::values::{Email, Name, SignInName},
    operations::prelude::*,
};

/// The operator to be added.
#[derive(Debug, Serialize)]
pub struct CreateOperator {
    pub display_name: Name,
    /// Its sign-in name, at the platform's initial domain.
    pub sign_in_name: SignInName,
    /// Where later links are sent.
    pub contact: Email,
}

impl Operation for CreateOperator {
    const KIND: OperationKind = OperationKind::CreateOperator;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = users::add(act, &self.display_name, &self.sign_in_name, &self.contact).await?;
        roles::make_global_admin(act, user).await?;
        let link = links::insert(
            act,
            act.account(),
            user,
            LinkPurpose::Enrol,
            act.config().auth.enrol_link(),
        )
        .await?;
        let secret = secret::new(act.rng());
        links::arm_now(act, link, &secret::hash(&secret)).await?;
        Ok(Effect::on(user)
            .named(self.display_name.as_str())
            .change(Key::Role, "GLOBAL_ADMIN")
            .secret(secret))
    }
}
