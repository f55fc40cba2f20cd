//! The trait of an operation, what it is given, and what it leaves.

use std::future::Future;

use entity::{
    ids::{OperationId, OrganizationId},
    operation, user,
};
use secrecy::SecretString;
use serde::Serialize;

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{Facts, RequestFacts},
        reason::Reason,
        values::{Message, Ticket},
    },
    error::{Error, Result},
    operations::effect::{Effect, Ids},
    store::{act::Act, facts::Subject},
};

/// One act of a kind, with its parsed input: only what the caller sent, and no setting. It is serialized for an
/// idempotency key, which is bound to it, and so without secrets.
pub trait Operation: Serialize + Send + Sync + 'static {
    /// The kind.
    const KIND: OperationKind;

    /// The result of slow work.
    type Prepared: Send + Sync + 'static;

    /// The account, and the thing in it, that it names.
    fn subject(&self) -> Subject;

    /// What it asks for, as far as the decision depends on it.
    fn request(&self) -> RequestFacts {
        RequestFacts::default()
    }

    /// What is checked before everything else: the rate limits of attempts with secrets.
    fn admit(&self, _app: &App, _envelope: &Envelope) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Slow work, after a first decision and before any lock.
    fn prepare(
        &self,
        app: &App,
        facts: &Facts,
    ) -> impl Future<Output = Result<Self::Prepared>> + Send;

    /// The only step that differs from kind to kind: writes what the operation changes. It may run more than once.
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
    /// The caller's note: why, in its own words.
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
                .map_err(|invalid| Error::input("note", invalid))?,
            idempotency_key,
            address: None,
        })
    }
}

/// What an operation is answered with.
#[derive(Debug)]
pub struct Done {
    /// The entry of the record about it; `None` if there was nothing to be done.
    pub operation: Option<OperationId>,
    /// That entry, if it was made now.
    pub entry: Option<operation::Model>,
    /// The user as the act left it, if the write gave it.
    pub user: Option<Box<user::Model>>,
    /// The facts that it rested on, if it changed none of them.
    pub seen: Option<Facts>,
    /// The account whose record it is in.
    pub account: OrganizationId,
    /// Ids of what it made or changed.
    pub ids: Ids,
    /// A secret, which is shown only this once; `None` in a replay.
    pub secret: Option<SecretString>,
    /// Whether this answers a repeated request with a known idempotency key: nothing was done again.
    pub replayed: bool,
}
