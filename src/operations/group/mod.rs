//! One transaction for a list of acts and refusals: all their organizations are locked, each act is decided and
//! applied, and then all entries, deliveries and idempotency keys are written at once.
//!
//! If an act fails on an expected precondition before it wrote anything, only this act fails. If it had written, or
//! the database failed, the whole list is [`Broken`] and the transaction is rolled back: the executor decides which
//! acts are tried again.

mod loaded;
mod member;
mod repeated;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use entity::ids::{OperationId, OrganizationId, UserId};

pub(super) use self::member::{Member, Pending, Ready, locks};

use self::loaded::Loaded;
use super::{
    effect::{Effect, Entry},
    entry, notice,
    operation::Done,
};
use crate::{
    app::App,
    db::{Locks, Tx},
    domain::{
        policy::{self, Facts},
        reason::Denial,
    },
    error::{self, Error, Result},
    store::{
        act::Act,
        idempotency::{self, Key},
        outbox::{self, Caused},
        record::{self, Appended, Draft},
        responses::Counted,
    },
};

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
    /// It is a refusal, and is counted.
    Counted,
    /// Somebody else holds a lock that it needs: it was left out.
    Busy,
    /// There was no time left for it: it was left out.
    Later,
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
    /// Whom its mails are put down to.
    by: OrganizationId,
    draft: Option<Draft>,
    /// The same in other records.
    copies: Vec<Draft>,
    consent: bool,
    key: Option<Key>,
    effect: Effect,
    done: Done,
    changed: Changed,
}

/// What an act changed of what other decisions in its transaction rest on.
enum Changed {
    /// Anything.
    Facts,
    /// What this user is called.
    Name(UserId, String),
    Nothing,
}

/// How an act went inside the transaction.
enum Outcome {
    Applied(Box<Applied>),
    Counted(Option<Box<Draft>>),
    Ended(Ending),
}

/// Carries out the members of a group in one transaction: an ending for each, in their order. Those whose locks
/// somebody else holds are left out; `patient` waits for the locks instead.
pub(super) async fn commit(
    app: &App,
    group: &[&Member],
    patient: bool,
) -> Result<Vec<Ending>, Broken> {
    let mut wanted = Locks::default();
    for member in group {
        wanted.extend(&member.locks());
    }
    let (tx, held) = match patient {
        true => app.db.begin(&wanted).await.map(|tx| (tx, wanted)),
        false => app.db.begin_with_free(&wanted).await,
    }
    .map_err(Broken::Whole)?;
    let written = async {
        let mut steps = steps(app, &tx, group, &held).await?;
        let left = write(app, &tx, &mut steps).await?;
        Ok((steps, left))
    };
    let (mut steps, left) = match written.await {
        Ok(written) => written,
        Err(broken) => {
            // The next try needs the same locks. Where the database has rolled back by itself, its complaint hides why.
            if let Err(error) = tx.rollback().await {
                tracing::warn!(%error, "A transaction could not be rolled back.");
            }
            return Err(broken);
        }
    };
    let ended = match left {
        Some(_) => tx.commit().await.map_err(error::of_commit),
        None => tx.rollback().await.map_err(Error::from),
    };
    ended.map_err(Broken::Whole)?;
    if let Some(left) = left {
        tell(app, left, &mut steps).await;
    }
    let ending = |step| match step {
        Outcome::Ended(ending) => ending,
        Outcome::Counted(_) => Ending::Counted,
        Outcome::Applied(act) => match act.effect.entry {
            Entry::Refusal(denial) => Ending::Replaced(denial.into()),
            _ => Ending::Done(Box::new(act.done)),
        },
    };
    Ok(steps.into_iter().map(ending).collect())
}

/// Decides and applies one member after the other.
async fn steps(
    app: &App,
    tx: &Tx,
    group: &[&Member],
    held: &Locks,
) -> Result<Vec<Outcome>, Broken> {
    let time = Duration::from_millis(app.config.database.together_milliseconds);
    let began = Instant::now();
    let busy = group.iter().map(|member| !held.cover(&member.locks()));
    let busy: Vec<bool> = busy.collect();
    let mut loaded = Loaded::load(tx, group, &busy, app.now())
        .await
        .map_err(Broken::Whole)?;
    let mut steps = Vec::with_capacity(group.len());
    for (place, (member, busy)) in group.iter().zip(busy).enumerate() {
        let before = tx.writes();
        let step = match member {
            _ if busy => Ok(Outcome::Ended(Ending::Busy)),
            _ if place > 0 && began.elapsed() > time => Ok(Outcome::Ended(Ending::Later)),
            Member::Act(ready) => apply(app, tx, ready, held, loaded.take(place)).await,
            Member::Refusal(refusal) => refusal
                .count(app, tx)
                .await
                .map(|draft| Outcome::Counted(draft.map(Box::new))),
        };
        steps.push(match step {
            Ok(step) => {
                loaded.after(&step);
                step
            }
            Err(error) if tx.writes() > before || matches!(error, Error::Internal { .. }) => {
                return Err(Broken::By(place, error));
            }
            Err(error) => Outcome::Ended(Ending::Failed(error)),
        });
    }
    Ok(steps)
}

/// What a transaction leaves to be told once it is committed.
struct Left {
    added: Appended,
    told: Vec<OrganizationId>,
    consent: bool,
    due: bool,
}

/// Writes what the acts leave; `None` if there is nothing to commit.
async fn write(app: &App, tx: &Tx, steps: &mut [Outcome]) -> Result<Option<Left>, Broken> {
    let now = app.now();
    let mut drafts = Vec::new();
    let mut deliveries = Vec::new();
    let mut counted = Counted::default();
    let (mut any, mut consent, mut revived) = (false, false, false);
    for (place, step) in steps.iter_mut().enumerate() {
        let act = match step {
            Outcome::Applied(act) => act,
            Outcome::Counted(draft) => {
                any = true;
                drafts.extend(draft.take().map(|draft| *draft));
                continue;
            }
            Outcome::Ended(_) => continue,
        };
        any = true;
        consent |= act.consent;
        revived |= act.effect.revived;
        drafts.extend(act.draft.take());
        drafts.append(&mut act.copies);
        counted.extend(std::mem::take(&mut act.effect.counted));
        let by = act.by;
        let caused = act.effect.deliveries.drain(..);
        deliveries.extend(caused.map(|delivery| Caused { by, delivery }));
        if let (Some(key), Some(operation)) = (act.key.take(), act.done.operation) {
            match idempotency::insert(tx, key, &act.done.ids, operation, now).await {
                Ok(true) => {}
                Ok(false) => return Err(Broken::KeyTaken(place)),
                Err(error) => return Err(Broken::By(place, error)),
            }
        }
    }
    if !any {
        return Ok(None);
    }
    let due = revived || !deliveries.is_empty();
    let mut told: Vec<OrganizationId> =
        drafts.iter().map(|draft| draft.body.organization).collect();
    told.sort_unstable();
    told.dedup();
    let mut added = Appended::default();
    if !drafts.is_empty() {
        added = record::append(tx, drafts, app)
            .await
            .map_err(Broken::Writing)?;
    }
    counted.write(tx).await.map_err(Broken::Writing)?;
    outbox::push(tx, &app.rng, deliveries, now)
        .await
        .map_err(Broken::Writing)?;
    Ok(Some(Left {
        added,
        told,
        consent,
        due,
    }))
}

/// Wakes the worker and the subscribers who wait, and gives each act the entry about it.
async fn tell(app: &App, left: Left, steps: &mut [Outcome]) {
    app.anchors.committed(left.added.ends);
    if left.consent {
        app.anchors.flush(app.now()).await;
    }
    for organization in left.told {
        app.live.wake(organization);
    }
    if left.due {
        app.wake.notify_one();
    }
    let mut entries: HashMap<_, _> = left
        .added
        .entries
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    for step in steps {
        if let Outcome::Applied(act) = step
            && let Some(id) = act.done.operation
        {
            act.done.entry = entries.remove(&id);
        }
    }
}

/// Decides and applies one act.
async fn apply(
    app: &App,
    tx: &Tx,
    ready: &Ready,
    held: &Locks,
    loaded: Option<Facts>,
) -> Result<Outcome> {
    let Ready {
        pending, prepared, ..
    } = ready;
    let kind = pending.operation.kind();
    let now = app.now();
    let facts = match loaded {
        Some(facts) => pending.with_request(facts),
        None => pending.facts(tx, &pending.who.anew(), now).await?,
    };
    let needed = locks(&facts);
    if !held.cover(&needed) {
        return Ok(Outcome::Ended(Ending::Locks(needed)));
    }
    let permit = match policy::decide(kind, &facts, now) {
        Ok(permit) => permit,
        Err(denial) => return Ok(Outcome::Ended(Ending::Refused(Box::new(facts), denial))),
    };
    let actor = facts.caller.actor().map(|actor| actor.user);
    let key = repeated::key(app, pending, &permit, actor)?;
    if let Some(key) = &key
        && let Some(done) = repeated::replay(tx, key, permit.account()).await?
    {
        return Ok(Outcome::Applied(Box::new(Applied {
            by: permit.account(),
            draft: None,
            copies: Vec::new(),
            consent: false,
            key: None,
            effect: Effect::default(),
            done,
            changed: Changed::Nothing,
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
    let seen = (!kind.alters_facts()).then(|| act.facts().clone());
    let changed = match &effect.user {
        _ if kind.alters_facts() => Changed::Facts,
        Some(user) => Changed::Name(user.id, user.display_name.clone()),
        None => Changed::Nothing,
    };
    let done = Done {
        operation: told,
        entry: None,
        user: effect.user.take(),
        seen,
        account: act.account(),
        ids: std::mem::take(&mut effect.ids),
        secret: effect.secret.take(),
        replayed: false,
    };
    let actor = act.facts().caller.actor();
    let by = actor.map_or(act.account(), |actor| actor.organization);
    let draft = entered.then(|| entry::draft(app, &act, &mut effect, &pending.envelope));
    let mut copies = Vec::new();
    for organization in std::mem::take(&mut effect.beside) {
        copies.extend(
            draft
                .as_ref()
                .map(|draft| draft.copy(app, organization, now)),
        );
    }
    Ok(Outcome::Applied(Box::new(Applied {
        by,
        consent: kind.is_consent(),
        draft,
        copies,
        key,
        effect,
        done,
        changed,
    })))
}
