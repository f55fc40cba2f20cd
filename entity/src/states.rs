//! The states: enums stored by name, so that a row reads without a key.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$vdoc])* #[sea_orm(string_value = $text)] #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name as stored, recorded and shown by the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    )+};
}

states! {
    /// What became of a grant, apart from its term and its partner's certification: what lists are narrowed by. Its
    /// state is derived, never stored.
    Phase {
        /// Neither held nor ended.
        Open = "OPEN",
        /// One side holds it, or both.
        Held = "HELD",
        /// It was ended.
        Ended = "ENDED",
    }

    /// An admin role: what a user may do in its own organization.
    AdminRole {
        /// May do everything in the organization.
        GlobalAdmin = "GLOBAL_ADMIN",
        /// Manages users who hold no privileged role.
        UserAdmin = "USER_ADMIN",
        /// Resets passwords and revokes sessions of users who hold no privileged role.
        HelpdeskAdmin = "HELPDESK_ADMIN",
        /// Resets passwords of users who hold no privileged role.
        PasswordAdmin = "PASSWORD_ADMIN",
        /// Manages groups.
        GroupsAdmin = "GROUPS_ADMIN",
        /// Reads the directory.
        DirectoryReader = "DIRECTORY_READER",
        /// Invites guests.
        GuestInviter = "GUEST_INVITER",
        /// Reads the message center.
        MessageCenterReader = "MESSAGE_CENTER_READER",
        /// Reads usage reports.
        ReportsReader = "REPORTS_READER",
    }

    /// A delegated role; the order is the order of rights.
    DelegatedRole {
        /// The rights of a password admin in each client with an active grant.
        Limited = "LIMITED",
        /// The rights of a global admin in each client with an active grant.
        Full = "FULL",
    }

    /// What an offer proposes.
    OfferKind {
        /// Delegated administration alone.
        Delegation = "DELEGATION",
        /// An invitation to try one subscription.
        Trial = "TRIAL",
        /// One or more subscriptions, each with a number of licences.
        Purchase = "PURCHASE",
    }

    /// A part of an offer, which can be taken or refused separately.
    OfferPart {
        /// Its subscriptions.
        Subscriptions = "SUBSCRIPTIONS",
        /// Delegated administration.
        Delegation = "DELEGATION",
    }

    /// A client's answer to an offer.
    Answer {
        /// The client consented.
        Accepted = "ACCEPTED",
        /// The client refused.
        Declined = "DECLINED",
    }

    /// How an operation ended.
    Outcome {
        /// It was carried out.
        Done = "DONE",
        /// It was refused and changed nothing.
        Refused = "REFUSED",
    }

    /// Why an actor could act.
    AuthorityKind {
        /// By a role in the actor's own organization.
        Own = "OWN",
        /// By a delegated role under a grant.
        Delegated = "DELEGATED",
        /// By a role in the actor's own organization that was given under a grant.
        Given = "GIVEN",
        /// On oneself.
        Myself = "MYSELF",
        /// By a link or a secret.
        Anyone = "ANYONE",
        /// A job of the server.
        System = "SYSTEM",
    }

    /// One of the two sides of a grant.
    Side {
        /// The organization that consented.
        Client = "CLIENT",
        /// The organization that administers.
        Partner = "PARTNER",
    }

    /// What a one-time link is for.
    LinkPurpose {
        /// Choosing the first password.
        Enrol = "ENROL",
        /// Choosing a new password after a reset.
        Reset = "RESET",
        /// Proving a contact that was changed.
        Contact = "CONTACT",
    }

    /// A way in which someone of a partner may hold a user's sign-in.
    Way {
        /// By the contact: it was set under a grant, and whoever reads it receives the user's links.
        Contact = "CONTACT",
        /// By the password: it was shown under a grant, or chosen by a link to a contact that is in a partner's
        /// hands.
        Secret = "SECRET",
    }

    /// How a recovery ended.
    RecoveryEnd {
        /// The user chose a new password by its link.
        Redeemed = "REDEEMED",
        /// An admin, an operator, or the reader of a mail about it stopped it.
        Stopped = "STOPPED",
        /// Before the link was sent, another global admin of the account could help, or the contact was somebody
        /// else's.
        NotNeeded = "NOT_NEEDED",
    }

    /// How a user gets a new password after a reset.
    PasswordDelivery {
        /// By a one-time link, sent to the user's verified contact.
        Link = "LINK",
        /// By a temporary password, which is shown once to the person who resets it.
        ShowOnce = "SHOW_ONCE",
    }

    /// How an export of a record is written.
    ExportFormat {
        /// Comma-separated values (RFC 4180) with a header.
        Csv = "CSV",
        /// One JSON object per line, as the verifier reads it.
        JsonLines = "JSON_LINES",
    }
}
