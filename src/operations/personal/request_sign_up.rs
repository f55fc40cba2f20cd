//! Asks for a new organization that can take a trial or a purchase. Nothing is made yet: a mailed link proves
//! the address first.

use entity::states::OfferKind;

use super::count_attempt;
use crate::{
    domain::{
        confusable,
        offer::OfferState,
        values::{DomainName, Email, Name, OfferToken, SignInName, Slug, text},
    },
    operations::{Envelope, prelude::*},
    store::{
        offers, organizations,
        sign_ups::{self, NewSignUp},
    },
};

/// The organization that is asked for.
#[derive(Debug, Serialize)]
pub struct RequestSignUp {
    /// The unguessable part of the offer's URL.
    pub token: OfferToken,
    pub name: Name,
    /// Label of its initial domain.
    pub slug: Slug,
    pub initial_domain: DomainName,
    /// The first global admin's name.
    pub admin_name: Name,
    /// The part of the first global admin's sign-in name before the @.
    pub admin_sign_in_name: String,
    /// Where the link is sent.
    pub contact: Email,
}

/// What a form or an input of the API asks for, as text.
pub struct SignUpTexts<'a> {
    /// The organization's name.
    pub organization_name: &'a str,
    /// Label of its initial domain.
    pub slug: &'a str,
    /// The first global admin's name.
    pub admin_name: &'a str,
    /// The part of the first global admin's sign-in name before the @.
    pub admin_sign_in_name: &'a str,
    /// Where the link is sent.
    pub contact: &'a str,
}

impl SignUpTexts<'_> {
    /// The operation that it asks for.
    ///
    /// # Errors
    /// When a part of it is not acceptable: names the field.
    pub fn parse(&self, app: &App, token: OfferToken) -> Result<RequestSignUp> {
        let config = &app.config;
        let name = |field, text: &str| {
            Name::try_from(text).map_err(|invalid| Error::input(field, invalid))
        };
        let slug = Slug::try_from(self.slug).map_err(|invalid| Error::input("slug", invalid))?;
        let domain = format!("{}.{}", slug.as_str(), config.platform.domain);
        Ok(RequestSignUp {
            token,
            name: name("organizationName", self.organization_name)?,
            initial_domain: DomainName::try_from(domain.as_str())
                .map_err(|invalid| Error::input("slug", invalid))?,
            slug,
            admin_name: name("adminName", self.admin_name)?,
            admin_sign_in_name: text::trimmed(self.admin_sign_in_name).to_owned(),
            contact: Email::try_from(self.contact)
                .map_err(|invalid| Error::input("contact", invalid))?,
        })
    }
}

impl Operation for RequestSignUp {
    const KIND: OperationKind = OperationKind::RequestSignUp;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        count_attempt(app, envelope).await?;
        // Limited, so that nobody's mailbox is flooded.
        app.limiters
            .attempt(&format!("sign-up {}", self.contact.as_str().to_lowercase()))
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<()> {
        let words = &app.config.sign_up;
        for (field, text) in [
            ("organizationName", self.name.as_str()),
            ("slug", self.slug.as_str()),
        ] {
            if confusable::mixes_scripts(text)
                || confusable::holds_word(text, &words.reserved, &words.reserved_anywhere)
            {
                return Err(Error::field(field, Reason::NameConfusable));
            }
        }
        // These texts are in a mail to an address that is not proven yet.
        texts::without_links([
            ("organizationName", Some(self.name.as_str())),
            ("adminName", Some(self.admin_name.as_str())),
        ])?;
        SignInName::new(&self.admin_sign_in_name, self.initial_domain.clone())
            .map_err(|invalid| Error::input("adminSignInName", invalid))?;
        organizations::check_confusable(&app.db.server(), &self.name, &self.slug).await
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let offer = offers::answered(act, &self.token).await?;
        let open =
            offer.state(act.now()) == OfferState::Open && offers::is_certified(act, &offer).await?;
        if !open || offer.offer.kind == OfferKind::Delegation {
            return Err(Error::Failed(Reason::SignUpNotOffered));
        }
        let new = NewSignUp {
            offer: offer.offer.id,
            name: &self.name,
            slug: &self.slug,
            admin_name: &self.admin_name,
            admin_sign_in_name: &self.admin_sign_in_name,
            contact: &self.contact,
            life: act.config().sign_up.link(),
        };
        let sign_up = sign_ups::insert(act, &new).await?;
        Ok(Effect::on(offer.offer.id)
            .change(Key::SignUp, sign_up.to_string())
            .deliver([Delivery::SignUp { sign_up }]))
    }
}
