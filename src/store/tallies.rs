//! Counters of failed sign-ins and of reads of people, in the same table as those of refusals. They are written
//! without a lock on an account, and closed when their hour is over.

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

/// The name under which counters of reads are kept: it is no kind of operation.
const READS: &str = "people.read";

/// What is counted. It is kept as a kind and a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Failed sign-ins with the person's sign-in name.
    FailedSignIn,
    /// How many people the person was shown.
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
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The person who read: its name, sign-in name and organization.
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
