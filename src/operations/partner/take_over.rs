//! Takes over what a colleague, who has since lost the delegated role, set and gave under a grant. From now on it
//! counts as done by the person who takes it over.

use entity::ids::{GrantId, UserId};

use crate::{domain::grant::GrantState, operations::prelude::*, store::waiting};

/// The grant, and the colleague.
#[derive(Debug, Serialize)]
pub struct TakeOver {
    pub grant: GrantId,
    /// The colleague who set and gave it.
    pub person: UserId,
}

impl Operation for TakeOver {
    const KIND: OperationKind = OperationKind::TakeOver;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let facts = act.facts();
        let grant = facts.grant.as_ref().ok_or_else(Error::not_found)?;
        match grant.state(act.now()) {
            GrantState::Active => {}
            state => return Err(Error::Failed(state.refusal().unwrap_or(Reason::GrantOver))),
        }
        let actor = facts.caller.actor().ok_or_else(Error::not_found)?;
        let role = actor.delegated_role.ok_or_else(Error::not_found)?;
        let hands_too = waiting::check(act, grant.partner, self.person).await?;
        let colleague = (actor.user, role.min(grant.role_cap));
        let (hands, roles) =
            waiting::take_over(act, grant.id, self.person, hands_too, colleague).await?;
        if hands + roles == 0 {
            return Err(Error::field("personId", Reason::IdInvalid));
        }
        Ok(Effect::on(grant.id)
            .change(Key::Partner, grant.partner.to_string())
            .change(Key::Person, self.person.to_string())
            .change(Key::Hands, hands.to_string())
            .change(Key::Roles, roles.to_string()))
    }
}
