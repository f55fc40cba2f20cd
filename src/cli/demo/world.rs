//! The demo world's past, made by the same operations as everything else.

use std::collections::HashMap;

use anyhow::Context;
use chrono::TimeDelta;
use entity::{
    ids::{OrganizationId, PlanId, UserId},
    language::Language,
    states::{DelegatedRole, OfferKind, PasswordDelivery},
};
use secrecy::SecretString;

use super::people::{ORGANIZATIONS, PASSWORD, PEOPLE, Person};
use crate::{
    app::App,
    auth::{secret, token::Door},
    cli::operator,
    db::Locks,
    domain::{
        acceptance::{ReadTerms, Wish},
        kind::Proof,
        values::{DomainName, Email, Message, Name, SignInName, Slug, Term},
        visibility,
    },
    error::Error,
    operations::{
        self, Done, Envelope, Operation,
        account::{
            add_domain::AddDomain, add_user::AddUser, assign_admin_role::AssignAdminRole,
            register_device::RegisterDevice, reset_password::ResetPassword,
            retire_device::RetireDevice,
        },
        client::{
            accept_offer::AcceptOffer, decline_offer::DeclineOffer, end_grant::EndGrant,
            hold_grant::HoldGrant,
        },
        partner::{assign_delegated_role::AssignDelegatedRole, create_offer::CreateOffer},
        personal::{confirm_password::ConfirmPassword, enrol::Enrol, sign_in::SignIn},
        platform::{certify_partner::CertifyPartner, register_organization::RegisterOrganization},
        subjects::{OnDevice, OnUser},
        system,
    },
    store::{
        directory,
        facts::Who,
        installation, links,
        offers::{self, Proposed, Row as OfferRow},
        viewer,
    },
};

/// The fact that holds the token of the offer that is shown at the start.
pub const OFFER: &str = "demo_offer";

/// Loads the world.
pub async fn load(app: &App) -> anyhow::Result<()> {
    system::ensure_platform(app).await?;
    let mut world = World {
        app,
        organizations: HashMap::new(),
        sessions: HashMap::new(),
    };
    world.people().await?;
    let plan = world.plans().await?;
    world.offers(plan).await?;
    world.acts(plan).await
}

pub(super) struct World<'a> {
    app: &'a App,
    organizations: HashMap<&'static str, OrganizationId>,
    sessions: HashMap<&'static str, Who>,
}

impl World<'_> {
    pub(super) async fn run<O: Operation>(&self, who: &str, operation: O) -> anyhow::Result<Done> {
        self.app.clock.advance(TimeDelta::minutes(7));
        let who = self.who(who)?;
        if O::KIND.spec().proof != Proof::Session {
            let password = SecretString::from(PASSWORD);
            operations::run(
                self.app,
                who.clone(),
                envelope(),
                ConfirmPassword { password },
            )
            .await?;
        }
        Ok(operations::run(self.app, who, envelope(), operation).await?)
    }

    /// Runs an operation that the policy refuses.
    async fn refused(&self, who: &str, operation: impl Operation) -> anyhow::Result<()> {
        self.app.clock.advance(TimeDelta::minutes(7));
        match operations::run(self.app, self.who(who)?, envelope(), operation).await {
            Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => anyhow::bail!("the demo expected a refusal"),
        }
    }

    fn who(&self, name: &str) -> anyhow::Result<Who> {
        self.sessions
            .get(name)
            .cloned()
            .with_context(|| format!("{name} did not sign in"))
    }

    pub(super) fn organization(&self, slug: &str) -> anyhow::Result<OrganizationId> {
        self.organizations
            .get(slug)
            .copied()
            .with_context(|| format!("no organization {slug}"))
    }

    async fn user(&self, person: &Person) -> anyhow::Result<UserId> {
        let name = person.sign_in_name(&self.app.config.platform.domain);
        let key = SignInName::try_from(name.as_str())?.key();
        let user = directory::by_sign_in_key(&self.app.db.server(), &key).await?;
        Ok(user.with_context(|| format!("no user {name}"))?.id)
    }

    pub(super) async fn named(&self, name: &str) -> anyhow::Result<UserId> {
        let person = PEOPLE
            .iter()
            .find(|person| person.name == name)
            .context("no such person")?;
        self.user(person).await
    }

    /// Redeems the person's enrolment link with the published password, and signs in.
    async fn enrol(&mut self, person: &'static Person) -> anyhow::Result<()> {
        let user = self.user(person).await?;
        let link = links::open_of(&self.app.db.server(), user)
            .await?
            .context("no open link")?;
        let secret = secret::new(&self.app.rng);
        let tx = self.app.db.begin(&Locks::default()).await?;
        links::arm(&tx, link, &secret::hash(&secret)).await?;
        tx.commit().await?;
        let enrol = Enrol {
            secret,
            new_password: SecretString::from(PASSWORD),
        };
        operations::run(self.app, Who::Anonymous, envelope(), enrol).await?;
        let name = person.sign_in_name(&self.app.config.platform.domain);
        let sign_in = SignIn {
            sign_in_name: Some(SignInName::try_from(name.as_str())?),
            password: SecretString::from(PASSWORD),
            door: Door::Api,
            browser: None,
            language: None,
            verified: Default::default(),
            places: Default::default(),
        };
        let done = operations::run(self.app, Who::Anonymous, envelope(), sign_in).await?;
        let (session, user) = done.ids.session.zip(done.ids.user).context("no session")?;
        self.sessions
            .insert(person.name, Who::Session(session, user));
        Ok(())
    }

    async fn people(&mut self) -> anyhow::Result<()> {
        let domain = &self.app.config.platform.domain;
        for person in PEOPLE {
            let contact = format!("{}.{}@example.org", person.name, person.slug);
            let first = !self.organizations.contains_key(person.slug);
            if person.slug == "platform" {
                operator::create(self.app, person.name, person.display_name, &contact).await?;
            } else if first {
                let name = ORGANIZATIONS.iter().find(|(slug, _)| *slug == person.slug);
                let (_, name) = name.context("an organization without a name")?;
                let initial = format!("{}.{domain}", person.slug);
                let initial_domain = DomainName::try_from(initial.as_str())?;
                let operation = RegisterOrganization {
                    name: Name::try_from(*name)?,
                    slug: Slug::try_from(person.slug)?,
                    admin_name: Name::try_from(person.display_name)?,
                    admin_sign_in_name: SignInName::new(person.name, initial_domain.clone())?,
                    admin_contact: Email::try_from(contact.as_str())?,
                    initial_domain,
                };
                let done = self.run("olivia", operation).await?;
                let id = done.ids.organization.context("no organization")?;
                self.organizations.insert(person.slug, id);
            } else {
                let account = self.organization(person.slug)?;
                let admin = PEOPLE.iter().find(|one| one.slug == person.slug);
                let admin = admin.context("an organization without an admin")?.name;
                let operation = AddUser {
                    account,
                    display_name: Name::try_from(person.display_name)?,
                    sign_in_name: person.name.to_owned(),
                    contact: Email::try_from(contact.as_str())?,
                };
                let user = self
                    .run(admin, operation)
                    .await?
                    .ids
                    .user
                    .context("no user")?;
                if let Some(role) = person.role {
                    self.run(
                        admin,
                        AssignAdminRole {
                            on: OnUser { account, user },
                            role,
                            when_out: false,
                        },
                    )
                    .await?;
                }
                if let Some(role) = person.delegated {
                    self.run(
                        admin,
                        AssignDelegatedRole {
                            on: OnUser { account, user },
                            role,
                        },
                    )
                    .await?;
                }
            }
            self.enrol(person).await?;
        }
        for slug in ["northwind", "tailspin"] {
            let organization = self.organization(slug)?;
            self.run("olivia", CertifyPartner { organization }).await?;
        }
        Ok(())
    }

    async fn offer(
        &self,
        who: &str,
        slug: &str,
        role_cap: DelegatedRole,
        term: &str,
        message: &str,
    ) -> anyhow::Result<OfferRow> {
        let operation = CreateOffer {
            account: self.organization(slug)?,
            kind: OfferKind::Delegation,
            proposed: Proposed {
                delegation: Some((role_cap, Term::try_from(term)?)),
                items: Vec::new(),
                usage_location: None,
                office: None,
                message: Some(Message::try_from(message)?),
            },
            notify: vec![format!("sales.{slug}@example.org").as_str().try_into()?],
            expires_at: None,
            language: Language("EN".to_owned()),
        };
        let made = self.run(who, operation).await?;
        let offer = made.ids.offer.context("no offer")?;
        let Who::Session(session, user) = self.who(who)? else {
            anyhow::bail!("no session")
        };
        let actor = viewer::find(&self.app.db.server(), session, user, self.app.now()).await?;
        let own = visibility::own(&actor.context("no actor")?);
        offers::find(&self.app.db.server(), &own, offer)
            .await?
            .context("no offer")
    }

    async fn accept(
        &self,
        who: &str,
        offer: &OfferRow,
        role_cap: Option<DelegatedRole>,
    ) -> anyhow::Result<Done> {
        let operation = AcceptOffer {
            read: terms(offer),
            wish: Wish {
                parts: None,
                seats: Vec::new(),
                role_cap,
                term: None,
                amend: false,
            },
        };
        self.run(who, operation).await
    }

    /// Offers, and a grant in each state.
    async fn offers(&self, plan: PlanId) -> anyhow::Result<()> {
        let short = self
            .offer(
                "tina",
                "tailspin",
                DelegatedRole::Limited,
                "P30D",
                "A month of help to try us.",
            )
            .await?;
        // Expires after thirty days.
        self.accept("carla", &short, None).await?;
        let ended = self
            .accept("adam", &short, None)
            .await?
            .ids
            .grant
            .context("no grant")?;
        let sign_ins = Vec::new();
        let end = EndGrant {
            grant: ended,
            sign_ins,
        };
        self.run("adam", end).await?;
        self.app.clock.advance(TimeDelta::days(31));
        self.purchase(plan).await?;
        let message = "We look after your accounts on weekdays from 8 to 18 o'clock.";
        let offer = self
            .offer("fiona", "northwind", DelegatedRole::Full, "P1Y", message)
            .await?;
        self.accept("carla", &offer, None).await?;
        self.accept("adam", &offer, Some(DelegatedRole::Limited))
            .await?;
        let decline = DeclineOffer {
            read: terms(&offer),
            reply: Some(Message::try_from("We want to think about it.")?),
        };
        self.run("tina", decline).await?;
        let held = self
            .accept("tina", &offer, None)
            .await?
            .ids
            .grant
            .context("no grant")?;
        self.run("tina", HoldGrant { grant: held }).await?;
        let tx = self.app.db.begin(&Locks::default()).await?;
        installation::set_fact(&tx, OFFER, &offer.offer.token).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Operations done and refused.
    async fn acts(&self, plan: PlanId) -> anyhow::Result<()> {
        let contoso = self.organization("contoso")?;
        self.subscriptions(plan, contoso).await?;
        let device = RegisterDevice {
            account: contoso,
            name: Name::try_from("Front desk laptop")?,
        };
        let device = self
            .run("carla", device)
            .await?
            .ids
            .device
            .context("no device")?;
        self.refused(
            "fiona",
            RetireDevice(OnDevice {
                account: contoso,
                device,
            }),
        )
        .await?;
        let name = DomainName::try_from("contoso.example.com")?;
        self.run(
            "fiona",
            AddDomain {
                account: contoso,
                name,
            },
        )
        .await?;
        let added = AddUser {
            account: contoso,
            display_name: Name::try_from("Greta Guest")?,
            sign_in_name: "greta".to_owned(),
            contact: Email::try_from("greta.contoso@example.org")?,
        };
        self.run("fiona", added).await?;
        let hector = self.named("hector").await?;
        let reset = ResetPassword {
            on: OnUser {
                account: contoso,
                user: hector,
            },
            delivery: PasswordDelivery::Link,
        };
        self.refused("liam", reset).await
    }
}

fn envelope() -> Envelope {
    Envelope::default()
}

/// What a client reads of an offer.
fn terms(offer: &OfferRow) -> ReadTerms {
    ReadTerms {
        token: offer.token(),
        revision: offer.revision.revision,
        digest: offer.revision.digest.clone().into(),
    }
}
