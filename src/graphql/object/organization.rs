//! Organizations: one's own in full, and the card of any that a row names.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::states::AdminRole;

use super::{AccountRules, Device, Domain, Operation, PlanSubscription, Recovery, Service, User};
use crate::{
    domain::{
        certification::Certification,
        kind::OperationKind,
        policy, role,
        values::id::GlobalId,
        visibility::{Scope, View},
    },
    graphql::{
        context::Ask,
        enums::E,
        filter::{OperationFilter, UserFilter},
        page::{self, Paged},
    },
    store::{
        devices, directory, domains, left_behind, organizations, record::search, recoveries, rules,
        subscriptions,
    },
};

/// An organization, as its own users and the operators see it. A partner sees its client as a
/// `Client`.
#[derive(Description)]
pub struct Organization {
    /// The row.
    pub row: organizations::Row,
    /// What the viewer may see of it.
    pub scope: Arc<Scope>,
}

#[Object(use_type_description)]
impl Organization {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Organization(self.row.organization.id)
            .encode()
            .into()
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.row.organization.name
    }

    /// The domain that it was given at birth; never removable.
    async fn initial_domain(&self) -> &str {
        &self.row.organization.initial_domain
    }

    /// Whether it is certified to offer delegated administration now.
    async fn certified(&self) -> bool {
        self.row.state().is_current()
    }

    /// Its certification in detail; null for viewers who may not see it.
    async fn certification(&self) -> Option<CertificationInfo> {
        self.scope.sees(View::Certification).then(|| {
            let row = self.row.certification.as_ref();
            CertificationInfo {
                state: E(self.row.state()),
                certified_at: row.map(|row| row.certified_at),
                suspended_at: row.and_then(|row| row.suspended_at),
                suspension_message: row.and_then(|row| row.suspension_reason.clone()),
            }
        })
    }

    /// Users, oldest first; empty for viewers who may not see the directory.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Which users.")] filter: Option<UserFilter>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let filter = UserFilter::parse(filter)?;
        let slice = directory::list(ctx.app().db.read(), &self.scope, &filter, page).await?;
        ctx.shown(self.scope.account(), slice.rows.len())?;
        let slice = User::page(ctx, slice, &self.scope).await?;
        Ok(Some(page::connection(slice, page, |user| user.row.id.0)))
    }

    /// Users who are in a partner's hands, oldest first: someone of it may hold their sign-in, by the contact or
    /// by the password. Confirm their contacts while they are few: `confirmContact`. Empty for all but the
    /// account's own admins.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn in_hands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let slice = left_behind::in_hands(ctx.app().db.read(), &self.scope, page).await?;
        let slice = User::page(ctx, slice, &self.scope).await?;
        Ok(Some(page::connection(slice, page, |user| user.row.id.0)))
    }

    /// The latest recovery of one of its global admins; null where there was none, and for all but its admins who may
    /// touch a sign-in and operators.
    async fn recovery(&self, ctx: &Context<'_>) -> Result<Option<Recovery>> {
        let found = recoveries::of_organization(ctx.app().db.read(), &self.scope).await?;
        Ok(found.map(|found| Recovery::new(found.row)))
    }

    /// Own users who hold a delegated role, oldest first; empty for all but global admins.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn delegated_admins(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<UserFilter>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let filter = UserFilter::parse(filter)?;
        let slice = directory::staff(ctx.app().db.read(), &self.scope, &filter, page).await?;
        let slice = User::page(ctx, slice, &self.scope).await?;
        Ok(Some(page::connection(slice, page, |user| user.row.id.0)))
    }

    /// Domain names, oldest first; empty for viewers who may not see the directory.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Domain>>> {
        let page = page::page(ctx, first, after)?;
        let slice = domains::list(ctx.app().db.read(), &self.scope, page).await?;
        let slice = slice.map(|row| Domain::new(row, &self.scope));
        Ok(Some(page::connection(slice, page, |domain| {
            domain.row.id.0
        })))
    }

    /// What it asks of who acts in it; null for viewers who may not see it.
    async fn rules(&self, ctx: &Context<'_>) -> Result<Option<AccountRules>> {
        let rules = rules::find(ctx.app().db.read(), &self.scope).await?;
        Ok(rules.map(AccountRules))
    }

    /// What the viewer may do in it now, as far as that does not depend on a target.
    async fn allowed_operations(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<OperationKind>>>> {
        let facts = ctx.facts(&self.scope)?;
        let allowed = policy::allowed(&facts, ctx.app().now());
        Ok(Some(allowed.into_iter().map(E).collect()))
    }

    /// Subscriptions, oldest first; empty for viewers who may not see the directory. An operator sees
    /// them too.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn subscriptions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<PlanSubscription>>> {
        let page = page::page(ctx, first, after)?;
        let slice = subscriptions::list(ctx.app().db.read(), &self.scope, page).await?;
        let slice = slice.map(PlanSubscription);
        Ok(Some(page::connection(slice, page, |one| {
            one.0.subscription.id.0
        })))
    }

    /// The services that its running subscriptions hold, by name; empty for viewers who may not see
    /// them.
    async fn services(&self, ctx: &Context<'_>) -> Result<Option<Vec<Service>>> {
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let services = subscriptions::services(db, &self.scope, now).await?;
        Ok(Some(services.into_iter().map(Service).collect()))
    }

    /// Managed devices, oldest first; empty for all but global admins.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Device>>> {
        let page = page::page(ctx, first, after)?;
        let slice = devices::list(ctx.app().db.read(), &self.scope, page).await?;
        Ok(Some(page::connection(slice.map(Device), page, |device| {
            device.0.id.0
        })))
    }

    /// The record, newest first: all of it for global admins, one's own acts for everyone else.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Which entries.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let filter = OperationFilter::parse(ctx, filter).await?;
        let slice = search::list(ctx.app().db.read(), &self.scope, &filter, page).await?;
        Ok(Some(Operation::page(ctx, slice, page).await?))
    }
}

/// A certification in detail.
#[derive(async_graphql::SimpleObject)]
#[graphql(name = "Certification")]
pub struct CertificationInfo {
    /// Its state.
    state: E<Certification>,
    /// When the platform certified the organization; null when it never did.
    certified_at: Option<DateTime<Utc>>,
    /// When it was suspended; null when it is not.
    suspended_at: Option<DateTime<Utc>>,
    /// Why it was suspended; null when it is not.
    suspension_message: Option<String>,
}

/// An organization's card: what others see of it.
#[derive(Description)]
pub struct OrganizationCard(pub organizations::Row);

#[Object(use_type_description)]
impl OrganizationCard {
    /// Name.
    async fn name(&self) -> &str {
        &self.0.organization.name
    }

    /// The domain that it was given at birth.
    async fn initial_domain(&self) -> &str {
        &self.0.organization.initial_domain
    }

    /// Whether it is certified to offer delegated administration now.
    async fn certified(&self) -> bool {
        self.0.state().is_current()
    }
}

/// An admin role, as the catalogue of roles has it.
#[derive(Description)]
pub struct AdminRoleInfo(pub AdminRole);

#[Object(use_type_description)]
impl AdminRoleInfo {
    /// The role.
    async fn role(&self) -> E<AdminRole> {
        E(self.0)
    }

    /// What it is for.
    async fn about(&self) -> &'static str {
        use crate::domain::described::Described;
        Described::about(self.0)
    }

    /// Roles whose rights it has too.
    async fn includes(&self) -> Vec<E<AdminRole>> {
        let others = AdminRole::ALL
            .iter()
            .copied()
            .filter(|role| *role != self.0);
        others
            .filter(|role| role::includes(self.0, *role))
            .map(E)
            .collect()
    }

    /// What it may do in its own organization, targets aside.
    async fn may_do(&self) -> Vec<E<OperationKind>> {
        let kinds = OperationKind::ALL.iter().copied();
        kinds
            .filter(|kind| kind.spec().requirement.is_met_by(self.0))
            .map(E)
            .collect()
    }

    /// Roles that a user may hold and still have the password reset by this one; any other role
    /// on the user means no. Empty where this role resets none.
    async fn may_reset(&self) -> Vec<E<AdminRole>> {
        role::targets(self.0)
            .into_iter()
            .flat_map(|set| set.iter().collect::<Vec<_>>())
            .map(E)
            .collect()
    }
}
