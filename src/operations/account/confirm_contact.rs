//! Confirms a contact that was set under a grant: one of the account's own admins, who is in nobody's hands, says
//! that it is the user's. The user then proves it by a link that is sent there now, and so comes out of the
//! partner's hands.

use entity::states::{LinkPurpose, Way};

use crate::{domain::values::Email, operations::prelude::*, store::hands};

/// The user and its contact, as it was read.
#[derive(Debug, Serialize)]
pub struct ConfirmContact {
    pub on: OnUser,
    pub contact: Email,
}

impl Operation for ConfirmContact {
    const KIND: OperationKind = OperationKind::ConfirmContact;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let row = users::row(act, user.id)
            .await?
            .ok_or_else(Error::not_found)?;
        if row.contact.to_lowercase() != self.contact.as_str().to_lowercase() {
            return Err(Error::field("contact", Reason::ContactChanged));
        }
        if user.hands.by(Way::Contact).next().is_none() {
            return Err(Error::Failed(Reason::NotInHands));
        }
        if !hands::can_be_confirmed(act, user, &row.contact).await? {
            return Err(Error::Failed(Reason::ContactNotConfirmable));
        }
        contacts::confirm(act, user.id).await?;
        // One link does both if needed: it proves the contact, and has the user choose a password that nobody
        // else knows.
        let purpose = match (user.enrolled, user.hands.by(Way::Secret).next()) {
            (false, _) => LinkPurpose::Enrol,
            (true, Some(_)) => LinkPurpose::Reset,
            (true, None) => LinkPurpose::Contact,
        };
        let link = links::insert(
            act,
            act.account(),
            user.id,
            purpose,
            act.config().auth.enrol_link(),
        )
        .await?;
        Ok(Effect::on_user(user).deliver([Delivery::Link { link, proves: true }]))
    }
}
