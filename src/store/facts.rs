//! Loads the facts that a decision rests on. The statements are the same whether or not what is
//! named exists, so that timing and logs tell nothing.

use chrono::{DateTime, Utc};
use entity::{
    certification, device, grant,
    ids::{DeviceId, GrantId, OrganizationId, SessionId, UserId},
    link, offer, organization, refresh_token, response, session,
    states::LinkPurpose,
    user,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    domain::{
        certification::Certification,
        grant::GrantFacts,
        policy::{AccountFacts, DeviceTarget, Facts, OfferTarget, Target, UserTarget},
        viewer::{Actor, Caller, Job},
    },
    error::Result,
    store::{installation, viewer},
};

/// Who claims to call; the facts are read anew each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody.
    Anonymous,
    /// A signed-in user.
    Session(SessionId, UserId),
    /// A job.
    System(Job),
}

/// What an operation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An organization that is about to be made: the platform.
    Founding(OrganizationId),
    /// The platform.
    Platform,
    /// An account, and what is touched in it.
    Account(OrganizationId, TargetId),
    /// The caller's own organization.
    Own,
    /// A grant; its client is the account.
    Grant(GrantId),
    /// An offer, answered by the caller's own organization.
    Offer(String),
    /// A user by its sign-in name, as compared.
    SignIn(String),
    /// A one-time link by the hash of its secret.
    Link(String, LinkPurpose),
    /// A refresh token by its hash.
    Refresh(String),
}

/// What is touched in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetId {
    /// Nothing that exists.
    None,
    /// A user.
    User(UserId),
    /// A device.
    Device(DeviceId),
}

/// Loads the facts.
///
/// # Errors
/// When the database cannot be read.
pub async fn load<C: ConnectionTrait>(
    conn: &C,
    who: Who,
    subject: &Subject,
    now: DateTime<Utc>,
) -> Result<Facts> {
    let caller = match who {
        Who::Anonymous => Caller::Anonymous,
        Who::System(job) => Caller::System(job),
        Who::Session(session, user) => match viewer::find(conn, session, user, now).await? {
            Some(actor) => Caller::User(Box::new(actor)),
            None => Caller::Anonymous,
        },
    };
    let mut facts = Facts {
        caller,
        account: None,
        grant: None,
        responded: false,
        target: Target::Unspecified,
    };
    match subject {
        Subject::Founding(id) => {
            facts.account = Some(AccountFacts {
                id: *id,
                platform: true,
                certification: Certification::None,
                name: String::new(),
                initial_domain: String::new(),
            });
        }
        Subject::Platform => {
            if let Some(id) = installation::platform(conn).await? {
                facts.account = account(conn, id).await?;
            }
        }
        Subject::Own => {
            if let Some(actor) = facts.caller.actor() {
                facts.account = Some(own(actor));
            }
        }
        Subject::Account(id, target) => {
            facts.account = account(conn, *id).await?;
            if let Some(actor) = facts
                .caller
                .actor()
                .filter(|actor| actor.organization != *id)
            {
                facts.grant = between(conn, actor, *id).await?;
                facts.responded = responded(conn, actor.organization, *id).await?;
            }
            facts.target = target_of(conn, *id, *target).await?;
        }
        Subject::Grant(id) => {
            let row = grant::Entity::find_by_id(*id)
                .find_also(grant::Entity, organization::Entity)
                .find_also(grant::Entity, certification::Entity)
                .one(conn)
                .await?;
            let party = |row: &grant::Model| {
                facts.caller.actor().is_some_and(|actor| {
                    [row.client_id, row.partner_id].contains(&actor.organization)
                })
            };
            if let Some((row, Some(client), certification)) = row
                && party(&row)
            {
                facts.account = Some(account_facts(client, Certification::None));
                facts.grant = Some(grant_facts(&row, viewer::state(certification.as_ref())));
            }
        }
        Subject::Offer(token) => {
            if let Some(actor) = facts.caller.actor() {
                facts.account = Some(own(actor));
            }
            let row = offer::Entity::find()
                .filter(offer::Column::Token.eq(token))
                .find_also(offer::Entity, certification::Entity)
                .one(conn)
                .await?;
            facts.target = match row {
                None => Target::Missing,
                Some((row, certification)) => Target::Offer(OfferTarget {
                    id: row.id,
                    partner: row.partner_id,
                    certification: viewer::state(certification.as_ref()),
                }),
            };
        }
        Subject::SignIn(key) => {
            let user = user::Entity::find().filter(user::Column::SignInKey.eq(key));
            let user = user
                .one(conn)
                .await?
                .filter(|user| user.password_hash.is_some());
            by_user(conn, &mut facts, user).await?;
        }
        Subject::Link(hash, purpose) => {
            let row = link::Entity::find()
                .filter(link::Column::Hash.eq(hash))
                .filter(link::Column::Purpose.eq(*purpose))
                .find_also(link::Entity, user::Entity)
                .one(conn)
                .await?;
            let user = row
                .filter(|(link, _)| link.closed_at.is_none() && now < link.expires_at)
                .and_then(|(_, user)| user);
            by_user(conn, &mut facts, user).await?;
        }
        Subject::Refresh(hash) => {
            let row = refresh_token::Entity::find_by_id(hash.clone())
                .find_also(refresh_token::Entity, session::Entity)
                .one(conn)
                .await?;
            let session = row
                .and_then(|(_, session)| session)
                .filter(|session| session.revoked_at.is_none() && now < session.expires_at);
            let user = match session {
                Some(session) => user::Entity::find_by_id(session.user_id).one(conn).await?,
                None => None,
            };
            by_user(conn, &mut facts, user).await?;
        }
    }
    Ok(facts)
}

/// Fills in the account and the target of a user who is known by a secret.
async fn by_user<C: ConnectionTrait>(
    conn: &C,
    facts: &mut Facts,
    user: Option<user::Model>,
) -> Result<()> {
    if let Some(user) = user {
        facts.account = account(conn, user.organization_id).await?;
        facts.target = Target::User(user_target(conn, user).await?);
    }
    Ok(())
}

fn own(actor: &Actor) -> AccountFacts {
    AccountFacts {
        id: actor.organization,
        platform: actor.platform,
        certification: actor.certification,
        name: actor.organization_name.clone(),
        initial_domain: String::new(),
    }
}

/// An organization with its certification.
async fn account<C: ConnectionTrait>(conn: &C, id: OrganizationId) -> Result<Option<AccountFacts>> {
    let row = organization::Entity::find_by_id(id)
        .find_also(organization::Entity, certification::Entity)
        .one(conn)
        .await?;
    Ok(row.map(|(row, certification)| account_facts(row, viewer::state(certification.as_ref()))))
}

fn account_facts(row: organization::Model, certification: Certification) -> AccountFacts {
    AccountFacts {
        id: row.id,
        platform: row.platform,
        certification,
        name: row.name,
        initial_domain: row.initial_domain,
    }
}

/// The latest grant from `client` to the actor's organization.
pub async fn between<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    client: OrganizationId,
) -> Result<Option<GrantFacts>> {
    let row = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(client))
        .filter(grant::Column::PartnerId.eq(actor.organization))
        .order_by_desc(grant::Column::Id)
        .one(conn)
        .await?;
    Ok(row.map(|row| grant_facts(&row, actor.certification)))
}

/// Whether `client` ever answered an offer of `partner`.
pub async fn responded<C: ConnectionTrait>(
    conn: &C,
    partner: OrganizationId,
    client: OrganizationId,
) -> Result<bool> {
    let row = response::Entity::find()
        .filter(response::Column::ClientId.eq(client))
        .filter(response::Column::PartnerId.eq(partner))
        .one(conn)
        .await?;
    Ok(row.is_some())
}

/// What decides a grant's state, from its row.
pub fn grant_facts(row: &grant::Model, partner_certification: Certification) -> GrantFacts {
    GrantFacts {
        id: row.id,
        partner: row.partner_id,
        client: row.client_id,
        role_cap: row.role_cap,
        expires_at: row.expires_at,
        ended_at: row.ended_at,
        client_hold: row.client_hold_at.is_some(),
        partner_hold: row.partner_hold_at.is_some(),
        partner_certification,
    }
}

async fn target_of<C: ConnectionTrait>(
    conn: &C,
    account: OrganizationId,
    target: TargetId,
) -> Result<Target> {
    Ok(match target {
        TargetId::None => Target::Unspecified,
        TargetId::User(id) => {
            let row = user::Entity::find_by_id(id)
                .filter(user::Column::OrganizationId.eq(account))
                .one(conn)
                .await?;
            match row {
                Some(row) => Target::User(user_target(conn, row).await?),
                None => {
                    // The same statements as for a user who is there.
                    viewer::roles(conn, id).await?;
                    Target::Missing
                }
            }
        }
        TargetId::Device(id) => {
            let row = device::Entity::find_by_id(id)
                .filter(device::Column::OrganizationId.eq(account))
                .one(conn)
                .await?;
            row.map_or(Target::Missing, |row| {
                Target::Device(DeviceTarget {
                    id: row.id,
                    organization: row.organization_id,
                    retired: row.retired_at.is_some(),
                })
            })
        }
    })
}

async fn user_target<C: ConnectionTrait>(conn: &C, row: user::Model) -> Result<UserTarget> {
    Ok(UserTarget {
        id: row.id,
        organization: row.organization_id,
        roles: viewer::roles(conn, row.id).await?,
        delegated_role: row.delegated_role,
        enrolled: row.enrolled_at.is_some(),
        contact_verified: row.contact_verified_at.is_some(),
        name: row.display_name,
        sign_in_name: row.sign_in_name,
    })
}
