//! What is looked up besides, if the user whom an operation touches is in somebody's hands.

use chrono::{DateTime, Utc};

use crate::{
    db::Trusted,
    domain::policy::{Facts, Target, UserTarget},
    error::Result,
    store::{awaited, hands, mailbox},
};

/// The user with its hands and the roles that wait for their end, if the caller may know of them: one of the account,
/// or a delegate.
pub(in crate::store) async fn of<C: Trusted>(
    conn: &C,
    facts: &Facts,
    user: UserTarget,
    now: DateTime<Utc>,
) -> Result<UserTarget> {
    let actor = facts.caller.actor();
    let knows =
        actor.is_none_or(|actor| actor.organization == user.organization || facts.grant.is_some());
    if !knows {
        return Ok(user);
    }
    Ok(UserTarget {
        awaited: awaited::of_user(conn, user.id).await?,
        hands: hands::of_user(conn, user.id, now).await?,
        ..user
    })
}

/// Whether the caller's contact belongs to a partner in whose hands the user is. It is looked up only for a caller in
/// its own organization.
pub(in crate::store) async fn contact<C: Trusted>(
    conn: &C,
    facts: &mut Facts,
    now: DateTime<Utc>,
) -> Result<()> {
    if let (Some(actor), Target::User(user)) = (facts.caller.actor(), &facts.target)
        && actor.organization == user.organization
    {
        for cause in user.hands.causes() {
            facts.contact_of_partner |=
                mailbox::has_contact(conn, actor.user, cause.partner, now).await?;
        }
    }
    Ok(())
}
