//! Gets a new access token by a refresh token, which works once. Within a few seconds it gives the same successor again,
//! since answers are lost and requests are sent twice. A later use suggests that it was stolen, so the session ends.

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::{
    auth::secret,
    operations::{Envelope, prelude::*},
    store::sessions::{self, Use},
};

/// For how long after its use a refresh token gives the same successor again.
const SOON: TimeDelta = TimeDelta::seconds(10);

/// The refresh token.
#[derive(Debug, Serialize)]
pub struct RefreshSession {
    #[serde(skip)]
    pub refresh_token: SecretString,
}

impl Operation for RefreshSession {
    const KIND: OperationKind = OperationKind::RefreshSession;
    /// The token that follows.
    type Prepared = SecretString;

    fn subject(&self) -> Subject {
        Subject::Refresh(secret::hash(&self.refresh_token))
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        // A refresh token cannot be guessed, and many users behind one address refresh often: so the limit is wide.
        match &envelope.address {
            Some(address) => app.limiters.shared_attempt(address),
            None => Ok(()),
        }
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<SecretString> {
        Ok(secret::successor(&app.keys, &self.refresh_token))
    }

    async fn apply(&self, act: &Act<'_>, successor: &SecretString) -> Result<Effect> {
        let user = act.user()?;
        let hash = secret::hash(&self.refresh_token);
        let Some((session, known)) = sessions::use_refresh(act, &hash, SOON).await? else {
            return Err(Error::Refused(Reason::SessionInvalid.into()));
        };
        let ids = Ids {
            user: Some(user.id),
            session: Some(session),
            ..Ids::default()
        };
        let effect = Effect::on(user.id).ids(ids);
        if known == Use::Later {
            sessions::revoke(act, session).await?;
            return Ok(effect
                .change(Key::Session, "ended: its refresh token was used twice")
                .refused(Reason::SessionInvalid));
        }
        // Whoever used the successor had the answer: nobody else needs it again.
        let next = secret::hash(successor);
        if known == Use::Repeated && !sessions::is_unused(act, &next).await? {
            return Err(Error::Refused(Reason::SessionInvalid.into()));
        }
        if known == Use::First {
            sessions::add_refresh(act, session, next).await?;
        }
        Ok(effect.secret(successor.clone()))
    }
}
