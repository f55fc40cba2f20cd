//! Gets a new access token by a refresh token, which is good once. A second use means that it was
//! stolen: the session ends.

use secrecy::SecretString;

use crate::{
    app::App,
    auth::secret,
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Envelope, Ids, Operation, nothing_to_prepare},
    store::{act::Act, facts::Subject, sessions},
};

/// The refresh token.
#[derive(Debug)]
pub struct RefreshSession {
    pub refresh_token: SecretString,
}

impl Operation for RefreshSession {
    const KIND: OperationKind = OperationKind::RefreshSession;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Refresh(secret::hash(&self.refresh_token))
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        // A refresh token is not guessed; an office behind one address refreshes often.
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
        let effect = Effect::on("user", user.id).ids(ids);
        if !first {
            sessions::revoke(act, session).await?;
            let mut effect = effect.change("session", "ended: its refresh token was used twice");
            effect.refusal = Some(Reason::SessionInvalid.into());
            return Ok(effect);
        }
        let refresh = secret::new(act.rng());
        sessions::add_refresh(act, session, secret::hash(&refresh)).await?;
        Ok(effect.secret(refresh))
    }
}
