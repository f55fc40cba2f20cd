//! In which language a user's mails are; null: English.

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
        let language = ColumnDef::new("language").text().to_owned();
        add_columns(manager, "user", [language]).await
    }
}
