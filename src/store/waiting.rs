//! What a person of a partner, who has since lost the delegated role, set and gave under a grant. It waits
//! until a colleague takes it over or one of the two sides closes it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    grant, hand,
    ids::{GrantId, HandId, OrganizationId, UserId},
    states::{DelegatedRole, Way},
    user, user_role,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query},
};

use crate::{
    domain::{
        reason::Reason,
        visibility::{PartnerScope, Scope, View},
    },
    error::{Error, Result},
    store::{act::Act, ends, hands::Causes},
};

/// A person of a partner, with how much of what this person set and gave waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The person.
    pub person: user::Model,
    /// How many hands on users wait.
    pub hands: i64,
    /// How many roles of users wait.
    pub roles: i64,
}

/// The persons of partners whose acts under these grants wait, by grant, for either side of them.
pub async fn of_grants<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grants: &[grant::Model],
) -> Result<HashMap<GrantId, Vec<Waiting>>> {
    let party =
        |grant: &&grant::Model| [grant.client_id, grant.partner_id].contains(&scope.account());
    let ids: Vec<GrantId> = grants.iter().filter(party).map(|grant| grant.id).collect();
    if ids.is_empty() || !(scope.sees(View::Grants) || scope.sees(View::Offers)) {
        return Ok(HashMap::new());
    }
    let hands: Vec<(GrantId, UserId, i64)> = hand::Entity::find()
        .select_only()
        .column(hand::Column::GrantId)
        .column(hand::Column::PersonId)
        .column_as(hand::Column::Id.count(), "hands")
        .filter(hand::Column::GrantId.is_in(ids.iter().copied()))
        .filter(hand::Column::EndedAt.is_null())
        .filter(hand::Column::PersonId.is_not_null())
        .group_by(hand::Column::GrantId)
        .group_by(hand::Column::PersonId)
        .into_tuple()
        .all(conn)
        .await?;
    let roles: Vec<(GrantId, UserId, i64)> = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::GrantId)
        .column(user_role::Column::PersonId)
        .column_as(user_role::Column::UserId.count(), "roles")
        .filter(user_role::Column::GrantId.is_in(ids))
        .filter(user_role::Column::PersonId.is_not_null())
        .group_by(user_role::Column::GrantId)
        .group_by(user_role::Column::PersonId)
        .into_tuple()
        .all(conn)
        .await?;
    let mut counts: BTreeMap<(GrantId, UserId), (i64, i64)> = BTreeMap::new();
    for (grant, person, number) in hands {
        counts.entry((grant, person)).or_default().0 = number;
    }
    for (grant, person, number) in roles {
        counts.entry((grant, person)).or_default().1 = number;
    }
    let people: BTreeSet<UserId> = counts.keys().map(|(_, person)| *person).collect();
    let causes = Causes::load(conn, Vec::new(), people.into_iter().collect()).await?;
    let mut waiting: HashMap<GrantId, Vec<Waiting>> = HashMap::new();
    for ((grant, id), (hands, roles)) in counts {
        let Some(person) = causes.person(id) else {
            continue;
        };
        // Of a person who is LIMITED now, only the roles wait that it gave while it was FULL.
        let hands = match causes.role_of(Some(id)) {
            Some(DelegatedRole::Full) => continue,
            Some(DelegatedRole::Limited) if roles == 0 => continue,
            Some(DelegatedRole::Limited) => 0,
            None => hands,
        };
        waiting.entry(grant).or_default().push(Waiting {
            person: person.clone(),
            hands,
            roles,
        });
    }
    Ok(waiting)
}

/// Checks that this person is one of the partner, and holds no delegated role or a lesser one than FULL, so that
/// something may wait. Returns whether its hands wait too, because it holds none.
///
/// # Errors
/// [`Reason::IdInvalid`] for anyone else's; [`Reason::PersonStands`] when it holds FULL.
pub async fn check(act: &Act<'_>, partner: OrganizationId, person: UserId) -> Result<bool> {
    let causes = Causes::load(act.tx(), Vec::new(), vec![person]).await?;
    let of_partner = causes
        .person(person)
        .is_some_and(|row| row.organization_id == partner);
    match (of_partner, causes.role_of(Some(person))) {
        (false, _) => Err(Error::field("personId", Reason::IdInvalid)),
        (true, Some(DelegatedRole::Full)) => Err(Error::field("personId", Reason::PersonStands)),
        (true, role) => Ok(role.is_none()),
    }
}

/// Puts the acting colleague in the place of the person; returns how many hands and roles that concerned.
pub async fn take_over(
    act: &Act<'_>,
    grant: GrantId,
    person: UserId,
    hands_too: bool,
    colleague: (UserId, DelegatedRole),
) -> Result<(usize, usize)> {
    let (colleague, most) = colleague;
    let hands = match hands_too {
        true => take_hands(act, grant, person, colleague, most).await?,
        false => 0,
    };
    let roles = user_role::Entity::update_many()
        .filter(user_role::Column::OrganizationId.eq(act.account()))
        .filter(user_role::Column::GrantId.eq(grant))
        .filter(user_role::Column::PersonId.eq(person))
        .col_expr(user_role::Column::PersonId, Expr::value(colleague))
        .exec(act.tx())
        .await?;
    let roles = usize::try_from(roles.rows_affected).unwrap_or(usize::MAX);
    Ok((hands, roles))
}

async fn take_hands(
    act: &Act<'_>,
    grant: GrantId,
    person: UserId,
    colleague: UserId,
    most: DelegatedRole,
) -> Result<usize> {
    let rows = hand::Entity::find()
        .filter(hand::Column::OrganizationId.eq(act.account()))
        .filter(hand::Column::GrantId.eq(grant))
        .filter(hand::Column::PersonId.eq(person))
        .filter(hand::Column::EndedAt.is_null())
        .all(act.tx())
        .await?;
    hand::Entity::update_many()
        .filter(hand::Column::OrganizationId.eq(act.account()))
        .filter(hand::Column::GrantId.eq(grant))
        .filter(hand::Column::PersonId.eq(person))
        .filter(hand::Column::EndedAt.is_null())
        .col_expr(hand::Column::EndedAt, Expr::value(act.now()))
        .col_expr(hand::Column::EndedOperationId, Expr::value(act.operation()))
        .exec(act.tx())
        .await?;
    let hands = rows.len();
    for rows in rows.chunks(500) {
        let rows = rows.iter().map(|row| hand::ActiveModel {
            id: Set(act.id::<HandId>()),
            user_id: Set(row.user_id),
            organization_id: Set(row.organization_id),
            way: Set(row.way),
            grant_id: Set(row.grant_id),
            person_id: Set(Some(colleague)),
            role: Set(row.role.min(most)),
            operation_id: Set(Some(act.operation())),
            began_at: Set(act.now()),
            // The date of what was prepared does not change.
            renewed_at: Set(row.renewed_at),
            ended_at: Set(None),
            ended_operation_id: Set(None),
        });
        hand::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(hands)
}

/// Closes what waits: the roles are taken, links to contacts that were set no longer work, and temporary
/// passwords that were shown end. Hands stay open.
pub async fn close(
    act: &Act<'_>,
    grant: GrantId,
    person: UserId,
    hands_too: bool,
) -> Result<ends::EndResult> {
    let roles = ends::strip_roles(act, grant, Some(person)).await?;
    if !hands_too {
        return Ok(ends::EndResult {
            roles,
            ..ends::EndResult::default()
        });
    }
    let links = ends::close_links(act, grant, Some(person)).await?;
    let shown = hand::Entity::find()
        .filter(hand::Column::OrganizationId.eq(act.account()))
        .filter(hand::Column::GrantId.eq(grant))
        .filter(hand::Column::PersonId.eq(person))
        .filter(hand::Column::Way.eq(Way::Secret))
        .filter(hand::Column::EndedAt.is_null())
        .find_also(hand::Entity, user::Entity)
        .all(act.tx())
        .await?;
    let temporary = shown.into_iter().filter(|(hand, user)| {
        user.as_ref().is_some_and(|user| {
            user.temporary_until.is_some() && Some(hand.renewed_at) >= user.password_changed_at
        })
    });
    let passwords: Vec<UserId> = temporary.map(|(hand, _)| hand.user_id).collect();
    ends::end_sign_ins(act, &passwords).await?;
    Ok(ends::EndResult {
        roles,
        passwords,
        links,
        sent: Vec::new(),
    })
}

/// What is in the accounts of clients through one person of a partner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// How many sign-ins of users the person may hold.
    pub hands: i64,
    /// How many roles of users the person gave.
    pub roles: i64,
}

/// What is in the accounts of the partner's clients through each of these people.
pub async fn prepared<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    people: &[UserId],
) -> Result<BTreeMap<UserId, Prepared>> {
    let grants = || {
        Query::select()
            .column(grant::Column::Id)
            .from(grant::Entity)
            .and_where(grant::Column::PartnerId.eq(scope.partner()))
            .to_owned()
    };
    let hands: Vec<(UserId, i64)> = hand::Entity::find()
        .select_only()
        .column(hand::Column::PersonId)
        .column_as(hand::Column::Id.count(), "number")
        .filter(hand::Column::PersonId.is_in(people.iter().copied()))
        .filter(hand::Column::EndedAt.is_null())
        .filter(hand::Column::GrantId.in_subquery(grants()))
        .group_by(hand::Column::PersonId)
        .into_tuple()
        .all(conn)
        .await?;
    let roles: Vec<(UserId, i64)> = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::PersonId)
        .column_as(user_role::Column::UserId.count(), "number")
        .filter(user_role::Column::PersonId.is_in(people.iter().copied()))
        .filter(user_role::Column::GrantId.in_subquery(grants()))
        .group_by(user_role::Column::PersonId)
        .into_tuple()
        .all(conn)
        .await?;
    let mut prepared: BTreeMap<UserId, Prepared> = BTreeMap::new();
    for (person, number) in hands {
        prepared.entry(person).or_default().hands = number;
    }
    for (person, number) in roles {
        prepared.entry(person).or_default().roles = number;
    }
    Ok(prepared)
}
