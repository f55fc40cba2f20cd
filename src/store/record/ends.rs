//! The signed ends of chains, as the database has them. `anchors` and `proven` decide whether an end is believed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{chain_head, ids::OrganizationId, operation};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Query,
};

use crate::{
    db::Trusted,
    domain::visibility::{Scope, View},
};
use crate::{
    domain::{
        kind::OperationKind,
        record::{
            self, Digest256, Key,
            note::{Note, Signature, SignedNote, key_name},
        },
    },
    error::Result,
};

/// The signed note, from the columns of a chain head.
pub(in crate::store) fn signed(head: &chain_head::Model, platform: &str) -> SignedNote {
    let note = Note {
        platform: platform.to_owned(),
        organization: head.organization_id,
        size: head.size,
        link: Digest256::from_slice(&head.link).unwrap_or(Digest256::NONE),
        at: record::time(head.at),
        epoch: head.epoch,
        sent: Digest256::from_slice(&head.sent).unwrap_or(Digest256::NONE),
        domain: head.domain.clone(),
    };
    SignedNote {
        signatures: vec![Signature {
            name: key_name(platform),
            key: head.key.as_slice().try_into().unwrap_or_default(),
            bytes: head.signature.clone(),
        }],
        note,
    }
}

/// The signed end of a chain.
pub async fn head<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    platform: &str,
) -> Result<Option<SignedNote>> {
    let row = chain_head::Entity::find_by_id(organization)
        .one(conn)
        .await?;
    Ok(row.map(|row| signed(&row, platform)))
}

/// The epoch and the number of entries of each chain, as its end names them.
pub async fn orders<C: Trusted>(conn: &C) -> Result<Vec<(OrganizationId, i32, i64)>> {
    use chain_head::Column;
    let rows = chain_head::Entity::find()
        .select_only()
        .columns([Column::OrganizationId, Column::Epoch, Column::Size])
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows)
}

/// The signed ends of all chains.
pub async fn heads<C: Trusted>(conn: &C, platform: &str) -> Result<Vec<SignedNote>> {
    let rows = chain_head::Entity::find().all(conn).await?;
    Ok(rows.iter().map(|row| signed(row, platform)).collect())
}

/// The signed ends of these organizations' chains.
pub async fn heads_of<C: Trusted>(
    conn: &C,
    organizations: &[OrganizationId],
    platform: &str,
) -> Result<Vec<SignedNote>> {
    let mut heads = Vec::with_capacity(organizations.len());
    for some in organizations.chunks(crate::store::IDS_AT_ONCE) {
        let rows = chain_head::Entity::find()
            .filter(chain_head::Column::OrganizationId.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        heads.extend(rows.iter().map(|row| signed(row, platform)));
    }
    Ok(heads)
}

/// Whether there is any record yet.
pub async fn is_any<C: Trusted>(conn: &C) -> Result<bool> {
    Ok(chain_head::Entity::find().one(conn).await?.is_some())
}

/// How long the chains of these organizations are.
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
        .map(|row| (row.organization_id, row.size))
        .collect())
}

/// Organizations of whose record a loss was declared since this time.
pub async fn restored_since<C: Trusted>(
    conn: &C,
    since: DateTime<Utc>,
) -> Result<Vec<OrganizationId>> {
    let later_epoch = Query::select()
        .column(chain_head::Column::OrganizationId)
        .from(chain_head::Entity)
        .and_where(chain_head::Column::Epoch.gt(0))
        .to_owned();
    let restored = operation::Entity::find()
        .filter(operation::Column::OrganizationId.in_subquery(later_epoch))
        .filter(operation::Column::Kind.eq(OperationKind::RestoreRecord.spec().stable))
        .filter(operation::Column::At.gte(since))
        .all(conn)
        .await?;
    Ok(restored
        .into_iter()
        .map(|row| row.organization_id)
        .collect())
}

/// Organizations that are gone from the database, as the platform's record says, with the number of entries
/// that were seen of their records.
pub async fn gone<C: Trusted>(
    conn: &C,
    platform: Option<OrganizationId>,
) -> Result<HashMap<OrganizationId, i64>> {
    let Some(platform) = platform else {
        return Ok(HashMap::new());
    };
    let told = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(platform))
        .filter(operation::Column::Kind.eq(OperationKind::RestoreRecord.spec().stable))
        .all(conn)
        .await?;
    let mut gone = HashMap::new();
    for row in told {
        let list = super::change(&row, Key::OrganizationsGone).unwrap_or_default();
        let one = |part: &str| {
            let (id, size) = part.split_once(':')?;
            Some((OrganizationId(id.parse().ok()?), size.parse().ok()?))
        };
        gone.extend(list.split(", ").filter_map(one));
    }
    Ok(gone)
}

/// The entry that declared the last loss of a record.
pub async fn last_loss<C: Trusted>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<operation::Model>> {
    loss(conn, organization).await
}

/// The entry that declared the last loss of an account's record, if the scope shows the record.
pub async fn loss_seen<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
) -> Result<Option<operation::Model>> {
    if !scope.sees(View::Record) {
        return Ok(None);
    }
    loss(conn, scope.account()).await
}

async fn loss<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<operation::Model>> {
    let told = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .filter(operation::Column::Kind.eq(OperationKind::RestoreRecord.spec().stable))
        .order_by_desc(operation::Column::Seq);
    Ok(told.one(conn).await?)
}
