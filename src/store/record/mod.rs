//! The record: what its rows say, and reading the chains.

pub mod append;
mod chains;
mod draft;
mod ends;
pub mod erase;
pub mod first_form;
pub mod proven;
pub mod search;

use std::collections::BTreeMap;

use entity::{
    ids::{OperationId, OrganizationId},
    operation, receipt,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub use append::{Appended, append};
pub use chains::{Unread, hands_of, organizations, rows, span};
pub use draft::Draft;
pub(in crate::store) use ends::signed;
pub use ends::{
    gone, head, heads, heads_of, is_any, last_loss, lengths, loss_seen, orders, restored_since,
};

use crate::{
    db::Trusted,
    domain::{
        kind::OperationKind,
        record::{
            self, Body, Changes, Digest256, InHands, Key, Moment, Salt, Salted, TEXTS, Target,
            TargetRef, Texts, VERSION,
            chain::Read,
            commitment,
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

/// The texts that are there, each with its name and its salt; `None` if a text has no salt, or a salt no text.
fn salted(row: &operation::Model) -> Option<impl Iterator<Item = (&'static str, &str, Salt)>> {
    let all = [
        &row.actor_name,
        &row.actor_sign_in_name,
        &row.actor_organization_name,
        &row.target_name,
        &row.ticket,
        &row.note,
    ];
    let named = TEXTS.into_iter().zip(all);
    let present = named.filter_map(|(name, text)| Some((name, text.as_deref()?)));
    let (salts, rest) = row.salts.as_chunks::<16>();
    if !rest.is_empty() || salts.len() != present.clone().count() {
        return None;
    }
    let with = present.zip(salts);
    Some(with.map(|((name, text), salt)| (name, text, Salt(*salt))))
}

/// The texts that are there with their salts, by name; `None` as for [`salted`].
fn by_name(row: &operation::Model) -> Option<BTreeMap<String, Salted>> {
    let texts = salted(row)?.map(|(name, text, salt)| {
        let text = text.to_owned();
        (name.to_owned(), Salted { salt, text })
    });
    Some(texts.collect())
}

/// The body of an entry, of its row.
fn body(row: &operation::Model) -> Result<Body> {
    let erased = row.erased.as_deref().map(serde_json::from_str);
    let mut texts: BTreeMap<String, Digest256> = erased.transpose()?.unwrap_or_default();
    let there = salted(row).into_iter().flatten();
    texts.extend(there.map(|(name, text, salt)| (name.to_owned(), commitment(name, salt, text))));
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
    Ok(body(row)?.canonical()?)
}

/// A row, as it is exported and verified.
///
/// # Errors
/// What is wrong with it, if it cannot be read as an entry.
pub fn exported(row: &operation::Model) -> std::result::Result<Entry, Fault> {
    let Read {
        canonical, link, ..
    } = read(row)?;
    Ok(Entry {
        seq: row.seq,
        body: canonical,
        texts: by_name(row).unwrap_or_default(),
        link,
    })
}

/// A row, as it is verified where it is: nobody need believe what is computed of it here.
///
/// # Errors
/// As for [`exported`].
pub fn read(row: &operation::Model) -> std::result::Result<Read, Fault> {
    let there = salted(row).ok_or(Fault::Salt(row.seq))?;
    let there = there.map(|(name, ..)| name).collect();
    let link = Digest256::from_slice(&row.link).ok_or(Fault::Changed(row.seq))?;
    let unreadable = |_| Fault::Unreadable(row.seq);
    let body = body(row).map_err(unreadable)?;
    if !body.at.is_written() {
        return Err(Fault::Unreadable(row.seq));
    }
    let canonical = body.canonical().map_err(|error| unreadable(error.into()))?;
    Ok(Read {
        body,
        canonical,
        there,
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
