//! Requests that come again with their idempotency key: they are done once.

use entity::ids::{OrganizationId, UserId};

use super::Pending;
use crate::{
    app::App,
    db::Tx,
    domain::{policy::Permit, reason::Reason},
    error::{Error, Result},
    operations::operation::Done,
    store::idempotency::{self, Key},
};

/// The idempotency key that came with the request, bound to what its caller sent; `None` without one, or if nobody is
/// signed in.
pub(super) fn key(
    app: &App,
    pending: &Pending,
    permit: &Permit,
    actor: Option<UserId>,
) -> Result<Option<Key>> {
    let (Some(actor), Some(text)) = (actor, &pending.envelope.idempotency_key) else {
        return Ok(None);
    };
    let said = pending.operation.fingerprint()?;
    Ok(Some(Key {
        actor,
        kind: pending.operation.kind().spec().stable,
        text: format!("{} {text}", permit.account().0),
        input_mac: app.keys.input_mac(said.as_bytes()),
    }))
}

/// What was done under the key before; `None` for a new one.
///
/// # Errors
/// [`Reason::IdempotencyKeyReused`] when it was used for something else.
pub(super) async fn replay(tx: &Tx, key: &Key, account: OrganizationId) -> Result<Option<Done>> {
    let Some(row) = idempotency::find(tx, key).await? else {
        return Ok(None);
    };
    if row.input_mac != key.input_mac {
        return Err(Error::Failed(Reason::IdempotencyKeyReused));
    }
    Ok(Some(Done {
        operation: Some(row.operation_id),
        entry: None,
        user: None,
        seen: None,
        account,
        ids: serde_json::from_str(&row.result)?,
        secret: None,
        replayed: true,
    }))
}
