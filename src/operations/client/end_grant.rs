//! Ends a grant for good: the very next call of a delegate fails, and what the grant caused ends with it. Users
//! in the partner's hands keep their sign-in and reach only themselves, but for those whose sign-in is ended here.

use entity::{
    ids::{GrantId, UserId},
    states::Side,
};

use crate::{
    domain::{kind::OperationKind, policy::Brought, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{act::Act, ends, facts::Subject, grants},
};

/// The grant concerned.
#[derive(Debug)]
pub struct EndGrant {
    pub grant: GrantId,
    /// Users in the partner's hands whose sign-in is ended, too.
    pub sign_ins: Vec<UserId>,
}

impl Operation for EndGrant {
    const KIND: OperationKind = OperationKind::EndGrant;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    fn brought(&self) -> Brought {
        Brought {
            ends_sign_ins: !self.sign_ins.is_empty(),
            ..Brought::default()
        }
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
        let mut ended = grants::end(act, grant.id, Some(side), act.enrol_life()).await?;
        let chosen = ends::end_chosen(act, grant.id, &self.sign_ins).await?;
        let before = ended.passwords.clone();
        ended
            .passwords
            .extend(chosen.into_iter().filter(|user| !before.contains(user)));
        Ok(Effect::on_grant(grant.id)
            .change("side", side.as_str())
            .change("partner", grant.partner.to_string())
            .ended(ended))
    }
}
