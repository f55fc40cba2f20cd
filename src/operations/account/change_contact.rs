//! Changes where a user's one-time links are sent. The user proves the new contact by a link. The old contact
//! is told by mail; if a delegate did it, the account's own global admins are told too.

use entity::states::LinkPurpose;

use crate::{domain::values::Email, operations::prelude::*, store::hands};

/// The user and its new contact.
#[derive(Debug, Serialize)]
pub struct ChangeContact {
    pub on: OnUser,
    /// The new contact.
    pub contact: Email,
}

impl Operation for ChangeContact {
    const KIND: OperationKind = OperationKind::ChangeContact;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let (account, operation) = (act.account(), act.operation());
        // A contact that could not be confirmed takes nobody out of a partner's hands, so it is refused.
        let own = act.causes().is_empty() && !user.hands.is_empty();
        if own && !hands::can_be_confirmed(act, user, self.contact.as_str()).await? {
            return Err(Error::field("contact", Reason::ContactNotConfirmable));
        }
        let old = contacts::verified(act, user.id).await?;
        contacts::set(act, user.id, &self.contact).await?;
        let purpose = if user.enrolled {
            LinkPurpose::Contact
        } else {
            LinkPurpose::Enrol
        };
        let link = links::insert(
            act,
            account,
            user.id,
            purpose,
            act.config().auth.enrol_link(),
        )
        .await?;
        let mut deliveries = vec![Delivery::link(link, purpose)];
        deliveries.extend(old.map(|to| Delivery::UserChanged {
            user: user.id,
            operation,
            to,
        }));
        Ok(Effect::on_user(user).deliver(deliveries))
    }
}
