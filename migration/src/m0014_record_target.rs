//! An index of a record's entries by what they touched.

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
        let target = ColumnDef::new("target_id").uuid().to_owned();
        add_columns(manager, "operation", [target]).await?;
        let fill = match manager.get_database_backend() {
            DatabaseBackend::Postgres => {
                "UPDATE operation SET target_id = (body::json -> 'target' ->> 'id')::uuid"
            }
            _ => {
                "UPDATE operation SET target_id = unhex(replace(json_extract(body, '$.target.id'), '-', ''))"
            }
        };
        manager.get_connection().execute_unprepared(fill).await?;
        manager
            .create_index(
                Index::create()
                    .name("operation_target")
                    .table("operation")
                    .col("organization_id")
                    .col("target_id")
                    .col("id")
                    .to_owned(),
            )
            .await
    }
}
