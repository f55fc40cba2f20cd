//! Names and texts as they are searched and sorted. The server fills them for what is there.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

const COLUMNS: [(&str, &str); 5] = [
    ("user", "name_folded"),
    ("organization", "name_folded"),
    ("plan", "name_folded"),
    ("offer_revision", "folded"),
    ("operation", "note_folded"),
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Compared byte by byte, whatever the database's own collation.
        let collation = match manager.get_database_backend() {
            DatabaseBackend::Postgres => "COLLATE \"C\"",
            _ => "",
        };
        for (table, column) in COLUMNS {
            let sql = format!("ALTER TABLE \"{table}\" ADD COLUMN {column} TEXT {collation}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
