//! The content of mails, read by the worker: only what a delivery names.

use chrono::{DateTime, Utc};
use entity::{
    certification, domain, grant, hand,
    ids::{DomainId, GrantId, OperationId, OrganizationId, ResponseId, UserId},
    language::Language,
    offer, offer_item, offer_revision, operation, organization, response,
    states::Way,
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Query,
};

use crate::{
    db::Trusted,
    domain::{certification::Certification, record::InHands},
    error::Result,
    store::{from_rows, plans, responses},
};

/// A client's answer, with what the mail about it says.
pub struct AnswerDetails {
    /// The answer.
    pub response: response::Model,
    /// The client that answered.
    pub client: organization::Model,
    /// What was granted.
    pub grant: Option<grant::Model>,
    pub offer: offer::Model,
    /// Whether the revision that was answered asked for delegated administration.
    pub offers_delegation: bool,
    /// Plans that it offered.
    pub offered: Vec<String>,
    /// The partner's own words in it.
    pub message: Option<String>,
    /// What was taken: plans and seats.
    pub items: Vec<(String, i32)>,
    /// Whether the client had taken the subscriptions by an earlier answer.
    pub taken_before: bool,
    /// Whether a grant that the client gave by an earlier answer to the offer is still open.
    pub given_before: bool,
    /// Whether the grant was there before, on other terms.
    pub amended: bool,
}

/// A client's answer.
pub async fn answered<C: Trusted>(conn: &C, id: ResponseId) -> Result<Option<AnswerDetails>> {
    let Some(response) = response::Entity::find_by_id(id).one(conn).await? else {
        return Ok(None);
    };
    let client = organization::Entity::find_by_id(response.client_id)
        .one(conn)
        .await?;
    let offer = offer::Entity::find_by_id(response.offer_id)
        .one(conn)
        .await?;
    let grant = match response.grant_id {
        Some(grant) => grant::Entity::find_by_id(grant).one(conn).await?,
        None => None,
    };
    let key = (response.offer_id, response.revision);
    let revision = offer_revision::Entity::find_by_id(key).one(conn).await?;
    let offered = offer_item::Entity::find()
        .filter(offer_item::Column::OfferId.eq(key.0))
        .filter(offer_item::Column::Revision.eq(key.1))
        .order_by_asc(offer_item::Column::PlanId)
        .all(conn)
        .await?;
    let ids: Vec<_> = offered.iter().map(|item| item.plan_id).collect();
    let plans = plans::plans_of(conn, &ids).await?;
    let offered = ids.iter().filter_map(|id| plans.get(id));
    let before = |condition: Condition| {
        response::Entity::find()
            .filter(response::Column::ClientId.eq(response.client_id))
            .filter(response::Column::Id.lt(response.id))
            .filter(condition)
    };
    let taken = Condition::all()
        .add(response::Column::OfferId.eq(response.offer_id))
        .add(response::Column::ItemsTaken.eq(true));
    let taken_before = before(taken).one(conn).await?.is_some();
    let given = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(response.client_id))
        .filter(grant::Column::OfferId.eq(response.offer_id))
        .filter(grant::Column::EndedAt.is_null());
    let given_before = response.grant_id.is_none() && given.one(conn).await?.is_some();
    let amended = match response.grant_id {
        Some(grant) => {
            let of_grant = Condition::all().add(response::Column::GrantId.eq(grant));
            before(of_grant).one(conn).await?.is_some()
        }
        None => false,
    };
    let items = responses::items_of(conn, response.id).await?;
    let items = items
        .into_iter()
        .map(|(item, plan)| (plan.name, item.seats));
    let items = items.collect();
    Ok(client.zip(offer).map(|(client, offer)| AnswerDetails {
        response,
        client,
        grant,
        offer,
        offers_delegation: revision
            .as_ref()
            .is_some_and(|row| row.delegation.unwrap_or(true)),
        message: revision.and_then(|row| row.message),
        offered: offered.map(|plan| plan.name.clone()).collect(),
        items,
        taken_before,
        given_before,
        amended,
    }))
}

/// A grant with the names of its sides.
pub struct Grant {
    pub grant: grant::Model,
    /// The client.
    pub client: String,
    /// The partner.
    pub partner: String,
    /// The partner's certification.
    pub certification: Certification,
    /// The language of the offer by which it was given.
    pub language: Option<Language>,
}

/// A grant that a mail is about.
pub async fn grant<C: Trusted>(conn: &C, id: GrantId) -> Result<Option<Grant>> {
    let row = grant::Entity::find_by_id(id)
        .find_also(grant::Entity, certification::Entity)
        .one(conn)
        .await?;
    let Some((grant, certification)) = row else {
        return Ok(None);
    };
    let client = organization_name(conn, grant.client_id).await?;
    let partner = organization_name(conn, grant.partner_id).await?;
    let offer = offer::Entity::find_by_id(grant.offer_id).one(conn).await?;
    Ok(Some(Grant {
        grant,
        client: client.unwrap_or_default(),
        partner: partner.unwrap_or_default(),
        certification: from_rows::certification_state(certification.as_ref()),
        language: offer.and_then(|offer| offer.language),
    }))
}

/// A user whose sign-in people of a partner may hold.
pub struct HeldUser {
    pub user: user::Model,
    /// In which ways.
    pub ways: Vec<Way>,
}

/// Users whose sign-in people of the grant's partner may hold, at most `most`.
pub async fn held<C: Trusted>(conn: &C, grant: GrantId, most: usize) -> Result<Vec<HeldUser>> {
    let rows = hand::Entity::find()
        .filter(hand::Column::GrantId.eq(grant))
        .filter(hand::Column::EndedAt.is_null())
        .find_also(hand::Entity, user::Entity)
        .order_by_asc(hand::Column::UserId)
        .order_by_asc(hand::Column::Way)
        .limit(u64::try_from(most * 8).unwrap_or(u64::MAX))
        .all(conn)
        .await?;
    let mut held: Vec<HeldUser> = Vec::new();
    for (hand, user) in rows {
        let Some(user) = user.filter(|user| user.deleted_at.is_none()) else {
            continue;
        };
        let ways = vec![hand.way];
        match held.last_mut().filter(|last| last.user.id == user.id) {
            Some(last) => last.ways.extend(ways),
            None => held.push(HeldUser { user, ways }),
        }
    }
    held.truncate(most);
    Ok(held)
}

/// The user who reads a mail, unless there is none or it was erased.
pub async fn reader<C: Trusted>(conn: &C, user: Option<UserId>) -> Result<Option<user::Model>> {
    let Some(user) = user else {
        return Ok(None);
    };
    let query = user::Entity::find_by_id(user).filter(user::Column::PurgedAt.is_null());
    Ok(query.one(conn).await?)
}

/// A user whose contact a delegate set, and the entry about it.
pub async fn user_and_entry<C: Trusted>(
    conn: &C,
    user: UserId,
    operation: OperationId,
) -> Result<Option<(user::Model, operation::Model)>> {
    let user = user::Entity::find_by_id(user).one(conn).await?;
    let operation = operation::Entity::find_by_id(operation).one(conn).await?;
    Ok(user.zip(operation))
}

/// An entry of the record that a mail is about.
pub async fn entry<C: Trusted>(
    conn: &C,
    operation: OperationId,
) -> Result<Option<operation::Model>> {
    Ok(operation::Entity::find_by_id(operation).one(conn).await?)
}

/// A domain name that a mail is about.
pub async fn domain<C: Trusted>(conn: &C, domain: DomainId) -> Result<Option<domain::Model>> {
    Ok(domain::Entity::find_by_id(domain).one(conn).await?)
}

/// An organization's name.
pub async fn organization_name<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<String>> {
    let row = organization::Entity::find_by_id(organization)
        .one(conn)
        .await?;
    Ok(row.map(|row| row.name))
}

/// A user's name.
pub async fn user_name<C: Trusted>(conn: &C, user: UserId) -> Result<Option<String>> {
    let row = user::Entity::find_by_id(user).one(conn).await?;
    Ok(row.map(|row| row.display_name))
}

/// Somebody who can be answered.
pub struct Person {
    pub name: String,
    /// A contact that it proved.
    pub address: String,
}

/// Somebody who can be answered: a user who is there, with a contact that it proved.
pub async fn person<C: Trusted>(conn: &C, user: UserId) -> Result<Option<Person>> {
    let row = user::Entity::find_by_id(user)
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::ContactVerifiedAt.is_not_null())
        .one(conn)
        .await?;
    Ok(row.map(|row| Person {
        name: row.display_name,
        address: row.contact,
    }))
}

/// The names of the partners whose people may have held the actor's sign-in, as an entry says.
pub async fn holders<C: Trusted>(conn: &C, hands: &[InHands]) -> Result<Vec<String>> {
    let grants: Vec<_> = hands.iter().map(|hand| hand.grant).collect();
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let partners = Query::select()
        .column(grant::Column::PartnerId)
        .from(grant::Entity)
        .and_where(grant::Column::Id.is_in(grants))
        .to_owned();
    let rows = organization::Entity::find()
        .filter(organization::Column::Id.in_subquery(partners))
        .order_by_asc(organization::Column::Name)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// The clients whose grants to an organization are open: nobody ended them, and their term is not over.
pub async fn administered<C: Trusted>(
    conn: &C,
    partner: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<OrganizationId>> {
    let rows = grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::ExpiresAt.gt(now))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}

/// How many of a client's grants it holds that are not over.
pub async fn held_grants<C: Trusted>(
    conn: &C,
    client: OrganizationId,
    now: DateTime<Utc>,
) -> Result<u64> {
    let held = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(client))
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::ExpiresAt.gt(now))
        .filter(grant::Column::ClientHoldAt.is_not_null());
    Ok(held.count(conn).await?)
}
