//! What the catalogue says of a kind, in named parts. Each arm of the catalogue begins with who may do it, and adds
//! what differs from the defaults.

use entity::states::AdminRole;

use super::{
    Concern, Consent, Delegation, Dismissal, Gives, Proof, Requirement, Secret, SignIn, TargetRule,
    Tells,
};

/// An arm of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Stable name in the record and in events.
    pub stable: &'static str,
    /// The sort of affair that it belongs to.
    pub concern: Concern,
    /// Who may do it.
    pub requirement: Requirement,
    /// Whether delegates may do it.
    pub delegation: Delegation,
    /// What it touches.
    pub target: TargetRule,
    /// True if the account itself must be certified.
    pub certified: bool,
    /// What it does to the sign-in of the user that it touches.
    pub sign_in: SignIn,
    /// Who is told of it by mail, besides those whom the operation itself tells.
    pub tells: Tells,
    /// How fresh the sign-in must be.
    pub proof: Proof,
    /// What it has to do with consent.
    pub consent: Consent,
    /// What it gives to the user that it touches.
    pub gives: Gives,
    /// What it undoes.
    pub undoes: Dismissal,
    /// True if it sets or confirms where the links of the user that it touches are sent.
    pub sets_contact: bool,
    /// True if the signed note of the record's end at its entry is kept, as it is for each act of consent.
    pub keeps_note: bool,
    /// True if a user may do it who has just recovered its sign-in: it only takes power away.
    pub left_to_recovered: bool,
    /// True if a user with a temporary password may do it.
    pub left_with_temporary_password: bool,
    /// False if `allowedOperations` does not list it: other fields show whether there is something to do.
    pub listed: bool,
    /// What it does: one sentence.
    pub about: &'static str,
}

const fn spec(
    stable: &'static str,
    concern: Concern,
    requirement: Requirement,
    about: &'static str,
) -> Spec {
    Spec {
        stable,
        concern,
        requirement,
        delegation: Delegation::OwnOnly,
        target: TargetRule::None,
        certified: false,
        sign_in: SignIn::Apart,
        tells: Tells::Nobody,
        proof: Proof::Session,
        consent: Consent::None,
        gives: Gives::Nothing,
        undoes: Dismissal::None,
        sets_contact: false,
        keeps_note: false,
        left_to_recovered: false,
        left_with_temporary_password: false,
        listed: true,
        about,
    }
}

/// A job of the server.
pub(super) const fn job(stable: &'static str, about: &'static str) -> Spec {
    spec(stable, Concern::System, Requirement::System, about)
}

/// An act of the platform, by an operator.
pub(super) const fn by_operator(stable: &'static str, about: &'static str) -> Spec {
    of_platform(stable, Requirement::Operator, about)
}

/// An act of the platform.
pub(super) const fn of_platform(
    stable: &'static str,
    who: Requirement,
    about: &'static str,
) -> Spec {
    spec(stable, Concern::Platform, who, about)
}

/// A partner's own affair.
pub(super) const fn of_partner(
    stable: &'static str,
    who: Requirement,
    about: &'static str,
) -> Spec {
    spec(stable, Concern::Partner, who, about)
}

/// A matter of a client's consent.
pub(super) const fn of_client(stable: &'static str, who: Requirement, about: &'static str) -> Spec {
    spec(stable, Concern::Client, who, about)
}

/// Administration of an account, by its own admins of at least this role, and by delegates whose role is evaluated as
/// such a role.
pub(super) const fn in_account(
    stable: &'static str,
    least: AdminRole,
    about: &'static str,
) -> Spec {
    Spec {
        delegation: Delegation::Delegable,
        ..spec(stable, Concern::Account, Requirement::Own(least), about)
    }
}

/// A user's own session or password, while it is signed in.
pub(super) const fn on_oneself(stable: &'static str, about: &'static str) -> Spec {
    spec(stable, Concern::Personal, Requirement::Myself, about)
}

/// An act of anyone who has the secret.
pub(super) const fn by_secret(stable: &'static str, secret: Secret, about: &'static str) -> Spec {
    spec(stable, Concern::Personal, Requirement::Anyone, about).on(TargetRule::Secret(secret))
}

impl Spec {
    /// The secret by which it is done; [`Secret::Link`] if none is needed.
    pub const fn secret(&self) -> Secret {
        match self.target {
            TargetRule::Secret(secret) => secret,
            _ => Secret::Link,
        }
    }

    /// No delegate may do it.
    pub(super) const fn own_only(mut self) -> Self {
        self.delegation = Delegation::OwnOnly;
        self
    }

    /// Device management: not supported for delegates.
    pub(super) const fn of_devices(mut self) -> Self {
        self.delegation = Delegation::NotSupported;
        self
    }

    /// What it touches. For a user, call [`Spec::on_user`], which also takes what becomes of the sign-in.
    pub(super) const fn on(mut self, target: TargetRule) -> Self {
        assert!(
            !target.is_user(),
            "what touches a user says what it does to the sign-in"
        );
        self.target = target;
        self
    }

    /// Which users it touches, and what it does to their sign-in.
    pub(super) const fn on_user(mut self, target: TargetRule, sign_in: SignIn) -> Self {
        assert!(target.is_user(), "it touches no user");
        self.target = target;
        self.sign_in = sign_in;
        self
    }

    /// What it does to the sign-in of a user who is not its target.
    pub(super) const fn sign_in(mut self, sign_in: SignIn) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// The account itself must be certified.
    pub(super) const fn certified(mut self) -> Self {
        self.certified = true;
        self
    }

    /// Who is told of it by mail, besides those whom the operation itself tells.
    pub(super) const fn tells(mut self, tells: Tells) -> Self {
        self.tells = tells;
        self
    }

    /// How fresh the sign-in must be.
    pub(super) const fn proof(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// What it has to do with consent.
    pub(super) const fn consent(mut self, consent: Consent) -> Self {
        self.consent = consent;
        self
    }

    /// What it gives to the user that it touches.
    pub(super) const fn gives(mut self, gives: Gives) -> Self {
        self.gives = gives;
        self
    }

    /// What it undoes.
    pub(super) const fn undoes(mut self, undoes: Dismissal) -> Self {
        self.undoes = undoes;
        self
    }

    /// It sets or confirms where the user's links are sent.
    pub(super) const fn sets_contact(mut self) -> Self {
        self.sets_contact = true;
        self
    }

    /// The signed note of the record's end at its entry is kept.
    pub(super) const fn keeps_note(mut self) -> Self {
        self.keeps_note = true;
        self
    }

    /// A user may do it who has just recovered its sign-in.
    pub(super) const fn left_to_recovered(mut self) -> Self {
        self.left_to_recovered = true;
        self
    }

    /// A user with a temporary password may do it.
    pub(super) const fn left_with_temporary_password(mut self) -> Self {
        self.left_with_temporary_password = true;
        self
    }

    /// `allowedOperations` does not list it.
    pub(super) const fn unlisted(mut self) -> Self {
        self.listed = false;
        self
    }
}
