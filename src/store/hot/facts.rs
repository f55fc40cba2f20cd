//! The facts about a caller, an account and a user in it, in one row: what most decisions rest on. The plain queries
//! are `viewer::find` and `facts::load`.

use chrono::{DateTime, Utc};
use entity::{
    ids::{CertificationId, GrantId, OrganizationId, SessionId, UserId},
    states::{AdminRole, DelegatedRole},
};
use sea_orm::{ActiveEnum, DbErr, Statement, Value};
use uuid::Uuid;

use super::{id, step};
use crate::{
    db::{Columns, Db, Trusted},
    domain::{
        certification::Certification,
        grant::GrantFacts,
        hands::Hands,
        policy::{AccountFacts, Facts, Target, UserTarget},
        role::{HeldRoles, RoleSet},
        rules::Rules,
        viewer::{Actor, Caller},
    },
    error::Result,
    store::{
        facts::{Known, Subject, TargetId, in_hands},
        viewer::{self, CallerRow},
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
    let read = move |columns: &mut Columns<'_>| row(columns, with_account);
    for (place, row) in conn.rows(statement, read).await? {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        if let (Some(asked), Some(slot)) = (asked.get(place), found.get_mut(place)) {
            *slot = facts(conn, *asked, row, now).await?;
        }
    }
    Ok(found)
}

/// A user's roles, those that delegates gave behind a minus; and whether it is in somebody's hands.
macro_rules! held {
    ($user:literal) => {
        concat!(
            "(SELECT string_agg(CASE WHEN r.grant_id IS NULL THEN r.role ELSE '-' || r.role END, ' ') ",
            "FROM user_role r WHERE r.user_id = ",
            $user,
            ".id), EXISTS (SELECT 1 FROM hand h WHERE h.user_id = ",
            $user,
            ".id AND h.ended_at IS NULL)"
        )
    };
}

/// The columns about the caller, in the order in which [`facts`] reads them.
const CALLER: &str = concat!(
    "SELECT asked.column1, ",
    "session.id, session.revoked_at, session.expires_at, COALESCE(session.confirmed_at, session.created_at), ",
    "own.id, own.name, own.platform, certified.id, certified.suspended_at IS NOT NULL, ",
    "caller.id, caller.display_name, caller.sign_in_name, caller.delegated_role, caller.blocked_at IS NOT NULL, ",
    "caller.deleted_at IS NOT NULL, caller.temporary_until IS NOT NULL, caller.recovered_until, ",
    held!("caller"),
);

/// The columns about the account and the user in it, which follow if an account is asked about.
const ACCOUNT: &str = concat!(
    "account.id, account.name, account.platform, account.initial_domain, account.default_domain, ",
    "certification.id, certification.suspended_at IS NOT NULL, ",
    "rules.link_allowed, rules.show_once_allowed, rules.ticket_required, rules.reason_required, ",
    "rules.sign_ins_delegable, ",
    "latest.id, latest.role_cap, latest.expires_at, latest.ended_at, latest.client_hold_at IS NOT NULL, ",
    "latest.partner_hold_at IS NOT NULL, ",
    "latest.id IS NULL AND EXISTS (SELECT 1 FROM response WHERE response.client_id = account.id AND response.partner_id = own.id), ",
    "target.id, target.display_name, target.sign_in_name, target.delegated_role, target.enrolled_at IS NOT NULL, ",
    "target.contact_own_at IS NOT NULL, target.contact_verified_at IS NOT NULL, target.blocked_at IS NOT NULL, ",
    "target.blocked_grant_id IS NULL, target.deleted_at IS NOT NULL, target.deleted_grant_id IS NULL, ",
    held!("target"),
);

const OF_CALLER: &str = r#"
JOIN session ON session.id = asked.column2
JOIN "user" caller ON caller.id = session.user_id AND caller.id = asked.column3
JOIN organization own ON own.id = caller.organization_id
LEFT JOIN certification certified ON certified.organization_id = own.id"#;

const OF_ACCOUNT: &str = r#"
LEFT JOIN organization account ON account.id = asked.column4
LEFT JOIN certification ON certification.organization_id = account.id
LEFT JOIN account_rules rules ON rules.organization_id = account.id
LEFT JOIN "grant" latest ON latest.partner_id = own.id AND latest.client_id = account.id AND NOT EXISTS (
  SELECT 1 FROM "grant" later WHERE later.partner_id = latest.partner_id AND later.client_id = latest.client_id
  AND later.id > latest.id)
LEFT JOIN "user" target ON target.id = asked.column5 AND target.organization_id = account.id
  AND target.purged_at IS NULL"#;

/// Roles that are written one after the other: all of them, and those that the user's organization gave.
fn roles(text: Option<String>) -> Result<HeldRoles, DbErr> {
    let mut held = HeldRoles::default();
    for role in text.unwrap_or_default().split_whitespace() {
        let given = role.strip_prefix('-');
        let role = AdminRole::try_from_value(&given.unwrap_or(role).to_owned())?;
        let role = RoleSet::of(&[role]);
        held.all = held.all.union(role);
        if given.is_none() {
            held.appointed = held.appointed.union(role);
        }
    }
    Ok(held)
}

fn certification(id: Option<CertificationId>, suspended: bool) -> Certification {
    match id {
        None => Certification::None,
        Some(_) if suspended => Certification::Suspended,
        Some(_) => Certification::Current,
    }
}

/// What a row says.
struct Row {
    caller: CallerRow,
    held: HeldRoles,
    in_hands: bool,
    /// The account, the grant between it and the caller's organization, whether one was answered, and the user.
    about: Option<(
        Option<AccountFacts>,
        Option<Granted>,
        bool,
        Option<(UserTarget, bool)>,
    )>,
}

/// The latest grant of the account to the caller's organization.
struct Granted {
    id: GrantId,
    role_cap: DelegatedRole,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    client_hold: bool,
    partner_hold: bool,
}

/// Reads the place among those that were asked about, and the row.
fn row(columns: &mut Columns<'_>, with_account: bool) -> Result<(i32, Row), DbErr> {
    let place = columns.next()?;
    let caller = CallerRow {
        session: columns.next()?,
        revoked_at: columns.next()?,
        expires_at: columns.next()?,
        proven_at: columns.next()?,
        organization: columns.next()?,
        organization_name: columns.next()?,
        platform: columns.next()?,
        certification: certification(columns.next()?, columns.next()?),
        user: columns.next()?,
        name: columns.next()?,
        sign_in_name: columns.next()?,
        delegated_role: columns.next()?,
        blocked: columns.next()?,
        deleted: columns.next()?,
        temporary: columns.next()?,
        recovered_until: columns.next()?,
    };
    let held = roles(columns.next()?)?;
    let in_hands = columns.next()?;
    let about = match with_account {
        true => {
            let account = account(columns)?;
            let id = account.as_ref().map(|account| account.id);
            Some((
                account,
                grant(columns)?,
                columns.next()?,
                target(columns, id)?,
            ))
        }
        false => None,
    };
    let row = Row {
        caller,
        held,
        in_hands,
        about,
    };
    Ok((place, row))
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
    let (Some(_), Some((account, granted, responded, target))) = (asked.account, row.about) else {
        return Ok(Some(Facts::of(Caller::User(Box::new(actor)))));
    };
    let other = asked.account.filter(|id| *id != actor.organization);
    let grant = other.zip(granted).map(|(client, granted)| GrantFacts {
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
        account,
        responded: other.is_some() && grant.is_none() && responded,
        grant,
        ..Facts::of(Caller::User(Box::new(actor)))
    };
    facts.target = match (asked.target, target) {
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

fn account(columns: &mut Columns<'_>) -> Result<Option<AccountFacts>, DbErr> {
    let id: Option<OrganizationId> = columns.next()?;
    let name: Option<String> = columns.next()?;
    let platform: Option<bool> = columns.next()?;
    let initial_domain: Option<String> = columns.next()?;
    let default_domain: Option<String> = columns.next()?;
    let certification = certification(columns.next()?, columns.next()?);
    let usual = Rules::default();
    let mut rule = |usual: bool| Ok::<_, DbErr>(columns.next::<Option<bool>>()?.unwrap_or(usual));
    let rules = Rules {
        link_allowed: rule(usual.link_allowed)?,
        show_once_allowed: rule(usual.show_once_allowed)?,
        ticket_required: rule(usual.ticket_required)?,
        note_required: rule(usual.note_required)?,
        sign_ins_delegable: rule(usual.sign_ins_delegable)?,
    };
    let initial_domain = initial_domain.unwrap_or_default();
    Ok(id.map(|id| AccountFacts {
        id,
        platform: platform.unwrap_or_default(),
        certification,
        name: name.unwrap_or_default(),
        default_domain: default_domain.unwrap_or_else(|| initial_domain.clone()),
        initial_domain,
        rules,
    }))
}

fn grant(columns: &mut Columns<'_>) -> Result<Option<Granted>, DbErr> {
    let id: Option<GrantId> = columns.next()?;
    let role_cap: Option<DelegatedRole> = columns.next()?;
    let expires_at: Option<DateTime<Utc>> = columns.next()?;
    let ended_at = columns.next()?;
    let client_hold = columns.next()?;
    let partner_hold = columns.next()?;
    let known = id.zip(role_cap).zip(expires_at);
    Ok(known.map(|((id, role_cap), expires_at)| Granted {
        id,
        role_cap,
        expires_at,
        ended_at,
        client_hold,
        partner_hold,
    }))
}

/// The user, so far in nobody's hands, and whether it is in somebody's.
fn target(
    columns: &mut Columns<'_>,
    account: Option<OrganizationId>,
) -> Result<Option<(UserTarget, bool)>, DbErr> {
    let id: Option<UserId> = columns.next()?;
    let name: Option<String> = columns.next()?;
    let sign_in_name: Option<String> = columns.next()?;
    let delegated_role = columns.next()?;
    let enrolled = columns.next()?;
    let contact_own = columns.next()?;
    let contact_verified = columns.next()?;
    let blocked: bool = columns.next()?;
    let blocked_by_own: bool = columns.next()?;
    let deleted: bool = columns.next()?;
    let deleted_by_own: bool = columns.next()?;
    let held = roles(columns.next()?)?;
    let in_hands = columns.next()?;
    let user = id.map(|id| UserTarget {
        id,
        organization: account.unwrap_or(OrganizationId(Uuid::nil())),
        roles: held.all,
        appointed: held.appointed,
        awaited: RoleSet::NONE,
        delegated_role,
        enrolled,
        contact_own,
        hands: Hands::default(),
        contact_verified,
        secret_asleep: false,
        blocked,
        blocked_by_own: blocked && blocked_by_own,
        deleted,
        deleted_by_own: deleted && deleted_by_own,
        name: name.unwrap_or_default(),
        sign_in_name: sign_in_name.unwrap_or_default(),
    });
    Ok(user.map(|user| (user, in_hands)))
}
