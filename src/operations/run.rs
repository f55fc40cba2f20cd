//! The executor: every mutation, page and job goes through it, and nothing else opens a transaction
//! on behalf of an operation.
//!
//! It loads the facts and decides once without any lock, and does slow work. Then, with the organizations
//! concerned locked, it loads the facts again and makes the decision that counts; writes; adds to the record
//! and the outbox; and commits. Acts that come at the same time share a transaction (`lane`, `group`).

use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    any_operation::AnyOperation,
    group::{self, Ending, Member, Pending, Ready},
    lane::{self, Queued},
    operation::{Done, Envelope, Operation},
    refuse,
};
use crate::{
    app::App,
    domain::{policy, reason::Reason},
    error::{Error, Result},
    store::facts::Who,
};

/// Runs an operation for `who`. If the caller hangs up before its turn, it is not carried out; once it has begun, it
/// goes on, so that no transaction is left open.
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

/// Runs operations for `who`, if possible in one transaction, and returns how each ended, in their order. If one of
/// them fails, that does not affect the others.
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
    let acts = pending.len();
    let gone = CancellationToken::new();
    let _asked = gone.clone().drop_guard();
    let task = async move { execute(&app, pending, &gone).await };
    // Below what the log tells: who traces nothing pays nothing for it.
    let span = tracing::debug_span!("operation", kind = O::KIND.name(), acts);
    tokio::spawn(task.instrument(span).in_current_span())
        .await
        .map_err(Error::internal)
}

async fn execute(app: &App, pending: Vec<Pending>, gone: &CancellationToken) -> Vec<Result<Done>> {
    let began = Instant::now();
    let kinds: Vec<_> = pending.iter().map(|one| one.operation.kind()).collect();
    let mut ended = Vec::with_capacity(pending.len());
    let (mut places, mut acts) = (Vec::new(), Vec::new());
    for (place, pending) in pending.into_iter().enumerate() {
        let preparing = prepare(app, pending, gone);
        match preparing.instrument(tracing::debug_span!("prepare")).await {
            Ok(ready) => {
                places.push(place);
                acts.push(ready);
                ended.push(Err(Error::Overloaded));
            }
            Err(error) => ended.push(Err(error)),
        }
    }
    // If there is no room for all of them, each is told so.
    let queued = lane::queue(app, acts, gone).unwrap_or_default();
    for (place, queued) in places.into_iter().zip(queued) {
        if let Some(slot) = ended.get_mut(place) {
            let answering = answer(app, queued);
            *slot = answering.instrument(tracing::debug_span!("commit")).await;
        }
    }
    for (kind, ended) in kinds.into_iter().zip(&ended) {
        app.metrics.act(kind, ended, began.elapsed());
    }
    ended
}

/// Slow work that writes nothing: it ends when nobody waits for it any more.
async fn awaited<T>(gone: &CancellationToken, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        biased;
        done = work => done,
        () = gone.cancelled() => Err(Error::Overloaded),
    }
}

/// The first decision, and slow work.
async fn prepare(app: &App, pending: Pending, gone: &CancellationToken) -> Result<Ready> {
    let kind = pending.operation.kind();
    if let Some(user) = pending.who.user() {
        app.limiters.operation(user)?;
    }
    awaited(gone, pending.operation.admit(app, &pending.envelope)).await?;
    let now = app.now();
    let facts = pending.facts(&app.db.server(), &pending.who, now).await?;
    let permit = match policy::decide(kind, &facts, now) {
        Ok(permit) => permit,
        Err(denial) => return refuse::refuse(app, kind, &facts, denial, &pending.envelope).await,
    };
    let prepared = awaited(gone, pending.operation.prepare(app, &facts)).await;
    if gone.is_cancelled() {
        return Err(Error::Overloaded);
    }
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

/// What the caller is told of an ending; a refusal is recorded first.
async fn answer(app: &App, queued: Queued) -> Result<Done> {
    let (Member::Act(ready), ending) = queued.ending(app).await? else {
        return Err(Error::Overloaded);
    };
    match ending {
        Ok(Ending::Done(done)) => Ok(*done),
        Ok(Ending::Replaced(error)) => Err(error),
        Ok(Ending::Refused(facts, denial)) => {
            let kind = ready.permit.kind();
            refuse::refuse(app, kind, &facts, denial, &ready.pending.envelope).await
        }
        Ok(Ending::Failed(error)) | Err(error) => fail(app, &ready, error).await,
        Ok(Ending::Locks(_) | Ending::Counted | Ending::Busy | Ending::Later) => {
            Err(Error::Overloaded)
        }
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
