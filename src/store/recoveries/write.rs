//! Writes of recoveries.

use chrono::{DateTime, Utc};
use entity::{
    grant,
    ids::{OrganizationId, RecoveryId, UserId},
    operation, recovery,
    states::{AdminRole, Outcome, RecoveryEnd, Way},
    user, user_role,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select, sea_query::Expr,
};

use super::{CredentialsBefore, Recipient, by_link, find, latest, state, told};
use crate::{
    db::{Db, Locks},
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{Email, SignInName},
    },
    error::{Error, Result},
    store::{act::Act, ends, hands, installation, mailbox, roles, users},
};

/// Starts the recovery of the global admin with this sign-in name.
///
/// # Errors
/// [`Reason::NotGlobalAdmin`] if the account itself appointed no global admin of this name who is neither
/// blocked nor deleted; [`Reason::RecoveryOpen`] while another is open; and those of [`check`].
pub async fn start(
    act: &Act<'_>,
    operator: UserId,
    name: &SignInName,
    contact: &Email,
) -> Result<recovery::Model> {
    let named = recoverable(act.account()).filter(user::Column::SignInKey.eq(name.key()));
    let user = named.one(act.tx()).await?;
    let user = user.ok_or_else(|| Error::field("signInName", Reason::NotGlobalAdmin))?;
    let latest = latest(act.tx(), act.account()).await?;
    if latest.is_some_and(|row| state(&row, act.now()).is_open()) {
        return Err(Error::Failed(Reason::RecoveryOpen));
    }
    let row = recovery::Model {
        id: act.id(),
        organization_id: act.account(),
        user_id: user.id,
        contact: contact.as_str().to_owned(),
        before: None,
        started_by: operator,
        started_at: act.now(),
        approved_by: None,
        approved_at: None,
        due_at: None,
        sent_at: None,
        hash: None,
        lapses_at: act.now() + act.config().auth.enrol_link(),
        ended_at: None,
        ended_how: None,
        ended_operation_id: None,
    };
    check(act, &row).await?;
    recovery::Entity::insert(recovery::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(act.tx())
        .await?;
    Ok(row)
}

/// Users who can be recovered: global admins whom the organization itself appointed, neither blocked nor deleted.
fn recoverable(organization: OrganizationId) -> Select<user::Entity> {
    roles::global_admins(organization).filter(user::Column::BlockedAt.is_null())
}

async fn is_recoverable(act: &Act<'_>, user: UserId) -> Result<bool> {
    let query = recoverable(act.account()).filter(user::Column::Id.eq(user));
    Ok(query.one(act.tx()).await?.is_some())
}

/// Checks that the user is still a global admin, that nobody else could help, and that the contact could be the
/// user's alone.
///
/// # Errors
/// [`Reason::NotGlobalAdmin`] if the user is no global admin any more, or is blocked or deleted;
/// [`Reason::AdminCanHelp`] if another usable global admin signed in within the waiting time;
/// [`Reason::ContactNotConfirmable`] if the contact may be read by a partner, an operator or another user.
pub async fn check(act: &Act<'_>, row: &recovery::Model) -> Result<()> {
    if !is_recoverable(act, row.user_id).await? {
        return Err(Error::Failed(Reason::NotGlobalAdmin));
    }
    let since = act.now() - act.config().times.recovery();
    if roles::has_present_global_admin(act, row.user_id, since).await? {
        return Err(Error::Failed(Reason::AdminCanHelp));
    }
    if is_anothers(act, row).await? {
        return Err(Error::field("contact", Reason::ContactNotConfirmable));
    }
    Ok(())
}

async fn is_anothers(act: &Act<'_>, row: &recovery::Model) -> Result<bool> {
    let (tx, account, contact) = (act.tx(), act.account(), row.contact.as_str());
    let open = hands::open(tx, &[row.user_id]).await?;
    let held = open.iter().any(|hand| hand.way == Way::Contact);
    let user = user::Entity::find_by_id(row.user_id).one(tx).await?;
    let current = user.is_some_and(|user| user.contact.to_lowercase() == contact.to_lowercase());
    if (held && current)
        || mailbox::under_grant(tx, account, contact, false).await?
        || mailbox::is_of_another(tx, account, row.user_id, contact).await?
    {
        return Ok(true);
    }
    // All partners that ever had a grant, and the platform.
    let partners: Vec<OrganizationId> = grant::Entity::find()
        .select_only()
        .column(grant::Column::PartnerId)
        .distinct()
        .filter(grant::Column::ClientId.eq(account))
        .into_tuple()
        .all(tx)
        .await?;
    let platform = installation::platform(tx).await?;
    for other in partners.into_iter().chain(platform) {
        if other != account && mailbox::is_of(tx, other, contact, act.now()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An open recovery in the act's account.
///
/// # Errors
/// [`Reason::RecoveryOver`] if it is over.
pub async fn going_on(act: &Act<'_>, id: RecoveryId) -> Result<recovery::Model> {
    let row = recovery::Entity::find_by_id(id)
        .filter(recovery::Column::OrganizationId.eq(act.account()))
        .one(act.tx())
        .await?
        .filter(|row| state(row, act.now()).is_open());
    row.ok_or(Error::Failed(Reason::RecoveryOver))
}

/// The recovery in the act's account with this link, while the link is valid and the contact is nobody else's.
pub async fn by_secret(act: &Act<'_>, hash: &str) -> Result<Option<recovery::Model>> {
    let found = by_link(act.tx(), hash, act.now()).await?;
    match found.map(|found| found.row) {
        Some(row) if is_recoverable(act, row.user_id).await? && !is_anothers(act, &row).await? => {
            Ok(Some(row))
        }
        _ => Ok(None),
    }
}

/// A recovery in the act's account that can be stopped: it is open, or its link was redeemed so recently that the
/// user cannot consent yet.
///
/// # Errors
/// [`Reason::RecoveryOver`] if there is nothing left to be stopped.
pub async fn stoppable(act: &Act<'_>, id: RecoveryId) -> Result<recovery::Model> {
    let found = find(act.tx(), id).await?;
    let found = found.filter(|found| {
        found.row.organization_id == act.account() && found.can_be_stopped(act.now())
    });
    let found = found.ok_or(Error::Failed(Reason::RecoveryOver))?;
    Ok(found.row)
}

/// Stops a recovery. If its link was redeemed, everything that it changed of the user becomes what it was before: the
/// contact, the password and the hands; its sessions end.
pub async fn stop(act: &Act<'_>, row: &recovery::Model) -> Result<()> {
    if row.ended_how == Some(RecoveryEnd::Redeemed) {
        ends::end_sign_ins(act, &[row.user_id]).await?;
        let before = row.before.as_deref().map(serde_json::from_str);
        if let Some(before) = before.transpose()? {
            put_back(act, row.user_id, before).await?;
        }
        if let Some(redeemed) = row.ended_operation_id {
            hands::reopen(act, row.user_id, redeemed).await?;
        }
    }
    end(act, row.id, RecoveryEnd::Stopped).await
}

async fn put_back(act: &Act<'_>, user: UserId, before: CredentialsBefore) -> Result<()> {
    let changes = [
        (user::Column::Contact, Expr::value(before.contact)),
        (
            user::Column::ContactVerifiedAt,
            Expr::value(before.verified_at),
        ),
        (user::Column::ContactOwnAt, Expr::value(before.own_at)),
        (
            user::Column::PasswordHash,
            Expr::value(before.password_hash),
        ),
        (
            user::Column::TemporaryUntil,
            Expr::value(before.temporary_until),
        ),
        (
            user::Column::PasswordChangedAt,
            Expr::value(before.changed_at),
        ),
        (user::Column::RecoveredUntil, users::none()),
    ];
    users::update(act, user, changes).await
}

/// Ends a recovery whose link is redeemed, and keeps the user's former contact and password for as long as it can be
/// stopped.
pub async fn redeemed(act: &Act<'_>, row: recovery::Model) -> Result<recovery::Model> {
    let user = users::row(act, row.user_id).await?;
    let user = user.ok_or_else(Error::not_found)?;
    let open = hands::open(act.tx(), &[row.user_id]).await?;
    let before = CredentialsBefore {
        stops: !open.iter().any(|hand| hand.way == Way::Contact),
        contact: user.contact,
        verified_at: user.contact_verified_at,
        own_at: user.contact_own_at,
        password_hash: user.password_hash,
        temporary_until: user.temporary_until,
        changed_at: user.password_changed_at,
    };
    let before = serde_json::to_string(&before)?;
    let changes = [(recovery::Column::Before, Expr::value(before.as_str()))];
    update(act, row.id, changes).await?;
    end(act, row.id, RecoveryEnd::Redeemed).await?;
    Ok(recovery::Model {
        before: Some(before),
        ended_how: Some(RecoveryEnd::Redeemed),
        ended_at: Some(act.now()),
        ..row
    })
}

/// Deletes users' former contacts and passwords, kept for recoveries that can no longer be stopped.
pub async fn forget(db: &Db, before: DateTime<Utc>) -> Result<()> {
    let kept = recovery::Entity::find()
        .filter(recovery::Column::Before.is_not_null())
        .filter(recovery::Column::EndedAt.lte(before));
    // An idle worker only reads.
    if kept.one(db.read()).await?.is_none() {
        return Ok(());
    }
    let tx = db.begin(&Locks::default()).await?;
    recovery::Entity::update_many()
        .filter(recovery::Column::Before.is_not_null())
        .filter(recovery::Column::EndedAt.lte(before))
        .col_expr(recovery::Column::Before, Expr::value(None::<String>))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Who is told what becomes of a recovery by the act.
pub async fn told_of(act: &Act<'_>, row: &recovery::Model) -> Result<Vec<Recipient>> {
    told(act.tx(), row, act.now()).await
}

/// Whether a user was an operator for the whole waiting time before the recovery was started, and nobody else has
/// touched its sign-in or role since. So an operator who was made or taken over for this purpose does not count as a
/// second one.
pub async fn is_seasoned(act: &Act<'_>, row: &recovery::Model, operator: UserId) -> Result<bool> {
    let given = user_role::Entity::find()
        .filter(user_role::Column::UserId.eq(operator))
        .filter(user_role::Column::Role.eq(AdminRole::GlobalAdmin))
        .filter(user_role::Column::AssignedAt.lte(row.started_at - act.config().times.recovery()))
        .one(act.tx())
        .await?;
    let Some(given) = given else {
        return Ok(false);
    };
    use OperationKind::{
        AssignAdminRole, ChangeContact, ChangeSignInName, ConfirmContact, ResetPassword,
        RestoreUser, UnblockSignIn,
    };
    let kinds = [
        AssignAdminRole,
        ChangeContact,
        ChangeSignInName,
        ConfirmContact,
        ResetPassword,
        RestoreUser,
        UnblockSignIn,
    ];
    let touched = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(given.organization_id))
        .filter(operation::Column::TargetId.eq(operator.0))
        .filter(operation::Column::Kind.is_in(kinds.map(|kind| kind.spec().stable)))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .filter(operation::Column::At.gt(row.started_at - act.config().times.recovery()))
        .one(act.tx())
        .await?;
    Ok(touched.is_none())
}

/// Notes the second operator's approval: it waits from now on.
pub async fn approve(act: &Act<'_>, id: RecoveryId, operator: UserId) -> Result<()> {
    let due = act.now() + act.config().times.recovery();
    update(
        act,
        id,
        [
            (recovery::Column::ApprovedBy, Expr::value(operator)),
            (recovery::Column::ApprovedAt, Expr::value(act.now())),
            (recovery::Column::DueAt, Expr::value(due)),
            (
                recovery::Column::LapsesAt,
                Expr::value(due + act.config().auth.enrol_link()),
            ),
        ],
    )
    .await
}

/// Notes that the link of a recovery is sent now.
pub async fn send(act: &Act<'_>, id: RecoveryId) -> Result<()> {
    let lapses = act.now() + act.config().auth.enrol_link();
    let changes = [
        (recovery::Column::SentAt, Expr::value(act.now())),
        (recovery::Column::LapsesAt, Expr::value(lapses)),
    ];
    update(act, id, changes).await
}

/// Ends a recovery; its link no longer works.
pub async fn end(act: &Act<'_>, id: RecoveryId, how: RecoveryEnd) -> Result<()> {
    let changes = [
        (recovery::Column::EndedAt, Expr::value(act.now())),
        (recovery::Column::EndedHow, Expr::value(how)),
        (
            recovery::Column::EndedOperationId,
            Expr::value(act.operation()),
        ),
        (recovery::Column::Hash, Expr::value(None::<String>)),
    ];
    update(act, id, changes).await
}

async fn update(
    act: &Act<'_>,
    id: RecoveryId,
    changes: impl IntoIterator<Item = (recovery::Column, Expr)>,
) -> Result<()> {
    let mut query = recovery::Entity::update_many()
        .filter(recovery::Column::Id.eq(id))
        .filter(recovery::Column::OrganizationId.eq(act.account()));
    for (column, value) in changes {
        query = query.col_expr(column, value);
    }
    query.exec(act.tx()).await?;
    Ok(())
}
