//! Records of the first form, as earlier releases wrote them: verified, and linked anew in the present form.
//!
//! In the first form, the hash of an entry covered a body that named the hash before it, and one commitment
//! covered all texts. A record that is brought over has an entry that says so, with the end that it had and any
//! fault that was found in it.

use std::collections::BTreeMap;

use entity::{
    ids::{OrganizationId, SessionId},
    operation, organization,
    states::AuthorityKind,
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, EntityTrait, ExprTrait, IntoActiveModel, QueryResult,
    Statement,
    sea_query::{Expr, Order, Query, Table},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    Draft,
    append::{End, row, sign},
    head,
};
use crate::{
    app::App,
    db::{Lock, Locks, Trusted, Tx},
    domain::{
        kind::OperationKind,
        record::{Changes, InHands, Key, TargetRef, Texts, note::SignedNote},
        viewer::Job,
    },
    error::{Error, Result},
};

/// How many entries are in memory at once.
const BATCH: u64 = 500;
/// The hash before the first entry.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The parts of a body of the first form that go into the second.
#[derive(Deserialize)]
struct Body {
    organization: OrganizationId,
    seq: i64,
    previous: String,
    session: Option<SessionId>,
    target: Option<TargetRef>,
    #[serde(default)]
    changes: Changes,
    #[serde(default)]
    beside: String,
    #[serde(default)]
    hands: Vec<InHands>,
}

/// The texts beside it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Beside {
    actor_name: Option<String>,
    actor_sign_in_name: Option<String>,
    actor_organization_name: Option<String>,
    target_name: Option<String>,
    ticket: Option<String>,
    note: Option<String>,
}

/// Whether there are records of the first form to be brought over.
pub async fn waits<C: Trusted>(conn: &C) -> Result<bool> {
    let backend = conn.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Postgres => "SELECT 1 WHERE to_regclass('operation_first') IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_master WHERE name = 'operation_first'",
    };
    // The table exists only while records wait in it.
    let there = Statement::from_string(backend, sql);
    Ok(conn.query_one_raw(there).await?.is_some())
}

/// Brings every record over, one after the other, and gives their new ends. If an earlier run broke off, it goes on
/// from there.
///
/// # Errors
/// When the database cannot be written; and when the anchor file says that this was done before: otherwise
/// whoever can write the database could have forged entries signed as those of an earlier release.
pub async fn bring_over(app: &App) -> Result<Vec<SignedNote>> {
    let mut notes = Vec::new();
    if !waits(&app.db.server()).await? {
        return Ok(notes);
    }
    if !app.anchors.is_missing().map_err(Error::internal)? {
        return Err(Error::internal(anyhow::anyhow!(
            "the tables operation_first and chain_head_first hold records of an earlier release, which were brought \
             over before: find out who made them, and drop them"
        )));
    }
    for organization in organization::Entity::find().all(app.db.read()).await? {
        let mut locks = Locks::default();
        locks.add(organization.id, Lock::Exclusive);
        let tx = app.db.begin(&locks).await?;
        notes.extend(one(app, &tx, &organization).await?);
        tx.commit().await?;
    }
    let tx = app.db.begin(&Locks::default()).await?;
    for table in ["operation_first", "chain_head_first"] {
        tx.execute(Table::drop().table(table)).await?;
    }
    tx.commit().await?;
    Ok(notes)
}

async fn one(app: &App, tx: &Tx, organization: &organization::Model) -> Result<Vec<SignedNote>> {
    let end = head(tx, organization.id, &app.config.platform.domain).await?;
    if let Some(end) = end.filter(|end| app.keys.verify_note(end)) {
        return Ok(vec![end]);
    }
    let mut end = End::none(organization.initial_domain.clone());
    let (mut hash, mut entries, mut faults) = (GENESIS.to_owned(), 0, Vec::new());
    loop {
        let mut query = Query::select();
        query
            .column(sea_orm::sea_query::Asterisk)
            .from("operation_first")
            .and_where(Expr::col("organization_id").eq(organization.id))
            .and_where(Expr::col("seq").gt(entries))
            .order_by("seq", Order::Asc)
            .limit(BATCH);
        let rows = tx.query_all(&query).await?;
        if rows.is_empty() {
            break;
        }
        let mut new = Vec::with_capacity(rows.len());
        for old in &rows {
            let seq: i64 = old.try_get("", "seq")?;
            if !follows(old, organization.id, entries + 1, &hash)? {
                faults.push(seq);
            }
            (entries, hash) = (seq, old.try_get("", "hash")?);
            new.push(row(draft(old, organization.id, app)?, &mut end)?.into_active_model());
        }
        operation::Entity::insert_many(new)
            .exec_without_returning(tx)
            .await?;
    }
    if entries == 0 {
        return Ok(Vec::new());
    }
    let signed = signed(tx, organization.id, entries, &hash, app).await?;
    let mut changes = Changes::default();
    changes.insert(Key::Entries, entries.to_string());
    changes.insert(Key::EarlierEnd, hash);
    changes.insert(Key::EarlierEndSigned, signed.to_string());
    if let Some(first) = faults.first() {
        changes.insert(Key::Faults, faults.len().to_string());
        changes.insert(Key::FirstFault, first.to_string());
    }
    let kind = OperationKind::RelinkRecord.spec().stable;
    let (id, now) = (app.rng.id(app.now()), app.now());
    let mut told = Draft::new(app, id, organization.id, kind, now, AuthorityKind::System);
    told.texts.actor_name = Some(Job::Cli.name().to_owned());
    told.body.changes = changes;
    let told = row(told, &mut end)?;
    operation::Entity::insert(told.into_active_model())
        .exec_without_returning(tx)
        .await?;
    sign(tx, &BTreeMap::from([(organization.id, end)]), app).await
}

/// Whether an entry matches its hash, and follows the one before it.
fn follows(
    old: &QueryResult,
    organization: OrganizationId,
    seq: i64,
    previous: &str,
) -> Result<bool> {
    let text: String = old.try_get("", "body")?;
    let hash: String = old.try_get("", "hash")?;
    let salt: Option<String> = old.try_get("", "salt")?;
    let beside: Option<String> = old.try_get("", "beside")?;
    let Ok(body) = serde_json::from_str::<Body>(&text) else {
        return Ok(false);
    };
    let digest = |domain: &str, parts: [&str; 2]| {
        let digest = Sha256::new().chain_update(domain);
        let digest = digest.chain_update(parts[0]).chain_update(parts[1]);
        hex::encode(digest.finalize())
    };
    let committed = match (&salt, &beside) {
        (Some(salt), Some(beside)) => {
            digest("mandate-record-beside-v1\n", [salt, beside]) == body.beside
        }
        (None, None) => true,
        _ => false,
    };
    Ok(committed
        && digest("mandate-record-entry-v1\n", [&text, ""]) == hash
        && (body.organization, body.seq) == (organization, seq)
        && body.previous == previous)
}

/// Whether the end was signed by this installation.
async fn signed(
    tx: &Tx,
    organization: OrganizationId,
    entries: i64,
    hash: &str,
    app: &App,
) -> Result<bool> {
    let mut query = Query::select();
    query
        .columns(["seq", "hash", "key_id", "signature"])
        .from("chain_head_first")
        .and_where(Expr::col("organization_id").eq(organization));
    let Some(head) = tx.query_one(&query).await? else {
        return Ok(false);
    };
    let (seq, end): (i64, String) = (head.try_get("", "seq")?, head.try_get("", "hash")?);
    let (key, signature): (String, String) =
        (head.try_get("", "key_id")?, head.try_get("", "signature")?);
    let mut message = b"mandate-record-head-v1\n".to_vec();
    message.extend_from_slice(organization.0.as_bytes());
    message.extend_from_slice(&seq.to_be_bytes());
    message.extend_from_slice(end.as_bytes());
    let good = app.keys.record_public().verify(&key, &message, &signature);
    Ok(good && seq == entries && end == hash)
}

/// An entry of the first form, as a draft in the present one.
fn draft(old: &QueryResult, organization: OrganizationId, app: &App) -> Result<Draft> {
    let text: String = old.try_get("", "body")?;
    let body = serde_json::from_str::<Body>(&text).ok();
    let texts: Option<String> = old.try_get("", "beside")?;
    let texts: Beside = texts
        .and_then(|texts| serde_json::from_str(&texts).ok())
        .unwrap_or_default();
    let reason: Option<String> = old.try_get("", "reason")?;
    let kind: String = old.try_get("", "kind")?;
    let mut draft = Draft::new(
        app,
        old.try_get("", "id")?,
        organization,
        &kind,
        old.try_get("", "at")?,
        old.try_get("", "authority")?,
    );
    draft.texts = Texts {
        actor_name: texts.actor_name,
        actor_sign_in_name: texts.actor_sign_in_name,
        actor_organization_name: texts.actor_organization_name,
        target_name: texts.target_name,
        ticket: texts.ticket,
        note: texts.note,
    };
    let said = &mut draft.body;
    said.outcome = old.try_get("", "outcome")?;
    said.reason = reason;
    said.actor = old.try_get("", "actor_id")?;
    said.actor_organization = old.try_get("", "actor_organization_id")?;
    said.grant = old.try_get("", "grant_id")?;
    said.role = old.try_get("", "role")?;
    if let Some(body) = body {
        said.session = body.session;
        said.target = body.target;
        said.changes = body.changes;
        said.hands = body.hands;
    }
    Ok(draft)
}
