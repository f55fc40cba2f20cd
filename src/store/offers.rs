//! Offers with their revisions and the addresses that are told of responses.

use std::collections::HashMap;

use entity::{
    ids::{OfferId, OrganizationId},
    offer, offer_notice, offer_revision,
    states::{DelegatedRole, OfferKind},
    user,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
};

use crate::{
    domain::{
        offer::Proposal,
        values::{Email, Message, Term},
        visibility::{PartnerScope, Scope, View},
    },
    error::{Error, Result},
    store::{
        act::Act,
        page::{self, Page, Slice},
    },
};

/// An offer to be made.
pub struct NewOffer<'a> {
    /// The most that it asks for.
    pub role_cap: DelegatedRole,
    /// The term that it asks for.
    pub term: &'a Term,
    /// The partner's own words.
    pub message: Option<&'a Message>,
    /// Who is told of responses.
    pub notify: &'a [Email],
    /// The unguessable part of its URL.
    pub token: String,
}

/// Makes an offer of the act's account, with its first revision.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(act: &Act<'_>, new: &NewOffer<'_>) -> Result<OfferId> {
    let id: OfferId = act.id();
    let creator = act.actor().ok_or_else(Error::not_found)?;
    let row = offer::ActiveModel {
        id: Set(id),
        partner_id: Set(act.account()),
        token: Set(new.token.clone()),
        kind: Set(OfferKind::Delegation),
        revision: Set(1),
        created_by: Set(creator),
        created_at: Set(act.now()),
    };
    offer::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    let term = new.term.text();
    let message = new.message.map(Message::as_str);
    let digest = Proposal {
        offer: id,
        revision: 1,
        partner: act.account(),
        kind: OfferKind::Delegation,
        parts: &["DELEGATION"],
        role_cap: new.role_cap,
        term: &term,
        message,
    }
    .digest()?;
    let row = offer_revision::ActiveModel {
        offer_id: Set(id),
        revision: Set(1),
        digest: Set(digest),
        role_cap: Set(new.role_cap),
        term: Set(term),
        message: Set(message.map(str::to_owned)),
        created_at: Set(act.now()),
    };
    offer_revision::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    if !new.notify.is_empty() {
        let rows = new.notify.iter().map(|address| offer_notice::ActiveModel {
            offer_id: Set(id),
            address: Set(address.as_str().to_owned()),
        });
        offer_notice::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(id)
}

/// An offer with its current revision.
#[derive(Clone, Debug)]
pub struct Row {
    /// The offer.
    pub offer: offer::Model,
    /// Its current revision.
    pub revision: offer_revision::Model,
}

async fn with_revisions<C: ConnectionTrait>(
    conn: &C,
    offers: Vec<offer::Model>,
) -> Result<Vec<Row>> {
    let revisions = offer_revision::Entity::find()
        .filter(offer_revision::Column::OfferId.is_in(offers.iter().map(|offer| offer.id)))
        .all(conn)
        .await?;
    let mut revisions: HashMap<_, _> = revisions
        .into_iter()
        .map(|row| ((row.offer_id, row.revision), row))
        .collect();
    Ok(offers
        .into_iter()
        .filter_map(|offer| {
            let revision = revisions.remove(&(offer.id, offer.revision))?;
            Some(Row { offer, revision })
        })
        .collect())
}

/// An offer by the unguessable part of its URL: whoever knows it may read it.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_token<C: ConnectionTrait>(conn: &C, token: &str) -> Result<Option<Row>> {
    let offer = offer::Entity::find()
        .filter(offer::Column::Token.eq(token))
        .one(conn)
        .await?;
    Ok(with_revisions(conn, offer.into_iter().collect())
        .await?
        .pop())
}

/// The offer that an act answers, within the act.
///
/// # Errors
/// When the database cannot be read.
pub async fn answered(act: &Act<'_>, token: &str) -> Result<Row> {
    by_token(act.tx(), token)
        .await?
        .ok_or_else(Error::not_found)
}

/// Who is told of a response: the creator's contact and the addresses to notify, each once.
///
/// # Errors
/// When the database cannot be read.
pub async fn told(act: &Act<'_>, offer: &offer::Model) -> Result<Vec<String>> {
    let creator = user::Entity::find_by_id(offer.created_by)
        .filter(user::Column::ContactVerifiedAt.is_not_null())
        .filter(user::Column::DeletedAt.is_null())
        .one(act.tx())
        .await?;
    let rows = offer_notice::Entity::find()
        .filter(offer_notice::Column::OfferId.eq(offer.id))
        .all(act.tx())
        .await?;
    let mut told: Vec<String> = creator.into_iter().map(|user| user.contact).collect();
    for row in rows {
        if !told
            .iter()
            .any(|address| address.eq_ignore_ascii_case(&row.address))
        {
            told.push(row.address);
        }
    }
    Ok(told)
}

/// One offer of the scope's organization.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(conn: &C, scope: &Scope, id: OfferId) -> Result<Option<Row>> {
    if !scope.sees(View::Offers) {
        return Ok(None);
    }
    let offer = offer::Entity::find_by_id(id)
        .filter(offer::Column::PartnerId.eq(scope.account()))
        .one(conn)
        .await?;
    Ok(with_revisions(conn, offer.into_iter().collect())
        .await?
        .pop())
}

/// A page of the partner's offers, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    page: Page,
) -> Result<Slice<Row>> {
    let query = offer::Entity::find().filter(offer::Column::PartnerId.eq(scope.partner()));
    let slice = Slice::new(
        page::newest_first(query, offer::Column::Id, page)
            .all(conn)
            .await?,
        page,
    );
    let has_next = slice.has_next;
    Ok(Slice {
        rows: with_revisions(conn, slice.rows).await?,
        has_next,
    })
}

/// Addresses that are told of responses, by offer. The caller shows them to the partner alone.
///
/// # Errors
/// When the database cannot be read.
pub async fn notices<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, Vec<String>>> {
    let rows = offer_notice::Entity::find()
        .filter(
            Condition::all()
                .add(offer_notice::Column::OfferId.is_in(offers.iter().copied()))
                .add(offer_notice::Column::OfferId.in_subquery(own_offers(scope.partner()))),
        )
        .all(conn)
        .await?;
    let mut notices: HashMap<OfferId, Vec<String>> = HashMap::new();
    for row in rows {
        notices.entry(row.offer_id).or_default().push(row.address);
    }
    Ok(notices)
}

fn own_offers(partner: OrganizationId) -> sea_orm::sea_query::SelectStatement {
    sea_orm::sea_query::Query::select()
        .column(offer::Column::Id)
        .from(offer::Entity)
        .and_where(offer::Column::PartnerId.eq(partner))
        .to_owned()
}

/// The partner's own words of a revision: for who sees an answer to it.
///
/// # Errors
/// When the database cannot be read.
pub async fn message<C: ConnectionTrait>(
    conn: &C,
    offer: OfferId,
    revision: i32,
) -> Result<Option<String>> {
    Ok(offer_revision::Entity::find_by_id((offer, revision))
        .one(conn)
        .await?
        .and_then(|row| row.message))
}
