//! Offers with their revisions, the responses to them, and the grants that acceptance makes.

use sea_orm_migration::prelude::*;

/// Creates them.
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
                    .table("offer")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("partner_id").uuid().not_null())
                    .col(ColumnDef::new("token").text().not_null().unique_key())
                    .col(ColumnDef::new("kind").text().not_null())
                    .col(ColumnDef::new("revision").integer().not_null())
                    .col(ColumnDef::new("created_by").uuid().not_null())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("offer", "partner_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("offer_revision")
                    .col(ColumnDef::new("offer_id").uuid().not_null())
                    .col(ColumnDef::new("revision").integer().not_null())
                    .col(ColumnDef::new("digest").text().not_null())
                    .col(ColumnDef::new("role_cap").text().not_null())
                    .col(ColumnDef::new("term").text().not_null())
                    .col(ColumnDef::new("message").text())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .primary_key(Index::create().col("offer_id").col("revision"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("offer_revision", "offer_id")
                            .to("offer", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("offer_notice")
                    .col(ColumnDef::new("offer_id").uuid().not_null())
                    .col(ColumnDef::new("address").text().not_null())
                    .primary_key(Index::create().col("offer_id").col("address"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("offer_notice", "offer_id")
                            .to("offer", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("grant")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("partner_id").uuid().not_null())
                    .col(ColumnDef::new("client_id").uuid().not_null())
                    .col(ColumnDef::new("offer_id").uuid().not_null())
                    .col(ColumnDef::new("revision").integer().not_null())
                    .col(ColumnDef::new("role_cap").text().not_null())
                    .col(ColumnDef::new("term").text().not_null())
                    .col(
                        ColumnDef::new("accepted_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(
                        ColumnDef::new("expires_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(ColumnDef::new("client_hold_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("partner_hold_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("ended_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("ended_by").text())
                    .foreign_key(
                        ForeignKey::create()
                            .from("grant", "partner_id")
                            .to("organization", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("grant", "client_id")
                            .to("organization", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("grant", "offer_id")
                            .to("offer", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("response")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("offer_id").uuid().not_null())
                    .col(ColumnDef::new("revision").integer().not_null())
                    .col(ColumnDef::new("partner_id").uuid().not_null())
                    .col(ColumnDef::new("client_id").uuid().not_null())
                    .col(ColumnDef::new("answer").text().not_null())
                    .col(ColumnDef::new("reason").text())
                    .col(ColumnDef::new("answered_by").uuid().not_null())
                    .col(ColumnDef::new("grant_id").uuid())
                    .col(ColumnDef::new("operation_id").uuid().not_null())
                    .col(
                        ColumnDef::new("answered_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("response", "offer_id")
                            .to("offer", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("response", "client_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("offer_partner")
                    .table("offer")
                    .col("partner_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("grant_open")
                    .table("grant")
                    .col("partner_id")
                    .col("client_id")
                    .unique()
                    .and_where(Expr::col("ended_at").is_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("grant_partner")
                    .table("grant")
                    .col("partner_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("grant_pair")
                    .table("grant")
                    .col("client_id")
                    .col("partner_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("response_offer")
                    .table("response")
                    .col("offer_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("response_pair")
                    .table("response")
                    .col("client_id")
                    .col("partner_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}
