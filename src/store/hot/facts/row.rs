//! The row about a caller, an account and a user in it: its columns, and how they are read.

use chrono::{DateTime, Utc};
use entity::{
    ids::{CertificationId, GrantId, OrganizationId, UserId},
    states::{AdminRole, DelegatedRole},
};
use sea_orm::{ActiveEnum, DbErr};
use uuid::Uuid;

use crate::{
    db::Columns,
    domain::{
        certification::Certification,
        hands::Hands,
        policy::{AccountFacts, UserTarget},
        role::{HeldRoles, RoleSet},
        rules::Rules,
    },
    store::viewer::CallerRow,
};

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

/// The columns about the caller, in the order in which [`read`] reads them.
pub(super) const CALLER: &str = concat!(
    "SELECT asked.column1, ",
    "session.id, session.revoked_at, session.expires_at, COALESCE(session.confirmed_at, session.created_at), ",
    "own.id, own.name, own.platform, certified.id, certified.suspended_at IS NOT NULL, ",
    "caller.id, caller.display_name, caller.sign_in_name, caller.delegated_role, caller.blocked_at IS NOT NULL, ",
    "caller.deleted_at IS NOT NULL, caller.temporary_until IS NOT NULL, caller.recovered_until, ",
    held!("caller"),
);

/// The columns about the account and the user in it, which follow if an account is asked about.
pub(super) const ACCOUNT: &str = concat!(
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

pub(super) const OF_CALLER: &str = r#"
JOIN session ON session.id = asked.column2
JOIN "user" caller ON caller.id = session.user_id AND caller.id = asked.column3
JOIN organization own ON own.id = caller.organization_id
LEFT JOIN certification certified ON certified.organization_id = own.id"#;

pub(super) const OF_ACCOUNT: &str = r#"
LEFT JOIN organization account ON account.id = asked.column4
LEFT JOIN certification ON certification.organization_id = account.id
LEFT JOIN account_rules rules ON rules.organization_id = account.id
LEFT JOIN "grant" latest ON latest.id = (
  SELECT last.id FROM "grant" last WHERE last.client_id = account.id AND last.partner_id = own.id
  ORDER BY last.id DESC LIMIT 1)
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
pub(super) struct Row {
    pub caller: CallerRow,
    pub held: HeldRoles,
    pub in_hands: bool,
    pub about: Option<About>,
}

/// What a row says of the account that is asked about.
pub(super) struct About {
    pub account: Option<AccountFacts>,
    pub granted: Option<Granted>,
    /// Whether an offer of the caller's organization was answered.
    pub responded: bool,
    /// The user, so far in nobody's hands, and whether it is in somebody's.
    pub target: Option<(UserTarget, bool)>,
}

/// The latest grant of the account to the caller's organization.
pub(super) struct Granted {
    pub id: GrantId,
    pub role_cap: DelegatedRole,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub client_hold: bool,
    pub partner_hold: bool,
}

/// Reads the place among those that were asked about, and the row.
pub(super) fn read(columns: &mut Columns<'_>, with_account: bool) -> Result<(i32, Row), DbErr> {
    let place = columns.read()?;
    let caller = CallerRow {
        session: columns.read()?,
        revoked_at: columns.read()?,
        expires_at: columns.read()?,
        proven_at: columns.read()?,
        organization: columns.read()?,
        organization_name: columns.read()?,
        platform: columns.read()?,
        certification: certification(columns.read()?, columns.read()?),
        user: columns.read()?,
        name: columns.read()?,
        sign_in_name: columns.read()?,
        delegated_role: columns.read()?,
        blocked: columns.read()?,
        deleted: columns.read()?,
        temporary: columns.read()?,
        recovered_until: columns.read()?,
    };
    let held = roles(columns.read()?)?;
    let in_hands = columns.read()?;
    let about = match with_account {
        true => {
            let account = account(columns)?;
            let id = account.as_ref().map(|account| account.id);
            Some(About {
                account,
                granted: grant(columns)?,
                responded: columns.read()?,
                target: target(columns, id)?,
            })
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

fn account(columns: &mut Columns<'_>) -> Result<Option<AccountFacts>, DbErr> {
    let id: Option<OrganizationId> = columns.read()?;
    let name: Option<String> = columns.read()?;
    let platform: Option<bool> = columns.read()?;
    let initial_domain: Option<String> = columns.read()?;
    let default_domain: Option<String> = columns.read()?;
    let certification = certification(columns.read()?, columns.read()?);
    let usual = Rules::default();
    let mut rule = |usual: bool| Ok::<_, DbErr>(columns.read::<Option<bool>>()?.unwrap_or(usual));
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
    let id: Option<GrantId> = columns.read()?;
    let role_cap: Option<DelegatedRole> = columns.read()?;
    let expires_at: Option<DateTime<Utc>> = columns.read()?;
    let ended_at = columns.read()?;
    let client_hold = columns.read()?;
    let partner_hold = columns.read()?;
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
    let id: Option<UserId> = columns.read()?;
    let name: Option<String> = columns.read()?;
    let sign_in_name: Option<String> = columns.read()?;
    let delegated_role = columns.read()?;
    let enrolled = columns.read()?;
    let contact_own = columns.read()?;
    let contact_verified = columns.read()?;
    let blocked: bool = columns.read()?;
    let blocked_by_own: bool = columns.read()?;
    let deleted: bool = columns.read()?;
    let deleted_by_own: bool = columns.read()?;
    let held = roles(columns.read()?)?;
    let in_hands = columns.read()?;
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
