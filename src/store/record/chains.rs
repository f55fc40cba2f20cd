//! Reading many chains, one after another, to verify them.

use std::{collections::HashMap, ops::RangeInclusive};

use entity::{
    chain_head,
    ids::{GrantId, OperationId, OrganizationId},
    operation,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use crate::{
    db::{self, Trusted},
    domain::record::Digest256,
    error::Result,
    store::hot::entries,
};

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

/// The rows by which entries are found whose actors were in hands, with the grants.
pub async fn hands_of<C: Trusted>(
    conn: &C,
    ids: &[OperationId],
) -> Result<HashMap<OperationId, Vec<GrantId>>> {
    let mut hands: HashMap<_, Vec<_>> = HashMap::new();
    for (entry, grant) in entries::hands(conn, ids.iter().copied()).await? {
        hands.entry(entry).or_default().push(grant);
    }
    Ok(hands)
}

/// A row that cannot be read as an entry: its place, and its link.
#[derive(Clone, Copy, Debug)]
pub struct Unread {
    /// Whose record it is in.
    pub organization: OrganizationId,
    /// Its place there.
    pub seq: i64,
    /// The link beside it.
    pub link: Digest256,
}

/// Rows of the chains of these organizations, one chain after another and each in its order, beyond a place in the first of
/// them. Row by row if one of them cannot be read.
pub async fn rows<C: Trusted>(
    conn: &C,
    of: RangeInclusive<OrganizationId>,
    after: i64,
    most: u64,
) -> Result<Vec<std::result::Result<operation::Model, Unread>>> {
    if let Ok(rows) = entries::chains(conn, &of, after, most).await {
        return Ok(rows.into_iter().map(Ok).collect());
    }
    use operation::Column;
    let places: Vec<(OperationId, OrganizationId, i64, Vec<u8>)> = next(&of, after, most)
        .select_only()
        .columns([
            Column::Id,
            Column::OrganizationId,
            Column::Seq,
            Column::Link,
        ])
        .into_tuple()
        .all(conn)
        .await?;
    let mut rows = Vec::with_capacity(places.len());
    for (id, organization, seq, link) in places {
        match operation::Entity::find_by_id(id).one(conn).await {
            Ok(row) => rows.extend(row.map(Ok)),
            Err(error) if db::is_unreadable(&error) => rows.push(Err(Unread {
                organization,
                seq,
                link: Digest256::from_slice(&link).unwrap_or(Digest256::NONE),
            })),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(rows)
}

fn next(of: &RangeInclusive<OrganizationId>, after: i64, most: u64) -> Select<operation::Entity> {
    use operation::Column;
    let query = operation::Entity::find()
        .order_by_asc(Column::OrganizationId)
        .order_by_asc(Column::Seq)
        .limit(most);
    // Of one chain by its own name: the database counts on few rows then.
    if of.start() == of.end() {
        return query
            .filter(Column::OrganizationId.eq(*of.start()))
            .filter(Column::Seq.gt(after));
    }
    let place = Expr::tuple([Expr::val(*of.start()), Expr::val(after)]);
    let row = Expr::tuple([Expr::col(Column::OrganizationId), Expr::col(Column::Seq)]);
    query
        .filter(row.gt(place))
        .filter(Column::OrganizationId.lte(*of.end()))
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
