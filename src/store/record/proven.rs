//! How far a record is proven: up to the last place at which the rows match something that was signed.

use std::{collections::HashMap, io::Write};

use entity::{
    ids::{OperationId, OrganizationId},
    operation, operation_hand, receipt,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{exported, head, rows, span};
use crate::{
    app::App,
    db::{self, Trusted},
    domain::record::{Digest256, file::Line, link, note::SignedNote},
    error::{Error, Result},
    store::act::Act,
};

/// How many entries are in memory at once.
const BATCH: u64 = 500;

/// Links that were signed, by place.
type Points = HashMap<i64, Vec<Digest256>>;

/// The number of the last entry that is proven by one of these points; 0 if none is.
async fn proven_by<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
    points: &Points,
) -> Result<i64> {
    let (mut after, mut previous, mut proven) = (0, Digest256::NONE, 0);
    loop {
        let rows = rows(conn, organization..=organization, after, BATCH).await?;
        if rows.is_empty() {
            return Ok(proven);
        }
        for row in rows {
            let Ok(row) = row else { return Ok(proven) };
            let Ok(entry) = exported(&row) else {
                return Ok(proven);
            };
            let here = link(previous, Digest256::of(&entry.body));
            if row.seq != after + 1 || here != entry.link {
                return Ok(proven);
            }
            (after, previous) = (row.seq, here);
            if points
                .get(&after)
                .is_some_and(|links| links.contains(&here))
            {
                proven = after;
            }
        }
    }
}

/// The points that prove the record of the act's account: its end in the database, kept notes, and its ends in the
/// anchor file.
async fn points(act: &Act<'_>, anchored: &[SignedNote]) -> Result<Points> {
    let (conn, organization, app) = (act.tx(), act.account(), act.app());
    let mut notes = anchored.to_vec();
    notes.extend(head(conn, organization, &app.config.platform.domain).await?);
    let ids = sea_orm::sea_query::Query::select()
        .column(operation::Column::Id)
        .from(operation::Entity)
        .and_where(operation::Column::OrganizationId.eq(organization))
        .to_owned();
    let kept = receipt::Entity::find()
        .filter(receipt::Column::OperationId.in_subquery(ids))
        .all(conn)
        .await?;
    notes.extend(
        kept.iter()
            .filter_map(|kept| SignedNote::parse(&kept.note).ok()),
    );
    let mut points = Points::new();
    for note in notes {
        if note.note.organization == organization && app.keys.verify_note(&note) {
            points
                .entry(note.note.size)
                .or_default()
                .push(note.note.link);
        }
    }
    Ok(points)
}

/// Why a record is not to be believed, because of its end or of the entries before it; `None` if it is to be
/// believed. While the server runs, only the answer under the account's lock counts.
///
/// # Errors
/// When the database or the anchor file cannot be read.
pub async fn mistrust<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
    app: &App,
) -> Result<Option<String>> {
    let end = head(conn, organization, &app.config.platform.domain).await?;
    if let Err(mistrust) = app.anchors.believe(organization, end.as_ref()) {
        return Ok(Some(mistrust.to_string()));
    }
    let size = end.as_ref().map_or(0, |end| end.note.size);
    let fits = match span(conn, organization).await? {
        Some((first, last)) => first == 1 && last == size,
        None => size == 0,
    };
    let points = end.map(|end| (end.note.size, vec![end.note.link]));
    let points = points.into_iter().collect();
    if fits && proven_by(conn, organization, &points).await? == size {
        return Ok(None);
    }
    Ok(Some(format!(
        "it ends at entry {size}, and its entries are others than those that were signed"
    )))
}

/// As [`mistrust`], of the act's account, under its lock.
///
/// # Errors
/// When the database or the anchor file cannot be read.
pub async fn is_mistrusted(act: &Act<'_>) -> Result<bool> {
    let mistrust = mistrust(act.tx(), act.account(), act.app()).await?;
    Ok(mistrust.is_some())
}

/// Removes the entries that nothing proves from the record of the act's account, and writes them to a file beside the
/// anchor file. Returns how many they were, and the number of the last entry that is left. `anchored` are the
/// record's ends in the anchor file.
///
/// # Errors
/// When the database or the file cannot be written.
pub async fn set_aside(act: &Act<'_>, anchored: &[SignedNote]) -> Result<(usize, i64)> {
    use operation::Column;
    let points = points(act, anchored).await?;
    let after = proven_by(act.tx(), act.account(), &points).await?;
    let unproven = Column::Seq.gt(after).or(Column::Seq.lt(1));
    let of_account = || operation::Entity::find().filter(Column::OrganizationId.eq(act.account()));
    let ids: Vec<OperationId> = of_account()
        .select_only()
        .column(Column::Id)
        .filter(unproven.clone())
        .order_by_asc(Column::Seq)
        .into_tuple()
        .all(act.tx())
        .await?;
    if ids.is_empty() {
        return Ok((0, after));
    }
    let name = format!("{}-{}", act.account(), act.operation());
    let (path, mut file) = act
        .app()
        .anchors
        .set_aside(&name)
        .map_err(Error::internal)?;
    for id in &ids {
        let line = match operation::Entity::find_by_id(*id).one(act.tx()).await {
            Ok(Some(row)) => match exported(&row) {
                Ok(entry) => serde_json::to_string(&Line::Entry(entry))?,
                Err(_) => serde_json::to_string(&format!("{row:?}"))?,
            },
            Ok(None) => continue,
            Err(error) if db::is_unreadable(&error) => {
                serde_json::to_string(&format!("{id} cannot be read: {error}"))?
            }
            Err(error) => return Err(error.into()),
        };
        writeln!(file, "{line}").map_err(Error::internal)?;
    }
    file.sync_all().map_err(Error::internal)?;
    tracing::warn!(file = %path.display(), entries = ids.len(), "Entries that nothing proves were set aside.");
    for chunk in ids.chunks(crate::store::IDS_AT_ONCE) {
        operation_hand::Entity::delete_many()
            .filter(operation_hand::Column::OperationId.is_in(chunk.iter().copied()))
            .exec(act.tx())
            .await?;
    }
    operation::Entity::delete_many()
        .filter(Column::OrganizationId.eq(act.account()))
        .filter(unproven)
        .exec(act.tx())
        .await?;
    Ok((ids.len(), after))
}
