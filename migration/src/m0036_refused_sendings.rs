//! Since when an address that an offer was sent to takes no mail.

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
        let refused = ColumnDef::new("refused_at")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "offer_sending", [refused]).await
    }
}
