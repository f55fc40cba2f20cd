//! Where things are in the demo world. Names that begin with `db_` read the database.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    device, domain, grant, hand,
    ids::{
        DeviceId, DomainId, GrantId, OrganizationId, PlanId, RecoveryId, ServiceId, SubscriptionId,
        UserId,
    },
    offer, offer_revision, organization, plan, recovery, service,
    states::{DelegatedRole, Way},
    subscription, user,
};
use mandate::{cli::DEMO_PEOPLE, db::Locks, domain::values::id::GlobalId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};

use super::TestApp;

/// The slug of a person's organization.
pub fn slug(name: &str) -> &'static str {
    // She is added by a delegate, in the demo's story.
    if name == "greta" {
        return "contoso";
    }
    let person = DEMO_PEOPLE.iter().find(|person| person.name == name);
    person
        .unwrap_or_else(|| panic!("nobody is called {name}"))
        .slug
}

/// The sign-in name of a person of the demo world.
pub fn sign_in_name(name: &str) -> String {
    format!("{name}@{}.mandate.example", slug(name))
}

impl TestApp {
    /// An organization.
    pub async fn db_organization(&self, slug: &str) -> OrganizationId {
        let query = organization::Entity::find().filter(organization::Column::Slug.eq(slug));
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// A user.
    pub async fn db_user(&self, name: &str) -> UserId {
        let key = sign_in_name(name);
        let query = user::Entity::find().filter(user::Column::SignInKey.eq(key));
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// The latest grant between two organizations.
    pub async fn db_grant(&self, partner: &str, client: &str) -> GrantId {
        let (partner, client) = (
            self.db_organization(partner).await,
            self.db_organization(client).await,
        );
        let query = grant::Entity::find()
            .filter(grant::Column::PartnerId.eq(partner))
            .filter(grant::Column::ClientId.eq(client))
            .order_by_desc(grant::Column::Id);
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// Changes the end of an organization's record, as someone could who can write the database.
    pub async fn db_forge_end(&self, slug: &str) {
        let db = self.intruder().await;
        let forge = format!("UPDATE chain_head SET epoch = 9 WHERE domain LIKE '{slug}%'");
        db.execute_unprepared(&forge).await.unwrap();
        db.close().await.unwrap();
    }

    /// Takes a user's password, as if it were forgotten.
    pub async fn db_forget_password(&self, name: &str) {
        self.db_set_user(
            name,
            user::Column::PasswordHash,
            Expr::value(None::<String>),
        )
        .await;
    }

    /// Sets one column of a user.
    pub async fn db_set_user(&self, name: &str, column: user::Column, value: Expr) {
        let user = self.db_user(name).await;
        let tx = self.app.db.begin(&Locks::default()).await.unwrap();
        user::Entity::update_many()
            .filter(user::Column::Id.eq(user))
            .col_expr(column, value)
            .exec(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts a user of Contoso into the hands of one of Northwind, as after an upgrade.
    pub async fn db_hand(&self, name: &str, way: Way, person: &str) {
        let grant = self.db_grant("northwind", "contoso").await;
        self.db_hand_under(name, way, person, grant).await;
    }

    /// Puts a user of Contoso into the hands of someone under a grant.
    pub async fn db_hand_under(&self, name: &str, way: Way, person: &str, grant: GrantId) {
        let now = self.app.now();
        let row = hand::ActiveModel {
            id: Set(self.app.rng.id(now)),
            user_id: Set(self.db_user(name).await),
            organization_id: Set(self.db_organization("contoso").await),
            way: Set(way),
            grant_id: Set(grant),
            person_id: Set(Some(self.db_user(person).await)),
            role: Set(DelegatedRole::Full),
            operation_id: Set(None),
            began_at: Set(now),
            renewed_at: Set(now),
            ended_at: Set(None),
            ended_operation_id: Set(None),
        };
        if way == Way::Contact {
            let own = Expr::value(None::<DateTime<Utc>>);
            self.db_set_user(name, user::Column::ContactOwnAt, own)
                .await;
        }
        let tx = self.app.db.begin(&Locks::default()).await.unwrap();
        hand::Entity::insert(row)
            .exec_without_returning(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// The grant from Contoso to Tailspin, whose term goes on again.
    pub async fn db_grant_to_tailspin(&self) -> GrantId {
        let grant = self.db_grant("tailspin", "contoso").await;
        let tx = self.app.db.begin(&Locks::default()).await.unwrap();
        grant::Entity::update_many()
            .filter(grant::Column::Id.eq(grant))
            .col_expr(
                grant::Column::ExpiresAt,
                Expr::value(self.app.now() + TimeDelta::days(30)),
            )
            .col_expr(grant::Column::RoleCap, Expr::value(DelegatedRole::Full))
            .exec(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        grant
    }

    /// A recovery in an organization that one operator started.
    pub async fn db_recovery(&self, slug: &str) -> RecoveryId {
        let now = self.app.now();
        let admin = match slug {
            "contoso" => "carla",
            "adatum" => "adam",
            _ => "tina",
        };
        let row = recovery::Model {
            id: self.app.rng.id(now),
            organization_id: self.db_organization(slug).await,
            user_id: self.db_user(admin).await,
            contact: format!("{admin}@mail.example"),
            before: None,
            started_by: self.db_user("oscar").await,
            started_at: now,
            approved_by: None,
            approved_at: None,
            due_at: None,
            sent_at: None,
            hash: None,
            lapses_at: now + TimeDelta::days(7),
            ended_at: None,
            ended_how: None,
            ended_operation_id: None,
        };
        let id = row.id;
        let tx = self.app.db.begin(&Locks::default()).await.unwrap();
        recovery::Entity::insert(recovery::ActiveModel::from(row).reset_all())
            .exec_without_returning(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// The device of Contoso.
    pub async fn db_device(&self) -> DeviceId {
        device::Entity::find()
            .one(self.app.db.read())
            .await
            .unwrap()
            .unwrap()
            .id
    }

    /// The domain that an organization added last: the initial one where it added none.
    pub async fn db_domain(&self, slug: &str) -> DomainId {
        let organization = self.db_organization(slug).await;
        let query = domain::Entity::find()
            .filter(domain::Column::OrganizationId.eq(organization))
            .order_by_desc(domain::Column::Id);
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// The latest offer of a partner, with its revision.
    pub async fn db_offer(&self, partner: &str) -> (offer::Model, offer_revision::Model) {
        let partner = self.db_organization(partner).await;
        let offer = offer::Entity::find()
            .filter(offer::Column::PartnerId.eq(partner))
            .order_by_desc(offer::Column::Id)
            .one(self.app.db.read())
            .await
            .unwrap()
            .unwrap();
        let revision = offer_revision::Entity::find_by_id((offer.id, offer.revision))
            .one(self.app.db.read())
            .await
            .unwrap()
            .unwrap();
        (offer, revision)
    }

    /// A service of the catalogue.
    pub async fn db_service(&self, slug: &str) -> ServiceId {
        let query = service::Entity::find().filter(service::Column::Slug.eq(slug));
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// A plan of the catalogue.
    pub async fn db_plan(&self, slug: &str) -> PlanId {
        let query = plan::Entity::find().filter(plan::Column::Slug.eq(slug));
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// The first subscription of an organization.
    pub async fn db_subscription(&self, slug: &str) -> SubscriptionId {
        let organization = self.db_organization(slug).await;
        let query = subscription::Entity::find()
            .filter(subscription::Column::OrganizationId.eq(organization))
            .order_by_asc(subscription::Column::Id);
        query.one(self.app.db.read()).await.unwrap().unwrap().id
    }

    /// The opaque id of the first subscription of an organization.
    pub async fn subscription(&self, slug: &str) -> String {
        GlobalId::Subscription(self.db_subscription(slug).await).encode()
    }

    /// The opaque id of a plan.
    pub async fn plan(&self, slug: &str) -> String {
        GlobalId::Plan(self.db_plan(slug).await).encode()
    }

    /// The opaque id of a service.
    pub async fn service(&self, slug: &str) -> String {
        GlobalId::Service(self.db_service(slug).await).encode()
    }

    /// The opaque id of the domain that an organization added last.
    pub async fn domain(&self, slug: &str) -> String {
        GlobalId::Domain(self.db_domain(slug).await).encode()
    }

    /// The opaque id of an account.
    pub async fn account(&self, slug: &str) -> String {
        GlobalId::Organization(self.db_organization(slug).await).encode()
    }

    /// The opaque id of a user.
    pub async fn user(&self, name: &str) -> String {
        GlobalId::User(self.db_user(name).await).encode()
    }

    /// The opaque id of a grant.
    pub async fn grant(&self, partner: &str, client: &str) -> String {
        GlobalId::Grant(self.db_grant(partner, client).await).encode()
    }

    /// The opaque id of the device of Contoso.
    pub async fn device(&self) -> String {
        GlobalId::Device(self.db_device().await).encode()
    }
}
