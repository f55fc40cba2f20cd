//! Offers that the server sent, and addresses that want no more of them.

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
        manager
            .create_table(
                Table::create()
                    .table("offer_sending")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("offer_id").uuid().not_null())
                    .col(ColumnDef::new("partner_id").uuid().not_null())
                    .col(ColumnDef::new("address").text().not_null())
                    .col(ColumnDef::new("address_key").text().not_null())
                    .col(
                        ColumnDef::new("sent_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("offer_sending", "offer_id")
                            .to("offer", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("offer_sending_once")
                    .table("offer_sending")
                    .col("offer_id")
                    .col("address_key")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("offer_sending_partner")
                    .table("offer_sending")
                    .col("partner_id")
                    .col("sent_at")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("suppressed")
                    .col(
                        ColumnDef::new("address_key")
                            .text()
                            .not_null()
                            .primary_key(),
                    )
                    .col(
                        ColumnDef::new("suppressed_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .to_owned(),
            )
            .await
    }
}
