//! Counters of failed sign-ins and of reads of people, beside those of refusals: written without any lock of an
//! account, and closed with the hour.

use chrono::{DateTime, Utc};
use entity::{
    ids::{OrganizationId, UserId},
    organization, refusal_count, user,
};
use sea_orm::{
    ActiveValue::Set,
    EntityTrait, ExprTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    db::Tx,
    domain::{kind::OperationKind, reason::Reason},
    error::Result,
    store::act::Act,
};

/// What counters of reads are kept under: it is no kind of operation.
const READS: &str = "people.read";

/// What is counted, as it is kept: kind and reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Sign-ins as the person that failed.
    FailedSignIn,
    /// People whom the person was shown.
    PeopleRead,
}

impl Sort {
    fn columns(self) -> (&'static str, &'static str) {
        use crate::domain::described::Described;
        match self {
            Self::FailedSignIn => (
                OperationKind::SignIn.spec().stable,
                Reason::CredentialsInvalid.name(),
            ),
            Self::PeopleRead => (READS, ""),
        }
    }
}

/// Whether a counter is one of reads.
pub fn is_of_reads(counter: &refusal_count::Model) -> bool {
    counter.kind == READS
}

/// Adds to a counter.
pub async fn add(
    tx: &Tx,
    account: OrganizationId,
    person: UserId,
    sort: Sort,
    hour: DateTime<Utc>,
    number: i64,
) -> Result<()> {
    use refusal_count::Column;
    let (kind, reason) = sort.columns();
    let row = refusal_count::ActiveModel {
        organization_id: Set(account),
        actor_id: Set(person),
        kind: Set(kind.to_owned()),
        reason: Set(reason.to_owned()),
        target: Set(String::new()),
        hour: Set(hour),
        repeats: Set(number),
        closed_at: Set(None),
    };
    let again = OnConflict::columns([
        Column::OrganizationId,
        Column::ActorId,
        Column::Kind,
        Column::Reason,
        Column::Target,
        Column::Hour,
    ])
    .value(
        Column::Repeats,
        Expr::col((refusal_count::Entity, Column::Repeats)).add(number),
    )
    .to_owned();
    refusal_count::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Who read: its name, with the sign-in name and the organization.
pub async fn reader(act: &Act<'_>, id: UserId) -> Result<Option<String>> {
    let Some(user) = user::Entity::find_by_id(id).one(act.tx()).await? else {
        return Ok(None);
    };
    let organization = organization::Entity::find_by_id(user.organization_id)
        .one(act.tx())
        .await?;
    let of = organization.map(|row| row.name).unwrap_or_default();
    Ok(Some(format!(
        "{} ({}, {of})",
        user.display_name, user.sign_in_name
    )))
}
