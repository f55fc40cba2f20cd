//! Makes the organization that was asked for, with its initial domain and its first global admin, by the
//! mailed link: redeeming it proves the address.

use secrecy::SecretString;

use super::count_attempt;
use crate::{
    auth::{password, secret},
    domain::values::{DomainName, Email, Name, SignInName, Slug},
    operations::{Envelope, prelude::*},
    store::{
        organizations::{self, FirstAdmin, NewOrganization},
        sign_ups,
    },
};

/// The secret and the password chosen.
#[derive(Debug, Serialize)]
pub struct CompleteSignUp {
    /// The secret of the link.
    #[serde(skip)]
    pub secret: SecretString,
    /// The first global admin's password.
    #[serde(skip)]
    pub new_password: SecretString,
    /// Parent of all initial domains.
    pub parent: String,
}

impl Operation for CompleteSignUp {
    const KIND: OperationKind = OperationKind::CompleteSignUp;
    type Prepared = String;

    fn subject(&self) -> Subject {
        Subject::SignUp(secret::hash(&self.secret))
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        count_attempt(app, envelope).await?;
        secret::check_whole(&self.secret)
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<String> {
        let hash = secret::hash(&self.secret);
        let open = sign_ups::open(&app.db.server(), &hash, app.now()).await?;
        let (asked, _) = open.ok_or_else(Error::not_found)?;
        password::check(&self.new_password, &[&asked.admin_name, &asked.name])?;
        app.hasher.hash(&self.new_password, &app.rng).await
    }

    async fn apply(&self, act: &Act<'_>, hash: &String) -> Result<Effect> {
        let asked = sign_ups::redeem(act, &secret::hash(&self.secret)).await?;
        // It was acceptable when it was asked for.
        let kept = |invalid| Error::internal(anyhow::Error::new(invalid));
        let (name, slug) = (
            Name::try_from(asked.name.as_str()).map_err(kept)?,
            Slug::try_from(asked.slug.as_str()).map_err(kept)?,
        );
        let domain = format!("{}.{}", slug.as_str(), self.parent);
        let domain = DomainName::try_from(domain.as_str()).map_err(kept)?;
        let id = act.id();
        let new = NewOrganization {
            id,
            slug: &slug,
            name: &name,
            initial_domain: &domain,
            platform: false,
        };
        organizations::register_distinct(act, &new).await?;
        let admin = FirstAdmin {
            display_name: &Name::try_from(asked.admin_name.as_str()).map_err(kept)?,
            sign_in_name: &SignInName::new(&asked.admin_sign_in_name, domain.clone())
                .map_err(kept)?,
            contact: &Email::try_from(asked.contact.as_str()).map_err(kept)?,
        };
        let user = organizations::add_first_admin(act, id, &admin).await?;
        organizations::enrol_first_admin(act, id, user, hash).await?;
        let ids = Ids {
            organization: Some(id),
            user: Some(user),
            ..Ids::default()
        };
        Ok(Effect::on(id)
            .beside(id)
            .named(name.as_str())
            .change(Key::InitialDomain, domain.as_str())
            .change(Key::FirstAdmin, user.to_string())
            .change(Key::SignUp, asked.id.to_string())
            .ids(ids))
    }
}
