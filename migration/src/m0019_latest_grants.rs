//! An index by which the latest grant of each client of a partner is found.

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
                    .name("grant_latest")
                    .table("grant")
                    .col("partner_id")
                    .col("client_id")
                    .col("id")
                    .to_owned(),
            )
            .await
    }
}
