//! Lifts the own side's hold; the other side's stays.

use entity::{ids::GrantId, states::Side};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{act::Act, contacts, facts::Subject, grants},
};

/// The grant concerned.
#[derive(Debug)]
pub struct LiftGrant {
    pub grant: GrantId,
}

impl Operation for LiftGrant {
    const KIND: OperationKind = OperationKind::LiftGrant;

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
        if !held {
            return Err(Error::Failed(Reason::NotHeld));
        }
        grants::set_hold(act, grant.id, side, false).await?;
        let ids = Ids {
            grant: Some(grant.id),
            ..Ids::default()
        };
        Ok(Effect::on("grant", grant.id)
            .change("side", side.as_str())
            .change("partner", grant.partner.to_string())
            .maybe("contact_domain", contacts::domain(act).await?)
            .ids(ids))
    }
}
