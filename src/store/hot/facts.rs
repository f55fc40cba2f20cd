//! The facts about a caller, an account and a user in it, in one row: what most decisions rest on. The plain queries
//! are `viewer::find` and `facts::load`.

mod row;

use chrono::{DateTime, Utc};
use entity::ids::{OrganizationId, SessionId, UserId};
use sea_orm::{Statement, Value};

use self::row::{ACCOUNT, CALLER, OF_ACCOUNT, OF_CALLER, Row};
use super::{id, step};
use crate::{
    db::{Columns, Db, Trusted},
    domain::{
        grant::GrantFacts,
        policy::{Facts, Target},
        viewer::{Actor, Caller},
    },
    error::Result,
    store::{
        facts::{Known, Subject, TargetId, in_hands},
        viewer,
    },
};

/// About whom and what facts are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The session of the caller.
    pub session: SessionId,
    /// The caller.
    pub user: UserId,
    /// The account; nothing but the caller is loaded without one.
    pub account: Option<OrganizationId>,
    /// The user in the account.
    pub target: Option<UserId>,
}

impl Asked {
    /// A caller alone.
    pub fn caller(session: SessionId, user: UserId) -> Self {
        Self {
            session,
            user,
            account: None,
            target: None,
        }
    }

    /// The caller, and what an operation names, if it names nothing but an account and perhaps a user in it.
    pub fn of(session: SessionId, user: UserId, subject: &Subject) -> Option<Self> {
        let Subject::Account(account, target) = subject else {
            return None;
        };
        let target = match target {
            TargetId::None => None,
            TargetId::User(target) => Some(*target),
            _ => return None,
        };
        Some(Self {
            session,
            user,
            account: Some(*account),
            target,
        })
    }

    /// What it names.
    pub fn subject(&self) -> Option<Subject> {
        let target = self.target.map_or(TargetId::None, TargetId::User);
        self.account
            .map(|account| Subject::Account(account, target))
    }
}

/// The caller of a request, as it is now, with the facts about what it names first; `None` when the session is over.
pub async fn caller(db: &Db, asked: Asked, now: DateTime<Utc>) -> Result<Option<Known>> {
    let found = load(&db.server(), &[asked], now).await?.pop().flatten();
    Ok(found.and_then(|facts| {
        let actor = facts.caller.actor()?.clone();
        let first = asked.subject().map(|subject| (subject, facts));
        Some(Known { actor, first })
    }))
}

/// The facts for each that is asked about: one statement for all, and a few more for each user in somebody's hands;
/// `None` when the session is over.
pub async fn load<C: Trusted>(
    conn: &C,
    asked: &[Asked],
    now: DateTime<Utc>,
) -> Result<Vec<Option<Facts>>> {
    let backend = conn.get_database_backend();
    let rows = step(asked.len());
    let mut values = Vec::with_capacity(4 * rows);
    for place in 0..rows {
        let one = asked.get(place);
        let account = one.and_then(|one| one.account);
        values.extend([
            Value::from(one.map(|one| one.session.0)),
            Value::from(one.map(|one| one.user.0)),
            Value::from(account.map(|id| id.0)),
            Value::from(one.and_then(|one| one.target).map(|id| id.0)),
        ]);
    }
    let given: Vec<String> = (0..rows)
        .map(|place| {
            let ids: Vec<String> = (1..=4).map(|one| id(backend, 4 * place + one)).collect();
            format!("({place}, {})", ids.join(", "))
        })
        .collect();
    let given = given.join(", ");
    let with_account = asked.iter().any(|asked| asked.account.is_some());
    let sql = match with_account {
        true => format!("{CALLER}, {ACCOUNT} FROM (VALUES {given}) asked {OF_CALLER} {OF_ACCOUNT}"),
        false => format!("{CALLER} FROM (VALUES {given}) asked {OF_CALLER}"),
    };
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut found: Vec<Option<Facts>> = asked.iter().map(|_| None).collect();
    let read = move |columns: &mut Columns<'_>| row::read(columns, with_account);
    for (place, row) in conn.rows(statement, read).await? {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        if let (Some(asked), Some(slot)) = (asked.get(place), found.get_mut(place)) {
            *slot = facts(conn, *asked, row, now).await?;
        }
    }
    Ok(found)
}

async fn facts<C: Trusted>(
    conn: &C,
    asked: Asked,
    row: Row,
    now: DateTime<Utc>,
) -> Result<Option<Facts>> {
    let Some(actor) = row.caller.actor(now) else {
        return Ok(None);
    };
    let held = row.held;
    // What delegates did to the caller depends on their grants: most callers have nothing of it.
    let actor = if held.all != held.appointed || row.in_hands {
        viewer::find(conn, asked.session, asked.user, now).await?
    } else {
        Some(Actor {
            roles: held.all,
            appointed: held.appointed,
            ..actor
        })
    };
    let Some(actor) = actor else {
        return Ok(None);
    };
    let (Some(_), Some(about)) = (asked.account, row.about) else {
        return Ok(Some(Facts::of(Caller::User(Box::new(actor)))));
    };
    let other = asked.account.filter(|id| *id != actor.organization);
    let grant = other
        .zip(about.granted)
        .map(|(client, granted)| GrantFacts {
            id: granted.id,
            partner: actor.organization,
            client,
            role_cap: granted.role_cap,
            expires_at: granted.expires_at,
            ended_at: granted.ended_at,
            client_hold: granted.client_hold,
            partner_hold: granted.partner_hold,
            partner_certification: actor.certification,
        });
    let mut facts = Facts {
        account: about.account,
        responded: other.is_some() && grant.is_none() && about.responded,
        grant,
        ..Facts::of(Caller::User(Box::new(actor)))
    };
    facts.target = match (asked.target, about.target) {
        (None, _) => Target::Unspecified,
        (Some(_), None) => Target::Missing,
        (Some(_), Some((user, in_somebodys))) => {
            let user = match in_somebodys {
                true => in_hands::of(conn, &facts, user, now).await?,
                false => user,
            };
            Target::User(user)
        }
    };
    in_hands::contact(conn, &mut facts, now).await?;
    Ok(Some(facts))
}
