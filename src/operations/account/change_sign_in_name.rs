//! Changes what a user signs in with, and tells the user.

use crate::{domain::values::SignInName, operations::prelude::*};

/// The user and its new name.
#[derive(Debug, Serialize)]
pub struct ChangeSignInName {
    pub on: OnUser,
    /// The new name, at a verified domain of the account; without a domain, at its default one.
    pub sign_in_name: String,
}

impl Operation for ChangeSignInName {
    const KIND: OperationKind = OperationKind::ChangeSignInName;
    type Prepared = SignInName;

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn prepare(&self, _: &App, facts: &Facts) -> Result<SignInName> {
        names::sign_in_name(facts, &self.sign_in_name)
    }

    async fn apply(&self, act: &Act<'_>, sign_in_name: &SignInName) -> Result<Effect> {
        let user = act.user()?;
        if !domains::is_verified(act, sign_in_name.domain()).await? {
            return Err(Error::field("signInName", Reason::DomainUnknown));
        }
        users::rename(act, user.id, sign_in_name).await?;
        let told = contacts::verified(act, user.id).await?;
        let operation = act.operation();
        Ok(
            Effect::on_user(user).deliver(told.map(|to| Delivery::UserChanged {
                user: user.id,
                operation,
                to,
            })),
        )
    }
}
