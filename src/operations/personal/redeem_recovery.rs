//! Chooses a new password by the link of a recovery. The address that it was sent to is the user's contact from then on.

use secrecy::SecretString;

use super::{chosen, count_attempt};
use crate::{
    auth::secret,
    domain::values::email::domain_of,
    operations::{Envelope, notice, prelude::*},
    store::{awaited, passwords, recoveries},
};

/// The link's secret and the password chosen.
#[derive(Debug, Serialize)]
pub struct RedeemRecovery {
    /// The secret that the link carries.
    #[serde(skip)]
    pub secret: SecretString,
    /// The password chosen.
    #[serde(skip)]
    pub new_password: SecretString,
}

impl Operation for RedeemRecovery {
    const KIND: OperationKind = OperationKind::RedeemRecovery;
    type Prepared = String;

    fn subject(&self) -> Subject {
        Subject::RecoveryLink(secret::hash(&self.secret))
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
        let row = recoveries::by_secret(act, &secret::hash(&self.secret)).await?;
        let row = row.ok_or_else(|| Error::Refused(Reason::LinkInvalid.into()))?;
        let row = recoveries::redeemed(act, row).await?;
        passwords::recover(act, user, &row.contact, hash).await?;
        let told = notice::of_recovery(act, &row).await?;
        let given = awaited::come_true(act, user, None).await?;
        Ok(Effect::on_user(user)
            .came_true(&given)
            .change(Key::Recovery, row.id.to_string())
            .change(Key::ContactDomain, domain_of(&row.contact))
            .deliver(told))
    }
}
