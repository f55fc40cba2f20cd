//! The way of acts and refusals through the lanes: what waits in a lane shares a transaction.
//!
//! Whoever finds its lane idle begins a task that empties it. What needs a lock that somebody else holds waits beside the
//! lane, together with what comes for the same account, and shares a transaction with it. What breaks a transaction goes
//! alone. What follows from an ending, such as the entry of a refusal, is done by the one who waits for it, so that no
//! lane waits for itself.

use std::collections::BTreeMap;

use entity::ids::OrganizationId;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{
    group::{self, Broken, Ending, Member, Ready},
    refuse::Refusal,
};
use crate::{
    app::App,
    db,
    error::{Error, Result},
    lanes::{Act, Turn},
};

/// How many share a transaction at most.
const TOGETHER: usize = 64;

/// How often a transaction of a single member is tried if the database says that trying again may help.
const ATTEMPTS: u32 = 3;

/// A member that waits in a lane.
struct Waiting {
    member: Member,
    turn: Turn,
    /// Cancelled when nobody waits for it any more; `None` if it is carried out all the same.
    gone: Option<CancellationToken>,
    answer: oneshot::Sender<(Member, Outcome)>,
}

/// How it went in a lane.
enum Outcome {
    Ended(Ending),
    /// It is to go alone.
    Alone,
    Failed(Error),
}

/// What waits in a lane for its turn.
pub(super) struct Queued(oneshot::Receiver<(Member, Outcome)>);

/// Puts acts into the lanes of their accounts. They are dropped before their turn if `gone` is cancelled.
///
/// # Errors
/// [`Error::Overloaded`] when too many wait.
pub(super) fn queue(app: &App, acts: Vec<Ready>, gone: &CancellationToken) -> Result<Vec<Queued>> {
    let acts = acts.into_iter().map(|ready| {
        let account = ready.permit.account();
        let actor = ready.facts.caller.actor();
        let turn = Turn {
            account,
            asker: actor.map_or(account, |actor| actor.organization),
            first: ready.permit.kind().ends_authority(),
        };
        (Member::Act(Box::new(ready)), turn)
    });
    push(app, acts.collect(), Some(gone))
}

/// Counts a refusal, even if its caller hangs up meanwhile.
///
/// # Errors
/// When it could not be counted.
pub(super) async fn count(app: &App, refusal: Refusal) -> Result<()> {
    let turn = refusal.turn();
    let member = Member::Refusal(Box::new(refusal));
    let mut queued = push(app, vec![(member, turn)], None)?;
    let queued = queued.pop().ok_or(Error::Overloaded)?;
    let app = app.clone();
    let ending = async move { queued.ending(&app).await };
    let (_, ending) = tokio::spawn(ending).await.map_err(Error::internal)??;
    match ending? {
        Ending::Counted => Ok(()),
        Ending::Failed(error) => Err(error),
        _ => Err(Error::Overloaded),
    }
}

fn push(
    app: &App,
    members: Vec<(Member, Turn)>,
    gone: Option<&CancellationToken>,
) -> Result<Vec<Queued>> {
    let mut queued = Vec::with_capacity(members.len());
    let mut acts = Vec::with_capacity(members.len());
    for (member, turn) in members {
        let (answer, ending) = oneshot::channel();
        queued.push(Queued(ending));
        let waiting = Waiting {
            member,
            turn,
            gone: gone.cloned(),
            answer,
        };
        acts.push((turn, Box::new(waiting) as Act));
    }
    for lane in app.lanes.push(acts)? {
        let app = app.clone();
        tokio::spawn(async move { empty(&app, lane).await });
    }
    Ok(queued)
}

impl Queued {
    /// Waits for the ending; what is to go alone, goes now.
    ///
    /// # Errors
    /// When the member is lost, because the task that carried it out panicked.
    pub async fn ending(self, app: &App) -> Result<(Member, Result<Ending>)> {
        let (member, outcome) = self.0.await.map_err(Error::internal)?;
        Ok(match outcome {
            Outcome::Ended(ending) => (member, Ok(ending)),
            Outcome::Failed(error) => (member, Err(error)),
            Outcome::Alone => {
                let _permit = app.lanes.alone.acquire().await.map_err(Error::internal)?;
                alone(app, member).await
            }
        })
    }
}

/// Carries out what waits in a lane, until nothing waits.
async fn empty(app: &App, lane: usize) {
    loop {
        let taken = waiting(app.lanes.take(lane, TOGETHER));
        if taken.is_empty() {
            return;
        }
        let (behind, free): (Vec<_>, Vec<_>) = taken
            .into_iter()
            .partition(|one| app.lanes.is_locked(one.turn.account));
        keep_waiting(app, behind);
        carry_out(app, free, false).await;
    }
}

/// Carries out what waits for an account that another process locked, until nothing waits.
async fn await_account(app: &App, account: OrganizationId) {
    loop {
        let Ok(_permit) = app.lanes.alone.acquire().await else {
            return;
        };
        let taken = waiting(app.lanes.next(account, TOGETHER));
        if taken.is_empty() {
            return;
        }
        carry_out(app, taken, true).await;
    }
}

fn waiting(taken: Vec<Act>) -> Vec<Waiting> {
    let acts = taken.into_iter().filter_map(|act| act.downcast().ok());
    acts.map(|act: Box<Waiting>| *act).collect()
}

/// A panic ends the task alone, and those who wait are told by their channels.
async fn carry_out(app: &App, group: Vec<Waiting>, patient: bool) {
    let app = app.clone();
    let task = tokio::spawn(async move { together(&app, group, patient).await });
    if let Err(error) = task.await {
        tracing::error!(%error, "Acts were lost with their task.");
    }
}

/// Has them wait until nobody else holds the locks of their accounts.
fn keep_waiting(app: &App, members: Vec<Waiting>) {
    let mut by_account: BTreeMap<OrganizationId, Vec<(Turn, Act)>> = BTreeMap::new();
    for one in members {
        let acts = by_account.entry(one.turn.account).or_default();
        acts.push((one.turn, Box::new(one)));
    }
    for (account, acts) in by_account {
        if app.lanes.wait(account, acts) {
            let app = app.clone();
            tokio::spawn(async move { await_account(&app, account).await });
        }
    }
}

/// Carries acts and refusals out in one transaction; `patient` waits for their locks. If one breaks it, that one goes
/// alone and the others are tried together once more; if that breaks too, each goes alone.
async fn together(app: &App, waiting: Vec<Waiting>, patient: bool) {
    let still = |one: &Waiting| {
        !one.gone
            .as_ref()
            .is_some_and(CancellationToken::is_cancelled)
    };
    let (mut group, singles): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .filter(still)
        // Where a record is not believed, nothing can be done, and whoever shares the transaction would fail too.
        .partition(|one| !app.anchors.is_held(one.turn.account));
    singles.into_iter().for_each(go_alone);
    let (mut broken, mut behind) = (false, Vec::new());
    while !group.is_empty() {
        let members: Vec<&Member> = group.iter().map(|one| &one.member).collect();
        match group::commit(app, &members, patient).await {
            Ok(endings) => {
                // From the last, so that those who are put back stand in their order.
                for (one, ending) in group.drain(..).zip(endings).rev() {
                    match ending {
                        Ending::Busy => behind.push(one),
                        Ending::Later if patient => behind.push(one),
                        Ending::Later => drop(app.lanes.put_back(one.turn, Box::new(one))),
                        Ending::Locks(_) => go_alone(one),
                        ending => tell(one, Outcome::Ended(ending)),
                    }
                }
            }
            Err(Broken::By(place, _) | Broken::KeyTaken(place)) if !broken => {
                broken = true;
                go_alone(group.remove(place));
            }
            Err(Broken::Whole(error)) if !db::is_transient(&error) => {
                let shared = format!("{error:?}");
                error.log();
                for one in group.drain(..) {
                    let error = match error {
                        Error::Overloaded => Error::Overloaded,
                        Error::Storage => Error::Storage,
                        Error::Unsure => Error::Unsure,
                        _ => Error::internal(anyhow::anyhow!("with others: {shared}")),
                    };
                    tell(one, Outcome::Failed(error));
                }
            }
            Err(_) => group.drain(..).for_each(go_alone),
        }
    }
    behind.reverse();
    keep_waiting(app, behind);
}

fn go_alone(one: Waiting) {
    tell(one, Outcome::Alone);
}

/// Whoever asked may have gone in the meantime.
fn tell(one: Waiting, outcome: Outcome) {
    drop(one.answer.send((one.member, outcome)));
}

/// Carries one member out in a transaction of its own, waiting for its locks.
async fn alone(app: &App, mut member: Member) -> (Member, Result<Ending>) {
    for attempt in 1..=ATTEMPTS {
        match group::commit(app, &[&member], true).await {
            Ok(mut endings) => match (endings.pop(), &mut member) {
                (Some(Ending::Locks(locks)), Member::Act(ready)) => ready.locks = locks,
                (Some(ending), _) => return (member, Ok(ending)),
                (None, _) => break,
            },
            Err(Broken::KeyTaken(_)) => {}
            Err(Broken::By(_, error) | Broken::Writing(error) | Broken::Whole(error)) => {
                if attempt == ATTEMPTS || !db::is_transient(&error) {
                    return (member, Err(error));
                }
            }
        }
    }
    (member, Err(Error::Overloaded))
}
