//! Sets the account's rules: which password deliveries are allowed, what delegates must give for its record,
//! and whether they may obtain the sign-in of admins.

use entity::{ids::OrganizationId, states::PasswordDelivery};

use crate::{domain::rules::Rules, operations::prelude::*, store::rules};

/// The rules to be changed; what is `None` stays as it is.
#[derive(Debug, Serialize)]
pub struct UpdateAccountRules {
    pub account: OrganizationId,
    /// The password deliveries that are allowed.
    pub deliveries: Option<Vec<PasswordDelivery>>,
    /// Whether delegates must name a ticket.
    pub ticket_required: Option<bool>,
    /// Whether delegates must write a note.
    pub note_required: Option<bool>,
    /// Whether delegates may obtain the sign-in of admins, and change contacts that the account's own admins set or
    /// confirmed.
    pub sign_ins_delegable: Option<bool>,
}

impl Operation for UpdateAccountRules {
    const KIND: OperationKind = OperationKind::UpdateAccountRules;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.facts().account.as_ref();
        let before = account.map(|account| account.rules).unwrap_or_default();
        let allows = |delivery| match &self.deliveries {
            Some(allowed) => allowed.contains(&delivery),
            None => before.allows(delivery),
        };
        let now = Rules {
            link_allowed: allows(PasswordDelivery::Link),
            show_once_allowed: allows(PasswordDelivery::ShowOnce),
            ticket_required: self.ticket_required.unwrap_or(before.ticket_required),
            note_required: self.note_required.unwrap_or(before.note_required),
            sign_ins_delegable: self.sign_ins_delegable.unwrap_or(before.sign_ins_delegable),
        };
        rules::set(act, now).await?;
        Ok(Effect::on(act.account())
            .change(Key::PasswordDeliveriesBefore, names(before))
            .change(Key::PasswordDeliveries, names(now))
            .change(
                Key::TicketRequiredBefore,
                before.ticket_required.to_string(),
            )
            .change(Key::TicketRequired, now.ticket_required.to_string())
            .change(Key::ReasonRequiredBefore, before.note_required.to_string())
            .change(Key::ReasonRequired, now.note_required.to_string())
            .change(
                Key::SignInsDelegableBefore,
                before.sign_ins_delegable.to_string(),
            )
            .change(Key::SignInsDelegable, now.sign_ins_delegable.to_string()))
    }
}

fn names(rules: Rules) -> String {
    let names: Vec<_> = rules.deliveries().map(PasswordDelivery::as_str).collect();
    names.join(", ")
}
