//! Tokens of offers that were replaced: who opens an old address is told so.

use sea_orm_migration::prelude::*;

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("former_token")
            .col(ColumnDef::new("token").text().not_null().primary_key())
            .col(ColumnDef::new("offer_id").uuid().not_null())
            .col(
                ColumnDef::new("replaced_at")
                    .timestamp_with_time_zone()
                    .not_null(),
            );
        manager.create_table(table).await
    }
}
