//! Whether an organization may offer delegated administration now.

use crate::domain::described::Described;

/// A certification's state. Without a current one: no new offer, no acceptance, every grant held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certification {
    /// Never certified.
    None,
    /// Certified.
    Current,
    /// Certified once, suspended now.
    Suspended,
}

impl Certification {
    /// True when offers can be made and grants can be used.
    pub fn is_current(self) -> bool {
        self == Self::Current
    }
}

impl Described for Certification {
    const TYPE: &'static str = "CertificationState";
    const ABOUT: &'static str = "Whether an organization may offer delegated administration.";

    fn all() -> &'static [Self] {
        &[Self::None, Self::Current, Self::Suspended]
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Current => "CURRENT",
            Self::Suspended => "SUSPENDED",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::None => "Never certified.",
            Self::Current => "Certified: it can make offers, and its grants can be used.",
            Self::Suspended => "Suspended by the platform: every grant under it is held.",
        }
    }
}
