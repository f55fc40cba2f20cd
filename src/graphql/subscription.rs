//! The root of live subscriptions: entries of a record as they are recorded.
//!
//! A subscriber waits for the account's record to grow, and is then sent what its scope of that moment shows:
//! the user, its roles and the grant are read again each time.

use std::{sync::Arc, time::Duration};

use async_graphql::{Context, ID, Result, Subscription};
use entity::{ids::OrganizationId, operation};
use futures_util::{Stream, stream};
use tokio::time::MissedTickBehavior;

use super::{
    context::{Ask, Identity},
    filter::OperationFilter,
    guard::SignedIn,
    object,
};
use crate::{
    app::App,
    domain::{reason::Reason, viewer::Actor, visibility::Scope},
    error::{Error, Result as AppResult},
    graphql::id,
    live::Place,
    store::{
        record::{
            self,
            search::{self, Filter},
        },
        scopes, viewer,
    },
};

/// How many entries are read at once.
const STRETCH: u64 = 50;

/// How often the clock is looked at before the right to go on is decided again without any event.
const LOOKS: u32 = 30;

/// The root of live subscriptions.
pub struct Subscription;

/// The root of live subscriptions.
#[Subscription]
impl Subscription {
    /// Entries of an account's record as they are recorded, as far as the viewer may see them then: all for a
    /// global admin whom the account itself appointed, the acts of the partner's own people for its delegates,
    /// only one's own acts for all others. It ends with an error when the viewer's token or session ends, and,
    /// for a partner, when the grant ends or is held.
    #[graphql(guard = "SignedIn")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account: the viewer's own organization, or a client.")]
        account_id: ID,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<impl Stream<Item = Result<object::Operation>> + use<>> {
        let account = id::parse(&account_id, "accountId")?;
        let filter = OperationFilter::parse(ctx, filter).await?;
        let (app, actor) = (ctx.app().clone(), ctx.viewer()?.clone());
        let Identity::User { until, .. } = ctx.session().identity else {
            return Err(Error::Refused(Reason::NotSignedIn.into()).into());
        };
        let Some(place) = app.live.enter(account, actor.user) else {
            return Err(Error::Failed(Reason::TooManySubscriptions).into());
        };
        // The record of the viewer's own organization tells of its session, its roles and its certification.
        let home = app.live.listen(actor.organization);
        let mut watch = Watch {
            look: Duration::from_millis(app.config.live.look_millis.max(10)),
            app,
            actor,
            until,
            account,
            filter,
            home,
            place,
            expires: None,
            told: 0,
            pending: Vec::new(),
            over: false,
        };
        // What is recorded from now on.
        watch.scope().await?;
        let length = record::lengths(watch.app.db.read(), &[account]).await?;
        watch.told = length.first().map_or(0, |(_, length)| *length);
        Ok(stream::unfold(watch, |mut watch| async move {
            let next = watch.next().await?;
            Some((next.map_err(Into::into), watch))
        }))
    }
}

/// One live subscription.
struct Watch {
    app: App,
    actor: Actor,
    /// When the token ends.
    until: chrono::DateTime<chrono::Utc>,
    account: OrganizationId,
    filter: Filter,
    place: Place,
    home: Place,
    look: Duration,
    /// When the grant's term ends.
    expires: Option<chrono::DateTime<chrono::Utc>>,
    /// The last entry that was read.
    told: i64,
    /// Entries read and not told yet, the next one last.
    pending: Vec<operation::Model>,
    over: bool,
}

impl Watch {
    /// The next entry; an error is the last thing.
    async fn next(&mut self) -> Option<AppResult<object::Operation>> {
        if self.over {
            return None;
        }
        match self.wait().await {
            Ok(entry) => Some(Ok(object::Operation::new(entry))),
            Err(error) => {
                error.log();
                self.over = true;
                Some(Err(error))
            }
        }
    }

    async fn wait(&mut self) -> AppResult<operation::Model> {
        loop {
            // Decided again for each entry, before anything is told.
            let scope = self.scope().await?;
            if let Some(entry) = self.pending.pop() {
                if record::shows(&scope, &entry) {
                    return Ok(entry);
                }
                continue;
            }
            self.read(&scope).await?;
            if self.pending.is_empty() {
                self.idle().await;
            }
        }
    }

    /// Waits until something was recorded, a time limit is reached, or it is long since the last
    /// decision.
    async fn idle(&mut self) {
        let mut look = tokio::time::interval(self.look);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for _ in 0..LOOKS {
            tokio::select! {
                () = self.place.woken() => return,
                () = self.home.woken() => return,
                _ = look.tick() => {
                    let now = self.app.now();
                    if now >= self.until || self.expires.is_some_and(|expires| now >= expires) {
                        return;
                    }
                }
            }
        }
    }

    /// Reads what was recorded since.
    async fn read(&mut self, scope: &Scope) -> AppResult<()> {
        let db = self.app.db.read();
        let lengths = record::lengths(db, &[self.account]).await?;
        let length = lengths.first().map_or(0, |(_, length)| *length);
        if length <= self.told {
            return Ok(());
        }
        let (told, filter) = (self.told, &self.filter);
        let mut rows = search::stretch(db, scope, filter, told, length, STRETCH).await?;
        let full = rows.len() as u64 == STRETCH;
        self.told = match rows.last() {
            Some(last) if full => last.seq,
            _ => length,
        };
        rows.reverse();
        self.pending = rows;
        Ok(())
    }

    /// What the viewer may see of the account now.
    async fn scope(&mut self) -> AppResult<Arc<Scope>> {
        let now = self.app.now();
        let over = || Error::Refused(Reason::TokenInvalid.into());
        if now >= self.until {
            return Err(over());
        }
        let (session, user) = (self.actor.session, self.actor.user);
        self.actor = viewer::caller(&self.app.db, session, user, now)
            .await?
            .ok_or_else(over)?;
        let scope = scopes::of(&self.app, &self.actor, self.account).await?;
        let scope = scope.ok_or_else(Error::not_found)?;
        self.expires = scope.grant().map(|grant| grant.expires_at);
        // A partner's subscription goes on as long as its grant is there to rest on.
        if scope.is_client()
            && let Some(reason) = scope.grant().and_then(|grant| grant.state(now).refusal())
        {
            return Err(Error::Refused(reason.into()));
        }
        Ok(Arc::new(scope))
    }
}
