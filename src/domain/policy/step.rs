//! The steps of a decision, in the order in which they refuse.

use crate::domain::described::Described;

/// A step of a decision. Those that a kind has no need of are passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Somebody is signed in.
    SignedIn,
    /// There could be an account in which the actor may do it.
    Role,
    /// The actor is in nobody's hands, or they leave it what it asks for.
    Hands,
    /// The actor may know of the account.
    Visible,
    /// The grant stands.
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
    const ABOUT: &'static str = "A step of a decision, in the order in which they refuse.";

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
                "Whatever account is named: the actor's own or delegated role could be enough, and the kind is not closed to it."
            }
            Self::Hands => {
                "No partner's delegate may hold the actor's sign-in; or, where one may, its grant is active and a delegate could do the same. And who chose its password by a link of others has waited before it consents."
            }
            Self::Visible => "The account is one that the actor may know of.",
            Self::Grant => "The grant that the act would rest on is active.",
            Self::Authority => {
                "In this account: the own role, or the lesser of the delegated role and the grant's cap, is enough."
            }
            Self::Certified => "The account's certification is current, where the kind needs one.",
            Self::Target => "The role in force may touch the target.",
            Self::Rules => {
                "The ticket and the reason that the account asks delegates for are given."
            }
        }
    }
}
