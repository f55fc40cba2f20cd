//! One transaction for a list of acts: all their organizations are locked, each act is decided and applied, and then
//! all entries, deliveries and idempotency keys are written at once.
//!
//! If an act fails on an expected precondition before it wrote anything, only this act fails. If it had written, or
//! the database failed, the whole list is [`Broken`] and the transaction is rolled back: the executor decides which
//! acts are tried again.

use chrono::{DateTime, Utc};
use entity::ids::{OperationId, OrganizationId, UserId};

use super::{
    any_operation::{AnyOperation, Prepared},
    effect::{Effect, Entry},
    entry, notice,
    operation::{Done, Envelope},
};
use crate::{
    app::App,
    db::{Lock, Locks, Trusted, Tx},
    domain::{
        policy::{self, Facts, Permit, RequestFacts},
        reason::{Denial, Reason},
    },
    error::{Error, Result},
    store::{
        act::Act,
        facts::{self, Who},
        idempotency::{self, Key},
        outbox,
        record::{self, Draft},
    },
};

/// An operation on its way.
pub(super) struct Pending {
    pub who: Who,
    pub envelope: Envelope,
    pub operation: Box<dyn AnyOperation>,
}

impl Pending {
    /// The facts about `who`, with what came with the request.
    pub async fn facts(&self, conn: &impl Trusted, who: &Who, now: DateTime<Utc>) -> Result<Facts> {
        let mut facts = facts::load(conn, who, &self.operation.subject(), now).await?;
        facts.request = RequestFacts {
            ticket: self.envelope.ticket.is_some(),
            note: self.envelope.note.is_some(),
            acts: true,
            ..self.operation.request()
        };
        Ok(facts)
    }
}

/// An operation that was let through once and prepared, with the facts and the permit of that first decision.
pub(super) struct Ready {
    pub pending: Pending,
    pub facts: Facts,
    pub permit: Permit,
    pub prepared: Prepared,
    pub locks: Locks,
}

/// How one act of a group ended.
pub(super) enum Ending {
    /// Committed.
    Done(Box<Done>),
    /// Committed, to protect the user or the session; the caller is refused.
    Replaced(Error),
    /// Refused by the decision that counts; it wrote nothing.
    Refused(Box<Facts>, Denial),
    /// It failed on a precondition before it wrote anything.
    Failed(Error),
    /// The organizations that it concerns changed in the meantime: these are the locks that it needs.
    Locks(Locks),
}

/// Why a group was rolled back.
pub(super) enum Broken {
    /// By the act at this place.
    By(usize, Error),
    /// Another request took the idempotency key of the act at this place in the meantime.
    KeyTaken(usize),
    /// While the entries of all were written.
    Writing(Error),
    /// The transaction was not begun, or as far as is known not committed.
    Whole(Error),
}

/// An act that was applied and waits for the commit.
struct Applied {
    draft: Option<Draft>,
    consent: bool,
    key: Option<Key>,
    effect: Effect,
    done: Done,
}

/// How an act went inside the transaction.
enum Outcome {
    Applied(Box<Applied>),
    Ended(Ending),
}

/// Carries out a list of acts in one transaction: an ending for each, in their order.
pub(super) async fn commit(app: &App, group: &[&Ready]) -> Result<Vec<Ending>, Broken> {
    let mut held = Locks::default();
    for ready in group {
        held.extend(&ready.locks);
    }
    let tx = app.db.begin(&held).await.map_err(Broken::Whole)?;
    let mut steps = Vec::with_capacity(group.len());
    for (place, ready) in group.iter().enumerate() {
        let before = tx.writes();
        steps.push(match apply(app, &tx, ready, &held).await {
            Ok(step) => step,
            Err(error) if tx.writes() > before || matches!(error, Error::Internal { .. }) => {
                return Err(Broken::By(place, error));
            }
            Err(error) => Outcome::Ended(Ending::Failed(error)),
        });
    }
    write(app, tx, &mut steps).await?;
    let ending = |step| match step {
        Outcome::Ended(ending) => ending,
        Outcome::Applied(act) => match act.effect.entry {
            Entry::Refusal(denial) => Ending::Replaced(denial.into()),
            _ => Ending::Done(Box::new(act.done)),
        },
    };
    Ok(steps.into_iter().map(ending).collect())
}

/// Writes what the acts leave, commits, and then wakes the worker and the subscribers who wait.
async fn write(app: &App, tx: Tx, steps: &mut [Outcome]) -> Result<(), Broken> {
    let now = app.now();
    let mut drafts = Vec::new();
    let mut deliveries = Vec::new();
    let (mut any, mut consent, mut revived) = (false, false, false);
    for (place, step) in steps.iter_mut().enumerate() {
        let Outcome::Applied(act) = step else {
            continue;
        };
        any = true;
        consent |= act.consent;
        revived |= act.effect.revived;
        drafts.extend(act.draft.take());
        deliveries.append(&mut act.effect.deliveries);
        if let (Some(key), Some(operation)) = (act.key.take(), act.done.operation) {
            match idempotency::insert(&tx, key, &act.done.ids, operation, now).await {
                Ok(true) => {}
                Ok(false) => return Err(Broken::KeyTaken(place)),
                Err(error) => return Err(Broken::By(place, error)),
            }
        }
    }
    if !any {
        return Ok(());
    }
    let due = revived || !deliveries.is_empty();
    let mut told: Vec<OrganizationId> =
        drafts.iter().map(|draft| draft.body.organization).collect();
    told.sort_unstable();
    told.dedup();
    let mut ends = Vec::new();
    if !drafts.is_empty() {
        ends = record::append(&tx, drafts, app)
            .await
            .map_err(Broken::Writing)?;
    }
    outbox::push(&tx, &app.rng, &deliveries, now)
        .await
        .map_err(Broken::Writing)?;
    tx.commit()
        .await
        .map_err(|error| Broken::Whole(error.into()))?;
    app.anchors.committed(ends);
    if consent {
        app.anchors.flush(app.now()).await;
    }
    for organization in told {
        app.live.wake(organization);
    }
    if due {
        app.wake.notify_one();
    }
    Ok(())
}

/// Decides and applies one act.
async fn apply(app: &App, tx: &Tx, ready: &Ready, held: &Locks) -> Result<Outcome> {
    let Ready {
        pending, prepared, ..
    } = ready;
    let kind = pending.operation.kind();
    let now = app.now();
    let facts = pending.facts(tx, &pending.who.anew(), now).await?;
    let needed = locks(&facts);
    if !held.cover(&needed) {
        return Ok(Outcome::Ended(Ending::Locks(needed)));
    }
    let permit = match policy::decide(kind, &facts, now) {
        Ok(permit) => permit,
        Err(denial) => return Ok(Outcome::Ended(Ending::Refused(Box::new(facts), denial))),
    };
    let key = key(app, pending, facts.caller.actor().map(|actor| actor.user))?;
    if let Some(key) = &key
        && let Some(done) = replay(tx, key, permit.account()).await?
    {
        return Ok(Outcome::Applied(Box::new(Applied {
            draft: None,
            consent: false,
            key: None,
            effect: Effect::default(),
            done,
        })));
    }
    let operation: OperationId = app.rng.id(now);
    let act = Act::new(tx, permit, facts, operation, now, app);
    let mut effect = pending.operation.apply(&act, &**prepared).await?;
    if matches!(effect.entry, Entry::New) {
        let notices = notice::notices(&act, &effect).await?;
        effect.deliveries.extend(notices);
    }
    let (told, entered) = match &effect.entry {
        Entry::New | Entry::Refusal(_) => (Some(operation), true),
        Entry::Earlier(earlier) => (Some(*earlier), false),
        Entry::None => (None, false),
    };
    let done = Done {
        operation: told,
        account: act.account(),
        ids: std::mem::take(&mut effect.ids),
        secret: effect.secret.take(),
        replayed: false,
    };
    let draft = entered.then(|| entry::draft(app, &act, &mut effect, &pending.envelope));
    Ok(Outcome::Applied(Box::new(Applied {
        consent: kind.is_consent(),
        draft,
        key,
        effect,
        done,
    })))
}

/// The idempotency key that came with the request, bound to what its caller sent; `None` without one, or if nobody is
/// signed in.
fn key(app: &App, pending: &Pending, actor: Option<UserId>) -> Result<Option<Key>> {
    let (Some(actor), Some(text)) = (actor, &pending.envelope.idempotency_key) else {
        return Ok(None);
    };
    let said = pending.operation.fingerprint()?;
    Ok(Some(Key {
        actor,
        kind: pending.operation.kind().spec().stable,
        text: text.clone(),
        input_mac: app.keys.input_mac(said.as_bytes()),
    }))
}

/// What was done under the key before; `None` for a new one.
///
/// # Errors
/// [`Reason::IdempotencyKeyReused`] when it was used for something else.
async fn replay(tx: &Tx, key: &Key, account: OrganizationId) -> Result<Option<Done>> {
    let Some(row) = idempotency::find(tx, key).await? else {
        return Ok(None);
    };
    if row.input_mac != key.input_mac {
        return Err(Error::Failed(Reason::IdempotencyKeyReused));
    }
    Ok(Some(Done {
        operation: Some(row.operation_id),
        account,
        ids: serde_json::from_str(&row.result)?,
        secret: None,
        replayed: true,
    }))
}

/// The organizations that an operation with these facts concerns.
pub(super) fn locks(facts: &Facts) -> Locks {
    let mut locks = Locks::default();
    if let Some(account) = &facts.account {
        locks.add(account.id, Lock::Exclusive);
    }
    if let Some(actor) = facts.caller.actor() {
        locks.add(actor.organization, Lock::Shared);
    }
    for partner in facts.partners() {
        locks.add(partner, Lock::Shared);
    }
    locks
}
