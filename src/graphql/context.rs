//! What belongs to one request: the caller, and loaders that are made for this request only.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{
    Context,
    dataloader::{DataLoader, HashMapCache},
};
use chrono::{DateTime, Utc};
use entity::ids::OrganizationId;

use crate::{
    app::App,
    domain::{
        reason::Reason,
        viewer::Actor,
        visibility::{self, PartnerScope, Scope},
    },
    error::{Error, Result},
    graphql::loader::Loader,
    operations::Envelope,
    store::{
        facts::{Known, Who},
        scopes::{self, Inside},
    },
    tally::Counter,
};

/// The sender of a request.
#[derive(Clone)]
pub enum Identity {
    /// No token was sent.
    Anonymous,
    /// A token was sent that is not valid.
    Invalid,
    /// A signed-in user.
    User {
        /// The user as the database knows it now, with the facts about what the request names first.
        known: Arc<Known>,
        /// When the token ends.
        until: DateTime<Utc>,
    },
}

/// A request's data.
pub struct Session {
    /// The application.
    pub app: App,
    /// The sender of the request.
    pub identity: Identity,
    /// The client's address.
    pub address: Option<String>,
    /// Loads what does not change within a request.
    pub loader: DataLoader<Loader, HashMapCache>,
    /// Whether a mutation has run: what the request found out about the caller when it began is enough for one.
    acted: AtomicBool,
    /// Loads what changes between the mutations of one request: nothing is kept.
    pub anew: DataLoader<Loader>,
}

impl Session {
    /// A request's data.
    pub fn new(app: App, identity: Identity, address: Option<String>) -> Self {
        let known = match &identity {
            Identity::User { known, .. } => Some(Arc::clone(known)),
            _ => None,
        };
        let loader = || Loader {
            app: app.clone(),
            known: known.clone(),
        };
        Self {
            loader: DataLoader::with_cache(loader(), tokio::spawn, HashMapCache::default()),
            anew: DataLoader::new(loader(), tokio::spawn),
            acted: AtomicBool::new(false),
            app,
            identity,
            address,
        }
    }
}

/// What resolvers ask of the context.
pub trait Ask {
    /// The request's data.
    fn session(&self) -> &Session;

    /// The application.
    fn app(&self) -> &App {
        &self.session().app
    }

    /// The viewer: the only way to one.
    ///
    /// # Errors
    /// When nobody is signed in.
    fn viewer(&self) -> Result<&Actor> {
        match &self.session().identity {
            Identity::User { known, .. } => Ok(&known.actor),
            Identity::Anonymous => Err(Error::Refused(Reason::NotSignedIn.into())),
            Identity::Invalid => Err(Error::Refused(Reason::TokenInvalid.into())),
        }
    }

    /// The caller of a query, as the request found it.
    fn asker(&self) -> Who {
        match &self.session().identity {
            Identity::User { known, .. } => Who::Known(Arc::clone(known)),
            _ => Who::Anonymous,
        }
    }

    /// The caller of a mutation, for the executor. An earlier one of the same request may have changed the caller, so
    /// that after the first the caller is read anew.
    fn who(&self) -> Who {
        let asker = self.asker();
        if self.session().acted.swap(true, Ordering::Relaxed) {
            asker.anew()
        } else {
            asker
        }
    }

    /// The envelope of an operation.
    ///
    /// # Errors
    /// When one of its texts is not acceptable.
    fn envelope(
        &self,
        ticket: Option<&str>,
        note: Option<&str>,
        idempotency_key: Option<String>,
    ) -> Result<Envelope> {
        let envelope = Envelope::parse(ticket, note, idempotency_key)?;
        Ok(Envelope {
            address: self.session().address.clone(),
            ..envelope
        })
    }

    /// What the viewer may read of an organization; `None` when it does not exist for it.
    fn scope(
        &self,
        account: OrganizationId,
    ) -> impl Future<Output = Result<Option<Arc<Scope>>>> + Send
    where
        Self: Sync,
    {
        async move {
            let scope = scopes::of(self.app(), self.viewer()?, account).await?;
            Ok(scope.map(Arc::new))
        }
    }

    /// What the viewer may read of the account that a thing is in; `None` when either does not exist for it.
    fn scope_around(&self, thing: Inside) -> impl Future<Output = Result<Option<Arc<Scope>>>> + Send
    where
        Self: Sync,
    {
        async move {
            let scope = scopes::around(self.app(), self.viewer()?, thing).await?;
            Ok(scope.map(Arc::new))
        }
    }

    /// What the viewer may read of its own organization.
    ///
    /// # Errors
    /// When nobody is signed in.
    fn own(&self) -> Result<Scope> {
        Ok(visibility::own(self.viewer()?))
    }

    /// Counts people of a client whom a delegate is shown, for the client's record.
    ///
    /// # Errors
    /// When nobody is signed in.
    fn shown(&self, account: OrganizationId, number: usize) -> Result<()> {
        let (actor, app) = (self.viewer()?, self.app());
        if actor.organization != account {
            let counted = Counter::PeopleRead;
            app.tally
                .count(account, actor.user, counted, number, app.now());
        }
        Ok(())
    }

    /// The viewer's right to list its partner's clients, offers and grants.
    ///
    /// # Errors
    /// When nobody is signed in.
    fn partner_scope(&self) -> Result<Option<PartnerScope>> {
        Ok(visibility::partner(self.viewer()?))
    }
}

impl Ask for Context<'_> {
    #[expect(clippy::expect_used, reason = "the handler puts it into every request")]
    fn session(&self) -> &Session {
        self.data::<Session>()
            .expect("a request without its session")
    }
}
