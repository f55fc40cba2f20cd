//! Hands: which persons of partners may hold a user's sign-in. Rows are added and ended, never replaced.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    certification, grant, hand,
    ids::{GrantId, HandId, OperationId, OrganizationId, UserId},
    states::{DelegatedRole, Way},
    user,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    db::Trusted,
    domain::{
        grant::{GrantFacts, GrantState},
        hands::{Cause, Hand, Hands},
        policy::UserTarget,
    },
    error::Result,
    store::{
        act::Act,
        from_rows::{self, grant_facts},
        mailbox,
    },
};

/// The grants and the persons of partners under which something in an account was done, as they are now.
#[derive(Default)]
pub(in crate::store) struct Causes {
    grants: HashMap<GrantId, GrantFacts>,
    people: HashMap<UserId, user::Model>,
}

impl Causes {
    /// Loads these grants and persons; without any, no statement is run.
    pub(in crate::store) async fn load<C: ConnectionTrait>(
        conn: &C,
        grants: Vec<GrantId>,
        people: Vec<UserId>,
    ) -> Result<Self> {
        let mut causes = Self::default();
        if !grants.is_empty() {
            let rows = grant::Entity::find()
                .filter(grant::Column::Id.is_in(grants))
                .find_also(grant::Entity, certification::Entity)
                .all(conn)
                .await?;
            let facts = rows.iter().map(|(row, certification)| {
                let facts =
                    grant_facts(row, from_rows::certification_state(certification.as_ref()));
                (row.id, facts)
            });
            causes.grants = facts.collect();
        }
        if !people.is_empty() {
            let rows = user::Entity::find()
                .filter(user::Column::Id.is_in(people))
                .all(conn)
                .await?;
            causes.people = rows.into_iter().map(|row| (row.id, row)).collect();
        }
        Ok(causes)
    }

    /// A person.
    pub(in crate::store) fn person(&self, id: UserId) -> Option<&user::Model> {
        self.people.get(&id)
    }

    /// A grant.
    pub(in crate::store) fn grant(&self, id: GrantId) -> Option<&GrantFacts> {
        self.grants.get(&id)
    }

    /// The delegated role that this person holds now; `None` for none, and for a person who cannot sign in. A
    /// person who is not known may hold any role.
    pub(in crate::store) fn role_of(&self, person: Option<UserId>) -> Option<DelegatedRole> {
        let Some(person) = person else {
            return Some(DelegatedRole::Full);
        };
        let row = self.people.get(&person)?;
        let signs_in = row.blocked_at.is_none() && row.deleted_at.is_none();
        row.delegated_role.filter(|_| signs_in)
    }

    /// The hands of these rows, the oldest first.
    pub(in crate::store) fn hands(&self, mut rows: Vec<hand::Model>, now: DateTime<Utc>) -> Hands {
        rows.sort_by_key(|row| (row.began_at, row.id));
        let hands = rows.into_iter().map(|row| self.hand(row, now));
        Hands(hands.collect())
    }

    fn hand(&self, row: hand::Model, now: DateTime<Utc>) -> Hand {
        let grant = self.grants.get(&row.grant_id);
        Hand {
            id: row.id,
            way: row.way,
            cause: Cause {
                grant: row.grant_id,
                partner: grant.map_or(row.organization_id, |grant| grant.partner),
                person: row.person_id,
                role: row.role,
            },
            renewed_at: row.renewed_at,
            state: grant.map_or(GrantState::Ended, |grant| grant.state(now)),
            role_cap: grant.map_or(row.role, |grant| grant.role_cap),
            person_role: self.role_of(row.person_id),
        }
    }

    /// The grants and persons of these hands.
    async fn of_rows<C: ConnectionTrait>(conn: &C, rows: &[hand::Model]) -> Result<Self> {
        let grants = rows.iter().map(|row| row.grant_id).collect();
        let people = rows.iter().filter_map(|row| row.person_id).collect();
        Self::load(conn, grants, people).await
    }
}

/// The open hands of one user; the caller has checked that it may ask.
pub async fn of_user<C: Trusted>(conn: &C, user: UserId, now: DateTime<Utc>) -> Result<Hands> {
    let rows = open(conn, &[user]).await?;
    of_rows(conn, rows, now).await
}

/// The hands of these rows, with the present state of their grants.
pub(in crate::store) async fn of_rows<C: ConnectionTrait>(
    conn: &C,
    rows: Vec<hand::Model>,
    now: DateTime<Utc>,
) -> Result<Hands> {
    let causes = Causes::of_rows(conn, &rows).await?;
    Ok(causes.hands(rows, now))
}

/// The rows of open hands of these users, the oldest first.
pub(in crate::store) async fn open<C: ConnectionTrait>(
    conn: &C,
    users: &[UserId],
) -> Result<Vec<hand::Model>> {
    let mut open = Vec::new();
    for ids in users.chunks(super::IDS_AT_ONCE) {
        let query = hand::Entity::find()
            .filter(hand::Column::UserId.is_in(ids.iter().copied()))
            .filter(hand::Column::EndedAt.is_null());
        open.extend(query.all(conn).await?);
    }
    open.sort_by_key(|row| (row.began_at, row.id));
    Ok(open)
}

/// A hand as it is shown.
#[derive(Clone)]
pub struct HandDetails {
    pub hand: Hand,
    /// The name of the partner's person.
    pub person: Option<String>,
    pub sign_in_name: Option<String>,
    /// When it began.
    pub since: DateTime<Utc>,
    /// The act that began it.
    pub operation: Option<OperationId>,
}

/// The open hands of several users. The caller shows them only where its scope does.
pub async fn of_users<C: ConnectionTrait>(
    conn: &C,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, Vec<HandDetails>>> {
    let rows = open(conn, users).await?;
    let causes = Causes::of_rows(conn, &rows).await?;
    let mut all: HashMap<_, Vec<HandDetails>> = HashMap::new();
    for row in rows {
        let (user, since, operation) = (row.user_id, row.began_at, row.operation_id);
        let hand = causes.hand(row, now);
        let person = hand.cause.person.and_then(|id| causes.people.get(&id));
        let shown = HandDetails {
            person: person.map(|row| row.display_name.clone()),
            sign_in_name: person.map(|row| row.sign_in_name.clone()),
            since,
            operation,
            hand,
        };
        all.entry(user).or_default().push(shown);
    }
    Ok(all)
}

/// The users of an organization who are in somebody's hands.
pub(in crate::store) fn held(organization: OrganizationId) -> SelectStatement {
    Query::select()
        .column(hand::Column::UserId)
        .from(hand::Entity)
        .and_where(hand::Column::OrganizationId.eq(organization))
        .and_where(hand::Column::EndedAt.is_null())
        .to_owned()
}

/// The users on whom someone has an open hand under the grant, by this way if one is named.
pub(in crate::store) fn under(grant: GrantId, way: Option<Way>) -> SelectStatement {
    let mut query = Query::select();
    query
        .column(hand::Column::UserId)
        .from(hand::Entity)
        .and_where(hand::Column::GrantId.eq(grant))
        .and_where(hand::Column::EndedAt.is_null());
    if let Some(way) = way {
        query.and_where(hand::Column::Way.eq(way));
    }
    query
}

/// Whether a contact could be the user's alone. It could not if it is at a domain name that was added under a
/// grant, if it belongs to a partner in whose hands the user is, or if it is another user's.
pub async fn can_be_confirmed(act: &Act<'_>, user: &UserTarget, contact: &str) -> Result<bool> {
    if mailbox::under_grant(act.tx(), act.account(), contact, true).await?
        || mailbox::is_of_another(act.tx(), act.account(), user.id, contact).await?
    {
        return Ok(false);
    }
    for cause in user.hands.causes() {
        if mailbox::is_of(act.tx(), cause.partner, contact, act.now()).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes that the persons whom the act rests on may hold the user's sign-in from now on.
pub(in crate::store) async fn begin(act: &Act<'_>, user: UserId, way: Way) -> Result<()> {
    add(act, user, way, &act.causes()).await
}

/// Notes that the persons who may read the user's contact may know its password too.
pub(in crate::store) async fn extend(act: &Act<'_>, user: UserId, contact: &[Cause]) -> Result<()> {
    add(act, user, Way::Secret, contact).await
}

async fn add(act: &Act<'_>, user: UserId, way: Way, causes: &[Cause]) -> Result<()> {
    if causes.is_empty() {
        return Ok(());
    }
    let standing = open(act.tx(), &[user]).await?;
    for cause in causes {
        let same = standing
            .iter()
            .find(|row| (row.way, row.grant_id, row.person_id) == (way, cause.grant, cause.person));
        match same {
            // It is the same hand: the same person by the same way.
            Some(row) => {
                hand::Entity::update_many()
                    .filter(hand::Column::Id.eq(row.id))
                    .col_expr(hand::Column::RenewedAt, Expr::value(act.now()))
                    .col_expr(hand::Column::Role, Expr::value(row.role.max(cause.role)))
                    .exec(act.tx())
                    .await?;
            }
            None => {
                let row = hand::ActiveModel {
                    id: Set(act.id::<HandId>()),
                    user_id: Set(user),
                    organization_id: Set(act.account()),
                    way: Set(way),
                    grant_id: Set(cause.grant),
                    person_id: Set(cause.person),
                    role: Set(cause.role),
                    operation_id: Set(Some(act.operation())),
                    began_at: Set(act.now()),
                    renewed_at: Set(act.now()),
                    ended_at: Set(None),
                    ended_operation_id: Set(None),
                };
                hand::Entity::insert(row)
                    .exec_without_returning(act.tx())
                    .await?;
            }
        }
    }
    Ok(())
}

/// Ends every open hand on the user by one way.
pub(in crate::store) async fn end(act: &Act<'_>, user: UserId, way: Way) -> Result<()> {
    hand::Entity::update_many()
        .filter(hand::Column::UserId.eq(user))
        .filter(hand::Column::OrganizationId.eq(act.account()))
        .filter(hand::Column::Way.eq(way))
        .filter(hand::Column::EndedAt.is_null())
        .col_expr(hand::Column::EndedAt, Expr::value(act.now()))
        .col_expr(hand::Column::EndedOperationId, Expr::value(act.operation()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Opens the hands on a user again that an act had ended, because that act is undone.
pub(in crate::store) async fn reopen(
    act: &Act<'_>,
    user: UserId,
    ended_by: OperationId,
) -> Result<()> {
    let rows = hand::Entity::find()
        .filter(hand::Column::UserId.eq(user))
        .filter(hand::Column::OrganizationId.eq(act.account()))
        .filter(hand::Column::EndedOperationId.eq(ended_by))
        .all(act.tx())
        .await?;
    for row in rows {
        let row = hand::ActiveModel {
            id: Set(act.id::<HandId>()),
            ended_at: Set(None),
            ended_operation_id: Set(None),
            ..hand::ActiveModel::from(row).reset_all()
        };
        hand::Entity::insert(row)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(())
}
