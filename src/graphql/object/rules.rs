//! The rules of an account for those who act in it.

use async_graphql::{Description, Object};
use entity::states::PasswordDelivery;

use crate::{domain::rules::Rules, graphql::enums::E};

/// The rules of an account for those who act in it.
#[derive(Description)]
pub struct AccountRules(pub Rules);

#[Object(use_type_description)]
impl AccountRules {
    /// The ways in which a user may get a new password after a reset.
    async fn password_deliveries(&self) -> Vec<E<PasswordDelivery>> {
        self.0.deliveries().map(E).collect()
    }

    /// Whether delegates must name a ticket with every operation.
    async fn ticket_required(&self) -> bool {
        self.0.ticket_required
    }

    /// Whether delegates must write a note with every operation.
    async fn note_required(&self) -> bool {
        self.0.note_required
    }

    /// Whether delegates may obtain the sign-in of users who hold an admin role that the account itself gave,
    /// and change contacts that the account's own admins set or confirmed. Never those of guarded users. What
    /// is done with such a sign-in counts as done under the grant.
    async fn sign_ins_delegable(&self) -> bool {
        self.0.sign_ins_delegable
    }
}
