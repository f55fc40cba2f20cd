//! Room in the pages of rows that each act changes, so that PostgreSQL writes them again where they are, and leaves the
//! indexes alone. SQLite writes rows in place.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// Leaves it.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        for (table, percent) in [("chain_head", 50), ("user", 85)] {
            let sql = format!("ALTER TABLE \"{table}\" SET (fillfactor = {percent})");
            connection.execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
