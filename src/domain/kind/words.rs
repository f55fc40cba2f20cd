//! Who may do what, in words: for the schema and for refusals.

use super::{Delegation, OperationKind, Proof, Requirement};

impl OperationKind {
    /// Who may do it, and whether a fresh sign-in is needed, for the schema.
    pub fn least(self) -> String {
        let who = self.who();
        match self.spec().proof {
            Proof::Session => who,
            Proof::Fresh => format!("{who} Needs a fresh sign-in, or `confirmPassword`."),
            Proof::FreshForConsent => {
                format!("{who} For GLOBAL_ADMIN it needs a fresh sign-in, or `confirmPassword`.")
            }
        }
    }

    fn who(self) -> String {
        let spec = self.spec();
        let own = spec.requirement.in_words();
        match spec.delegation {
            Delegation::Delegable => match self.least_delegated() {
                Some(least) => format!("Least role: {own}, or {} under a grant.", least.as_str()),
                None => format!("Least role: {own}."),
            },
            Delegation::NotSupported => format!("Least role: {own}; not supported for delegates."),
            Delegation::OwnOnly => match spec.requirement {
                Requirement::Anyone | Requirement::Myself | Requirement::System => {
                    format!("For {own}.")
                }
                // In an account of its own partner, or in a client's as the partner's own affair.
                requirement if requirement.names_delegates() => format!("Least role: {own}."),
                _ => format!("Least role: {own}; never a delegate."),
            },
        }
    }
}

impl Requirement {
    /// Whether it is a delegated role that is required, or one of several.
    pub fn names_delegates(self) -> bool {
        match self {
            Self::HoldsDelegatedRole | Self::DelegateOf(_) => true,
            Self::AnyOf(any) => any.iter().any(|one| one.names_delegates()),
            _ => false,
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Own(role) => format!("{} of the account", role.as_str()),
            Self::HoldsDelegatedRole => "any delegated role".to_owned(),
            Self::PartnerOf(role) => format!("{} of the partner", role.as_str()),
            Self::DelegateOf(role) => format!("{} of the partner", role.as_str()),
            Self::AnyOf(any) => any
                .iter()
                .map(|one| one.in_words())
                .collect::<Vec<_>>()
                .join(" or "),
            Self::Myself => "any signed-in user".to_owned(),
            Self::Anyone => "anyone with the secret".to_owned(),
            Self::System => "the server itself".to_owned(),
        }
    }
}
