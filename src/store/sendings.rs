//! Offers that the server sends, and addresses that want no more of them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{OfferId, SendingId},
    offer, offer_sending, suppressed,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    db::Tx,
    domain::{values::Email, visibility::PartnerScope},
    error::Result,
    store::{
        act::Act,
        page::{self, Page, Slice},
    },
};

/// How the sending to a list of addresses went.
#[derive(Debug, Default)]
pub struct SendResult {
    /// New sendings.
    pub sendings: Vec<SendingId>,
    /// How many had the offer already.
    pub already: usize,
    /// How many want no offers.
    pub suppressed: usize,
    /// How many addresses already got as many of the partner's mails as one may get within 24 hours.
    pub spared: usize,
}

/// An address as it is compared.
pub fn key(address: &str) -> String {
    address.to_lowercase()
}

/// Notes that an offer of the act's account is sent to these addresses: once to each until its URL is replaced,
/// not to those that want no offers, and not to those that got `most` of the partner's mails within 24 hours.
pub async fn insert(
    act: &Act<'_>,
    offer: &offer::Model,
    addresses: &[Email],
    most: u64,
) -> Result<SendResult> {
    let mut distinct: HashMap<String, &Email> = HashMap::new();
    for address in addresses {
        distinct.entry(key(address.as_str())).or_insert(address);
    }
    let keys: Vec<String> = distinct.keys().cloned().collect();
    let since = offer.rotated_at.unwrap_or(offer.created_at);
    let known: HashSet<String> = offer_sending::Entity::find()
        .filter(offer_sending::Column::OfferId.eq(offer.id))
        .filter(offer_sending::Column::AddressKey.is_in(keys.clone()))
        .filter(offer_sending::Column::SentAt.gte(since))
        .all(act.tx())
        .await?
        .into_iter()
        .map(|row| row.address_key)
        .collect();
    let lately: HashMap<String, i64> = offer_sending::Entity::find()
        .select_only()
        .column(offer_sending::Column::AddressKey)
        .column_as(offer_sending::Column::Id.count(), "mails")
        .filter(offer_sending::Column::PartnerId.eq(act.account()))
        .filter(offer_sending::Column::SentAt.gt(act.now() - TimeDelta::days(1)))
        .filter(offer_sending::Column::AddressKey.is_in(keys.clone()))
        .group_by(offer_sending::Column::AddressKey)
        .into_tuple::<(String, i64)>()
        .all(act.tx())
        .await?
        .into_iter()
        .collect();
    let unwanted: HashSet<String> = suppressed::Entity::find()
        .filter(suppressed::Column::AddressKey.is_in(keys))
        .all(act.tx())
        .await?
        .into_iter()
        .map(|row| row.address_key)
        .collect();
    let mut sent = SendResult::default();
    let mut rows = Vec::new();
    for (key, address) in distinct {
        if unwanted.contains(&key) {
            sent.suppressed += 1;
        } else if known.contains(&key) {
            sent.already += 1;
        } else if lately
            .get(&key)
            .is_some_and(|mails| mails.unsigned_abs() >= most)
        {
            sent.spared += 1;
        } else {
            let id: SendingId = act.id();
            sent.sendings.push(id);
            rows.push(offer_sending::ActiveModel {
                id: Set(id),
                offer_id: Set(offer.id),
                partner_id: Set(act.account()),
                address: Set(address.as_str().to_owned()),
                address_key: Set(key),
                sent_at: Set(act.now()),
                refused_at: Set(None),
                sent_by: Set(act.actor()),
            });
        }
    }
    if !rows.is_empty() {
        offer_sending::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(sent)
}

/// How many offers were sent for the act's account within this time.
pub async fn recent(act: &Act<'_>, within: TimeDelta) -> Result<u64> {
    let query = offer_sending::Entity::find()
        .filter(offer_sending::Column::PartnerId.eq(act.account()))
        .filter(offer_sending::Column::SentAt.gt(act.now() - within));
    Ok(query.count(act.tx()).await?)
}

/// One sending, for its mail and for the link in it, and whether its address wants no offers by now; `None` when
/// there is none.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    id: SendingId,
) -> Result<Option<(offer_sending::Model, bool)>> {
    let Some(row) = offer_sending::Entity::find_by_id(id).one(conn).await? else {
        return Ok(None);
    };
    let unwanted = suppressed::Entity::find_by_id(row.address_key.clone())
        .one(conn)
        .await?;
    Ok(Some((row, unwanted.is_some())))
}

/// Notes that the mail server takes no mail for the address of a sending.
pub(in crate::store) async fn refused(tx: &Tx, id: SendingId, now: DateTime<Utc>) -> Result<()> {
    offer_sending::Entity::update_many()
        .filter(offer_sending::Column::Id.eq(id))
        .col_expr(offer_sending::Column::RefusedAt, Expr::value(now))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes that an address wants no more offers; false if that was noted already.
pub async fn suppress(act: &Act<'_>, address_key: &str) -> Result<bool> {
    let known = suppressed::Entity::find_by_id(address_key.to_owned());
    if known.one(act.tx()).await?.is_some() {
        return Ok(false);
    }
    let row = suppressed::ActiveModel {
        address_key: Set(address_key.to_owned()),
        suppressed_at: Set(act.now()),
    };
    suppressed::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(true)
}

/// How many addresses each offer of the partner was sent to.
pub async fn counts<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, i64>> {
    let rows: Vec<(OfferId, i64)> = offer_sending::Entity::find()
        .select_only()
        .column(offer_sending::Column::OfferId)
        .column_as(
            Expr::col(offer_sending::Column::AddressKey).count_distinct(),
            "addresses",
        )
        .filter(offer_sending::Column::PartnerId.eq(scope.partner()))
        .filter(offer_sending::Column::OfferId.is_in(offers.iter().copied()))
        .group_by(offer_sending::Column::OfferId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One address that the partner had an offer sent to.
pub async fn one<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    id: SendingId,
) -> Result<Option<offer_sending::Model>> {
    let query = offer_sending::Entity::find_by_id(id)
        .filter(offer_sending::Column::PartnerId.eq(scope.partner()));
    Ok(query.one(conn).await?)
}

/// A page of the addresses that an offer of the partner was sent to, newest first.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offer: OfferId,
    page: Page,
) -> Result<Slice<offer_sending::Model>> {
    let query =
        offer_sending::Entity::find().filter(offer_sending::Column::PartnerId.eq(scope.partner()));
    let offer = (offer_sending::Column::OfferId, offer);
    let rows = page::newest_of(query, offer, offer_sending::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
