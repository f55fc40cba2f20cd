//! Pauses a grant, by the client or the partner, each for itself.

use entity::{ids::GrantId, states::Side};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{act::Act, facts::Subject, grants},
};

/// The grant concerned.
#[derive(Debug)]
pub struct HoldGrant {
    pub grant: GrantId,
}

impl Operation for HoldGrant {
    const KIND: OperationKind = OperationKind::HoldGrant;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let facts = act.facts();
        let grant = facts.grant.as_ref().ok_or_else(Error::not_found)?;
        if grant.ended_at.is_some() {
            return Err(Error::Failed(Reason::GrantOver));
        }
        let by_client = facts
            .caller
            .actor()
            .is_some_and(|actor| actor.organization == grant.client);
        let side = if by_client {
            Side::Client
        } else {
            Side::Partner
        };
        let held = match side {
            Side::Client => grant.client_hold,
            Side::Partner => grant.partner_hold,
        };
        if held {
            return Err(Error::Failed(Reason::AlreadyHeld));
        }
        grants::set_hold(act, grant.id, side, true).await?;
        let ids = Ids {
            grant: Some(grant.id),
            ..Ids::default()
        };
        Ok(Effect::on("grant", grant.id)
            .change("side", side.as_str())
            .change("partner", grant.partner.to_string())
            .ids(ids))
    }
}
