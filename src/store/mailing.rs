//! What mails tell: read by the worker, which sees what a delivery names and nothing else.

use entity::{
    domain, grant,
    ids::{DomainId, OperationId, OrganizationId, ResponseId, UserId},
    offer, operation, organization, response, user,
};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::error::Result;

/// A client's answer, as its mail tells it.
pub struct Answered {
    /// The answer.
    pub response: response::Model,
    /// Who answered.
    pub client: organization::Model,
    /// What was granted.
    pub grant: Option<grant::Model>,
    /// The offer.
    pub offer: offer::Model,
}

/// A client's answer.
///
/// # Errors
/// When the database cannot be read.
pub async fn answered<C: ConnectionTrait>(conn: &C, id: ResponseId) -> Result<Option<Answered>> {
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
    Ok(client.zip(offer).map(|(client, offer)| Answered {
        response,
        client,
        grant,
        offer,
    }))
}

/// A contact that a delegate set, and the entry that tells who did.
///
/// # Errors
/// When the database cannot be read.
pub async fn contact_set<C: ConnectionTrait>(
    conn: &C,
    user: UserId,
    operation: OperationId,
) -> Result<Option<(user::Model, operation::Model)>> {
    let user = user::Entity::find_by_id(user).one(conn).await?;
    let operation = operation::Entity::find_by_id(operation).one(conn).await?;
    Ok(user.zip(operation))
}

/// An entry of the record, that a mail tells of.
///
/// # Errors
/// When the database cannot be read.
pub async fn entry<C: ConnectionTrait>(
    conn: &C,
    operation: OperationId,
) -> Result<Option<operation::Model>> {
    Ok(operation::Entity::find_by_id(operation).one(conn).await?)
}

/// A domain name, that a mail tells of.
///
/// # Errors
/// When the database cannot be read.
pub async fn domain<C: ConnectionTrait>(
    conn: &C,
    domain: DomainId,
) -> Result<Option<domain::Model>> {
    Ok(domain::Entity::find_by_id(domain).one(conn).await?)
}

/// An organization's name.
///
/// # Errors
/// When the database cannot be read.
pub async fn organization_name<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<String>> {
    let row = organization::Entity::find_by_id(organization)
        .one(conn)
        .await?;
    Ok(row.map(|row| row.name))
}
