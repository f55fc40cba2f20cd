//! Receipts of acts of consent: the entry, the note of the record's end at it, and the terms.

use entity::{
    ids::{OfferId, OperationId},
    offer, offer_item, offer_revision, operation, receipt,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    db::Trusted,
    domain::{
        kind::OperationKind,
        offer::{Item, Proposal, parts},
        record::{
            Digest256, Key, Target,
            receipt::{FORMAT, Receipt},
        },
    },
    error::{Error, Result},
    store::record,
};

/// The only text of an entry that the partner's receipt contains: the partner must not learn which user of the client
/// acted.
const FOR_PARTNER: &str = "actor_organization_name";

/// The receipt of an act of consent; `None` for any other act.
pub async fn of<C: ConnectionTrait>(conn: &C, row: &operation::Model) -> Result<Option<Receipt>> {
    let kind = OperationKind::by_stable_name(&row.kind);
    if !kind.is_some_and(OperationKind::is_consent) {
        return Ok(None);
    }
    let Some(kept) = receipt::Entity::find_by_id(row.id).one(conn).await? else {
        return Ok(None);
    };
    Ok(Some(Receipt {
        receipt: FORMAT.to_owned(),
        entry: record::exported(row).map_err(Error::internal)?,
        previous: Digest256::from_slice(&kept.previous).unwrap_or(Digest256::NONE),
        note: kept.note,
        terms: terms(conn, row).await?,
    }))
}

/// The receipt of an act of consent, for the client's side or for the partner's.
pub async fn for_side<C: Trusted>(
    conn: &C,
    id: OperationId,
    to_client: bool,
) -> Result<Option<Receipt>> {
    let row = operation::Entity::find_by_id(id).one(conn).await?;
    let receipt = match row {
        Some(row) => of(conn, &row).await?,
        None => None,
    };
    Ok(receipt.map(|mut receipt| {
        if !to_client {
            receipt.entry.texts.retain(|name, _| name == FOR_PARTNER);
        }
        receipt
    }))
}

/// The terms that an entry answers, as its digest covers them.
async fn terms<C: ConnectionTrait>(conn: &C, row: &operation::Model) -> Result<Option<String>> {
    let changes = record::changes(row);
    let offer = changes.parse(Key::Offer).map(OfferId);
    let offer = offer.or_else(|| match record::target(row)? {
        Target::Offer(id) => Some(id),
        _ => None,
    });
    let number = changes.parse::<i32>(Key::Revision);
    let Some((id, number)) = offer.zip(number) else {
        return Ok(None);
    };
    let offer = offer::Entity::find_by_id(id).one(conn).await?;
    let revision = offer_revision::Entity::find_by_id((id, number))
        .one(conn)
        .await?;
    let Some((offer, revision)) = offer.zip(revision) else {
        return Ok(None);
    };
    let items = offer_item::Entity::find()
        .filter(offer_item::Column::OfferId.eq(id))
        .filter(offer_item::Column::Revision.eq(number))
        .all(conn)
        .await?;
    let items: Vec<Item> = items
        .into_iter()
        .map(|item| Item {
            plan: item.plan_id,
            seats: item.seats,
            most: item.most_seats,
        })
        .collect();
    let proposal = Proposal {
        offer: id,
        revision: number,
        partner: offer.partner_id,
        kind: offer.kind,
        parts: &parts(revision.delegation.unwrap_or(true), &items),
        role_cap: revision.role_cap,
        term: &revision.term,
        message: revision.message.as_deref(),
    };
    // Terms that do not match the digest must not be given out as those that were answered.
    let covers = changes.get(Key::Digest) == Some(&*proposal.digest()?);
    Ok(covers.then(|| proposal.canonical()).transpose()?)
}
