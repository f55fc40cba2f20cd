//! Organizations, their certifications and domains, and facts about the installation.

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
                    .table("installation")
                    .col(ColumnDef::new("name").text().not_null().primary_key())
                    .col(ColumnDef::new("value").text().not_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organization")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("slug").text().not_null().unique_key())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(
                        ColumnDef::new("initial_domain")
                            .text()
                            .not_null()
                            .unique_key(),
                    )
                    .col(ColumnDef::new("platform").boolean().not_null())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("certification")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(
                        ColumnDef::new("organization_id")
                            .uuid()
                            .not_null()
                            .unique_key(),
                    )
                    .col(
                        ColumnDef::new("certified_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(ColumnDef::new("suspended_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("suspension_reason").text())
                    .foreign_key(
                        ForeignKey::create()
                            .from("certification", "organization_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("domain")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("initial").boolean().not_null())
                    .col(ColumnDef::new("proof").text().not_null())
                    .col(ColumnDef::new("verified_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("grant_id").uuid())
                    .col(
                        ColumnDef::new("added_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("domain", "organization_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("domain_organization_name")
                    .table("domain")
                    .col("organization_id")
                    .col("name")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("domain_verified_name")
                    .table("domain")
                    .col("name")
                    .unique()
                    .and_where(Expr::col("verified_at").is_not_null())
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}
