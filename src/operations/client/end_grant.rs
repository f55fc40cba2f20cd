//! Ends a grant: the very next call of a delegate fails, and what was given and set under the grant ends with it.
//! Users in the partner's hands can still sign in, but act only on their own password and sessions, except those
//! whose sign-in is ended here.

use entity::ids::{GrantId, UserId};

use crate::{operations::prelude::*, store::ends};

/// The grant concerned.
#[derive(Debug, Serialize)]
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

    fn request(&self) -> RequestFacts {
        RequestFacts {
            ends_sign_ins: !self.sign_ins.is_empty(),
            ..RequestFacts::default()
        }
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let (grant, side) = act.own_side()?;
        let mut ended =
            grants::end(act, grant.id, Some(side), act.config().auth.enrol_link()).await?;
        let chosen = ends::end_chosen(act, grant.id, &self.sign_ins).await?;
        let before = ended.passwords.clone();
        ended
            .passwords
            .extend(chosen.into_iter().filter(|user| !before.contains(user)));
        Ok(Effect::on(grant.id)
            .change(Key::Side, side.as_str())
            .change(Key::Partner, grant.partner.to_string())
            .ended(ended))
    }
}
