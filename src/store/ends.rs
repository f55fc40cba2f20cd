//! What ends with a grant, in the same act: the roles given under it, the links to contacts that it set, the
//! passwords that were shown under it. Hands stay open: users who are in them keep their sign-in, and reach
//! only themselves.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    hand,
    ids::{GrantId, LinkId, UserId},
    link, session,
    states::{AdminRole, DelegatedRole, LinkPurpose, Way},
    user, user_role,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::{
    domain::{
        reason::Reason,
        record::{Changes, Key, change::SEPARATOR},
    },
    error::{Error, Result},
    store::{act::Act, hands, passwords, roles},
};

/// Which passwords end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passwords {
    /// Temporary passwords, which no longer work anyway, and those of users who are sent a link to a new one at
    /// once, because their contact is proven and in nobody's hands.
    Replaced,
    /// All passwords that someone who acted under the grant may know.
    All,
}

/// What ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct EndResult {
    /// Admin roles that were taken.
    pub roles: Vec<(UserId, AdminRole)>,
    /// Users whose password and sessions ended.
    pub passwords: Vec<UserId>,
    /// Users whose open links no longer work.
    pub links: Vec<UserId>,
    /// Users who were sent a link to choose a new password, with the link.
    pub sent: Vec<(UserId, LinkId)>,
}

impl EndResult {
    /// What the entry of the record says about it.
    pub fn changes(&self) -> [(Key, String); 4] {
        let ids = |users: &mut dyn Iterator<Item = UserId>| {
            let users = users.map(|user| user.to_string());
            users.collect::<Vec<_>>().join(SEPARATOR)
        };
        let roles = self.roles.iter();
        let roles = roles.map(|(user, role)| format!("{user}:{}", role.as_str()));
        [
            (Key::RolesTaken, roles.collect::<Vec<_>>().join(SEPARATOR)),
            (
                Key::PasswordsEnded,
                ids(&mut self.passwords.iter().copied()),
            ),
            (Key::LinksClosed, ids(&mut self.links.iter().copied())),
            (
                Key::LinksSent,
                ids(&mut self.sent.iter().map(|(user, _)| *user)),
            ),
        ]
    }
}

/// What an entry of the record says about what ended.
#[derive(Debug, Default)]
pub struct EndEntry {
    /// Admin roles that were taken.
    pub roles: Vec<(UserId, AdminRole)>,
    /// Users whose password and sessions ended.
    pub passwords: Vec<UserId>,
    /// Users whose open links no longer work.
    pub links: Vec<UserId>,
    /// Users who were sent a link to choose a new password.
    pub sent: Vec<UserId>,
}

impl EndEntry {
    /// What these changes say, at most `most` of each list.
    pub fn of(changes: &Changes, most: usize) -> Self {
        let parts = |key| {
            let text = changes.get(key).unwrap_or_default();
            text.split(SEPARATOR).take(most)
        };
        let user = |text: &str| uuid::Uuid::parse_str(text).ok().map(UserId);
        let users = |key| parts(key).filter_map(user).collect();
        let role = |part: &str| {
            let (id, name) = part.split_once(':')?;
            let role = AdminRole::ALL.iter().find(|role| role.as_str() == name)?;
            Some((user(id)?, *role))
        };
        Self {
            roles: parts(Key::RolesTaken).filter_map(role).collect(),
            passwords: users(Key::PasswordsEnded),
            links: users(Key::LinksClosed),
            sent: users(Key::LinksSent),
        }
    }
}

/// Ends everything that was given and set under the grant, except hands.
pub async fn close(act: &Act<'_>, grant: GrantId, life: TimeDelta) -> Result<EndResult> {
    let roles = strip_roles(act, grant, None).await?;
    let links = close_links(act, grant, None).await?;
    let ended = end_passwords(act, grant, Passwords::Replaced, life).await?;
    Ok(EndResult {
        roles,
        links,
        ..ended
    })
}

/// Ends what only FULL could give or set, if the grant is capped below FULL from now on. It does not come back
/// with a higher cap.
pub async fn lower(act: &Act<'_>, grant: GrantId, role_cap: DelegatedRole) -> Result<()> {
    if role_cap == DelegatedRole::Full {
        return Ok(());
    }
    strip_roles(act, grant, None).await?;
    close_links(act, grant, None).await?;
    hand::Entity::update_many()
        .filter(hand::Column::OrganizationId.eq(act.account()))
        .filter(hand::Column::GrantId.eq(grant))
        .filter(hand::Column::EndedAt.is_null())
        .col_expr(hand::Column::Role, Expr::value(role_cap))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Takes every admin role of the account that was given under the grant, by this person if one is named.
pub async fn strip_roles(
    act: &Act<'_>,
    grant: GrantId,
    person: Option<UserId>,
) -> Result<Vec<(UserId, AdminRole)>> {
    let mut given = Condition::all()
        .add(user_role::Column::OrganizationId.eq(act.account()))
        .add(user_role::Column::GrantId.eq(grant));
    if let Some(person) = person {
        given = given.add(user_role::Column::PersonId.eq(person));
    }
    let rows = user_role::Entity::find()
        .filter(given.clone())
        .order_by_asc(user_role::Column::AssignedAt)
        .all(act.tx())
        .await?;
    user_role::Entity::delete_many()
        .filter(given)
        .exec(act.tx())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.user_id, row.role))
        .collect())
}

/// Closes every open link to a contact that was set under the grant, by this person if one is named, and that
/// none of the account's own admins has set or confirmed since. Returns the users whose links these were.
pub async fn close_links(
    act: &Act<'_>,
    grant: GrantId,
    person: Option<UserId>,
) -> Result<Vec<UserId>> {
    let mut set = hands::under(grant, Some(Way::Contact));
    if let Some(person) = person {
        set.and_where(hand::Column::PersonId.eq(person));
    }
    let rows = link::Entity::find()
        .filter(link::Column::OrganizationId.eq(act.account()))
        .filter(link::Column::ClosedAt.is_null())
        .filter(link::Column::ExpiresAt.gt(act.now()))
        .filter(link::Column::UserId.in_subquery(set))
        .find_also(link::Entity, user::Entity)
        .all(act.tx())
        .await?;
    let set = rows.into_iter().filter(|(_, user)| {
        let own = user.as_ref().and_then(|user| user.contact_own_at);
        own.is_none()
    });
    let mut users: Vec<UserId> = set.map(|(link, _)| link.user_id).collect();
    users.sort_unstable();
    users.dedup();
    end_links(act, &users).await?;
    Ok(users)
}

async fn end_links(act: &Act<'_>, users: &[UserId]) -> Result<()> {
    for users in users.chunks(super::IDS_AT_ONCE) {
        link::Entity::update_many()
            .filter(link::Column::OrganizationId.eq(act.account()))
            .filter(link::Column::ClosedAt.is_null())
            .filter(link::Column::UserId.is_in(users.iter().copied()))
            .col_expr(link::Column::ClosedAt, Expr::value(act.now()))
            .exec(act.tx())
            .await?;
    }
    Ok(())
}

/// Ends passwords that someone who acted under the grant may know, with their sessions and links, and sends a
/// link to a new one if the contact is proven and in nobody's hands. The acting user is left out. Global admins
/// whom the account itself appointed keep their password until they redeem the link.
pub async fn end_passwords(
    act: &Act<'_>,
    grant: GrantId,
    which: Passwords,
    life: TimeDelta,
) -> Result<EndResult> {
    let mut query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(act.account()))
        .filter(user::Column::Id.in_subquery(hands::under(grant, Some(Way::Secret))))
        .filter(user::Column::PasswordHash.is_not_null())
        .order_by_asc(user::Column::Id);
    if let Some(actor) = act.actor() {
        query = query.filter(user::Column::Id.ne(actor));
    }
    let users = query.all(act.tx()).await?;
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let read: HashSet<UserId> = hands::open(act.tx(), &ids)
        .await?
        .into_iter()
        .filter(|row| row.way == Way::Contact)
        .map(|row| row.user_id)
        .collect();
    let held = roles::of_users(act.tx(), &ids).await?;
    let mut ended = EndResult::default();
    let mut reachable = Vec::new();
    for user in &users {
        let safe = user.contact_verified_at.is_some()
            && !read.contains(&user.id)
            && user.deleted_at.is_none();
        let consents = held
            .get(&user.id)
            .is_some_and(|held| held.appointed.contains(AdminRole::GlobalAdmin));
        if safe {
            reachable.push(user.id);
        }
        let ends = which == Passwords::All || safe || user.temporary_until.is_some();
        if ends && !consents {
            ended.passwords.push(user.id);
        }
    }
    end_sign_ins(act, &ended.passwords).await?;
    end_links(act, &reachable).await?;
    ended.sent = send_links(act, grant, &reachable, life).await?;
    Ok(ended)
}

/// Ends the sign-ins of these users, who must be in hands under the grant, and returns whose they were. The
/// acting user, and global admins whom the account itself appointed, are left out.
///
/// # Errors
/// [`Reason::NotInHands`] when one of them is not in hands under it.
pub async fn end_chosen(act: &Act<'_>, grant: GrantId, users: &[UserId]) -> Result<Vec<UserId>> {
    let mut chosen = Vec::new();
    for users in users.chunks(super::IDS_AT_ONCE) {
        let rows = hand::Entity::find()
            .filter(hand::Column::OrganizationId.eq(act.account()))
            .filter(hand::Column::GrantId.eq(grant))
            .filter(hand::Column::EndedAt.is_null())
            .filter(hand::Column::UserId.is_in(users.iter().copied()))
            .all(act.tx())
            .await?;
        let held: HashSet<UserId> = rows.into_iter().map(|row| row.user_id).collect();
        if users.iter().any(|user| !held.contains(user)) {
            return Err(Error::field("endSignInsOf", Reason::NotInHands));
        }
        let roles = roles::of_users(act.tx(), users).await?;
        let spared = |user: &&UserId| {
            let held = roles.get(user);
            act.actor() == Some(**user)
                || held.is_some_and(|held| held.appointed.contains(AdminRole::GlobalAdmin))
        };
        chosen.extend(users.iter().filter(|user| !spared(user)).copied());
    }
    end_sign_ins(act, &chosen).await?;
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

/// Ends passwords, sessions and links of users of the account.
pub async fn end_sign_ins(act: &Act<'_>, users: &[UserId]) -> Result<()> {
    for ids in users.chunks(super::IDS_AT_ONCE) {
        session::Entity::update_many()
            .filter(session::Column::OrganizationId.eq(act.account()))
            .filter(session::Column::RevokedAt.is_null())
            .filter(session::Column::UserId.is_in(ids.iter().copied()))
            .col_expr(session::Column::RevokedAt, Expr::value(act.now()))
            .exec(act.tx())
            .await?;
        user::Entity::update_many()
            .filter(user::Column::OrganizationId.eq(act.account()))
            .filter(user::Column::Id.is_in(ids.iter().copied()))
            .col_expr(user::Column::FormerHash, passwords::former())
            .col_expr(user::Column::PasswordHash, Expr::value(None::<String>))
            .col_expr(
                user::Column::TemporaryUntil,
                Expr::value(None::<DateTime<Utc>>),
            )
            .exec(act.tx())
            .await?;
    }
    end_links(act, users).await
}

async fn send_links(
    act: &Act<'_>,
    grant: GrantId,
    users: &[UserId],
    life: TimeDelta,
) -> Result<Vec<(UserId, LinkId)>> {
    // A link that the partner or the server has sent does not count as sent by one of the account's own admins.
    let actor = act.facts().caller.actor();
    let own = actor.is_some_and(|actor| actor.organization == act.account());
    let cause = (!own).then_some(grant);
    let sent: Vec<(UserId, LinkId)> = users.iter().map(|user| (*user, act.id())).collect();
    for some in sent.chunks(super::IDS_AT_ONCE) {
        let rows = some.iter().map(|(user, id)| link::ActiveModel {
            id: Set(*id),
            user_id: Set(*user),
            organization_id: Set(act.account()),
            purpose: Set(LinkPurpose::Reset),
            hash: Set(None),
            grant_id: Set(cause),
            operation_id: Set(Some(act.operation())),
            created_at: Set(act.now()),
            expires_at: Set(act.now() + life),
            closed_at: Set(None),
        });
        link::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(sent)
}
