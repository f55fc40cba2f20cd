//! An index of grants by the end of their term: those that no acceptance renewed within the grace time are closed.

use sea_orm_migration::prelude::*;

/// Adds it.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name("grant_expires")
                    .table("grant")
                    .col("expires_at")
                    .and_where(Expr::col("ended_at").is_null())
                    .to_owned(),
            )
            .await
    }
}
