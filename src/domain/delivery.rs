//! What the outbox holds: deliveries by id, without any secret.

use entity::{
    ids::{
        DomainId, GrantId, LinkId, OperationId, OrganizationId, RecoveryId, ResponseId, SendingId,
        SignUpId, UserId,
    },
    states::{LinkPurpose, Side},
};
use serde::{Deserialize, Serialize};

use crate::domain::described::Described;

/// To whom a mail goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The address.
    pub to: String,
    /// The user whose address it is; none where a partner named the address. In this user's language the mail is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<UserId>,
}

impl Addressee {
    /// A user, at its address.
    pub fn user(user: UserId, to: String) -> Self {
        let reader = Some(user);
        Self { to, reader }
    }

    /// An address that is no user's, as far as anyone knows.
    pub fn address(to: String) -> Self {
        Self { to, reader: None }
    }

    /// Whether it is the same address, in any case.
    pub fn is_at(&self, address: &str) -> bool {
        self.to.eq_ignore_ascii_case(address)
    }
}

/// Something to be delivered after the transaction that added it has been committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Delivery {
    /// A one-time link, to the contact of the user it is for. Its secret is derived while sending.
    Link {
        link: LinkId,
        /// Whether it is to prove the address that it goes to, which may be anyone's until then.
        #[serde(default)]
        proves: bool,
    },
    /// The link of a sign-up, to the address that is to be proven. Its secret is derived while sending.
    SignUp { sign_up: SignUpId },
    /// An offer, to one address.
    Offer { sending: SendingId },
    /// A client's answer to an offer, to one address.
    Answered {
        /// The answer.
        response: ResponseId,
        #[serde(flatten)]
        to: Addressee,
    },
    /// A contact that a delegate set, to one of the client's global admins.
    ContactSet {
        /// The user whose contact it is.
        user: UserId,
        /// The act that set it.
        operation: OperationId,
        #[serde(flatten)]
        to: Addressee,
    },
    /// What was done to a user, to the user itself.
    UserChanged {
        user: UserId,
        /// The act.
        operation: OperationId,
        #[serde(flatten)]
        to: Addressee,
    },
    /// What became of a grant, to one address of one of its sides.
    GrantChanged {
        grant: GrantId,
        /// The act.
        operation: OperationId,
        /// The side whose address it is.
        side: Side,
        #[serde(flatten)]
        to: Addressee,
    },
    /// What a delegate did to an admin, to one of the client's global admins.
    AdminChanged {
        /// The admin.
        user: UserId,
        /// The act.
        operation: OperationId,
        #[serde(flatten)]
        to: Addressee,
    },
    /// The link of a recovery, to its contact. Its secret is derived while sending.
    Recovery { recovery: RecoveryId },
    /// What became of a recovery, to someone who is told of each step.
    RecoveryChanged {
        recovery: RecoveryId,
        /// The act.
        operation: OperationId,
        #[serde(flatten)]
        to: Addressee,
        /// Whether its reader can stop it.
        stops: bool,
    },
    /// Where the record of an organization ends, and those of the clients that it administers, to one of its
    /// global admins.
    Notes {
        organization: OrganizationId,
        #[serde(flatten)]
        to: Addressee,
    },
    /// That entries of a record were lost, to one of its organization's global admins.
    RecordRestored {
        /// The act.
        operation: OperationId,
        #[serde(flatten)]
        to: Addressee,
    },
    /// What became of a domain name whose proof is gone, to one of its organization's global admins.
    DomainChecked {
        domain: DomainId,
        /// The act.
        operation: OperationId,
        #[serde(flatten)]
        to: Addressee,
    },
}

/// How soon a delivery goes, before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Somebody waits for it to sign in.
    SignIn,
    /// It tells of something that happened.
    Notice,
    /// Nobody who gets it waits for it.
    Uninvited,
    /// A stranger had it sent, to an address that may be anyone's.
    Stranger,
    /// An organization that has proven nothing had it sent to somebody who did not ask: counted apart from what others
    /// send, so that no crowd of such organizations holds back a mail of another.
    Unproven,
}

impl Urgency {
    /// As it is stored: what is less goes first.
    pub const fn rank(self) -> i32 {
        match self {
            Self::SignIn => 0,
            Self::Notice => 1,
            Self::Uninvited => 2,
            Self::Stranger => 3,
            Self::Unproven => 4,
        }
    }
}

impl Delivery {
    /// A one-time link.
    pub fn link(link: LinkId, purpose: LinkPurpose) -> Self {
        let proves = purpose != LinkPurpose::Reset;
        Self::Link { link, proves }
    }

    /// How soon it goes.
    pub const fn urgency(&self) -> Urgency {
        match self {
            Self::Link { proves: false, .. } | Self::Recovery { .. } => Urgency::SignIn,
            Self::Answered { .. }
            | Self::ContactSet { .. }
            | Self::UserChanged { .. }
            | Self::GrantChanged { .. }
            | Self::AdminChanged { .. }
            | Self::RecoveryChanged { .. }
            | Self::RecordRestored { .. }
            | Self::DomainChecked { .. }
            | Self::Notes { .. } => Urgency::Notice,
            Self::Link { proves: true, .. } | Self::Offer { .. } => Urgency::Uninvited,
            Self::SignUp { .. } => Urgency::Stranger,
        }
    }

    /// What it brings, without the addressee.
    pub fn what(&self) -> &'static str {
        match self {
            Self::Link { .. } => "a one-time link",
            Self::SignUp { .. } => "the link of a sign-up",
            Self::Offer { .. } => "an offer",
            Self::Answered { .. } => "a client's answer to an offer",
            Self::ContactSet { .. } => "a notice of a contact that a delegate set",
            Self::UserChanged { .. } => "a notice to a user of what was done to it",
            Self::GrantChanged { .. } => "a notice of what became of a grant",
            Self::AdminChanged { .. } => "a notice of what a delegate did to an admin",
            Self::Recovery { .. } => "the link of a recovery",
            Self::RecoveryChanged { .. } => "a notice of a step of a recovery",
            Self::Notes { .. } => "the notes of records",
            Self::RecordRestored { .. } => "a notice of entries of a record that were lost",
            Self::DomainChecked { .. } => "a notice of a domain name's proof",
        }
    }

    /// The act that it is about, if it names one.
    pub fn operation(&self) -> Option<OperationId> {
        match self {
            Self::ContactSet { operation, .. }
            | Self::UserChanged { operation, .. }
            | Self::GrantChanged { operation, .. }
            | Self::AdminChanged { operation, .. }
            | Self::RecoveryChanged { operation, .. }
            | Self::RecordRestored { operation, .. }
            | Self::DomainChecked { operation, .. } => Some(*operation),
            Self::Link { .. }
            | Self::SignUp { .. }
            | Self::Offer { .. }
            | Self::Answered { .. }
            | Self::Notes { .. }
            | Self::Recovery { .. } => None,
        }
    }
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits for its time.
    Waiting,
    /// It was delivered, or there was nothing left to deliver.
    Done,
    /// It failed too often and is not tried again by itself.
    GivenUp,
}

impl Described for DeliveryState {
    const TYPE: &'static str = "DeliveryState";
    const ABOUT: &'static str = "The state of a delivery.";

    fn all() -> &'static [Self] {
        &[Self::Waiting, Self::Done, Self::GivenUp]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::Done => "DONE",
            Self::GivenUp => "GIVEN_UP",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Waiting => "It waits for its time, or is being tried.",
            Self::Done => "It was delivered, or there was nothing left to deliver.",
            Self::GivenUp => "It failed too often; an operator can have it tried again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        ids::{OperationId, ResponseId, UserId},
        states::Side,
    };
    use uuid::Uuid;

    use super::{Addressee, Delivery};

    #[test]
    fn whom_a_mail_goes_to_is_kept_and_those_kept_before_are_read() {
        let id = Uuid::from_u128(7);
        let reader = Addressee::user(UserId(id), "a@example.org".to_owned());
        let told = Delivery::GrantChanged {
            grant: id.into(),
            operation: OperationId(id),
            side: Side::Client,
            to: reader,
        };
        let kept = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<Delivery>(&kept).unwrap(), told);
        let before = format!(r#"{{"kind":"answered","response":"{id}","to":"b@example.org"}}"#);
        let told = Delivery::Answered {
            response: ResponseId(id),
            to: Addressee::address("b@example.org".to_owned()),
        };
        assert_eq!(serde_json::from_str::<Delivery>(&before).unwrap(), told);
        assert_eq!(serde_json::to_string(&told).unwrap(), before);
    }
}
