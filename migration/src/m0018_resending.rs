//! Sending an offer again after its URL was replaced, and marking trials.

use sea_orm_migration::prelude::*;

use crate::add_columns;

/// Adds it.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rotated = ColumnDef::new("rotated_at")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "offer", [rotated]).await?;
        let trial = ColumnDef::new("trial").boolean().to_owned();
        add_columns(manager, "subscription", [trial]).await?;
        let trials = "UPDATE subscription SET trial = TRUE WHERE id IN (SELECT i.subscription_id \
                      FROM response_item i JOIN response r ON r.id = i.response_id \
                      JOIN offer o ON o.id = r.offer_id WHERE o.kind = 'TRIAL')";
        manager.get_connection().execute_unprepared(trials).await?;
        manager
            .drop_index(
                Index::drop()
                    .name("offer_sending_once")
                    .table("offer_sending")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("offer_sending_address")
                    .table("offer_sending")
                    .col("offer_id")
                    .col("address_key")
                    .to_owned(),
            )
            .await
    }
}
