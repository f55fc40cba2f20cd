//! The executor: every mutation, page and job goes through it, and nothing else opens a transaction
//! on behalf of an operation.
//!
//! Facts and a first decision without any lock; slow work; then, with the organizations concerned
//! locked, facts and the decision that counts; the writes; the record, the outbox, the commit.
//! Acts share a transaction: the second half works on a list.

use chrono::{DateTime, Utc};
use entity::ids::{OperationId, OrganizationId, UserId};
use tracing::Instrument;

use super::{
    effect::{Effect, Entry},
    entry, notice,
    operation::{Done, Envelope, Operation},
    refuse,
};
use crate::{
    app::App,
    db::{self, Connection, Lock, Locks, Tx},
    domain::{
        policy::{self, Brought, Facts, Permit},
        reason::{Denial, Reason},
    },
    error::{Error, Result},
    operations::any_operation::{AnyOperation, Prepared},
    store::{
        act::Act,
        facts::{self, Who},
        idempotency, outbox,
        record::{self, Draft},
    },
};

/// How often a transaction is tried when the database says that trying again may help.
const ATTEMPTS: u32 = 3;

/// Runs an operation for `who`. It goes on when the caller hangs up, so that no transaction is
/// left open.
///
/// # Errors
/// As the policy, the operation and the database say.
pub async fn run(
    app: &App,
    who: Who,
    envelope: Envelope,
    operation: impl Operation,
) -> Result<Done> {
    let app = app.clone();
    let pending = Pending {
        who,
        envelope,
        operation: Box::new(operation),
    };
    let task = async move { execute(&app, pending).await };
    tokio::spawn(task.in_current_span())
        .await
        .map_err(Error::internal)?
}

/// An operation on its way.
struct Pending {
    who: Who,
    envelope: Envelope,
    operation: Box<dyn AnyOperation>,
}

/// An operation that was let through once and prepared.
struct Ready {
    pending: Pending,
    prepared: Prepared,
    locks: Locks,
}

async fn execute(app: &App, pending: Pending) -> Result<Done> {
    let kind = pending.operation.kind();
    if let Who::Session(_, user) = pending.who {
        app.limiters.operation(user)?;
    }
    pending.operation.admit(app, &pending.envelope).await?;
    let now = app.now();
    let facts = load(app.db.read(), &pending, now).await?;
    let permit = match policy::decide(kind, &facts, now) {
        Ok(permit) => permit,
        Err(denial) => return refuse::refuse(app, kind, &facts, denial, &pending.envelope).await,
    };
    let prepared = match pending.operation.prepare(app, &facts).await {
        Err(error) => return fail(app, &permit, &facts, error, &pending).await,
        Ok(prepared) => prepared,
    };
    let mut ready = Ready {
        pending,
        prepared,
        locks: locks(&facts),
    };
    for attempt in 1.. {
        let group = [&ready];
        let ending = match commit(app, &group).await {
            Ok(mut endings) => endings
                .pop()
                .ok_or_else(|| Error::internal(anyhow::anyhow!("the group gave no ending")))?,
            Err(error) if attempt < ATTEMPTS && db::is_transient(&error) => continue,
            Err(error) => return fail(app, &permit, &facts, error, &ready.pending).await,
        };
        match ending {
            Ending::Done(done) => return Ok(*done),
            Ending::Replaced(denial) => return Err(denial),
            Ending::Refused(facts, denial) => {
                return refuse::refuse(app, kind, &facts, denial, &ready.pending.envelope).await;
            }
            Ending::KeyTaken if attempt < ATTEMPTS => {}
            Ending::Locks(locks) if attempt < ATTEMPTS => ready.locks = locks,
            Ending::KeyTaken | Ending::Locks(_) => break,
        }
    }
    Err(Error::Overloaded)
}

/// A permitted act that failed on a precondition, such as a name that is taken: recorded where the act would have
/// rested on a grant, so that the client sees every attempt.
async fn fail(
    app: &App,
    permit: &Permit,
    facts: &Facts,
    error: Error,
    pending: &Pending,
) -> Result<Done> {
    let reason = match error {
        Error::Failed(reason) => reason,
        // A value that nobody could take is no attempt at anything.
        Error::Input { reason, .. } if reason != Reason::InputInvalid => reason,
        _ => return Err(error),
    };
    if permit.causes().is_empty() || reason == Reason::RecordNotTrusted {
        return Err(error);
    }
    match refuse::refuse(app, permit.kind(), facts, reason.into(), &pending.envelope).await {
        Err(Error::Refused(_)) => Err(error),
        other => other,
    }
}

/// The facts, with what came with the request.
async fn load(conn: &impl Connection, pending: &Pending, now: DateTime<Utc>) -> Result<Facts> {
    let mut facts = facts::load(conn, pending.who, &pending.operation.subject(), now).await?;
    facts.brought = Brought {
        ticket: pending.envelope.ticket.is_some(),
        note: pending.envelope.note.is_some(),
        acts: true,
        ..pending.operation.brought()
    };
    Ok(facts)
}

/// The organizations that an operation with these facts concerns.
fn locks(facts: &Facts) -> Locks {
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

/// How one act of a group ended.
enum Ending {
    /// Committed.
    Done(Box<Done>),
    /// Committed as a defence; the caller is refused.
    Replaced(Error),
    /// Refused by the decision that counts; it wrote nothing.
    Refused(Box<Facts>, Denial),
    /// Another request took the idempotency key meanwhile.
    KeyTaken,
    /// What it concerns changed meanwhile.
    Locks(Locks),
}

/// An act that was applied and waits for the commit.
struct Applied {
    draft: Option<Draft>,
    consent: bool,
    key: Option<(UserId, &'static str, String)>,
    effect: Effect,
    done: Done,
}

/// Carries out a list of acts in one transaction: all their organizations locked in order,
/// each decided and applied, then all entries, deliveries and keys written at once.
async fn commit(app: &App, group: &[&Ready]) -> Result<Vec<Ending>> {
    let mut held = Locks::default();
    for ready in group {
        held.extend(&ready.locks);
    }
    let tx = app.db.begin(&held).await?;
    let mut endings = Vec::with_capacity(group.len());
    let mut applied = Vec::new();
    for ready in group {
        match apply(app, &tx, ready, &held).await? {
            Ok(act) => {
                endings.push(None);
                applied.push(*act);
            }
            Err(ending) => endings.push(Some(ending)),
        }
    }
    let mut drafts = Vec::new();
    let mut deliveries = Vec::new();
    for act in &mut applied {
        drafts.extend(act.draft.take());
        deliveries.append(&mut act.effect.deliveries);
        if let Some((actor, kind, key)) = &act.key {
            let result = serde_json::to_string(&act.done.ids)?;
            let Some(operation) = act.done.operation else {
                continue;
            };
            idempotency::set_result(&tx, *actor, kind, key, &result, operation).await?;
        }
    }
    let due = !deliveries.is_empty() || applied.iter().any(|act| act.effect.revived);
    let told: Vec<OrganizationId> = drafts.iter().map(|draft| draft.organization).collect();
    let consent = applied.iter().any(|act| act.consent);
    let mut ends = Vec::new();
    if !drafts.is_empty() {
        ends = record::append(&tx, drafts, app).await?;
    }
    outbox::push(&tx, &app.rng, &deliveries, app.now()).await?;
    if !applied.is_empty() {
        tx.commit().await?;
        app.anchors.committed(ends);
        if consent {
            app.anchors.flush(app.now()).await;
        }
        told.into_iter()
            .for_each(|organization| app.live.wake(organization));
        if due {
            app.wake.notify_one();
        }
    }
    let mut applied = applied.into_iter();
    let endings = endings.into_iter().filter_map(|ending| {
        ending.or_else(|| {
            applied.next().map(|act| match act.effect.entry {
                Entry::Refusal(denial) => Ending::Replaced(denial.into()),
                _ => Ending::Done(Box::new(act.done)),
            })
        })
    });
    Ok(endings.collect())
}

async fn apply(
    app: &App,
    tx: &Tx,
    ready: &Ready,
    held: &Locks,
) -> Result<Result<Box<Applied>, Ending>> {
    let Ready {
        pending, prepared, ..
    } = ready;
    let kind = pending.operation.kind();
    let now = app.now();
    let facts = load(&**tx, pending, now).await?;
    let needed = locks(&facts);
    if !held.cover(&needed) {
        return Ok(Err(Ending::Locks(needed)));
    }
    let permit = match policy::decide(kind, &facts, now) {
        Ok(permit) => permit,
        Err(denial) => return Ok(Err(Ending::Refused(Box::new(facts), denial))),
    };
    let operation: OperationId = app.rng.id(now);
    let mut key = None;
    if let (Some(actor), Some(text)) = (facts.caller.actor(), &pending.envelope.idempotency_key) {
        let stable = kind.spec().stable;
        let mac = app
            .keys
            .input_mac(pending.operation.fingerprint()?.as_bytes());
        if let Some(row) = idempotency::find(&**tx, actor.user, stable, text).await? {
            if row.input_mac != mac {
                return Err(Error::Failed(Reason::IdempotencyKeyReused));
            }
            return Ok(Ok(Box::new(Applied {
                draft: None,
                consent: false,
                key: None,
                effect: Effect::default(),
                done: Done {
                    operation: Some(row.operation_id),
                    account: permit.account(),
                    ids: serde_json::from_str(&row.result)?,
                    secret: None,
                    replayed: true,
                },
            })));
        }
        match idempotency::insert(tx, actor.user, stable, text, &mac, operation, now).await {
            Ok(()) => key = Some((actor.user, stable, text.clone())),
            Err(error) if db::is_duplicate(&error) => return Ok(Err(Ending::KeyTaken)),
            Err(error) => return Err(error.into()),
        }
    }
    let act = Act::new(tx, permit, facts, operation, now, app);
    let mut effect = pending.operation.apply(&act, &**prepared).await?;
    if matches!(effect.entry, Entry::New) {
        let notices = notice::notices(&act, &effect).await?;
        effect.deliveries.extend(notices);
    }
    let told = match &effect.entry {
        Entry::New | Entry::Refusal(_) => Some(operation),
        Entry::Earlier(earlier) => Some(*earlier),
        Entry::None => None,
    };
    let done = Done {
        operation: told,
        account: act.account(),
        ids: std::mem::take(&mut effect.ids),
        secret: effect.secret.take(),
        replayed: false,
    };
    let draft = match &effect.entry {
        Entry::New | Entry::Refusal(_) => {
            Some(entry::draft(app, &act, &mut effect, &pending.envelope))
        }
        Entry::Earlier(_) | Entry::None => None,
    };
    Ok(Ok(Box::new(Applied {
        consent: kind.is_consent(),
        draft,
        key,
        effect,
        done,
    })))
}
