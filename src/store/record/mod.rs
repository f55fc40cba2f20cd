//! The record: what its rows say, and reading the chains.

pub mod append;
mod draft;
mod ends;
pub mod erase;
pub mod first_form;
pub mod proven;
pub mod search;

use std::collections::{BTreeMap, HashMap};

use entity::{
    chain_head,
    ids::{GrantId, OperationId, OrganizationId},
    operation, operation_hand, receipt,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub use append::{Appended, append};
pub use draft::Draft;
pub(in crate::store) use ends::signed;
pub use ends::{
    gone, head, heads, heads_of, is_any, last_loss, lengths, loss_seen, orders, restored_since,
};

use crate::{
    db::{self, Trusted},
    domain::{
        kind::OperationKind,
        record::{
            self, Body, Changes, Digest256, InHands, Key, Moment, Salt, Salted, Target, TargetRef,
            Texts, VERSION,
            fault::Fault,
            file::{Entry, Hidden},
            note::Note,
        },
        visibility::{RecordOf, Scope},
    },
    error::Result,
};

/// What changed, by name.
pub fn changes(row: &operation::Model) -> Changes {
    let changes = row.changes.as_deref();
    changes
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// One thing that changed.
pub fn change(row: &operation::Model, key: Key) -> Option<String> {
    changes(row).get(key).map(str::to_owned)
}

/// In whose hands the actor was.
pub fn hands(row: &operation::Model) -> Vec<InHands> {
    let hands = row.hands.as_deref();
    hands
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// What was touched, in the form that is hashed.
fn subject(row: &operation::Model) -> Option<TargetRef> {
    let (kind, id) = row.target_type.clone().zip(row.target_id)?;
    Some(TargetRef { kind, id })
}

/// What was touched; `None` also if this release does not know its type.
pub fn target(row: &operation::Model) -> Option<Target> {
    Target::of(row.target_type.as_deref()?, row.target_id?)
}

/// The texts beside it.
pub fn texts(row: &operation::Model) -> Texts {
    Texts {
        actor_name: row.actor_name.clone(),
        actor_sign_in_name: row.actor_sign_in_name.clone(),
        actor_organization_name: row.actor_organization_name.clone(),
        target_name: row.target_name.clone(),
        ticket: row.ticket.clone(),
        note: row.note.clone(),
    }
}

/// The texts with their salts, by name; `None` if a text has no salt, or a salt no text.
fn salted(row: &operation::Model) -> Option<BTreeMap<String, Salted>> {
    let texts = texts(row);
    let (salts, rest) = row.salts.as_chunks::<16>();
    if !rest.is_empty() || salts.len() != texts.present().count() {
        return None;
    }
    let with = texts.present().zip(salts).map(|((name, text), salt)| {
        let salted = Salted {
            salt: Salt(*salt),
            text: text.to_owned(),
        };
        (name.to_owned(), salted)
    });
    Some(with.collect())
}

/// The body of an entry, of its row and the texts that are there.
fn body(row: &operation::Model, there: &BTreeMap<String, Salted>) -> Result<Body> {
    let erased = row.erased.as_deref().map(serde_json::from_str);
    let mut texts: BTreeMap<String, Digest256> = erased.transpose()?.unwrap_or_default();
    texts.extend(
        there
            .iter()
            .map(|(name, salted)| (name.clone(), salted.commitment(name))),
    );
    Ok(Body {
        v: VERSION,
        organization: row.organization_id,
        seq: row.seq,
        id: row.id,
        kind: row.kind.clone(),
        outcome: row.outcome,
        reason: row.reason.clone(),
        at: Moment(row.at),
        authority: row.authority,
        actor: row.actor_id,
        actor_organization: row.actor_organization_id,
        session: row.session_id,
        grant: row.grant_id,
        role: row.role,
        target: subject(row),
        changes: changes(row),
        texts,
        hands: hands(row),
    })
}

/// The canonical body of an entry.
fn canonical(row: &operation::Model) -> Result<String> {
    let salted = salted(row).unwrap_or_default();
    Ok(body(row, &salted)?.canonical()?)
}

/// A row, as it is exported and verified.
///
/// # Errors
/// What is wrong with it, if it cannot be read as an entry.
pub fn exported(row: &operation::Model) -> std::result::Result<Entry, Fault> {
    let texts = salted(row).ok_or(Fault::Salt(row.seq))?;
    let link = Digest256::from_slice(&row.link).ok_or(Fault::Changed(row.seq))?;
    let body = body(row, &texts).and_then(|body| Ok(body.canonical()?));
    Ok(Entry {
        seq: row.seq,
        body: body.map_err(|_| Fault::Unreadable(row.seq))?,
        texts,
        link,
    })
}

/// A row, as it is exported to a reader who may not see its entry.
///
/// # Errors
/// As for [`exported`].
pub fn hidden(row: &operation::Model) -> std::result::Result<Hidden, Fault> {
    let Entry {
        seq, body, link, ..
    } = exported(row)?;
    Ok(Hidden {
        seq,
        body_hash: Digest256::of(body),
        link,
    })
}

/// One entry that the scope shows.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: OperationId,
) -> Result<Option<operation::Model>> {
    let row = operation::Entity::find_by_id(id)
        .filter(operation::Column::OrganizationId.eq(scope.account()))
        .one(conn)
        .await?;
    Ok(row.filter(|row| shows(scope, row)))
}

/// Whether the scope shows an entry: the whole record, acts of its own people, or only one's own acts.
pub fn shows(scope: &Scope, row: &operation::Model) -> bool {
    if row.organization_id != scope.account() {
        return false;
    }
    let own = row.actor_id == Some(scope.viewer());
    own || match scope.record_of() {
        RecordOf::All => true,
        RecordOf::People(organization) => row.actor_organization_id == Some(organization),
        RecordOf::Oneself => false,
    }
}

/// Whether an export of a followed chain gives an entry in full: entries that the scope shows, and declared
/// losses, without which older notes could not be understood.
pub fn follows(scope: &Scope, row: &operation::Model) -> bool {
    let loss = row.kind == OperationKind::RestoreRecord.spec().stable;
    shows(scope, row) || loss && row.organization_id == scope.account()
}

/// Organizations that have a chain, for the verifier and the exporter of the command line.
pub async fn organizations<C: Trusted>(conn: &C) -> Result<Vec<OrganizationId>> {
    let mut ids: Vec<OrganizationId> = operation::Entity::find()
        .select_only()
        .column(operation::Column::OrganizationId)
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    let heads: Vec<OrganizationId> = chain_head::Entity::find()
        .select_only()
        .column(chain_head::Column::OrganizationId)
        .into_tuple()
        .all(conn)
        .await?;
    ids.extend(heads);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The note that was kept of the end at an entry.
pub async fn note_at<C: ConnectionTrait>(
    conn: &C,
    entry: &operation::Model,
) -> Result<Option<String>> {
    let kept = receipt::Entity::find_by_id(entry.id).one(conn).await?;
    Ok(kept.map(|kept| kept.note))
}

/// The entry at a place of a chain.
pub async fn at<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
    seq: i64,
) -> Result<Option<operation::Model>> {
    let row = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .filter(operation::Column::Seq.eq(seq));
    Ok(row.one(conn).await?)
}

/// The rows by which entries are found whose actors were in hands, with the grants.
pub async fn hands_of<C: Trusted>(
    conn: &C,
    ids: &[OperationId],
) -> Result<HashMap<OperationId, Vec<GrantId>>> {
    let found = operation_hand::Entity::find()
        .filter(operation_hand::Column::OperationId.is_in(ids.iter().copied()))
        .order_by_asc(operation_hand::Column::GrantId)
        .all(conn)
        .await?;
    let mut hands: HashMap<_, Vec<_>> = HashMap::new();
    for row in found {
        hands
            .entry(row.operation_id)
            .or_default()
            .push(row.grant_id);
    }
    Ok(hands)
}

/// Rows of a chain beyond a place in it, in order.
pub async fn chain<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
    after: i64,
    most: u64,
) -> Result<Vec<operation::Model>> {
    after_place(conn, organization, after, most).await
}

/// The entries of an account's record after a place, in order, for an export that hides what the scope does not show.
pub async fn followed<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    after: i64,
    most: u64,
) -> Result<Vec<operation::Model>> {
    after_place(conn, scope.account(), after, most).await
}

async fn after_place<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    after: i64,
    most: u64,
) -> Result<Vec<operation::Model>> {
    let query = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .filter(operation::Column::Seq.gt(after))
        .order_by_asc(operation::Column::Seq)
        .limit(most);
    Ok(query.all(conn).await?)
}

/// As [`chain`], row by row if one of them cannot be read: for such a row, its place and its link, as an error.
pub async fn each<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
    after: i64,
    most: u64,
) -> Result<Vec<std::result::Result<operation::Model, (i64, Digest256)>>> {
    if let Ok(rows) = chain(conn, organization, after, most).await {
        return Ok(rows.into_iter().map(Ok).collect());
    }
    use operation::Column;
    let places: Vec<(OperationId, i64, Vec<u8>)> = operation::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Seq, Column::Link])
        .filter(operation::Column::OrganizationId.eq(organization))
        .filter(operation::Column::Seq.gt(after))
        .order_by_asc(operation::Column::Seq)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await?;
    let mut rows = Vec::with_capacity(places.len());
    for (id, seq, link) in places {
        match operation::Entity::find_by_id(id).one(conn).await {
            Ok(row) => rows.extend(row.map(Ok)),
            Err(error) if db::is_unreadable(&error) => {
                let link = Digest256::from_slice(&link).unwrap_or(Digest256::NONE);
                rows.push(Err((seq, link)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(rows)
}

/// Whether the entry at a note's end still has the link that the note names, computed from its row and the row
/// before.
pub async fn says<C: ConnectionTrait>(conn: &C, note: &Note) -> Result<bool> {
    let rows = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(note.organization))
        .filter(operation::Column::Seq.is_in([note.size, note.size - 1]))
        .all(conn)
        .await?;
    let at = |seq| rows.iter().find(|row| row.seq == seq);
    let before = at(note.size - 1).and_then(|row| Digest256::from_slice(&row.link));
    let entry = at(note.size).and_then(|row| exported(row).ok());
    Ok(entry.is_some_and(|entry| {
        let body = Digest256::of(&entry.body);
        let previous = before.unwrap_or(Digest256::NONE);
        record::link(previous, body) == note.link && entry.link == note.link
    }))
}

/// The places of the first and the last entry of a chain, as its rows say; `None` if there is none.
pub async fn span<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<(i64, i64)>> {
    use operation::Column;
    let of = operation::Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::OrganizationId.eq(organization));
    let first = of.clone().order_by_asc(Column::Seq).into_tuple().one(conn);
    let last = of.order_by_desc(Column::Seq).into_tuple().one(conn);
    let (first, last): (Option<i64>, Option<i64>) = (first.await?, last.await?);
    Ok(first.zip(last))
}
