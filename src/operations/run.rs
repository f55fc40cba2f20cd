//! The executor: every mutation, page and job goes through it, and nothing else opens a transaction
//! on behalf of an operation.
//!
//! It loads the facts and decides once without any lock, and does slow work. Then, with the organizations
//! concerned locked, it loads the facts again and makes the decision that counts; writes; adds to the record
//! and the outbox; and commits. Acts that come at the same time share a transaction (`group`).

use tracing::Instrument;

use super::{
    any_operation::AnyOperation,
    group::{self, Broken, Ending, Pending, Ready},
    operation::{Done, Envelope, Operation},
    refuse,
};
use crate::{
    app::App,
    db,
    domain::{policy, reason::Reason},
    error::{Error, Result},
    store::facts::Who,
};

/// How many acts share a transaction at most: others who wait for the same account, or for the writer, go in between.
const TOGETHER: usize = 20;

/// How often a transaction is tried if the database says that trying again may help.
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
    let mut ended = run_all(app, who, vec![(envelope, operation)]).await?;
    ended.pop().unwrap_or(Err(Error::Overloaded))
}

/// Runs operations for `who`, if possible [`TOGETHER`] in one transaction, and returns how each ended, in their
/// order. If one of them fails, that does not affect the others.
///
/// # Errors
/// When the server fails as a whole.
pub async fn run_all<O: Operation>(
    app: &App,
    who: Who,
    operations: Vec<(Envelope, O)>,
) -> Result<Vec<Result<Done>>> {
    let app = app.clone();
    let pending = operations.into_iter().map(|(envelope, operation)| Pending {
        who: who.clone(),
        envelope,
        operation: Box::new(operation) as Box<dyn AnyOperation>,
    });
    let pending: Vec<Pending> = pending.collect();
    let task = async move { execute(&app, pending).await };
    tokio::spawn(task.in_current_span())
        .await
        .map_err(Error::internal)
}

async fn execute(app: &App, pending: Vec<Pending>) -> Vec<Result<Done>> {
    let mut ended = Vec::with_capacity(pending.len());
    let mut group = Vec::new();
    for (place, pending) in pending.into_iter().enumerate() {
        match prepare(app, pending).await {
            Ok(ready) => {
                group.push((place, ready));
                ended.push(Err(Error::Overloaded));
            }
            Err(error) => ended.push(Err(error)),
        }
    }
    while !group.is_empty() {
        let rest = group.split_off(group.len().min(TOGETHER));
        for (place, result) in together(app, std::mem::replace(&mut group, rest)).await {
            if let Some(slot) = ended.get_mut(place) {
                *slot = result;
            }
        }
    }
    ended
}

/// The first decision, and slow work.
async fn prepare(app: &App, pending: Pending) -> Result<Ready> {
    let kind = pending.operation.kind();
    if let Some(user) = pending.who.user() {
        app.limiters.operation(user)?;
    }
    pending.operation.admit(app, &pending.envelope).await?;
    let now = app.now();
    let facts = pending.facts(&app.db.server(), &pending.who, now).await?;
    let permit = match policy::decide(kind, &facts, now) {
        Ok(permit) => permit,
        Err(denial) => return refuse::refuse(app, kind, &facts, denial, &pending.envelope).await,
    };
    let prepared = pending.operation.prepare(app, &facts).await;
    let locks = group::locks(&facts);
    let ready = |prepared| Ready {
        pending,
        facts,
        permit,
        prepared,
        locks,
    };
    match prepared {
        Ok(prepared) => Ok(ready(prepared)),
        Err(error) => fail(app, &ready(Box::new(())), error).await,
    }
}

/// Carries acts out in one transaction. If an act breaks it, that act is tried alone and the others together once
/// more; if that breaks too, each is tried alone.
async fn together(app: &App, mut group: Vec<(usize, Ready)>) -> Vec<(usize, Result<Done>)> {
    let mut ended = Vec::with_capacity(group.len());
    let mut alone = Vec::new();
    while group.len() > 1 {
        let ready: Vec<&Ready> = group.iter().map(|(_, ready)| ready).collect();
        match group::commit(app, &ready).await {
            Ok(endings) => {
                for ((place, mut ready), ending) in group.drain(..).zip(endings) {
                    match ending {
                        Ending::Locks(locks) => {
                            ready.locks = locks;
                            alone.push((place, ready));
                        }
                        ending => ended.push((place, answer(app, &ready, ending).await)),
                    }
                }
            }
            Err(Broken::By(place, _) | Broken::KeyTaken(place)) if alone.is_empty() => {
                alone.push(group.remove(place));
            }
            Err(Broken::Whole(error)) if !db::is_transient(&error) => {
                let shared = format!("{error:?}");
                error.log();
                for (place, _) in group.drain(..) {
                    let error = match error {
                        Error::Overloaded => Error::Overloaded,
                        _ => Error::internal(anyhow::anyhow!("with others: {shared}")),
                    };
                    ended.push((place, Err(error)));
                }
            }
            Err(_) => alone.append(&mut group),
        }
    }
    alone.append(&mut group);
    for (place, ready) in alone {
        ended.push((place, one(app, ready).await));
    }
    ended
}

/// Carries one act out in a transaction of its own.
async fn one(app: &App, mut ready: Ready) -> Result<Done> {
    for attempt in 1..=ATTEMPTS {
        match group::commit(app, &[&ready]).await {
            Ok(mut endings) => match endings.pop() {
                Some(Ending::Locks(locks)) => ready.locks = locks,
                Some(ending) => return answer(app, &ready, ending).await,
                None => break,
            },
            Err(Broken::KeyTaken(_)) => {}
            Err(Broken::By(_, error) | Broken::Writing(error) | Broken::Whole(error)) => {
                if attempt == ATTEMPTS || !db::is_transient(&error) {
                    return fail(app, &ready, error).await;
                }
            }
        }
    }
    Err(Error::Overloaded)
}

/// What the caller is told of an ending; a refusal is recorded first.
async fn answer(app: &App, ready: &Ready, ending: Ending) -> Result<Done> {
    match ending {
        Ending::Done(done) => Ok(*done),
        Ending::Replaced(error) => Err(error),
        Ending::Refused(facts, denial) => {
            let kind = ready.permit.kind();
            refuse::refuse(app, kind, &facts, denial, &ready.pending.envelope).await
        }
        Ending::Failed(error) => fail(app, ready, error).await,
        Ending::Locks(_) => Err(Error::Overloaded),
    }
}

/// A permitted act that failed on a precondition, such as a name that is taken: recorded if the act would have
/// rested on a grant, so that the client sees every attempt.
async fn fail<T>(app: &App, ready: &Ready, error: Error) -> Result<T> {
    let Ready {
        pending,
        facts,
        permit,
        ..
    } = ready;
    let reason = match error {
        Error::Failed(reason) => reason,
        // A value that is not acceptable to begin with does not count as an attempt.
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
