//! Begins a session with a password. For a name that does not exist, it takes as long and answers the same as
//! for a wrong password.

use std::sync::OnceLock;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    auth::{secret, token::Door},
    domain::{policy::Target, values::SignInName},
    operations::{Envelope, prelude::*},
    store::{passwords, sessions, users},
    tally::Counter,
};

/// The name and the password.
#[derive(Debug, Serialize)]
pub struct SignIn {
    /// The sign-in name; `None` for a text that is none.
    pub sign_in_name: Option<SignInName>,
    #[serde(skip)]
    pub password: SecretString,
    /// Where the user signs in, at the API or on the pages: each has its own setting of how long a session lasts.
    #[serde(skip)]
    pub door: Door,
    /// The hash that the password was verified against, if it was good.
    #[serde(skip)]
    pub verified: OnceLock<String>,
}

impl SignIn {
    fn key(&self) -> String {
        self.sign_in_name
            .as_ref()
            .map(SignInName::key)
            .unwrap_or_default()
    }
}

impl Operation for SignIn {
    const KIND: OperationKind = OperationKind::SignIn;
    /// The hash that the password was verified against.
    type Prepared = SecretString;

    fn subject(&self) -> Subject {
        Subject::SignIn(self.key())
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        // The narrow limit is for one name from one address: otherwise anyone could lock anyone out, and a whole
        // office signs in from one address.
        let address = envelope.address.as_deref().unwrap_or_default();
        app.limiters.shared_attempt(&format!("from {address}"))?;
        app.limiters.attempt(&format!("{} {address}", self.key()))?;
        app.limiters.shared_attempt(&self.key())?;
        // Once and always, before anything is known of the user: whether it exists, is deleted or is blocked, the
        // answer takes as long.
        let hash = passwords::password_hash(&app.db.server(), &self.key()).await?;
        if app.hasher.verify(&self.password, hash.as_deref()).await?
            && let Some(hash) = hash
        {
            self.verified.get_or_init(|| hash);
        }
        Ok(())
    }

    async fn prepare(&self, app: &App, facts: &Facts) -> Result<SecretString> {
        match self.verified.get() {
            Some(hash) => Ok(hash.clone().into()),
            None => {
                if let Target::User(user) = &facts.target {
                    let counted = Counter::FailedSignIn;
                    app.tally
                        .count(user.organization, user.id, counted, 1, app.now());
                }
                Err(Error::Refused(Reason::CredentialsInvalid.into()))
            }
        }
    }

    async fn apply(&self, act: &Act<'_>, verified: &SecretString) -> Result<Effect> {
        let user = act.user()?;
        let row = users::row(act, user.id)
            .await?
            .ok_or_else(Error::not_found)?;
        if row.password_hash.as_deref() != Some(verified.expose_secret()) {
            return Err(Error::Refused(Reason::CredentialsInvalid.into()));
        }
        if row.blocked_at.is_some() {
            return Err(Error::Refused(Reason::SignInBlocked.into()));
        }
        // A temporary password that has expired does not work.
        if row.temporary_until.is_some_and(|until| act.now() >= until) {
            return Err(Error::Refused(Reason::CredentialsInvalid.into()));
        }
        let session = sessions::begin(act, user.id, self.door.session(&act.config().auth)).await?;
        let refresh = secret::new(act.rng());
        sessions::add_refresh(act, session, secret::hash(&refresh)).await?;
        let ids = Ids {
            user: Some(user.id),
            session: Some(session),
            ..Ids::default()
        };
        Ok(Effect::on(user.id).ids(ids).secret(refresh))
    }
}
