//! The rules of an account for those who act in it.

use entity::states::PasswordDelivery;

/// The rules of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether a reset may send a link.
    pub link_allowed: bool,
    /// Whether a reset may show a temporary password once.
    pub show_once_allowed: bool,
    /// Whether delegates must name a ticket.
    pub ticket_required: bool,
    /// Whether delegates must write a note.
    pub note_required: bool,
    /// Whether delegates may obtain the sign-in of users who hold an admin role, and change contacts that the
    /// account's own admins set or confirmed.
    pub sign_ins_delegable: bool,
}

impl Default for Rules {
    /// Only links, so that nobody but the user learns a password; and no delegate obtains an admin's sign-in.
    fn default() -> Self {
        Self {
            link_allowed: true,
            show_once_allowed: false,
            ticket_required: false,
            note_required: false,
            sign_ins_delegable: false,
        }
    }
}

impl Rules {
    /// Whether a reset may use this delivery.
    pub fn allows(self, delivery: PasswordDelivery) -> bool {
        match delivery {
            PasswordDelivery::Link => self.link_allowed,
            PasswordDelivery::ShowOnce => self.show_once_allowed,
        }
    }

    /// The deliveries that a reset may use.
    pub fn deliveries(self) -> impl Iterator<Item = PasswordDelivery> {
        PasswordDelivery::ALL
            .iter()
            .copied()
            .filter(move |delivery| self.allows(*delivery))
    }
}
