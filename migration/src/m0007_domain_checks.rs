//! Checks of domain names: when each is due, since when it fails; names that rest after release;
//! the name that an organization adds users at.

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
        let columns = [
            ColumnDef::new("check_at")
                .timestamp_with_time_zone()
                .to_owned(),
            ColumnDef::new("failing_since")
                .timestamp_with_time_zone()
                .to_owned(),
        ];
        add_columns(manager, "domain", columns).await?;
        let default = [ColumnDef::new("default_domain").text().to_owned()];
        add_columns(manager, "organization", default).await?;
        manager
            .create_index(
                Index::create()
                    .name("domain_check")
                    .table("domain")
                    .col("check_at")
                    .and_where(Expr::col("check_at").is_not_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("resting_name")
                    .col(ColumnDef::new("name").text().not_null().primary_key())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(
                        ColumnDef::new("until")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("resting_name", "organization_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await
    }
}
