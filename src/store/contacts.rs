//! Users' contacts, where their links are sent: they are set, confirmed and proven; former ones are remembered for
//! some time.

use entity::{former_contact, ids::UserId, states::Way, user};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    domain::{
        delivery::Addressee,
        policy::UserTarget,
        values::{Email, email::domain_of},
    },
    error::Result,
    store::{
        act::Act,
        hands,
        users::{none, row, update},
    },
};

/// A user's contact, if it is verified: mails about what is done to the user go there.
pub async fn verified(act: &Act<'_>, user: UserId) -> Result<Option<Addressee>> {
    let row = row(act, user).await?;
    Ok(row
        .filter(|row| row.contact_verified_at.is_some())
        .map(|row| Addressee::user(row.id, row.contact)))
}

/// The domain name of the acting user's contact, if the user acts in its own organization.
pub async fn domain(act: &Act<'_>) -> Result<Option<String>> {
    let Some(actor) = act.actor() else {
        return Ok(None);
    };
    let row = row(act, actor).await?;
    Ok(row.map(|row| domain_of(&row.contact).to_owned()))
}

/// Sets where a user's links are sent; the contact is not verified yet. The persons whom the act rests on may read
/// what is sent there, so the user is in their hands.
pub async fn set(act: &Act<'_>, user: UserId, contact: &Email) -> Result<()> {
    remember(act, user).await?;
    let changes = [
        (user::Column::Contact, Expr::value(contact.as_str())),
        (user::Column::ContactVerifiedAt, none()),
        (user::Column::ContactRefusedAt, none()),
        (user::Column::ContactOwnAt, Expr::value(act.now_if_own())),
    ];
    update(act, user, changes).await?;
    hands::begin(act, user, Way::Contact).await
}

/// Remembers for some time a contact that the user had proven, before it gets another, and forgets those whose time
/// is over.
pub(in crate::store) async fn remember(act: &Act<'_>, user: UserId) -> Result<()> {
    former_contact::Entity::delete_many()
        .filter(former_contact::Column::OrganizationId.eq(act.account()))
        .filter(former_contact::Column::Until.lte(act.now()))
        .exec(act.tx())
        .await?;
    let Some(contact) = verified(act, user).await? else {
        return Ok(());
    };
    let row = former_contact::ActiveModel {
        operation_id: Set(act.operation()),
        organization_id: Set(act.account()),
        user_id: Set(user),
        contact: Set(contact.to),
        until: Set(act.now() + act.config().times.domain_rest()),
    };
    former_contact::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Notes that an admin of the account's own says that the contact is the user's: links sent from now on prove it.
pub async fn confirm(act: &Act<'_>, user: UserId) -> Result<()> {
    let changes = [(user::Column::ContactOwnAt, Expr::value(act.now_if_own()))];
    update(act, user, changes).await
}

/// Notes that a contact is proven by a link sent there. If one of the account's own admins set or confirmed it
/// before that, it is in nobody's hands any more.
pub async fn verify(act: &Act<'_>, user: &UserTarget) -> Result<()> {
    let changes = [
        (user::Column::ContactVerifiedAt, Expr::value(act.now())),
        (user::Column::ContactRefusedAt, none()),
    ];
    update(act, user.id, changes).await?;
    // Setting and confirming a contact close every earlier link, so the link that was redeemed was sent after that.
    if user.contact_own {
        hands::end(act, user.id, Way::Contact).await?;
    }
    Ok(())
}
