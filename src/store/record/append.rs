//! Appending entries to the chains of organizations. The end of a chain is verified before an entry is added to it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    chain_head, grant, ids::OrganizationId, operation, operation_hand, organization, receipt,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{OnConflict, Query, SubQueryStatement},
};

use super::{Draft, canonical, signed};
use crate::{
    app::App,
    db::{self, Tx},
    domain::{
        reason::Reason,
        record::{
            self, Digest256, Key,
            note::{Note, SignedNote},
        },
        values::fold,
    },
    error::{Error, Result},
};

/// The end of a chain, to which entries are added.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub size: i64,
    pub link: Digest256,
    pub at: DateTime<Utc>,
    pub epoch: i32,
    pub sent: Digest256,
    pub domain: String,
}

impl End {
    /// The beginning of a record.
    pub fn none(domain: String) -> Self {
        Self {
            size: 0,
            link: Digest256::NONE,
            at: DateTime::<Utc>::MIN_UTC,
            epoch: 0,
            sent: Digest256::NONE,
            domain,
        }
    }

    fn note(&self, organization: OrganizationId, app: &App) -> SignedNote {
        app.keys.sign_note(Note {
            platform: app.config.platform.domain.clone(),
            organization,
            size: self.size,
            link: self.link,
            at: record::time(self.at),
            epoch: self.epoch,
            sent: self.sent,
            domain: self.domain.clone(),
        })
    }
}

/// What was appended.
#[derive(Debug, Default)]
pub struct Appended {
    /// The entries.
    pub entries: Vec<operation::Model>,
    /// The new ends of their chains.
    pub ends: Vec<SignedNote>,
}

/// Appends entries, each to its organization's chain, in their order. The organizations are locked by the
/// transaction.
///
/// # Errors
/// [`Reason::RecordNotTrusted`] if the end of a chain is not the one that this installation signed last.
pub async fn append(tx: &Tx, drafts: Vec<Draft>, app: &App) -> Result<Appended> {
    let (restored, others): (Vec<_>, Vec<_>) = drafts.iter().partition(|draft| draft.restores);
    let others: BTreeSet<_> = others.iter().map(|draft| draft.body.organization).collect();
    let mut ends = ends(tx, &others, app).await?;
    for draft in restored {
        ends.insert(draft.body.organization, as_it_is(tx, draft).await?);
    }
    extend(tx, drafts, &mut ends, app).await
}

/// The ends of these chains, after checking that each is to be believed.
async fn ends(
    tx: &Tx,
    organizations: &BTreeSet<OrganizationId>,
    app: &App,
) -> Result<BTreeMap<OrganizationId, End>> {
    let heads = chain_head::Entity::find()
        .filter(chain_head::Column::OrganizationId.is_in(organizations.iter().copied()))
        .all(tx)
        .await?;
    let mut ends = BTreeMap::new();
    for organization in organizations {
        let head = heads
            .iter()
            .find(|head| head.organization_id == *organization);
        let note = head.map(|head| signed(head, &app.config.platform.domain));
        if let Err(mistrust) = app.anchors.believe(*organization, note.as_ref()) {
            let domain = domain(tx, *organization).await?;
            tracing::error!(
                organization = %domain,
                "The record is not believed: {mistrust}. Nothing is done in the account. Run \
                 `mandate record verify`; the way out is `mandate record restored`."
            );
            return Err(Error::Failed(Reason::RecordNotTrusted));
        }
        let end = match (head, note) {
            (Some(head), Some(note)) => end(head, note),
            _ => End::none(domain(tx, *organization).await?),
        };
        ends.insert(*organization, end);
    }
    Ok(ends)
}

/// The end of a chain of which a loss is declared: its last entry, in the epoch that the draft names.
async fn as_it_is(tx: &Tx, draft: &Draft) -> Result<End> {
    let last = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(draft.body.organization))
        .order_by_desc(operation::Column::Seq)
        .one(tx)
        .await?;
    let end = End {
        epoch: draft.body.changes.parse(Key::Epoch).unwrap_or(0),
        ..End::none(domain(tx, draft.body.organization).await?)
    };
    Ok(match last {
        Some(last) => End {
            size: last.seq,
            link: Digest256::from_slice(&last.link).unwrap_or(Digest256::NONE),
            ..end
        },
        None => end,
    })
}

/// The end of an existing chain.
pub(super) fn end(head: &chain_head::Model, note: SignedNote) -> End {
    let next = head.next_sent.as_deref().and_then(Digest256::from_slice);
    End {
        size: note.note.size,
        link: note.note.link,
        at: head.at,
        epoch: note.note.epoch,
        sent: next.unwrap_or(note.note.sent),
        domain: note.note.domain,
    }
}

async fn domain(tx: &Tx, organization: OrganizationId) -> Result<String> {
    let row = organization::Entity::find_by_id(organization)
        .one(tx)
        .await?;
    Ok(row.map(|row| row.initial_domain).unwrap_or_default())
}

/// Adds entries to these ends, and signs them.
pub(super) async fn extend(
    tx: &Tx,
    drafts: Vec<Draft>,
    ends: &mut BTreeMap<OrganizationId, End>,
    app: &App,
) -> Result<Appended> {
    let mut hands = BTreeSet::new();
    let mut rows = Vec::with_capacity(drafts.len());
    let mut receipts = Vec::new();
    for draft in drafts {
        let end = ends.get_mut(&draft.body.organization);
        let end = end.ok_or_else(|| Error::internal(anyhow::anyhow!("a chain without an end")))?;
        hands.extend(
            draft
                .body
                .hands
                .iter()
                .map(|hand| (hand.grant, draft.body.id)),
        );
        let (organization, keeps_note) = (draft.body.organization, draft.keeps_note);
        let (previous, row) = (end.link, row(draft, end)?);
        if keeps_note {
            receipts.push(receipt::ActiveModel {
                operation_id: Set(row.id),
                previous: Set(previous.0.to_vec()),
                note: Set(end.note(organization, app).text()),
            });
        }
        rows.push(row);
    }
    let models = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    let added = operation::Entity::insert_many(models)
        .exec_without_returning(tx)
        .await;
    match added {
        Err(error) if db::is_duplicate(&error) => {
            tracing::error!(
                "A record holds entries behind its end. Nothing is done in the account. Run \
                 `mandate record verify`; the way out is `mandate record restored`."
            );
            return Err(Error::Failed(Reason::RecordNotTrusted));
        }
        added => added?,
    };
    if !hands.is_empty() {
        let mut insert = Query::insert();
        insert.into_table(operation_hand::Entity).columns([
            operation_hand::Column::GrantId,
            operation_hand::Column::OperationId,
            operation_hand::Column::PartnerId,
        ]);
        for (grant, operation) in hands {
            let partner = Query::select()
                .column(grant::Column::PartnerId)
                .from(grant::Entity)
                .and_where(grant::Column::Id.eq(grant))
                .to_owned();
            let partner = SubQueryStatement::from(partner).into();
            insert
                .values([grant.into(), operation.into(), partner])
                .map_err(anyhow::Error::from)?;
        }
        tx.execute(&insert).await?;
    }
    if !receipts.is_empty() {
        receipt::Entity::insert_many(receipts)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(Appended {
        entries: rows,
        ends: sign(tx, ends, app).await?,
    })
}

/// Writes the signed ends.
pub(super) async fn sign(
    tx: &Tx,
    ends: &BTreeMap<OrganizationId, End>,
    app: &App,
) -> Result<Vec<SignedNote>> {
    use chain_head::Column;
    let mut notes = Vec::with_capacity(ends.len());
    let mut heads = Vec::with_capacity(ends.len());
    for (organization, end) in ends {
        let note = end.note(*organization, app);
        let signature = note.signatures.first();
        heads.push(chain_head::ActiveModel {
            organization_id: Set(*organization),
            size: Set(end.size),
            link: Set(end.link.0.to_vec()),
            at: Set(end.at),
            epoch: Set(end.epoch),
            sent: Set(end.sent.0.to_vec()),
            domain: Set(end.domain.clone()),
            key: Set(signature.map(|one| one.key.to_vec()).unwrap_or_default()),
            signature: Set(signature.map(|one| one.bytes.clone()).unwrap_or_default()),
            next_sent: Set(None),
            sent_at: Set(None),
            sent_size: Set(None),
        });
        notes.push(note);
    }
    // The columns about the note that was sent last stay as they are.
    let update = OnConflict::column(Column::OrganizationId)
        .update_columns([
            Column::Size,
            Column::Link,
            Column::At,
            Column::Epoch,
            Column::Sent,
            Column::Domain,
            Column::Key,
            Column::Signature,
        ])
        .to_owned();
    chain_head::Entity::insert_many(heads)
        .on_conflict(update)
        .exec_without_returning(tx)
        .await?;
    Ok(notes)
}

/// The row of the next entry; `end` moves on to it.
pub(super) fn row(draft: Draft, end: &mut End) -> Result<operation::Model> {
    let texts = draft.texts;
    let salts = draft
        .salts
        .iter()
        .copied()
        .take(16 * texts.present().count());
    let body = draft.body;
    let (kind, id) = body.target.map(|target| (target.kind, target.id)).unzip();
    let mut row = operation::Model {
        id: body.id,
        organization_id: body.organization,
        seq: end.size + 1,
        kind: body.kind,
        outcome: body.outcome,
        reason: body.reason,
        at: body.at.0,
        authority: body.authority,
        actor_id: body.actor,
        actor_organization_id: body.actor_organization,
        session_id: body.session,
        grant_id: body.grant,
        role: body.role,
        target_type: kind,
        target_id: id,
        changes: if body.changes.is_empty() {
            None
        } else {
            Some(serde_json::to_string(&body.changes)?)
        },
        hands: if body.hands.is_empty() {
            None
        } else {
            Some(serde_json::to_string(&body.hands)?)
        },
        salts: salts.collect(),
        actor_name: texts.actor_name,
        actor_sign_in_name: texts.actor_sign_in_name,
        actor_organization_name: texts.actor_organization_name,
        target_name: texts.target_name,
        ticket: texts.ticket,
        note_folded: texts.note.as_deref().map(fold),
        note: texts.note,
        erased: None,
        link: Vec::new(),
    };
    let body = Digest256::of(canonical(&row)?);
    end.link = record::link(end.link, body);
    (end.size, end.at) = (row.seq, row.at);
    row.link = end.link.0.to_vec();
    Ok(row)
}
