//! The steps of a decision, in the order in which they are checked.

use crate::domain::described::Described;

/// A step of a decision. A step that does not matter for a kind is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A user is signed in.
    SignedIn,
    /// The actor's roles could be enough for it in some account.
    Role,
    /// The actor is in nobody's hands, or a delegate could do the same.
    Hands,
    /// The actor may know of the account.
    Visible,
    /// The grant is active.
    Grant,
    /// The role in force there is enough.
    Authority,
    /// The certification is current.
    Certified,
    /// The role in force may touch the target.
    Target,
    /// What the account asks for is given.
    Rules,
}

impl Described for Step {
    const TYPE: &'static str = "AccessStep";
    const ABOUT: &'static str = "A step of a decision. The steps are checked in this order.";

    fn all() -> &'static [Self] {
        &[
            Self::SignedIn,
            Self::Role,
            Self::Hands,
            Self::Visible,
            Self::Grant,
            Self::Authority,
            Self::Certified,
            Self::Target,
            Self::Rules,
        ]
    }

    fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "SIGNED_IN",
            Self::Role => "ROLE",
            Self::Hands => "HANDS",
            Self::Visible => "VISIBLE",
            Self::Grant => "GRANT",
            Self::Authority => "AUTHORITY",
            Self::Certified => "CERTIFIED",
            Self::Target => "TARGET",
            Self::Rules => "RULES",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::SignedIn => "Somebody is signed in.",
            Self::Role => {
                "Some role of the actor is enough for this operation in some account, whichever is named. The named account is looked at in a later step."
            }
            Self::Hands => {
                "The actor's sign-in is its own: no delegate of a partner might hold it. If one might, it is enough that the grant is active and a delegate could do the same. An actor who has just chosen a password by a link that no admin of its own organization had sent can only hold, lower and end grants for some time."
            }
            Self::Visible => "The actor may know of the account.",
            Self::Grant => "If the act would rest on a grant, that grant is active.",
            Self::Authority => {
                "In this account, the actor's own admin role is enough, or the lesser of its delegated role and the grant's cap is."
            }
            Self::Certified => "If the kind needs it, the account's own certification is current.",
            Self::Target => "The role in force may touch the target.",
            Self::Rules => {
                "The ticket and the note that the account requires from delegates are given."
            }
        }
    }
}
