//! The demo world's catalogue: services and plans, each client's subscription with a licence, and a
//! tag.

use anyhow::Context;
use entity::{
    ids::{OrganizationId, PlanId},
    language::Language,
    states::{DelegatedRole, OfferKind},
};

use super::world::World;
use crate::{
    domain::{
        offer::Item,
        values::{Country, Email, Message, Name, Price, Slug, Tag, Term},
    },
    operations::{
        account::{assign_licence::AssignLicence, update_profile::UpdateProfile},
        partner::{
            create_offer::CreateOffer, send_offer::SendOffer, set_client_tags::SetClientTags,
        },
        platform::{
            create_plan::CreatePlan, create_service::CreateService,
            give_subscription::GiveSubscription,
        },
        subjects::{OnOffer, OnUser},
    },
    store::{
        offers::Proposed,
        plans::{NewPlan, NewService},
        users::Profile,
    },
};

impl World<'_> {
    /// Services and plans: the largest plan.
    pub(super) async fn plans(&self) -> anyhow::Result<PlanId> {
        let mut services = Vec::new();
        for (slug, name, delegable) in [
            ("mail", "Mail", true),
            ("files", "Files", true),
            ("device-management", "Device management", false),
        ] {
            let service = CreateService(NewService {
                slug: Slug::try_from(slug)?,
                name: Name::try_from(name)?,
                url: format!("https://{slug}.mandate.example/").parse()?,
                delegable,
            });
            let done = self.run("olivia", service).await?;
            services.push(done.ids.service.context("no service")?);
        }
        let mut plan = None;
        for (slug, name, price, amount, services) in [
            (
                "basic",
                "Business Basic",
                "EUR 6.00 per licence and month",
                "6.00",
                services.iter().take(2).copied(),
            ),
            (
                "premium",
                "Business Premium",
                "EUR 20.00 per licence and month",
                "20.00",
                services.iter().take(3).copied(),
            ),
        ] {
            let new = CreatePlan(NewPlan {
                slug: Slug::try_from(slug)?,
                name: Name::try_from(name)?,
                term: Term::try_from("P1Y")?,
                seats: 25,
                services: services.collect(),
                price: Some(Name::try_from(price)?),
                seat_price: Some(Price::new(amount, "EUR", Term::try_from("P1M")?)?),
                locations: Vec::new(),
            });
            plan = self.run("olivia", new).await?.ids.plan;
        }
        plan.context("no plan")
    }

    /// A purchase with delegation that nobody has answered yet.
    pub(super) async fn purchase(&self, plan: PlanId) -> anyhow::Result<()> {
        let offer = CreateOffer {
            account: self.organization("northwind")?,
            kind: OfferKind::Purchase,
            proposed: Proposed {
                delegation: Some((DelegatedRole::Full, Term::try_from("P1Y")?)),
                items: vec![Item {
                    plan,
                    seats: 25,
                    most: None,
                }],
                usage_location: Some(Country::try_from("DE")?),
                office: Some(Name::try_from("Northwind Support, Hamburg")?),
                message: Some(Message::try_from("Prices hold until the end of the year.")?),
            },
            notify: Vec::new(),
            expires_at: None,
            language: Language("EN".to_owned()),
        };
        let made = self.run("fiona", offer).await?;
        let send = SendOffer {
            on: OnOffer {
                account: self.organization("northwind")?,
                offer: made.ids.offer.context("no offer")?,
            },
            addresses: vec![Email::try_from("it.wingtip@example.org")?],
        };
        self.run("fiona", send).await?;
        Ok(())
    }

    /// Each client's subscription with a licence, a profile, and a tag.
    pub(super) async fn subscriptions(
        &self,
        plan: PlanId,
        contoso: OrganizationId,
    ) -> anyhow::Result<()> {
        for (slug, admin, user) in [
            ("contoso", "carla", "hector"),
            ("adatum", "adam", "adam"),
            ("tailspin", "tina", "tina"),
        ] {
            let account = self.organization(slug)?;
            let give = GiveSubscription {
                organization: account,
                plan,
                seats: Some(10),
            };
            let given = self.run("olivia", give).await?.ids.subscription;
            let user = self.named(user).await?;
            let assign = AssignLicence {
                on: OnUser { account, user },
                subscription: given.context("no subscription")?,
            };
            self.run(admin, assign).await?;
            let profile = Profile {
                given_name: Some(Some(Name::try_from("Harper")?)),
                surname: Some(Some(Name::try_from("Hall")?)),
                job_title: Some(Some(Name::try_from("Administrator")?)),
                department: Some(Some(Name::try_from("IT")?)),
                usage_location: Some(Some(Country::try_from("DE")?)),
                ..Profile::default()
            };
            let update = UpdateProfile {
                on: OnUser { account, user },
                profile,
            };
            self.run(admin, update).await?;
        }
        let tag = SetClientTags {
            account: self.organization("northwind")?,
            client: contoso,
            tags: vec![Tag::try_from("gold")?],
        };
        self.run("fiona", tag).await?;
        Ok(())
    }
}
