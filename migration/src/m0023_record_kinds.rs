//! Entries of a record by kind: without it, asking for a few of a kind reads all of the record.

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
        let mut index = Index::create();
        index.name("operation_kind").table("operation");
        index.col("organization_id").col("kind").col("seq");
        manager.create_index(index).await
    }
}
