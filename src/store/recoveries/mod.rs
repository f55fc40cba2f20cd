//! Recoveries of global admins, and who is told of them.

mod write;

pub use self::write::*;

use chrono::{DateTime, Utc};
use entity::{
    former_contact,
    ids::{OrganizationId, RecoveryId, UserId},
    recovery,
    states::{AdminRole, RecoveryEnd, Way},
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use serde::{Deserialize, Serialize};

use crate::{
    db::{Trusted, Tx},
    domain::{
        recovery::{RecoveryFacts, RecoveryState},
        role,
        visibility::{PlatformScope, Scope, View},
    },
    error::Result,
    store::{
        due::Due,
        hands,
        page::{self, Page, Slice},
        roles, taken,
    },
};

/// The state of one at a time.
pub fn state(row: &recovery::Model, now: DateTime<Utc>) -> RecoveryState {
    let facts = RecoveryFacts {
        approved: row.approved_at.is_some(),
        sent: row.sent_at.is_some(),
        lapses_at: row.lapses_at,
        ended: row.ended_how,
    };
    facts.state(now)
}

/// A user's contact and password before the recovery.
#[derive(Serialize, Deserialize)]
struct CredentialsBefore {
    contact: String,
    /// Whether the reader of that contact can stop it, because the contact was in nobody's hands.
    stops: bool,
    verified_at: Option<DateTime<Utc>>,
    own_at: Option<DateTime<Utc>>,
    password_hash: Option<String>,
    temporary_until: Option<DateTime<Utc>>,
    changed_at: Option<DateTime<Utc>>,
}

fn before(row: &recovery::Model) -> Option<CredentialsBefore> {
    serde_json::from_str(row.before.as_deref()?).ok()
}

/// Someone who is told of each step.
pub struct Recipient {
    /// The user whose contact it is.
    pub user: UserId,
    /// The address.
    pub to: String,
    /// Whether its reader can stop the recovery: not if a partner may read it.
    pub stops: bool,
}

/// Who is told of each step: every admin of the account from PASSWORD_ADMIN on, the user itself, the reader of the
/// contact that the link is sent to, and the operators who started and approved it. Each address once.
pub async fn told<C: Trusted>(
    conn: &C,
    row: &recovery::Model,
    now: DateTime<Utc>,
) -> Result<Vec<Recipient>> {
    let touching: Vec<AdminRole> = AdminRole::ALL
        .iter()
        .copied()
        .filter(|held| role::includes(*held, AdminRole::PasswordAdmin))
        .collect();
    // Admins whom a delegate blocked, deleted or took the role from are told too: otherwise a delegate could keep
    // everyone from stopping it.
    let from = taken::from_whom(conn, row.organization_id, &touching).await?;
    let unless = |at: user::Column, grant: user::Column| {
        Condition::any().add(at.is_null()).add(grant.is_not_null())
    };
    let mut users = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(row.organization_id))
        .filter(user::Column::PurgedAt.is_null())
        .filter(unless(
            user::Column::DeletedAt,
            user::Column::DeletedGrantId,
        ))
        .filter(unless(
            user::Column::BlockedAt,
            user::Column::BlockedGrantId,
        ))
        .filter(
            Condition::any()
                .add(user::Column::Id.in_subquery(roles::appointed(row.organization_id, &touching)))
                .add(user::Column::Id.is_in(from)),
        )
        .order_by_asc(user::Column::Id)
        .all(conn)
        .await?;
    let itself = user::Entity::find_by_id(row.user_id).one(conn).await?;
    users.retain(|user| user.id != row.user_id);
    users.extend(itself);
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let open = hands::open(conn, &ids).await?;
    let mut told: Vec<Recipient> = Vec::new();
    let mut add = |user, to: String, stops| {
        let same = |one: &Recipient| one.to.to_lowercase() == to.to_lowercase();
        if !told.iter().any(same) {
            told.push(Recipient { user, to, stops });
        }
    };
    // Once the link is redeemed, only global admins can stop it.
    let redeemed = row.ended_how == Some(RecoveryEnd::Redeemed);
    let global = match redeemed {
        true => roles::global_admins(row.organization_id).all(conn).await?,
        false => Vec::new(),
    };
    let former = former_contact::Entity::find()
        .filter(former_contact::Column::OrganizationId.eq(row.organization_id))
        .filter(former_contact::Column::Until.gt(now))
        .all(conn)
        .await?;
    for user in users {
        let mut hands = open.iter().filter(|hand| hand.user_id == user.id);
        let held = hands.any(|hand| hand.way == Way::Contact);
        let may =
            !redeemed || global.iter().any(|admin| admin.id == user.id) || user.id == row.user_id;
        // If a delegate set an admin's contact, the contact before that is told too: otherwise the delegate could
        // keep the recovery secret.
        let theirs = former.iter().filter(|one| held && one.user_id == user.id);
        for one in theirs {
            add(user.id, one.contact.clone(), may);
        }
        if user.contact_verified_at.is_some() || user.id == row.user_id {
            add(user.id, user.contact, may && !held);
        }
    }
    add(row.user_id, row.contact.clone(), true);
    if let Some(before) = before(row) {
        add(row.user_id, before.contact, before.stops);
    }
    let operators = [Some(row.started_by), row.approved_by];
    let operators = user::Entity::find()
        .filter(user::Column::Id.is_in(operators.into_iter().flatten()))
        .filter(user::Column::ContactVerifiedAt.is_not_null());
    for user in operators.all(conn).await? {
        add(user.id, user.contact, false);
    }
    Ok(told)
}

/// A recovery with the user, for its link, its mails and its pages.
pub struct RecoveryOf {
    /// The recovery.
    pub row: recovery::Model,
    pub user: user::Model,
}

impl RecoveryOf {
    /// Whether it can still be stopped: it is open, or its link was redeemed so recently that the user cannot consent
    /// yet. The policy decides who may stop it.
    pub fn can_be_stopped(&self, now: DateTime<Utc>) -> bool {
        match state(&self.row, now) {
            RecoveryState::Over(RecoveryEnd::Redeemed) => {
                self.user.recovered_until.is_some_and(|until| now < until)
            }
            state => state.is_open(),
        }
    }
}

/// One of an account, as far as the scope shows it.
pub async fn seen<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: RecoveryId,
) -> Result<Option<recovery::Model>> {
    let found = row(conn, id).await?;
    Ok(found.filter(|row| scope.sees(View::Recovery) && row.organization_id == scope.account()))
}

/// One recovery, for mails and pages about it.
pub async fn find<C: Trusted>(conn: &C, id: RecoveryId) -> Result<Option<RecoveryOf>> {
    let row = row(conn, id).await?;
    with_user(conn, row).await
}

/// The recovery with this link, while the link is valid.
pub async fn by_link<C: ConnectionTrait>(
    conn: &C,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<RecoveryOf>> {
    let row = recovery::Entity::find()
        .filter(recovery::Column::Hash.eq(hash))
        .one(conn)
        .await?
        .filter(|row| state(row, now) == RecoveryState::Sent);
    with_user(conn, row).await
}

async fn with_user<C: ConnectionTrait>(
    conn: &C,
    row: Option<recovery::Model>,
) -> Result<Option<RecoveryOf>> {
    let Some(row) = row else {
        return Ok(None);
    };
    let user = user::Entity::find_by_id(row.user_id).one(conn).await?;
    Ok(user.map(|user| RecoveryOf { row, user }))
}

/// Keeps the hash of the secret that is being sent; false if the recovery has ended in the meantime.
pub async fn arm(tx: &Tx, id: RecoveryId, hash: &str) -> Result<bool> {
    let done = recovery::Entity::update_many()
        .filter(recovery::Column::Id.eq(id))
        .filter(recovery::Column::EndedAt.is_null())
        .col_expr(recovery::Column::Hash, Expr::value(hash))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Recoveries whose waiting time is over and whose link was not sent.
pub async fn due<C: Trusted>(conn: &C, now: DateTime<Utc>, due: &Due) -> Result<Vec<RecoveryId>> {
    let query = recovery::Entity::find()
        .filter(recovery::Column::DueAt.lte(now))
        .filter(recovery::Column::SentAt.is_null())
        .filter(recovery::Column::EndedAt.is_null())
        .filter(recovery::Column::LapsesAt.gt(now))
        .order_by_asc(recovery::Column::Id);
    let query = due.of(query, recovery::Column::OrganizationId);
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn latest<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
) -> Result<Option<recovery::Model>> {
    let query = recovery::Entity::find()
        .filter(recovery::Column::OrganizationId.eq(organization))
        .order_by_desc(recovery::Column::Id);
    Ok(query.one(conn).await?)
}

/// The latest recovery in an organization, if the scope shows it.
pub async fn of_organization<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
) -> Result<Option<RecoveryOf>> {
    if !scope.sees(View::Recovery) {
        return Ok(None);
    }
    let row = latest(conn, scope.account()).await?;
    with_user(conn, row).await
}

/// A page of all of them, the newest first, for operators.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    _: &PlatformScope,
    page: Page,
) -> Result<Slice<recovery::Model>> {
    let query = recovery::Entity::find();
    let rows = page::newest_first(query, recovery::Column::Id, page);
    Ok(Slice::new(rows.all(conn).await?, page))
}

/// One recovery, for a decision about it.
pub(in crate::store) async fn row<C: ConnectionTrait>(
    conn: &C,
    id: RecoveryId,
) -> Result<Option<recovery::Model>> {
    Ok(recovery::Entity::find_by_id(id).one(conn).await?)
}

/// Names of users by id, for showing a recovery: the user concerned, and the operators.
pub async fn people<C: ConnectionTrait>(
    conn: &C,
    row: &recovery::Model,
) -> Result<Vec<user::Model>> {
    let ids = [Some(row.user_id), Some(row.started_by), row.approved_by];
    let query = user::Entity::find().filter(user::Column::Id.is_in(ids.into_iter().flatten()));
    Ok(query.all(conn).await?)
}
