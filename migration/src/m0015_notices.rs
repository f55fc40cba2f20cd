//! Reminders of the end of a grant's term.

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
        let remind = ColumnDef::new("remind_at")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "grant", [remind]).await?;
        // For open grants, only the end itself is reminded of.
        let fill = r#"UPDATE "grant" SET remind_at = expires_at WHERE ended_at IS NULL"#;
        manager.get_connection().execute_unprepared(fill).await?;
        manager
            .create_index(
                Index::create()
                    .name("grant_remind")
                    .table("grant")
                    .col("remind_at")
                    .and_where(Expr::col("remind_at").is_not_null())
                    .to_owned(),
            )
            .await
    }
}
