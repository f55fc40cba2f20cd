//! What the record is searched by, and exports of it.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

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
        add_columns(
            manager,
            "operation",
            [ColumnDef::new("note").text().to_owned()],
        )
        .await?;
        let fill = match manager.get_database_backend() {
            DatabaseBackend::Postgres => {
                "UPDATE operation SET note = beside::json ->> 'note' WHERE beside IS NOT NULL"
            }
            _ => {
                "UPDATE operation SET note = json_extract(beside, '$.note') WHERE beside IS NOT NULL"
            }
        };
        manager.get_connection().execute_unprepared(fill).await?;
        manager
            .create_index(
                Index::create()
                    .name("operation_ticket")
                    .table("operation")
                    .col("organization_id")
                    .col("ticket")
                    .and_where(Expr::col("ticket").is_not_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("operation_actor_organization")
                    .table("operation")
                    .col("actor_organization_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("export")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(ColumnDef::new("session_id").uuid().not_null())
                    .col(ColumnDef::new("user_id").uuid().not_null())
                    .col(ColumnDef::new("hash").text().not_null().unique_key())
                    .col(ColumnDef::new("format").text().not_null())
                    .col(ColumnDef::new("filter").text().not_null())
                    .col(ColumnDef::new("operation_id").uuid().not_null())
                    .col(
                        ColumnDef::new("expires_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("export", "organization_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await
    }
}
