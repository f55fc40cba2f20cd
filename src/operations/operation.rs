//! What an operation is, what it is given, and what it leaves.

use std::{collections::BTreeMap, future::Future};

use entity::{
    ids::{
        DeviceId, DomainId, GrantId, OfferId, OperationId, OrganizationId, OutboxId, PlanId,
        RecoveryId, ResponseId, ServiceId, SessionId, SubscriptionId, UserId,
    },
    recovery,
    states::AdminRole,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        delivery::Delivery,
        kind::OperationKind,
        policy::{Brought, DomainTarget, Facts, UserTarget},
        reason::{Denial, Reason},
        record::Subject as RecordSubject,
        values::{Message, Ticket, email::domain_of},
    },
    error::{Error, Result},
    store::{act::Act, ends::Ended, facts::Subject},
};

/// One act of a kind, with its input parsed. `Debug` is what an idempotency key is bound to, so it
/// shows every input but secrets.
pub trait Operation: std::fmt::Debug + Send + Sync + 'static {
    /// The kind.
    const KIND: OperationKind;

    /// What slow work gave.
    type Prepared: Send + Sync + 'static;

    /// What it names.
    fn subject(&self) -> Subject;

    /// What it wishes, as far as a decision rests on it.
    fn brought(&self) -> Brought {
        Brought::default()
    }

    /// What comes before everything: rate limits of secrets.
    fn admit(&self, _app: &App, _envelope: &Envelope) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Slow work, after a first decision and before any lock.
    fn prepare(
        &self,
        app: &App,
        facts: &Facts,
    ) -> impl Future<Output = Result<Self::Prepared>> + Send;

    /// The only specific step: writes what it changes. It may run more than once.
    fn apply(
        &self,
        act: &Act<'_>,
        prepared: &Self::Prepared,
    ) -> impl Future<Output = Result<Effect>> + Send;
}

/// The preparation of operations that have no slow work.
macro_rules! nothing_to_prepare {
    () => {
        type Prepared = ();

        async fn prepare(
            &self,
            _: &$crate::app::App,
            _: &$crate::domain::policy::Facts,
        ) -> $crate::error::Result<()> {
            Ok(())
        }
    };
}

pub(crate) use nothing_to_prepare;

/// What comes with every operation.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    /// The caller's ticket number.
    pub ticket: Option<Ticket>,
    /// The caller's reason.
    pub note: Option<Message>,
    /// Makes a repeated request safe.
    pub idempotency_key: Option<String>,
    /// The client's address, for rate limits.
    pub address: Option<String>,
}

impl Envelope {
    /// An envelope of texts as they were sent.
    ///
    /// # Errors
    /// When one of them is not acceptable.
    pub fn parse(
        ticket: Option<&str>,
        note: Option<&str>,
        idempotency_key: Option<String>,
    ) -> Result<Self> {
        let key = idempotency_key.as_deref();
        if key.is_some_and(|key| {
            let printable = key
                .bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' ');
            key.is_empty() || key.len() > 100 || !printable
        }) {
            return Err(Error::Input {
                field: "idempotencyKey",
                reason: Reason::InputInvalid,
                message: "An idempotency key has 1 to 100 printable ASCII characters.".to_owned(),
            });
        }
        Ok(Self {
            ticket: ticket
                .map(Ticket::try_from)
                .transpose()
                .map_err(|invalid| Error::input("ticket", invalid))?,
            note: note
                .map(Message::try_from)
                .transpose()
                .map_err(|invalid| Error::input("reason", invalid))?,
            idempotency_key,
            address: None,
        })
    }
}

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
    pub delivery: Option<OutboxId>,
}

/// What `apply` leaves for the executor to write.
#[derive(Debug, Default)]
pub struct Effect {
    /// Ids of what it made or changed.
    pub ids: Ids,
    /// What it touched, for the record.
    pub target: Option<RecordSubject>,
    /// The target's name, beside the record.
    pub target_name: Option<String>,
    /// What changed, redacted, for the record.
    pub changes: BTreeMap<String, String>,
    /// What is to be delivered.
    pub deliveries: Vec<Delivery>,
    /// Whether a delivery that was in the outbox before is due again.
    pub revived: bool,
    /// A secret to be shown once.
    pub secret: Option<SecretString>,
    /// Set when nothing was to be done: the entry that tells of the earlier act.
    pub earlier: Option<OperationId>,
    /// Set when what was written is a defence and the caller is refused all the same.
    pub refusal: Option<Denial>,
}

impl Effect {
    /// The name of the change that tells which roles waited for the act.
    pub const WAITED: &'static str = "roles_that_waited";

    /// An effect on a thing of this type.
    pub fn on(kind: &str, id: impl Into<Uuid>) -> Self {
        Self {
            target: Some(RecordSubject {
                kind: kind.to_owned(),
                id: id.into(),
            }),
            ..Self::default()
        }
    }

    /// No effect: there was nothing to be done, and nothing is recorded.
    pub fn nothing(operation: OperationId) -> Self {
        Self {
            earlier: Some(operation),
            ..Self::default()
        }
    }

    /// An effect on a user.
    pub fn on_user(user: &UserTarget) -> Self {
        Self::on("user", user.id).named(user.name.clone()).ids(Ids {
            user: Some(user.id),
            ..Ids::default()
        })
    }

    /// An effect on a domain name that stays.
    pub fn on_domain(domain: &DomainTarget) -> Self {
        Self::on("domain", domain.id)
            .change("name", domain.name.clone())
            .ids(Ids {
                domain: Some(domain.id),
                ..Ids::default()
            })
    }

    /// An effect on a recovery.
    pub fn on_recovery(row: &recovery::Model) -> Self {
        Self::on("recovery", row.id)
            .named(row.contact.clone())
            .change("user", row.user_id.to_string())
            .change("contact_domain", domain_of(&row.contact))
            .ids(Ids {
                recovery: Some(row.id),
                ..Ids::default()
            })
    }

    /// An effect on a grant.
    pub fn on_grant(grant: GrantId) -> Self {
        Self::on("grant", grant).ids(Ids {
            grant: Some(grant),
            ..Ids::default()
        })
    }

    /// An effect on a subscription.
    pub fn on_subscription(subscription: SubscriptionId) -> Self {
        Self::on("subscription", subscription).ids(Ids {
            subscription: Some(subscription),
            ..Ids::default()
        })
    }

    /// Adds ids.
    #[must_use]
    pub fn ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
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
    pub fn change(mut self, what: &str, to: impl Into<String>) -> Self {
        self.changes.insert(what.to_owned(), to.into());
        self
    }

    /// Adds a change where there is one.
    #[must_use]
    pub fn maybe(self, what: &str, to: Option<String>) -> Self {
        match to {
            Some(to) => self.change(what, to),
            None => self,
        }
    }

    /// Adds the roles that waited for this.
    #[must_use]
    pub fn came_true(self, roles: &[AdminRole]) -> Self {
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let given = (!names.is_empty()).then(|| names.join(", "));
        self.maybe(Self::WAITED, given)
    }

    /// Adds what ended with a grant, and the links that are to be sent.
    #[must_use]
    pub fn ended(mut self, ended: Ended) -> Self {
        for (what, to) in ended.changes() {
            self = self.change(what, to);
        }
        let links = ended.sent.into_iter();
        self.deliver(links.map(|(_, link)| Delivery::Link { link }))
    }

    /// Adds what ended with an earlier grant, where anything did.
    #[must_use]
    pub fn after(self, ended: Ended) -> Self {
        match ended == Ended::default() {
            true => self,
            false => self.ended(ended),
        }
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

/// What an operation is answered with.
#[derive(Debug)]
pub struct Done {
    /// The entry of the record.
    pub operation: OperationId,
    /// The account whose record it is in.
    pub account: OrganizationId,
    /// Ids of what it made or changed.
    pub ids: Ids,
    /// A secret, shown this once; null in a replay.
    pub secret: Option<SecretString>,
    /// Whether an idempotency key answered, and nothing was done again.
    pub replayed: bool,
}
