//! The refusal path: every refusal of a signed-in user is recorded, in a transaction of its own.
//!
//! The entry goes into the account's record if the actor may see the account, otherwise into the record of the
//! actor's own organization. The statements are the same either way. The first refusal of an actor, kind,
//! reason, target and hour is an entry; repeats are counted. Refusals of callers who are not signed in are
//! logged.

use chrono::{DateTime, Utc};
use entity::states::AuthorityKind;

use super::operation::Envelope;
use crate::{
    app::App,
    db::{Lock, Locks},
    domain::{
        described::Described,
        kind::{OperationKind, TargetRule},
        policy::{self, Facts, Target},
        reason::{Denial, Reason},
        record::{InHands, Target as Touched, TargetRef},
        viewer::Actor,
        visibility::{self, Scope, View},
    },
    error::{Error, Result},
    store::{
        facts::{self, Subject as Named, Who},
        record::{self, Draft},
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
    let now = app.now();
    let seen = seen(actor, facts, &denial, now);
    let organization = seen.as_ref().map_or(actor.organization, Scope::account);
    let mut locks = Locks::default();
    locks.add(organization, Lock::Exclusive);
    let tx = app.db.begin(&locks).await?;
    let reason = denial.reason.name();
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
    let key = target.map(|target| target.uuid().to_string());
    let key = key.unwrap_or_default();
    let first = refusals::count(&tx, organization, actor.user, stable, reason, &key, now);
    let mut ends = Vec::new();
    if first.await? {
        let authority = if actor.organization == organization {
            policy::standing_of(kind, actor)
        } else {
            AuthorityKind::Delegated
        };
        let id = app.rng.id(now);
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
        ends = record::append(&tx, vec![draft], app).await?;
    }
    tx.commit().await?;
    app.anchors.committed(ends);
    app.live.wake(organization);
    Err(Error::Refused(denial))
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
