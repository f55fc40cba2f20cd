//! Loads the facts that a decision rests on. The statements are the same whether or not what is named exists,
//! so that neither timing nor logs reveal it.

pub(in crate::store) mod in_hands;
pub mod listed;
mod target;
mod who;

pub use self::who::{Known, Who};

use chrono::{DateTime, Utc};
use entity::{
    account_rules, certification, grant,
    ids::{DeviceId, DomainId, GrantId, OrganizationId, RecoveryId, ServiceId, UserId},
    link, offer, organization, refresh_token, service, session,
    states::{LinkPurpose, RecoveryEnd},
    user,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    db::Trusted,
    domain::{
        certification::Certification,
        grant::GrantFacts,
        policy::{AccountFacts, Facts, OfferTarget, ServiceTarget, Target},
        values::OfferToken,
        viewer::{Actor, Caller},
    },
    error::Result,
    store::{
        from_rows::{self, account_facts, grant_facts},
        installation, mailbox, recoveries, scopes, sign_ups, viewer,
    },
};

/// What an operation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An organization that is about to be made: the platform.
    Founding(OrganizationId),
    Platform,
    /// An account, and what is touched in it.
    Account(OrganizationId, TargetId),
    /// The caller's own organization.
    Own,
    /// A grant; its client is the account.
    Grant(GrantId),
    /// An offer, answered by the caller's own organization.
    Offer(OfferToken),
    /// A user by its sign-in name, as compared.
    SignIn(String),
    /// A one-time link by the hash of its secret.
    Link(String, LinkPurpose),
    /// A refresh token by its hash.
    Refresh(String),
    /// A sign-up by the hash of its secret; the platform is the account.
    SignUp(String),
    /// A recovery; the account is the one that it is in.
    Recovery(RecoveryId),
    /// The link of a recovery, by the hash of its secret.
    RecoveryLink(String),
}

/// What is touched in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetId {
    /// Nothing that exists.
    None,
    User(UserId),
    /// A user, and a service that is turned on or off for it.
    UserService(UserId, ServiceId),
    Device(DeviceId),
    /// A domain name.
    Domain(DomainId),
    /// A client of the account, which is a partner.
    Client(OrganizationId),
}

/// Loads the facts.
pub async fn load<C: Trusted>(
    conn: &C,
    who: &Who,
    subject: &Subject,
    now: DateTime<Utc>,
) -> Result<Facts> {
    let caller = match who {
        Who::Anonymous => Caller::Anonymous,
        Who::System(job) => Caller::System(*job),
        Who::Known(known) => match &known.first {
            Some((named, facts)) if named == subject => return Ok(facts.clone()),
            _ => Caller::User(Box::new(known.actor.clone())),
        },
        Who::Session(session, user) => match viewer::find(conn, *session, *user, now).await? {
            Some(actor) => Caller::User(Box::new(actor)),
            None => Caller::Anonymous,
        },
    };
    let mut facts = Facts::of(caller);
    match subject {
        Subject::Founding(id) => {
            facts.account = Some(AccountFacts {
                platform: true,
                ..AccountFacts::bare(*id)
            });
        }
        Subject::Platform => {
            if let Some(id) = installation::platform(conn).await? {
                facts.account = account(conn, id).await?;
            }
        }
        Subject::SignUp(hash) => {
            let open = sign_ups::open(conn, hash, now).await?;
            if let (Some(_), Some(id)) = (open, installation::platform(conn).await?) {
                facts.account = account(conn, id).await?;
            }
        }
        Subject::Own => {
            if let Some(actor) = facts.caller.actor() {
                facts.account = Some(own(actor));
            }
        }
        Subject::Account(id, target) => in_account(conn, &mut facts, *id, *target, now).await?,
        Subject::Grant(id) => on_grant(conn, &mut facts, *id, now).await?,
        Subject::Offer(token) => on_offer(conn, &mut facts, token, now).await?,
        Subject::SignIn(key) => {
            let user = user::Entity::find().filter(user::Column::SignInKey.eq(key));
            let user = user
                .one(conn)
                .await?
                .filter(|user| user.password_hash.is_some() && user.deleted_at.is_none());
            by_user(conn, &mut facts, user, now).await?;
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
                .and_then(|(_, user)| user)
                .filter(|user| user.blocked_at.is_none() && user.deleted_at.is_none());
            by_user(conn, &mut facts, user, now).await?;
        }
        Subject::Recovery(id) => {
            if let Some(row) = recoveries::row(conn, *id).await? {
                facts.account = account(conn, row.organization_id).await?;
                facts.let_in = row.ended_how == Some(RecoveryEnd::Redeemed);
            }
        }
        Subject::RecoveryLink(hash) => {
            let found = recoveries::by_link(conn, hash, now).await?;
            let user = found
                .map(|found| found.user)
                .filter(|user| user.blocked_at.is_none() && user.deleted_at.is_none());
            by_user(conn, &mut facts, user, now).await?;
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
            let user = user.filter(|user| user.blocked_at.is_none() && user.deleted_at.is_none());
            by_user(conn, &mut facts, user, now).await?;
        }
    }
    Ok(facts)
}

/// A target in an account, as its own users and delegates name it.
async fn in_account<C: Trusted>(
    conn: &C,
    facts: &mut Facts,
    id: OrganizationId,
    target: TargetId,
    now: DateTime<Utc>,
) -> Result<()> {
    let other = facts
        .caller
        .actor()
        .filter(|actor| actor.organization != id);
    let granted = match other {
        Some(actor) => granted(conn, actor, id).await?,
        None => None,
    };
    match (granted, other) {
        (Some((account, grant)), _) => {
            facts.account = Some(account);
            facts.grant = Some(grant);
        }
        (None, other) => {
            let partner = other.map(|actor| actor.organization);
            facts.account = account(conn, id).await?;
            if let Some(partner) = partner {
                facts.responded = scopes::responded(conn, partner, id).await?;
            }
        }
    }
    facts.target = target::target_of(conn, facts, id, target, now).await?;
    in_hands::contact(conn, facts, now).await?;
    if let TargetId::UserService(_, id) = target {
        match service::Entity::find_by_id(id).one(conn).await? {
            Some(row) => {
                facts.service = Some(ServiceTarget {
                    id: row.id,
                    delegable: row.delegable,
                });
            }
            None => facts.target = Target::Missing,
        }
    }
    Ok(())
}

/// A grant, whose client is the account; nothing for anyone but its two sides.
async fn on_grant<C: Trusted>(
    conn: &C,
    facts: &mut Facts,
    id: GrantId,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = grant::Entity::find_by_id(id)
        .find_also(grant::Entity, organization::Entity)
        .find_also(grant::Entity, certification::Entity)
        .one(conn)
        .await?;
    let party = |row: &grant::Model| match &facts.caller {
        Caller::User(actor) => [row.client_id, row.partner_id].contains(&actor.organization),
        Caller::System(_) => true,
        Caller::Anonymous => false,
    };
    if let Some((row, Some(client), certification)) = row
        && party(&row)
    {
        // Looked up only if the client holds the grant: only lifting that hold depends on it.
        if let Some(actor) = facts.caller.actor()
            && row.client_hold_at.is_some()
        {
            let (user, partner) = (actor.user, row.partner_id);
            facts.contact_of_partner = mailbox::has_contact(conn, user, partner, now).await?;
        }
        facts.account = Some(account_facts(client, Certification::None, None));
        facts.grant = Some(grant_facts(
            &row,
            from_rows::certification_state(certification.as_ref()),
        ));
    }
    Ok(())
}

/// An offer, which the caller's own organization answers.
async fn on_offer<C: Trusted>(
    conn: &C,
    facts: &mut Facts,
    token: &OfferToken,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(actor) = facts.caller.actor() {
        facts.account = Some(own(actor));
    }
    let row = offer::Entity::find()
        .filter(offer::Column::Token.eq(token.as_str()))
        .find_also(offer::Entity, certification::Entity)
        .one(conn)
        .await?;
    if let (Some(actor), Some((row, _))) = (facts.caller.actor(), &row) {
        let (user, partner) = (actor.user, row.partner_id);
        facts.contact_of_partner = mailbox::has_contact(conn, user, partner, now).await?;
    }
    facts.target = match row {
        None => Target::Missing,
        Some((row, certification)) => Target::Offer(OfferTarget {
            id: row.id,
            partner: row.partner_id,
            certification: from_rows::certification_state(certification.as_ref()),
            withdrawn: row.withdrawn_at.is_some(),
            expires_at: row.expires_at,
        }),
    };
    Ok(())
}

/// Fills in the account and the target of a user who is known by a secret.
async fn by_user<C: Trusted>(
    conn: &C,
    facts: &mut Facts,
    user: Option<user::Model>,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(user) = user {
        facts.account = account(conn, user.organization_id).await?;
        facts.target = Target::User(target::user_target(conn, user, now).await?);
    }
    Ok(())
}

fn own(actor: &Actor) -> AccountFacts {
    AccountFacts {
        platform: actor.platform,
        certification: actor.certification,
        name: actor.organization_name.clone(),
        ..AccountFacts::bare(actor.organization)
    }
}

/// An account with its latest grant to the actor's organization; `None` if it never gave one.
async fn granted<C: Trusted>(
    conn: &C,
    actor: &Actor,
    id: OrganizationId,
) -> Result<Option<(AccountFacts, GrantFacts)>> {
    let row = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(id))
        .filter(grant::Column::PartnerId.eq(actor.organization))
        .order_by_desc(grant::Column::Id)
        .find_also(grant::Entity, organization::Entity)
        .find_also(organization::Entity, certification::Entity)
        .find_also(organization::Entity, account_rules::Entity)
        .one(conn)
        .await?;
    let Some((grant, Some(account), certification, rules)) = row else {
        return Ok(None);
    };
    let certification = from_rows::certification_state(certification.as_ref());
    Ok(Some((
        account_facts(account, certification, rules.as_ref()),
        grant_facts(&grant, actor.certification),
    )))
}

/// An organization with its certification and its rules.
async fn account<C: Trusted>(conn: &C, id: OrganizationId) -> Result<Option<AccountFacts>> {
    let row = organization::Entity::find_by_id(id)
        .find_also(organization::Entity, certification::Entity)
        .find_also(organization::Entity, account_rules::Entity)
        .one(conn)
        .await?;
    Ok(row.map(|(row, certification, rules)| {
        account_facts(
            row,
            from_rows::certification_state(certification.as_ref()),
            rules.as_ref(),
        )
    }))
}
