//! Chooses a new password by a reset link.

use entity::states::LinkPurpose;
use secrecy::SecretString;

use super::{chosen, count_attempt};
use crate::{
    auth::secret,
    operations::{Envelope, prelude::*},
    store::{awaited, links, passwords, roles},
};

/// The link's secret and the password chosen.
#[derive(Debug, Serialize)]
pub struct RedeemReset {
    /// The secret that the link carries.
    #[serde(skip)]
    pub secret: SecretString,
    /// The password chosen.
    #[serde(skip)]
    pub new_password: SecretString,
}

impl Operation for RedeemReset {
    const KIND: OperationKind = OperationKind::RedeemReset;
    type Prepared = String;

    fn subject(&self) -> Subject {
        Subject::Link(secret::hash(&self.secret), LinkPurpose::Reset)
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        count_attempt(app, envelope).await?;
        secret::check_whole(&self.secret)
    }

    async fn prepare(&self, app: &App, facts: &Facts) -> Result<String> {
        chosen(app, facts, &self.new_password).await
    }

    async fn apply(&self, act: &Act<'_>, hash: &String) -> Result<Effect> {
        let user = act.user()?;
        let link = links::redeem(act, &secret::hash(&self.secret)).await?;
        let by_own = link.grant_id.is_none();
        passwords::set_password_by_link(act, user, hash, by_own).await?;
        let given = awaited::come_true(act, user, link.operation_id).await?;
        let effect = Effect::on_user(user).came_true(&given);
        if by_own || !user.is_guarded() {
            return Ok(effect);
        }
        // Any of them can stop an impostor.
        let told = roles::admin_contacts(act).await?.into_iter();
        Ok(effect.deliver(told.map(|to| Delivery::AdminChanged {
            user: user.id,
            operation: act.operation(),
            to,
        })))
    }
}
