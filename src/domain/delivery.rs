//! What the outbox holds: deliveries by id, without any secret.

use entity::{
    ids::{DomainId, GrantId, LinkId, OperationId, ResponseId, SignUpId, UserId},
    states::Side,
};
use serde::{Deserialize, Serialize};

/// Something to be delivered once the transaction that tells of it has been committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Delivery {
    /// A one-time link, to the contact of the user it is for. Its secret is made while sending.
    Link {
        /// The link.
        link: LinkId,
    },
    /// The link of a sign-up, to the address that is to be proven. Its secret is made while sending.
    SignUp {
        /// The sign-up.
        sign_up: SignUpId,
    },
    /// A client's answer to an offer, to one address.
    Answered {
        /// The answer.
        response: ResponseId,
        /// The address.
        to: String,
    },
    /// A contact that a delegate set, to one of the client's global admins.
    ContactSet {
        /// Whose contact.
        user: UserId,
        /// The act that set it.
        operation: OperationId,
        /// The address.
        to: String,
    },
    /// What was done to a user, to the user itself.
    UserChanged {
        /// The user.
        user: UserId,
        /// The act.
        operation: OperationId,
        /// The address.
        to: String,
    },
    /// What became of a grant, to one address of one of its sides.
    GrantChanged {
        /// The grant.
        grant: GrantId,
        /// The act.
        operation: OperationId,
        /// Whose address.
        side: Side,
        /// The address.
        to: String,
    },
    /// What a delegate did to an admin, to one of the client's global admins.
    AdminChanged {
        /// The admin.
        user: UserId,
        /// The act.
        operation: OperationId,
        /// The address.
        to: String,
    },
    /// What became of a domain name whose proof is gone, to one of its organization's global admins.
    DomainChecked {
        /// The domain.
        domain: DomainId,
        /// The act.
        operation: OperationId,
        /// The address.
        to: String,
    },
}
