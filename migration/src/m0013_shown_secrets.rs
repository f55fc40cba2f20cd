//! Passwords that a delegate knew or could learn, until the user chose one by a link to its own contact.

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
        let shown = ColumnDef::new("shown_grant_id").uuid().to_owned();
        add_columns(manager, "user", [shown]).await
    }
}
