//! Begins a session with a password. For a name that does not exist, it takes as long and answers the same as
//! for a wrong password.

use std::sync::OnceLock;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    auth::{password::Crowd, secret, token::Door},
    domain::{policy::Target, values::SignInName},
    operations::{Envelope, prelude::*},
    store::{familiar, passwords, sessions, users},
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
    /// The secret by which a browser is known where somebody signed in before.
    #[serde(skip)]
    pub browser: Option<SecretString>,
    /// The language that the user reads the pages in: from then on its mails are in it too (BCP 47).
    #[serde(skip)]
    pub language: Option<String>,
    /// The hash that the password was verified against, if it was good.
    #[serde(skip)]
    pub verified: OnceLock<String>,
    /// The places that it comes from, as they are remembered: the address, and the browser.
    #[serde(skip)]
    pub places: OnceLock<Vec<String>>,
}

impl SignIn {
    fn key(&self) -> String {
        self.sign_in_name
            .as_ref()
            .map(SignInName::key)
            .unwrap_or_default()
    }

    /// Counts the attempt, and says among whom it waits.
    ///
    /// The narrow limit is for one name from one place: otherwise anyone could lock anyone out, and a whole office signs
    /// in from one address. Strangers to the user share another one, however many addresses they try its name from.
    async fn limit(&self, app: &App, envelope: &Envelope) -> Result<Crowd> {
        let address = envelope.address.as_deref().unwrap_or_default();
        app.limiters.shared_attempt(&format!("from {address}"))?;
        let hashed =
            |what: &str, place: &str| app.keys.input_mac(format!("{what} {place}").as_bytes());
        let by_address = envelope
            .address
            .as_deref()
            .map(|address| hashed("address", address));
        let browser = self.browser.as_ref().map(ExposeSecret::expose_secret);
        let by_browser = browser.map(|browser| hashed("browser", browser));
        let places: Vec<_> = by_address.iter().chain(&by_browser).cloned().collect();
        let since = app.now() - TimeDelta::days(app.config.retention.familiar_days);
        let known = familiar::among(&app.db.server(), &self.key(), &places, since).await?;
        self.places.get_or_init(|| places);
        let place = match &by_browser {
            Some(browser) if known.contains(browser) => browser,
            _ => address,
        };
        app.limiters.attempt(&format!("{} {place}", self.key()))?;
        if !known.is_empty() {
            return Ok(Crowd::Known);
        }
        app.limiters.shared_attempt(&self.key())?;
        Ok(Crowd::Strangers)
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
        let crowd = self.limit(app, envelope).await?;
        // Once and always, before anything is known of the user: whether it exists, is deleted or is blocked, the
        // answer takes as long.
        let hash = passwords::password_hash(&app.db.server(), &self.key()).await?;
        if app
            .hasher
            .verify(crowd, &self.password, hash.as_deref())
            .await?
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
        // Who may be somebody else says nothing of the user's language.
        if let Some(language) = &self.language
            && row.temporary_until.is_none()
            && user.hands.is_empty()
            && row.language.as_deref().unwrap_or("en") != language
        {
            users::set_language(act, user.id, language).await?;
        }
        let places = self.places.get().map(Vec::as_slice).unwrap_or_default();
        familiar::seen(act, user.id, places).await?;
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
