//! What a decision rests on, as the database holds it.

use chrono::{DateTime, Utc};
use entity::{
    ids::{DeviceId, DomainId, OfferId, OrganizationId, ServiceId, UserId},
    states::{AdminRole, DelegatedRole},
};

use crate::domain::{
    certification::Certification, grant::GrantFacts, hands::Hands, role::RoleSet, rules::Rules,
    viewer::Caller,
};

/// The account that an operation names, as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    /// The organization.
    pub id: OrganizationId,
    /// True for the platform.
    pub platform: bool,
    pub certification: Certification,
    /// Its name, for mails and the record.
    pub name: String,
    pub initial_domain: String,
    /// The domain that users are added at.
    pub default_domain: String,
    /// Its rules for those who act in it.
    pub rules: Rules,
}

impl AccountFacts {
    /// An account of which only the id is known.
    pub fn bare(id: OrganizationId) -> Self {
        Self {
            id,
            platform: false,
            certification: Certification::None,
            name: String::new(),
            initial_domain: String::new(),
            default_domain: String::new(),
            rules: Rules::default(),
        }
    }
}

/// A user that an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserTarget {
    /// The user.
    pub id: UserId,
    pub organization: OrganizationId,
    /// Its admin roles.
    pub roles: RoleSet,
    /// Those of `roles` that its organization itself gave.
    pub appointed: RoleSet,
    /// Roles that wait until it is in nobody's hands: for the question who may touch it, they count as held.
    pub awaited: RoleSet,
    pub delegated_role: Option<DelegatedRole>,
    /// Whether it has enrolled.
    pub enrolled: bool,
    /// Whether its contact is verified.
    pub contact_verified: bool,
    /// Whether an admin of the account's own, in nobody's hands, set or confirmed its contact.
    pub contact_own: bool,
    /// In whose hands it is.
    pub hands: Hands,
    /// Whether its password is temporary, and was shown under a grant that is not active now: it does not work.
    pub secret_asleep: bool,
    /// Whether sign-in is blocked.
    pub blocked: bool,
    /// Whether an admin of the account's own blocked it.
    pub blocked_by_own: bool,
    /// Whether it is deleted, and can be restored.
    pub deleted: bool,
    /// Whether an admin of the account's own deleted it.
    pub deleted_by_own: bool,
    /// Its display name, for the record.
    pub name: String,
    /// Its sign-in name, for the record.
    pub sign_in_name: String,
}

impl UserTarget {
    /// Whether links to its contact do not work: someone whose grant is not active may read the contact, and
    /// none of the account's own admins has set or confirmed it since.
    pub fn contact_asleep(&self) -> bool {
        !self.contact_own && self.hands.contact_asleep()
    }

    /// The roles that its organization itself gave, including those that wait.
    pub fn given_by_own(&self) -> RoleSet {
        self.appointed.union(self.awaited)
    }

    /// Whether it is guarded: it may consent for its account, or act in the account's clients. Delegates, and
    /// admins whom delegates appointed, then cannot obtain or change its sign-in.
    pub fn is_guarded(&self) -> bool {
        self.given_by_own().contains(AdminRole::GlobalAdmin) || self.delegated_role.is_some()
    }
}

/// A device that an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceTarget {
    /// The device.
    pub id: DeviceId,
    pub organization: OrganizationId,
    /// Its name, for the record.
    pub name: String,
    /// Whether it is retired already.
    pub retired: bool,
    /// Whether it was asked to erase itself already.
    pub wiped: bool,
}

/// A domain name that an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainTarget {
    /// The domain.
    pub id: DomainId,
    pub organization: OrganizationId,
    /// The name, in A-labels.
    pub name: String,
    /// Whether it is the initial one.
    pub initial: bool,
    /// Whether it is verified.
    pub verified: bool,
    /// The text that proves it.
    pub proof: String,
}

/// A client that a partner's operation on its own affairs touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientTarget {
    /// The client.
    pub id: OrganizationId,
    /// Its latest grant to the partner.
    pub grant: Option<GrantFacts>,
    /// Whether it ever answered an offer of the partner.
    pub responded: bool,
}

/// A service that an operation turns on or off for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTarget {
    /// The service.
    pub id: ServiceId,
    /// Whether delegates may administer it.
    pub delegable: bool,
}

/// An offer that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTarget {
    /// The offer.
    pub id: OfferId,
    /// The organization that made it.
    pub partner: OrganizationId,
    /// The maker's certification.
    pub certification: Certification,
    /// Whether its maker withdrew it.
    pub withdrawn: bool,
    /// Until when it can be answered.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// No particular thing: the question is a general one.
    Unspecified,
    /// There is none by the id given.
    Missing,
    User(UserTarget),
    Device(DeviceTarget),
    /// A domain name.
    Domain(DomainTarget),
    Client(ClientTarget),
    Offer(OfferTarget),
}

/// What came with a request, as far as it matters for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    pub ticket: bool,
    pub note: bool,
    /// Whether the caller asks to be shown a password of the target.
    pub shown_secret: bool,
    /// Whether the caller asks to change a name of the target: its display name, given name or surname.
    pub names: bool,
    /// Whether the caller asks to end the sign-ins of chosen users of the account.
    pub ends_sign_ins: bool,
    /// Whether the caller asks that a role waits until the target is in nobody's hands.
    pub waits: bool,
    /// Whether the caller asks to give a role that can consent for the account.
    pub gives_consent: bool,
    /// Whether the act is to be done now; false for a mere question.
    pub acts: bool,
}

impl Default for RequestFacts {
    /// For a general question: whatever the account may require is given.
    fn default() -> Self {
        Self {
            ticket: true,
            note: true,
            shown_secret: false,
            names: false,
            ends_sign_ins: false,
            waits: false,
            gives_consent: false,
            acts: false,
        }
    }
}

/// Everything that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The caller.
    pub caller: Caller,
    /// The account; `None` if there is none with the id given.
    pub account: Option<AccountFacts>,
    /// The grant between the caller's organization and the account; if the operation names a grant, that one.
    pub grant: Option<GrantFacts>,
    /// Whether the account ever answered an offer of the caller's organization.
    pub responded: bool,
    /// Whether the caller's contact belongs to the partner concerned: the one that made the named offer, or has
    /// the named grant, or in whose hands the named user is. It belongs to that partner if it is at a domain
    /// name that the partner proved, or is an address of one of its users.
    pub contact_of_partner: bool,
    /// Whether the link of the named recovery was redeemed.
    pub let_in: bool,
    /// What it touches.
    pub target: Target,
    /// The service that it turns on or off.
    pub service: Option<ServiceTarget>,
    /// What came with it.
    pub request: RequestFacts,
}

impl Facts {
    /// What is known of a caller who has named nothing yet.
    pub fn of(caller: Caller) -> Self {
        Self {
            caller,
            account: None,
            grant: None,
            responded: false,
            contact_of_partner: false,
            let_in: false,
            target: Target::Unspecified,
            service: None,
            request: RequestFacts::default(),
        }
    }

    /// The partners on whose grants, people and certifications a decision rests.
    pub fn partners(&self) -> Vec<OrganizationId> {
        let actor = self.caller.actor();
        let given = actor.into_iter().flat_map(|actor| &actor.given);
        let mut partners: Vec<_> = given.map(|given| given.cause.partner).collect();
        let mut hands: Vec<&Hands> = actor.iter().map(|actor| &actor.hands).collect();
        match &self.target {
            Target::User(user) => hands.push(&user.hands),
            Target::Offer(offer) => partners.push(offer.partner),
            _ => {}
        }
        let hands = hands.into_iter().flat_map(Hands::causes);
        partners.extend(hands.map(|cause| cause.partner));
        partners.extend(self.grant.as_ref().map(|grant| grant.partner));
        partners
    }
}
