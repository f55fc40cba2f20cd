//! The refusal path: every refusal of a signed-in user is recorded, in a transaction after the one that was refused.
//!
//! The entry goes into the account's record if the actor may see the account, otherwise into the record of the
//! actor's own organization. The statements are the same either way. The first refusal of an actor, kind,
//! reason, target and hour is an entry; repeats are counted. Refusals of callers who are not signed in are
//! logged.

use chrono::{DateTime, Utc};
use entity::{ids::UserId, states::AuthorityKind};

use super::{lane, operation::Envelope};
use crate::{
    app::App,
    db::{Lock, Locks, Tx},
    domain::{
        described::Described,
        kind::{OperationKind, TargetRule},
        policy::{self, Facts, Target},
        reason::{Denial, Reason},
        record::{InHands, Moment, Target as Touched, TargetRef},
        viewer::Actor,
        visibility::{self, Scope, View},
    },
    error::{Error, Result},
    lanes::Turn,
    store::{
        facts::{self, Subject as Named, Who},
        record::Draft,
        refusals,
    },
};

/// Records the refusal, and returns it as the error that the caller gets.
///
/// # Errors
/// Always: the refusal, or what kept it from being recorded.
pub async fn refuse<T>(
    app: &App,
    kind: OperationKind,
    facts: &Facts,
    denial: Denial,
    envelope: &Envelope,
) -> Result<T> {
    let stable = kind.spec().stable;
    let Some(actor) = facts.caller.actor() else {
        tracing::info!(
            operation = stable,
            reason = denial.reason.name(),
            address = envelope.address.as_deref().unwrap_or("unknown"),
            "An anonymous request was refused."
        );
        return Err(denial.into());
    };
    let refusal = Refusal::of(app, kind, actor, facts, &denial, envelope);
    lane::count(app, refusal).await?;
    Err(Error::Refused(denial))
}

/// A refusal on its way into a record.
pub(super) struct Refusal {
    actor: UserId,
    /// What was to be touched; empty if the actor may not know of it.
    target: String,
    draft: Draft,
}

impl Refusal {
    fn of(
        app: &App,
        kind: OperationKind,
        actor: &Actor,
        facts: &Facts,
        denial: &Denial,
        envelope: &Envelope,
    ) -> Self {
        let now = app.now();
        let seen = seen(actor, facts, denial, now);
        let organization = seen.as_ref().map_or(actor.organization, Scope::account);
        // If the actor may not see the account, neither entry nor counter names the target: all such repeats share one
        // counter.
        let (target, name) = match &facts.target {
            _ if seen.is_none() => (None, None),
            Target::User(user) => (Some(Touched::User(user.id)), Some(user.name.clone())),
            Target::Device(device) => (Some(Touched::Device(device.id)), Some(device.name.clone())),
            Target::Domain(domain) => (Some(Touched::Domain(domain.id)), Some(domain.name.clone())),
            Target::Client(client) => (Some(Touched::Client(client.id)), None),
            Target::Offer(offer) => (Some(Touched::Offer(offer.id)), None),
            Target::Unspecified | Target::Missing => {
                let grant = facts.grant.as_ref();
                let grant = grant.filter(|_| kind.spec().target == TargetRule::Grant);
                (grant.map(|grant| Touched::Grant(grant.id)), None)
            }
        };
        let named = seen.is_some_and(|scope| scope.sees(View::Users));
        let authority = if actor.organization == organization {
            policy::standing_of(kind, actor)
        } else {
            AuthorityKind::Delegated
        };
        let (id, stable) = (app.rng.id(now), kind.spec().stable);
        let mut draft = Draft::new(app, id, organization, stable, now, authority);
        draft.by(actor);
        draft.refused(denial.reason);
        draft.texts.target_name = name.filter(|_| named);
        draft.texts.ticket = envelope.ticket.clone().map(Into::into);
        draft.texts.note = envelope.note.clone().map(Into::into);
        let grant = facts.grant.as_ref();
        let body = &mut draft.body;
        body.hands = InHands::all(&actor.hands.causes());
        body.grant = grant
            .filter(|grant| grant.client == organization)
            .map(|grant| grant.id)
            .or_else(|| actor.hands.causes().first().map(|cause| cause.grant));
        body.role = actor
            .delegated_role
            .filter(|_| actor.organization != organization)
            .map(|role| grant.map_or(role, |grant| role.min(grant.role_cap)));
        body.target = target.map(TargetRef::from);
        let target = target.map(|target| target.uuid().to_string());
        Self {
            actor: actor.user,
            target: target.unwrap_or_default(),
            draft,
        }
    }

    /// Whose turn it is.
    pub fn turn(&self) -> Turn {
        let asker = self.draft.body.actor_organization;
        Turn {
            account: self.draft.body.organization,
            asker: asker.unwrap_or(self.draft.body.organization),
            first: false,
        }
    }

    /// The organization whose record it is in.
    pub fn locks(&self) -> Locks {
        let mut locks = Locks::default();
        locks.add(self.draft.body.organization, Lock::Exclusive);
        locks
    }

    /// Counts it; the entry if it is the first of its hour.
    pub async fn count(&self, app: &App, tx: &Tx) -> Result<Option<Draft>> {
        let (now, body) = (app.now(), &self.draft.body);
        let reason = body.reason.as_deref().unwrap_or_default();
        let (organization, kind) = (body.organization, body.kind.as_str());
        let first = refusals::count(
            tx,
            organization,
            self.actor,
            kind,
            reason,
            &self.target,
            now,
        );
        if !first.await? {
            return Ok(None);
        }
        let mut draft = self.draft.clone();
        // It may have waited: the entries of a record are in the order of time.
        draft.body.id = app.rng.id(now);
        draft.body.at = Moment(now);
        Ok(Some(draft))
    }
}

/// Refuses before the account is known in full, as a guard does.
///
/// # Errors
/// Always: the refusal, or what kept it from being recorded.
pub async fn refuse_early<T>(
    app: &App,
    kind: OperationKind,
    who: &Who,
    subject: Named,
    denial: Denial,
    envelope: &Envelope,
) -> Result<T> {
    if let Some(user) = who.user() {
        app.limiters.operation(user)?;
    }
    let facts = facts::load(&app.db.server(), who, &subject, app.now()).await?;
    refuse(app, kind, &facts, denial, envelope).await
}

/// The actor's scope in the account whose record the refusal is then entered in; `None` if it may not see the
/// account, or is told that there is no such thing.
fn seen(actor: &Actor, facts: &Facts, denial: &Denial, now: DateTime<Utc>) -> Option<Scope> {
    let account = facts.account.as_ref()?.id;
    if denial.reason == Reason::NoSuchThing {
        return None;
    }
    visibility::scope(actor, account, facts.grant.as_ref(), facts.responded, now)
}
