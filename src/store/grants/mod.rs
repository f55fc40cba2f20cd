//! Grants.

mod write;

pub use write::{amend, end, insert, lower, open, set_hold, set_reminder, shorten};

use chrono::{DateTime, Utc};
use entity::{
    certification, grant,
    ids::{GrantId, OrganizationId},
    offer,
    states::Side,
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use crate::{
    db::Trusted,
    domain::{
        certification::Certification,
        delivery::Addressee,
        grant::{GrantFacts, GrantState},
        visibility::{PartnerScope, Scope, View},
    },
    error::Result,
    store::{
        act::Act,
        due::Due,
        from_rows, offers,
        page::{Page, Slice},
        roles,
    },
};

/// Grants whose term was over before this time and that nobody has ended.
pub async fn to_close<C: Trusted>(
    conn: &C,
    before: DateTime<Utc>,
    due: &Due,
) -> Result<Vec<GrantId>> {
    let query = grant::Entity::find()
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::ExpiresAt.lte(before))
        .order_by_asc(grant::Column::ExpiresAt);
    let query = due.of(query, grant::Column::ClientId);
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Grants of whose term's end both sides are to be reminded.
pub async fn due_for_reminder<C: Trusted>(
    conn: &C,
    now: DateTime<Utc>,
    due: &Due,
) -> Result<Vec<GrantId>> {
    let query = grant::Entity::find()
        .filter(grant::Column::RemindAt.lte(now))
        .order_by_asc(grant::Column::RemindAt);
    let query = due.of(query, grant::Column::ClientId);
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whether both sides are to be reminded of the end of this grant's term.
pub async fn is_due_for_reminder(act: &Act<'_>, id: GrantId) -> Result<bool> {
    let query = grant::Entity::find_by_id(id).filter(grant::Column::RemindAt.lte(act.now()));
    Ok(query.one(act.tx()).await?.is_some())
}

/// The addresses at which the partner is told of a grant: those that the offer names, and its own global admins.
pub async fn partner_contacts(act: &Act<'_>, grant: &GrantFacts) -> Result<Vec<Addressee>> {
    let row = grant::Entity::find_by_id(grant.id).one(act.tx()).await?;
    let offer = match row {
        Some(row) => {
            let query = offer::Entity::find_by_id(row.offer_id);
            query.one(act.tx()).await?
        }
        None => None,
    };
    let mut told = match offer {
        Some(offer) => offers::told(act, &offer).await?,
        None => Vec::new(),
    };
    told.extend(roles::contacts_of_admins(act, grant.partner).await?);
    Ok(told)
}

/// A grant with the partner's certification.
#[derive(Clone, Debug)]
pub struct Row {
    pub grant: grant::Model,
    /// The partner's certification.
    pub certification: Certification,
}

impl Row {
    /// What decides its state.
    pub fn facts(&self) -> GrantFacts {
        from_rows::grant_facts(&self.grant, self.certification)
    }
}

impl From<(grant::Model, Option<certification::Model>)> for Row {
    fn from((grant, certification): (grant::Model, Option<certification::Model>)) -> Self {
        let certification = from_rows::certification_state(certification.as_ref());
        Self {
            grant,
            certification,
        }
    }
}

/// One grant, seen from an organization that is a party to it.
pub async fn find<C: ConnectionTrait>(conn: &C, scope: &Scope, id: GrantId) -> Result<Option<Row>> {
    let row = grant::Entity::find_by_id(id)
        .find_also(grant::Entity, certification::Entity)
        .one(conn)
        .await?
        .map(Row::from);
    Ok(row.filter(|row| sees(scope, &row.grant)))
}

/// One grant, seen from the organization that gave it.
pub async fn given<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: GrantId,
) -> Result<Option<Row>> {
    let row = find(conn, scope, id).await?;
    Ok(row.filter(|row| row.grant.client_id == scope.account()))
}

/// The people of the partner who can act under a grant that the scope's own organization gave, if it is active, the
/// oldest first; at most so many.
pub async fn delegates<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    row: &Row,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<user::Model>> {
    let given = row.grant.client_id == scope.account() && scope.sees(View::Delegates);
    if !given || row.facts().state(now) != GrantState::Active {
        return Ok(Vec::new());
    }
    let people = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(row.grant.partner_id))
        .filter(user::Column::DelegatedRole.is_not_null())
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::BlockedAt.is_null())
        .order_by_asc(user::Column::Id)
        .limit(most);
    Ok(people.all(conn).await?)
}

/// The open grant that the scope's own organization gave to a partner, by whichever offer.
pub async fn standing<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    partner: OrganizationId,
) -> Result<Option<Row>> {
    let row = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(scope.account()))
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null())
        .find_also(grant::Entity, certification::Entity)
        .one(conn)
        .await?
        .map(Row::from);
    Ok(row.filter(|row| sees(scope, &row.grant)))
}

fn sees(scope: &Scope, grant: &grant::Model) -> bool {
    let given = grant.client_id == scope.account() && scope.sees(View::Grants);
    let held = grant.partner_id == scope.account()
        && (scope.sees(View::Grants) || scope.sees(View::Offers));
    given || held
}

/// Grants that are in one of these states at `now`. `certified` says whether the partner's certification is
/// current; if `None`, the certification's row says it, which the query must have joined.
pub(in crate::store) fn in_states(
    states: &[GrantState],
    certified: Option<bool>,
    now: DateTime<Utc>,
) -> Condition {
    use grant::Column;
    let mut any = Condition::any();
    for state in states {
        let open = || Condition::all().add(Column::EndedAt.is_null());
        let running = || open().add(Column::ExpiresAt.gt(now));
        let current = match certified {
            Some(true) => Condition::all(),
            Some(false) => Condition::all().add(Expr::val(1).eq(0)),
            None => Condition::all()
                .add(certification::Column::Id.is_not_null())
                .add(certification::Column::SuspendedAt.is_null()),
        };
        let free = Condition::all()
            .add(Column::ClientHoldAt.is_null())
            .add(Column::PartnerHoldAt.is_null())
            .add(current);
        any = any.add(match state {
            GrantState::Active => running().add(free),
            GrantState::Held => running().add(free.not()),
            GrantState::Expired => open().add(Column::ExpiresAt.lte(now)),
            GrantState::Ended => Condition::all().add(Column::EndedAt.is_not_null()),
        });
    }
    any
}

/// How many clients the partner manages, counted up to `most`: those whose grants are open and not expired,
/// including held ones.
pub async fn managed<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    most: u64,
    now: DateTime<Utc>,
) -> Result<u64> {
    managed_by(conn, scope.partner(), most, now).await
}

/// The same, of any partner.
pub(in crate::store) async fn managed_by<C: ConnectionTrait>(
    conn: &C,
    partner: OrganizationId,
    most: u64,
    now: DateTime<Utc>,
) -> Result<u64> {
    let bounded = grant::Entity::find()
        .select_only()
        .column(grant::Column::ClientId)
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::ExpiresAt.gt(now))
        .limit(most);
    Ok(bounded.count(conn).await?)
}

/// The partners that have an active grant of the scope's organization, in the order in which they got it; at most so
/// many.
pub async fn administrators<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<OrganizationId>> {
    if !scope.sees(View::Administrators) {
        return Ok(Vec::new());
    }
    let rows = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(scope.account()))
        .find_also(grant::Entity, certification::Entity)
        .filter(in_states(&[GrantState::Active], None, now))
        .order_by_asc(grant::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(row, _)| row.partner_id).collect())
}

/// A page of the grants of the scope's own organization, from both sides, newest first; in these states, if any
/// are named.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    states: Option<&[GrantState]>,
    side: Option<Side>,
    now: DateTime<Utc>,
    page: Page,
) -> Result<Slice<Row>> {
    let mut sides = Condition::any();
    if scope.sees(View::Grants) && side != Some(Side::Partner) {
        sides = sides.add(grant::Column::ClientId.eq(scope.account()));
    }
    if (scope.sees(View::Grants) || scope.sees(View::Offers)) && side != Some(Side::Client) {
        sides = sides.add(grant::Column::PartnerId.eq(scope.account()));
    }
    if sides.is_empty() {
        return Ok(Slice::empty());
    }
    let mut query: Select<grant::Entity> = grant::Entity::find()
        .filter(sides)
        .order_by_desc(grant::Column::Id)
        .limit(page.first + 1);
    if let Some(after) = page.after {
        query = query.filter(grant::Column::Id.lt(after));
    }
    let mut query = query.find_also(grant::Entity, certification::Entity);
    if let Some(states) = states {
        query = query.filter(in_states(states, None, now));
    }
    let rows = query.all(conn).await?;
    Ok(Slice::new(rows, page).map(Row::from))
}
