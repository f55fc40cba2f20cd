//! What the samples name, of one client, and what they are made of.

use entity::{
    ids::{
        DeviceId, DomainId, GrantId, OfferId, OrganizationId, PlanId, RecoveryId, ServiceId,
        SubscriptionId, UserId,
    },
    refusal_count,
    states::DelegatedRole,
};
use mandate::{app::App, domain::values::Term, store::offers::Proposed};

use crate::support::TestApp;

/// What the samples name.
pub struct Ground {
    pub account: OrganizationId,
    pub user: UserId,
    pub privileged: UserId,
    pub device: DeviceId,
    pub domain: DomainId,
    pub service: ServiceId,
    pub plan: PlanId,
    pub subscription: SubscriptionId,
    pub partner: OrganizationId,
    pub grant: GrantId,
    pub offer: OfferId,
    pub token: String,
    pub digest: String,
    pub recovery: RecoveryId,
}

pub async fn ground(app: &TestApp, client: &str) -> Ground {
    let (offer, revision) = app.db_offer("northwind").await;
    let (user, privileged, partner) = match client {
        "contoso" => ("ivan", "hector", "northwind"),
        "adatum" => ("alma", "adam", "northwind"),
        _ => ("tom", "tina", "northwind"),
    };
    Ground {
        account: app.db_organization(client).await,
        user: app.db_user(user).await,
        privileged: app.db_user(privileged).await,
        device: app.db_device().await,
        domain: app.db_domain(client).await,
        service: app.db_service("mail").await,
        plan: app.db_plan("basic").await,
        subscription: app.db_subscription(client).await,
        partner: app.db_organization("northwind").await,
        grant: app.db_grant(partner, client).await,
        offer: offer.id,
        token: offer.token,
        digest: revision.digest,
        recovery: app.db_recovery(client).await,
    }
}

/// An offer of delegation alone.
pub fn proposed() -> Proposed {
    Proposed {
        delegation: Some((DelegatedRole::Full, Term::try_from("P1Y").unwrap())),
        items: Vec::new(),
        usage_location: None,
        office: None,
        message: None,
    }
}

/// A counter that counted nothing.
pub fn counter(app: &App, account: OrganizationId, user: UserId) -> refusal_count::Model {
    refusal_count::Model {
        organization_id: account,
        actor_id: user,
        kind: String::new(),
        reason: String::new(),
        target: String::new(),
        hour: app.now(),
        repeats: 0,
        closed_at: None,
    }
}
