//! What an operation leaves for the executor to write, and for its payload to show.

use entity::{
    ids::{
        DeviceId, DomainId, GrantId, OfferId, OperationId, OrganizationId, OutboxId, PlanId,
        RecoveryId, ResponseId, SendingId, ServiceId, SessionId, SubscriptionId, UserId,
    },
    recovery,
    states::{AdminRole, LinkPurpose},
    user,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        delivery::Delivery,
        policy::{AccountFacts, DomainTarget, UserTarget},
        reason::Denial,
        record::{Changes, Key, Target},
        values::email::domain_of,
    },
    store::{ends::EndResult, responses::Counted},
};

/// Ids of what an operation made or changed: what its payload resolves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ids {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<DomainId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// A client of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<SubscriptionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoveryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sending: Option<SendingId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<OutboxId>,
}

/// What `apply` leaves for the executor to write.
#[derive(Debug, Default)]
pub struct Effect {
    /// Ids of what it made or changed.
    pub ids: Ids,
    /// What it touched, for the record.
    pub target: Option<Target>,
    /// The target's name, beside the record.
    pub target_name: Option<String>,
    /// What changed, redacted, for the record.
    pub changes: Changes,
    /// What is to be delivered.
    pub deliveries: Vec<Delivery>,
    /// Whether a delivery that was in the outbox already is due again.
    pub revived: bool,
    /// A secret to be shown once.
    pub secret: Option<SecretString>,
    /// The user as it is then, if the write gave it.
    pub user: Option<Box<user::Model>>,
    /// The entry of the record about it.
    pub entry: Entry,
    /// Organizations besides the account in whose records it is entered too.
    pub beside: Vec<OrganizationId>,
    /// What an answer changes of the counts of its offer.
    pub counted: Counted,
}

impl Effect {
    /// An effect on a thing.
    pub fn on(thing: impl Touched) -> Self {
        Self {
            target: Some(thing.target()),
            ids: thing.ids(),
            ..Self::default()
        }
    }

    /// An effect on a client of the account, which is a partner.
    pub fn on_client(client: OrganizationId) -> Self {
        Self {
            target: Some(Target::Client(client)),
            ids: Ids {
                client: Some(client),
                ..Ids::default()
            },
            ..Self::default()
        }
    }

    /// An effect on the account itself.
    pub fn on_account(account: &AccountFacts) -> Self {
        Self::on(account.id).named(account.name.clone())
    }

    /// Nothing was to be done, and nothing is recorded.
    pub fn nothing() -> Self {
        Self {
            entry: Entry::None,
            ..Self::default()
        }
    }

    /// Nothing was to be done, because an earlier act did it: `operation` is that act's entry.
    pub fn again(operation: OperationId, ids: Ids) -> Self {
        Self {
            entry: Entry::Earlier(operation),
            ids,
            ..Self::default()
        }
    }

    /// What was written protects the user or the session; the caller is refused.
    #[must_use]
    pub fn refused(mut self, denial: impl Into<Denial>) -> Self {
        self.entry = Entry::Refusal(denial.into());
        self
    }

    /// An effect on a user.
    pub fn on_user(user: &UserTarget) -> Self {
        Self::on(user.id).named(user.name.clone())
    }

    /// An effect on a domain name that stays.
    pub fn on_domain(domain: &DomainTarget) -> Self {
        Self::on(domain.id).change(Key::Name, domain.name.clone())
    }

    /// An effect on a recovery.
    pub fn on_recovery(row: &recovery::Model) -> Self {
        Self::on(row.id)
            .named(row.contact.clone())
            .change(Key::User, row.user_id.to_string())
            .change(Key::ContactDomain, domain_of(&row.contact))
    }

    /// Adds ids.
    #[must_use]
    pub fn ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
        self
    }

    /// Adds what changes of an offer's counts.
    #[must_use]
    pub fn counted(mut self, counted: Counted) -> Self {
        self.counted = counted;
        self
    }

    /// Adds the target's name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.target_name = Some(name.into());
        self
    }

    /// Adds a change.
    #[must_use]
    pub fn change(mut self, key: Key, to: impl Into<String>) -> Self {
        self.changes.insert(key, to);
        self
    }

    /// Adds a change, if there is one.
    #[must_use]
    pub fn maybe(self, key: Key, to: Option<String>) -> Self {
        match to {
            Some(to) => self.change(key, to),
            None => self,
        }
    }

    /// Adds the roles that had waited and are given now.
    #[must_use]
    pub fn came_true(self, roles: &[AdminRole]) -> Self {
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let given = (!names.is_empty()).then(|| names.join(", "));
        self.maybe(Key::RolesThatWaited, given)
    }

    /// Adds what ended with a grant, and the links that are to be sent.
    #[must_use]
    pub fn ended(mut self, ended: EndResult) -> Self {
        for (key, to) in ended.changes() {
            self = self.change(key, to);
        }
        let links = ended.sent.into_iter();
        self.deliver(links.map(|(_, link)| Delivery::link(link, LinkPurpose::Reset)))
    }

    /// Adds what ended with an earlier grant, where anything did.
    #[must_use]
    pub fn after(self, ended: EndResult) -> Self {
        match ended == EndResult::default() {
            true => self,
            false => self.ended(ended),
        }
    }

    /// Enters it in the record of this organization too.
    #[must_use]
    pub fn beside(mut self, organization: OrganizationId) -> Self {
        self.beside.push(organization);
        self
    }

    /// Adds deliveries.
    #[must_use]
    pub fn deliver(mut self, deliveries: impl IntoIterator<Item = Delivery>) -> Self {
        self.deliveries.extend(deliveries);
        self
    }

    /// Adds a secret to be shown once.
    #[must_use]
    pub fn secret(mut self, secret: SecretString) -> Self {
        self.secret = Some(secret);
        self
    }
}

/// The entry of the record about what was done.
#[derive(Debug, Default)]
pub enum Entry {
    /// A new one.
    #[default]
    New,
    /// A new one, of a refusal: what was written protects the user or the session, and the caller is refused.
    Refusal(Denial),
    /// The entry of an earlier act: nothing was to be done.
    Earlier(OperationId),
    /// None: nothing was to be done, and nothing ever was.
    None,
}

/// An id of a thing that an operation may touch.
pub trait Touched: Copy {
    /// The thing, for the record.
    fn target(self) -> Target;
    /// The thing, for the payload.
    fn ids(self) -> Ids;
}

macro_rules! touched {
    ($($id:ident: $variant:ident, $field:ident;)+) => {
        $(impl Touched for $id {
            fn target(self) -> Target {
                Target::$variant(self)
            }

            fn ids(self) -> Ids {
                Ids { $field: Some(self), ..Ids::default() }
            }
        })+
    };
}

touched! {
    OrganizationId: Organization, organization;
    UserId: User, user;
    OfferId: Offer, offer;
    SendingId: Sending, sending;
    GrantId: Grant, grant;
    DomainId: Domain, domain;
    DeviceId: Device, device;
    ServiceId: Service, service;
    PlanId: Plan, plan;
    SubscriptionId: Subscription, subscription;
    RecoveryId: Recovery, recovery;
    OutboxId: Delivery, delivery;
}
