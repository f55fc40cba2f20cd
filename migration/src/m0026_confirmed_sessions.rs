//! When users last proved by their password who they are: acts of weight need a fresh sign-in.

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
        let confirmed = ColumnDef::new("confirmed_at")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "session", [confirmed]).await
    }
}
