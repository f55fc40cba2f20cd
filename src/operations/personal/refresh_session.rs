//! Gets a new access token by a refresh token, which works only once. A second use suggests that it was stolen,
//! so the session ends.

use secrecy::SecretString;

use crate::{
    auth::secret,
    operations::{Envelope, prelude::*},
    store::sessions,
};

/// The refresh token.
#[derive(Debug, Serialize)]
pub struct RefreshSession {
    #[serde(skip)]
    pub refresh_token: SecretString,
}

impl Operation for RefreshSession {
    const KIND: OperationKind = OperationKind::RefreshSession;
    nothing_to_prepare!();

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

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let hash = secret::hash(&self.refresh_token);
        let Some((session, first)) = sessions::use_refresh(act, &hash).await? else {
            return Err(Error::Refused(Reason::SessionInvalid.into()));
        };
        let ids = Ids {
            user: Some(user.id),
            session: Some(session),
            ..Ids::default()
        };
        let effect = Effect::on(user.id).ids(ids);
        if !first {
            sessions::revoke(act, session).await?;
            return Ok(effect
                .change(Key::Session, "ended: its refresh token was used twice")
                .refused(Reason::SessionInvalid));
        }
        let refresh = secret::new(act.rng());
        sessions::add_refresh(act, session, secret::hash(&refresh)).await?;
        Ok(effect.secret(refresh))
    }
}
