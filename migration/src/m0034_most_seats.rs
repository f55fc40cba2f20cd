//! The most seats that a client takes by an offer, and requests for certification that wait for a second operator.

use sea_orm_migration::prelude::*;

use crate::add_columns;

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let most = ColumnDef::new("most_seats").integer().to_owned();
        add_columns(manager, "offer_item", [most]).await?;
        let mut table = Table::create();
        table
            .table("certification_request")
            .col(
                ColumnDef::new("organization_id")
                    .uuid()
                    .not_null()
                    .primary_key(),
            )
            .col(ColumnDef::new("operator_id").uuid().not_null())
            .col(
                ColumnDef::new("asked_at")
                    .timestamp_with_time_zone()
                    .not_null(),
            );
        manager.create_table(table).await
    }
}
