//! `mandate record verify`: every record of the database, many chains at a time.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    ops::RangeInclusive,
    thread,
};

use entity::{ids::OrganizationId, operation};
use tokio::task::JoinSet;

use super::{
    followed::{BEGIN, Chain, Done, Followed, Hands},
    state,
    verify::{ANCHORS, Outside, Verified},
};
use crate::{
    app::App,
    db::Trusted,
    domain::record::{chain::Verdict, fault::Fault, seen::Seen, state::Told},
    store::{
        installation, organizations,
        record::{self, Unread},
    },
};

/// Entries read at once.
const BATCH: u64 = 1000;
/// Most shares of the records that are verified at the same time: each has a connection.
const SHARES: usize = 8;
/// How often a record to which acts are added while it is read is read again.
const TRIES: usize = 5;

/// Verifies every record of the database, against the anchor file and what others hold. With `state`, grants and
/// roles are compared with what the records say.
///
/// # Errors
/// When the database cannot be read; what is wrong with a record is not an error but a fault.
pub async fn verify_database(
    app: &App,
    outside: Vec<Outside>,
    state: bool,
) -> anyhow::Result<Vec<Verified>> {
    let shares = thread::available_parallelism().map_or(1, |cores| cores.get().min(SHARES));
    verify_in_steps(app, outside, state, (BATCH, shares)).await
}

/// As [`verify_database`], with so many entries read at once, in so many shares.
///
/// # Errors
/// As there.
pub async fn verify_in_steps(
    app: &App,
    outside: Vec<Outside>,
    state: bool,
    steps: (u64, usize),
) -> anyhow::Result<Vec<Verified>> {
    let db = &app.db.server();
    let mut anchors = app.anchors.all()?;
    let latest = app.anchors.seen();
    let mut ids = record::organizations(db).await?;
    ids.extend(latest.keys().copied());
    ids.extend(outside.iter().map(|(_, note)| note.note.organization));
    ids.sort_unstable();
    ids.dedup();
    let cards = organizations::cards(db, &ids).await?;
    let gone = record::gone(db, installation::platform(db).await?).await?;
    let (mut all, mut chains) = (Vec::new(), Vec::new());
    for organization in ids {
        let lost = gone.get(&organization);
        if let Some(size) = lost.filter(|_| !cards.contains_key(&organization)) {
            all.push(Verified {
                organization,
                name: organization.to_string(),
                verdict: Verdict {
                    losses: vec![(1, *size)],
                    ..Verdict::default()
                },
                end: None,
            });
            continue;
        }
        let anchored = anchors.remove(&organization).unwrap_or_default();
        let mut seen: Vec<Seen> = anchored
            .iter()
            .map(|note| Seen::by(ANCHORS, note))
            .collect();
        let last = latest.get(&organization);
        seen.extend(last.filter(|last| !seen.contains(last)).cloned());
        seen.dedup();
        let mut bad = Vec::new();
        for (whence, note) in &outside {
            if note.note.organization == organization {
                seen.push(Seen::by(whence, note));
                bad.extend((!app.keys.verify_note(note)).then_some(Fault::Signature));
            }
        }
        chains.push(Chain {
            organization,
            seen,
            anchored,
            bad,
        });
    }
    let mut stands = Told::default();
    for done in in_shares(app, chains, steps).await? {
        let Done {
            chain: Chain { organization, .. },
            end,
            signed,
            mut verdict,
            told,
        } = done;
        stands.join(told);
        let card = cards.get(&organization);
        if let Some((end, card)) = end.as_ref().zip(card)
            && end.note.domain != card.organization.initial_domain
        {
            let domain = &end.note.domain;
            verdict
                .faults
                .push(Fault::Other(format!("the signed end is of {domain}")));
        }
        let name = card.map_or_else(
            || organization.to_string(),
            |row| row.organization.initial_domain.clone(),
        );
        all.push(Verified {
            organization,
            name,
            verdict,
            end: end.filter(|_| signed),
        });
    }
    all.sort_by_key(|verified| verified.organization);
    if state {
        state::compare(app, stands.into(), &mut all).await?;
    }
    Ok(all)
}

/// Verifies chains in shares of about as many entries each, at the same time; what was found is in the order of the chains.
async fn in_shares(
    app: &App,
    chains: Vec<Chain>,
    (batch, shares): (u64, usize),
) -> anyhow::Result<Vec<Done>> {
    let orders = record::orders(&app.db.server()).await?;
    let sizes: BTreeMap<_, _> = orders.iter().map(|(id, _, size)| (*id, *size)).collect();
    // Reading a chain costs something even if it is empty.
    let size = |chain: &Chain| {
        sizes
            .get(&chain.organization)
            .map_or(1, |size| (*size).max(0) + 1)
    };
    let most = chains.iter().map(size).sum::<i64>() / i64::try_from(shares)? + 1;
    let (mut tasks, mut share, mut held) = (JoinSet::new(), Vec::new(), 0);
    let mut number = 0;
    let mut begin = |share: Vec<Chain>| {
        let (app, place) = (app.clone(), number);
        number += 1;
        tasks.spawn(async move { (place, follow(&app, share, batch).await) });
    };
    for chain in chains {
        held += size(&chain);
        share.push(chain);
        if held >= most {
            held = 0;
            begin(mem::take(&mut share));
        }
    }
    begin(share);
    let mut done = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        let (place, found) = ended?;
        done.push((place, found?));
    }
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().flat_map(|(_, found)| found).collect())
}

/// Verifies every row of these chains, which are in the order of their organizations.
async fn follow(app: &App, chains: Vec<Chain>, batch: u64) -> anyhow::Result<Vec<Done>> {
    let Some(last) = chains.last().map(|chain| chain.organization) else {
        return Ok(Vec::new());
    };
    let (db, mut done) = (&app.db.server(), Vec::new());
    let mut chains = chains.into_iter().peekable();
    let mut open: Option<Followed> = None;
    loop {
        let (first, after) = match (&open, chains.peek()) {
            (Some(open), _) => (open.chain.organization, open.after),
            (None, Some(chain)) => (chain.organization, BEGIN),
            (None, None) => return Ok(done),
        };
        let Ok((rows, hands)) = next(db, first..=last, after, batch).await else {
            // What cannot be read is told of its record alone: others are still verified.
            let chain = open.take().map(|open| open.chain);
            if let Some(chain) = chain.or_else(|| chains.next()) {
                done.push(alone(app, chain).await);
            }
            continue;
        };
        let (full, mut whole) = (rows.len() as u64 == batch, Vec::new());
        for row in rows {
            let organization = match &row {
                Ok(row) => row.organization_id,
                Err(unread) => unread.organization,
            };
            while let Some(next) = chains.next_if(|chain| chain.organization <= organization) {
                whole.extend(open.replace(Followed::begin(next)));
            }
            whole.extend(open.take_if(|open| open.chain.organization != organization));
            // A record that was begun since the chains were listed is none of them.
            if let Some(open) = &mut open {
                open.take(row, &hands);
            }
        }
        if !full {
            whole.extend(open.take());
            whole.extend(chains.by_ref().map(Followed::begin));
        }
        finish(app, whole, &mut done).await?;
    }
}

/// The next rows, and the grants by which their entries are found whose actors were in hands.
async fn next(
    db: &impl Trusted,
    of: RangeInclusive<OrganizationId>,
    after: i64,
    most: u64,
) -> anyhow::Result<(Vec<Result<operation::Model, Unread>>, Hands)> {
    let rows = record::rows(db, of, after, most).await?;
    let there: Vec<_> = rows.iter().flatten().map(|row| row.id).collect();
    let hands = record::hands_of(db, &there).await?;
    Ok((rows, hands))
}

/// Compares chains that were gone through with their signed ends.
async fn finish(app: &App, whole: Vec<Followed>, done: &mut Vec<Done>) -> anyhow::Result<()> {
    let ids: Vec<_> = whole.iter().map(|one| one.chain.organization).collect();
    let platform = &app.config.platform.domain;
    let heads = record::heads_of(&app.db.server(), &ids, platform).await?;
    let heads = heads.into_iter().map(|end| (end.note.organization, end));
    let mut heads: HashMap<_, _> = heads.collect();
    for followed in whole {
        let end = heads.remove(&followed.chain.organization);
        let one = followed.finish(app, end);
        // Entries may have been added after the rows were read and before the end was.
        done.push(match one.is_moved() {
            true => alone(app, one.chain).await,
            false => one,
        });
    }
    Ok(())
}

/// Verifies one chain, again if entries were added meanwhile.
async fn alone(app: &App, chain: Chain) -> Done {
    let mut tries = 1;
    loop {
        let found = follow_alone(app, chain.clone()).await;
        match found {
            Ok(done) if done.is_moved() && tries < TRIES => tries += 1,
            Ok(done) => return done,
            Err(error) => {
                let mut done = Followed::begin(chain).finish(app, None);
                let fault = Fault::Database(format!("{error:#}"));
                done.verdict.faults.push(fault);
                return done;
            }
        }
    }
}

async fn follow_alone(app: &App, chain: Chain) -> anyhow::Result<Done> {
    let (db, organization) = (&app.db.server(), chain.organization);
    let mut followed = Followed::begin(chain);
    loop {
        let (rows, hands) = next(db, organization..=organization, followed.after, BATCH).await?;
        if rows.is_empty() {
            break;
        }
        rows.into_iter().for_each(|row| followed.take(row, &hands));
    }
    let head = record::head(db, organization, &app.config.platform.domain).await?;
    Ok(followed.finish(app, head))
}
