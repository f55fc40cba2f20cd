//! Places from which users signed in before: strangers who try a name do not slow these down.

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
            .table("familiar_place")
            .col(ColumnDef::new("user_id").uuid().not_null())
            .col(ColumnDef::new("place").text().not_null())
            .col(
                ColumnDef::new("seen_at")
                    .timestamp_with_time_zone()
                    .not_null(),
            )
            .primary_key(Index::create().col("user_id").col("place"));
        manager.create_table(table).await?;
        let mut index = Index::create();
        index
            .name("familiar_place_past")
            .table("familiar_place")
            .col("seen_at")
            .if_not_exists();
        manager.create_index(index).await
    }
}
