//! Enums that the API shows: each value has a name and a sentence, written once.

use entity::states::{
    AdminRole, Answer, AuthorityKind, DelegatedRole, ExportFormat, OfferKind, OfferPart, Outcome,
    PasswordDelivery, Side, Way,
};

/// An enum whose values carry their public name and description.
pub trait Described: Copy + Eq + Send + Sync + 'static {
    /// Name of the type in the schema.
    const TYPE: &'static str;
    /// Description of the type in the schema.
    const ABOUT: &'static str;
    /// Every value, in the order shown.
    fn all() -> &'static [Self];
    /// The value's public name.
    fn name(self) -> &'static str;
    /// The value's description: one sentence.
    fn about(self) -> &'static str;
}

macro_rules! described {
    ($ty:ident, $type_about:literal, { $($variant:ident: $about:literal),+ $(,)? }) => {
        impl Described for $ty {
            const TYPE: &'static str = stringify!($ty);
            const ABOUT: &'static str = $type_about;
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn name(self) -> &'static str {
                self.as_str()
            }
            fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)+ }
            }
        }
    };
}

described!(AdminRole, "What a user may do in its own organization.", {
    GlobalAdmin: "May do everything in the organization.",
    UserAdmin: "Manages users who hold no privileged role.",
    HelpdeskAdmin: "Resets passwords and revokes sessions of users who hold no privileged role.",
    PasswordAdmin: "Resets passwords of users with no role, and of directory readers, guest inviters and password admins.",
    GroupsAdmin: "Manages groups.",
    DirectoryReader: "Reads the directory.",
    GuestInviter: "Invites guests.",
    MessageCenterReader: "Reads the message center.",
    ReportsReader: "Reads usage reports.",
});

described!(DelegatedRole, "What a partner's user may do in each client with an active grant; LIMITED is less than FULL.", {
    Limited: "The rights of a password admin.",
    Full: "The rights of a global admin, except for devices and for what only the client's own admins may do.",
});

described!(OfferKind, "What an offer proposes.", {
    Delegation: "Delegated administration alone.",
    Trial: "An invitation to try one subscription, with or without delegated administration.",
    Purchase: "One or more subscriptions, each with a number of seats, with or without delegated administration.",
});

described!(OfferPart, "A part of an offer, which a client can take or refuse separately.", {
    Subscriptions: "All subscriptions of the offer.",
    Delegation: "Delegated administration: it makes the grant.",
});

described!(Answer, "A client's answer to an offer.", {
    Accepted: "The client consented; a grant was made or amended.",
    Declined: "The client refused.",
});

described!(Outcome, "How an operation ended.", {
    Done: "It was carried out.",
    Refused: "It was refused and changed nothing.",
});

described!(AuthorityKind, "Why an actor could act.", {
    Own: "By a role in its own organization.",
    Delegated: "By a delegated role, under a grant.",
    Given: "By an admin role that was given under a grant: it counts only while the grant is active.",
    Myself: "As the user itself, on its own sign-in or session.",
    Anyone: "By a link or a secret, without being signed in.",
    System: "As a job of the server.",
});

described!(Side, "A side of a grant.", {
    Client: "The organization that consented.",
    Partner: "The organization that administers.",
});

described!(Way, "A way in which someone of a partner may hold a user's sign-in.", {
    Contact: "By the contact: it was set under a grant, and whoever reads it receives the user's links.",
    Secret: "By the password: it was shown under a grant, or chosen by a link to a contact that is in a partner's hands.",
});

described!(PasswordDelivery, "How a user gets a new password after a reset.", {
    Link: "By a one-time link, sent to the user's verified contact.",
    ShowOnce: "By a temporary password. It is shown once, to the admin or delegate who resets the password, and only lets the user choose another.",
});

described!(ExportFormat, "How an export of a record is written.", {
    Csv: "Comma-separated values (RFC 4180), with a header.",
    JsonLines: "One JSON object per line. `mandate record verify` can check an export of a whole record.",
});
