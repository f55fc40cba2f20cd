//! The record: appending entries to the chains of organizations, and reading the chains.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    chain_head,
    ids::{GrantId, OperationId, OrganizationId, SessionId, UserId},
    operation, operation_hand,
    states::{AuthorityKind, DelegatedRole, Outcome},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use crate::{
    domain::{
        record::{self, Beside, Body, Entry, GENESIS, Head, InHands, Subject},
        visibility::Scope,
    },
    error::Result,
    store::db::Tx,
};

/// An entry to be appended; its place in the chain is found while appending.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The entry.
    pub id: OperationId,
    /// Whose record.
    pub organization: OrganizationId,
    /// Stable name of the kind.
    pub kind: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was refused.
    pub reason: Option<&'static str>,
    /// When.
    pub at: DateTime<Utc>,
    /// Why the actor could act.
    pub authority: AuthorityKind,
    /// The real person.
    pub actor: Option<UserId>,
    /// Its organization.
    pub actor_organization: Option<OrganizationId>,
    /// Its session.
    pub session: Option<SessionId>,
    /// In whose hands that person was.
    pub hands: Vec<InHands>,
    /// The grant acted under.
    pub grant: Option<GrantId>,
    /// The delegated role in force.
    pub role: Option<DelegatedRole>,
    /// What was touched.
    pub target: Option<Subject>,
    /// What changed, redacted.
    pub changes: BTreeMap<String, String>,
    /// Names and free text.
    pub beside: Beside,
    /// Salt of the commitment to them, hex.
    pub salt: String,
}

/// Signs the end of a chain: key id and signature.
pub type Sign<'a> = &'a (dyn Fn(&[u8]) -> (String, String) + Sync);

/// Appends entries, each to its organization's chain, in their order. The organizations are
/// locked by the transaction.
///
/// # Errors
/// When the database cannot be written.
pub async fn append(tx: &Tx, drafts: Vec<Draft>, sign: Sign<'_>) -> Result<()> {
    let organizations: Vec<_> = drafts.iter().map(|draft| draft.organization).collect();
    let heads = chain_head::Entity::find()
        .filter(chain_head::Column::OrganizationId.is_in(organizations))
        .all(&**tx)
        .await?;
    let mut ends: BTreeMap<OrganizationId, (i64, String)> = heads
        .into_iter()
        .map(|head| (head.organization_id, (head.seq, head.hash)))
        .collect();
    let mut rows = Vec::new();
    let hands: BTreeSet<(GrantId, OperationId)> = drafts
        .iter()
        .flat_map(|draft| draft.hands.iter().map(|hand| (hand.grant, draft.id)))
        .collect();
    for draft in drafts {
        let end = ends
            .entry(draft.organization)
            .or_insert_with(|| (0, GENESIS.to_owned()));
        let row = entry(draft, end.0 + 1, &end.1)?;
        *end = (row.0, row.1.clone());
        rows.push(row.2);
    }
    operation::Entity::insert_many(rows)
        .exec_without_returning(&**tx)
        .await?;
    if !hands.is_empty() {
        let hands = hands.into_iter();
        let rows = hands.map(|(grant, operation)| operation_hand::ActiveModel {
            grant_id: Set(grant),
            operation_id: Set(operation),
        });
        operation_hand::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    let heads = ends.into_iter().map(|(organization, (seq, hash))| {
        let (key_id, signature) = sign(&record::head_message(organization, seq, &hash));
        chain_head::ActiveModel {
            organization_id: Set(organization),
            seq: Set(seq),
            hash: Set(hash),
            key_id: Set(key_id),
            signature: Set(signature),
        }
    });
    let update = OnConflict::column(chain_head::Column::OrganizationId)
        .update_columns([
            chain_head::Column::Seq,
            chain_head::Column::Hash,
            chain_head::Column::KeyId,
            chain_head::Column::Signature,
        ])
        .to_owned();
    chain_head::Entity::insert_many(heads)
        .on_conflict(update)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

fn entry(draft: Draft, seq: i64, previous: &str) -> Result<(i64, String, operation::ActiveModel)> {
    let beside = serde_json::to_string(&draft.beside)?;
    let target = draft.target.as_ref().map(|target| target.id);
    let body = Body {
        v: 1,
        organization: draft.organization,
        seq,
        previous: previous.to_owned(),
        id: draft.id,
        kind: draft.kind.to_owned(),
        outcome: draft.outcome,
        reason: draft.reason.map(str::to_owned),
        at: record::time(draft.at),
        authority: draft.authority,
        actor: draft.actor,
        actor_organization: draft.actor_organization,
        session: draft.session,
        secret_grant: None,
        grant: draft.grant,
        role: draft.role,
        target: draft.target,
        changes: draft.changes,
        beside: record::commitment(&draft.salt, &beside),
        hands: draft.hands,
    };
    let body = serde_json::to_string(&body)?;
    let hash = record::hash(&body);
    let row = operation::ActiveModel {
        id: Set(draft.id),
        organization_id: Set(draft.organization),
        seq: Set(seq),
        kind: Set(draft.kind.to_owned()),
        outcome: Set(draft.outcome),
        reason: Set(draft.reason.map(str::to_owned)),
        at: Set(draft.at),
        authority: Set(draft.authority),
        actor_id: Set(draft.actor),
        actor_organization_id: Set(draft.actor_organization),
        grant_id: Set(draft.grant),
        role: Set(draft.role),
        target_id: Set(target),
        ticket: Set(draft.beside.ticket.clone()),
        note: Set(draft.beside.note.clone()),
        body: Set(body),
        hash: Set(hash.clone()),
        salt: Set(Some(draft.salt)),
        beside: Set(Some(beside)),
    };
    Ok((seq, hash, row))
}

/// One entry that the scope shows.
///
/// # Errors
/// When the database cannot be read.
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

/// Whether the scope shows an entry: all of the record, those of its own people, or one's own act.
pub fn shows(scope: &Scope, row: &operation::Model) -> bool {
    if row.organization_id != scope.account() {
        return false;
    }
    let own = row.actor_id == Some(scope.viewer());
    own || match scope.record_of() {
        Some(None) => true,
        Some(Some(organization)) => row.actor_organization_id == Some(organization),
        None => false,
    }
}

/// Organizations that have a chain, for the verifier and the exporter of the command line.
///
/// # Errors
/// When the database cannot be read.
pub async fn organizations<C: ConnectionTrait>(conn: &C) -> Result<Vec<OrganizationId>> {
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

/// The signed end of a chain.
///
/// # Errors
/// When the database cannot be read.
pub async fn head<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<Head>> {
    let row = chain_head::Entity::find_by_id(organization)
        .one(conn)
        .await?;
    Ok(row.map(|row| Head {
        organization: row.organization_id,
        seq: row.seq,
        hash: row.hash,
        key_id: row.key_id,
        signature: row.signature,
    }))
}

/// How long the chains of these organizations are.
///
/// # Errors
/// When the database cannot be read.
pub async fn lengths<C: ConnectionTrait>(
    conn: &C,
    organizations: &[OrganizationId],
) -> Result<Vec<(OrganizationId, i64)>> {
    let rows = chain_head::Entity::find()
        .filter(chain_head::Column::OrganizationId.is_in(organizations.iter().copied()))
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.organization_id, row.seq))
        .collect())
}

/// Rows of a chain beyond a place in it, in order.
///
/// # Errors
/// When the database cannot be read.
pub async fn chain<C: ConnectionTrait>(
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

/// What is exported and verified of a row.
pub fn exported(row: &operation::Model) -> Entry {
    Entry {
        seq: row.seq,
        body: row.body.clone(),
        hash: row.hash.clone(),
        salt: row.salt.clone(),
        beside: row.beside.clone(),
    }
}

/// The first column of a row that says something else than its body and the text beside it.
pub fn differing(row: &operation::Model, body: &Body) -> Option<&'static str> {
    let beside: Option<Beside> = row
        .beside
        .as_deref()
        .and_then(|beside| serde_json::from_str(beside).ok());
    let beside = beside.unwrap_or_default();
    let checks = [
        ("id", row.id == body.id),
        ("organization_id", row.organization_id == body.organization),
        ("kind", row.kind == body.kind),
        ("outcome", row.outcome == body.outcome),
        ("reason", row.reason == body.reason),
        ("at", record::time(row.at) == body.at),
        ("authority", row.authority == body.authority),
        ("actor_id", row.actor_id == body.actor),
        (
            "actor_organization_id",
            row.actor_organization_id == body.actor_organization,
        ),
        ("grant_id", row.grant_id == body.grant),
        ("role", row.role == body.role),
        (
            "target_id",
            row.target_id == body.target.as_ref().map(|target| target.id),
        ),
        ("ticket", row.ticket == beside.ticket),
        ("note", row.note == beside.note),
    ];
    checks
        .into_iter()
        .find(|(_, same)| !same)
        .map(|(column, _)| column)
}

/// The organization of an entry, whatever the viewer may see of it: only to find the scope to ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn organization_of<C: ConnectionTrait>(
    conn: &C,
    id: OperationId,
) -> Result<Option<OrganizationId>> {
    Ok(operation::Entity::find_by_id(id)
        .one(conn)
        .await?
        .map(|row| row.organization_id))
}
