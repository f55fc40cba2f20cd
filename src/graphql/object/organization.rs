//! Organizations: one's own in full, and the card of any that a row names.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{ids::OrganizationId, states::AdminRole};

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
        directory, facts::listed, left_behind, organizations, recoveries, rules, subscriptions,
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

impl Organization {
    /// One's own organization, or any for an operator; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope(id).await?.filter(|scope| !scope.is_client()) else {
            return Ok(None);
        };
        let row = organizations::find(ctx.app().db.read(), &scope).await?;
        Ok(row.map(|row| Self { row, scope }))
    }
}

#[Object(use_type_description)]
impl Organization {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Organization(self.row.organization.id)
            .encode()
            .into()
    }

    /// The name, for people to read.
    async fn name(&self) -> &str {
        &self.row.organization.name
    }

    /// The domain that it was given when it was registered. It can never be removed.
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
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which users to list.")] filter: Option<UserFilter>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        User::list(ctx, &self.scope, filter, page).await
    }

    /// Users who are in a partner's hands, oldest first: someone of the partner may hold their sign-in, by the
    /// contact or by the password. To take them out, confirm their contacts with `confirmContact`. Empty for all
    /// but the account's own admins, from USER_ADMIN on, who are in nobody's hands.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn in_hands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let slice = left_behind::in_hands(ctx.app().db.read(), &self.scope, page).await?;
        User::connection(ctx, &self.scope, slice, page).await
    }

    /// The latest recovery of one of its global admins; null if there was none, and for all but operators and the
    /// organization's admins from PASSWORD_ADMIN on.
    async fn recovery(&self, ctx: &Context<'_>) -> Result<Option<Recovery>> {
        let found = recoveries::of_organization(ctx.app().db.read(), &self.scope).await?;
        Ok(found.map(|found| Recovery::new(found.row)))
    }

    /// The organization's users who hold a delegated role, oldest first; empty for all but its global admins.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn delegated_admins(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which of these users to list.")] filter: Option<UserFilter>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let filter = UserFilter::parse(filter)?;
        let slice = directory::staff(ctx.app().db.read(), &self.scope, &filter, page).await?;
        User::connection(ctx, &self.scope, slice, page).await
    }

    /// Domain names, oldest first; empty for viewers who may not see the directory.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Domain>>> {
        let page = page::page(ctx, first, after)?;
        Domain::list(ctx, &self.scope, page).await
    }

    /// Its rules for those who act in it; null for viewers who may not see them.
    async fn rules(&self, ctx: &Context<'_>) -> Result<Option<AccountRules>> {
        let rules = rules::find(ctx.app().db.read(), &self.scope).await?;
        Ok(rules.map(AccountRules))
    }

    /// The operations that the viewer may do in it now, as far as that does not depend on the target.
    async fn allowed_operations(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<OperationKind>>>> {
        let facts = listed::account(ctx.viewer()?, &self.scope);
        let allowed = policy::allowed(&facts, ctx.app().now());
        Ok(Some(allowed.into_iter().map(E).collect()))
    }

    /// Its subscriptions to plans, oldest first; empty for viewers who may not see the directory. An operator
    /// sees them too.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn subscriptions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<PlanSubscription>>> {
        let page = page::page(ctx, first, after)?;
        PlanSubscription::list(ctx, &self.scope, page).await
    }

    /// The services that its running subscriptions include, by name; empty for viewers who may not see them.
    async fn services(&self, ctx: &Context<'_>) -> Result<Option<Vec<Service>>> {
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let mut services = subscriptions::services(db, &[&self.scope], now).await?;
        let services = services.remove(&self.scope.account()).unwrap_or_default();
        Ok(Some(services.into_iter().map(Service).collect()))
    }

    /// Managed devices, oldest first; empty for all but global admins.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Device>>> {
        let page = page::page(ctx, first, after)?;
        Device::list(ctx, &self.scope, page).await
    }

    /// The record, newest first: all of it for global admins, only their own acts for all others.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        Operation::list(ctx, &self.scope, filter, page).await
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

/// What others may see of an organization.
#[derive(Description)]
pub struct OrganizationCard(pub organizations::Row);

#[Object(use_type_description)]
impl OrganizationCard {
    /// The name, for people to read.
    async fn name(&self) -> &str {
        &self.0.organization.name
    }

    /// The domain that it was given when it was registered.
    async fn initial_domain(&self) -> &str {
        &self.0.organization.initial_domain
    }

    /// Whether it is certified to offer delegated administration now.
    async fn certified(&self) -> bool {
        self.0.state().is_current()
    }
}

/// An admin role, with what it allows.
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

    /// Other roles whose rights it has too.
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

    /// The operations that it may do in its own organization, as far as that does not depend on the target.
    async fn may_do(&self) -> Vec<E<OperationKind>> {
        let kinds = OperationKind::ALL.iter().copied();
        kinds
            .filter(|kind| kind.spec().requirement.is_met_by(self.0))
            .map(E)
            .collect()
    }

    /// A holder of this role may reset the password of users who hold no other roles than these. Empty if this
    /// role resets no passwords.
    async fn may_reset(&self) -> Vec<E<AdminRole>> {
        role::targets(self.0)
            .into_iter()
            .flat_map(|set| set.iter().collect::<Vec<_>>())
            .map(E)
            .collect()
    }
}
