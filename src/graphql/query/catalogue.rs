//! Queries of what is the same for everyone: plans, services, admin roles, errors.

use async_graphql::{Context, Description, Object, Result};

use crate::{
    domain::{described::Described, reason::Reason},
    graphql::{
        context::Ask,
        enums::E,
        guard::{Public, SignedIn},
        object::{AdminRoleInfo, Plan, Service},
        page::{self, Paged},
    },
    store::plans,
};

/// Queries of catalogues.
#[derive(Default)]
pub struct CatalogueQuery;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl CatalogueQuery {
    /// The platform's plans, oldest first.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Plan>>> {
        let page = page::page(ctx, first, after)?;
        let slice = plans::list_plans(ctx.app().db.read(), page).await?;
        let slice = Plan::page(ctx, slice).await?;
        Ok(Some(page::paged(slice, page, |plan| plan.row.id.0)))
    }

    /// The platform's services, oldest first.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn services(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Service>>> {
        let page = page::page(ctx, first, after)?;
        let slice = plans::list_services(ctx.app().db.read(), page).await?;
        Ok(Some(page::paged(slice.map(Service), page, |one| {
            one.0.id.0
        })))
    }

    /// The admin roles, with what each is for and which users it may touch.
    #[graphql(guard = "SignedIn")]
    async fn admin_roles(&self) -> Option<Vec<AdminRoleInfo>> {
        let roles = entity::states::AdminRole::all();
        Some(roles.iter().copied().map(AdminRoleInfo).collect())
    }

    /// The codes and reasons that errors have in their extensions, for code generators.
    #[graphql(guard = "Public")]
    async fn error_catalogue(&self) -> Option<Vec<ErrorInfo>> {
        Some(Reason::all().iter().copied().map(ErrorInfo).collect())
    }
}

/// One reason for which a request can be refused.
#[derive(Description)]
pub struct ErrorInfo(Reason);

#[Object(use_type_description)]
impl ErrorInfo {
    /// The reason, in `extensions.reason`.
    async fn reason(&self) -> E<Reason> {
        E(self.0)
    }

    /// The class it belongs to, in `extensions.code`.
    async fn code(&self) -> E<crate::domain::reason::Code> {
        E(self.0.code())
    }

    /// What it means.
    async fn about(&self) -> &'static str {
        self.0.about()
    }

    /// What would help; null if nothing would.
    async fn cure(&self) -> Option<&'static str> {
        Some(self.0.cure()).filter(|cure| !cure.is_empty())
    }
}
