//! Proves a contact by the link that was sent to it.

use entity::states::LinkPurpose;
use secrecy::SecretString;

use super::count_attempt;
use crate::{
    auth::secret,
    operations::{Envelope, prelude::*},
    store::{awaited, contacts, links},
};

/// The link's secret.
#[derive(Debug, Serialize)]
pub struct VerifyContact {
    /// The secret that the link carries.
    #[serde(skip)]
    pub secret: SecretString,
}

impl Operation for VerifyContact {
    const KIND: OperationKind = OperationKind::VerifyContact;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Link(secret::hash(&self.secret), LinkPurpose::Contact)
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        count_attempt(app, envelope).await?;
        secret::check_whole(&self.secret)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let link = links::redeem(act, &secret::hash(&self.secret)).await?;
        contacts::verify(act, user).await?;
        let given = awaited::come_true(act, user, link.operation_id).await?;
        Ok(Effect::on_user(user).came_true(&given))
    }
}
