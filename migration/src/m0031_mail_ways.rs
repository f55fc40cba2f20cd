//! Who had an offer sent, so that answers reach that person; and since when a user's contact takes no mail.

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
        let by = ColumnDef::new("sent_by").uuid().to_owned();
        add_columns(manager, "offer_sending", [by]).await?;
        let refused = ColumnDef::new("contact_refused_at")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "user", [refused]).await
    }
}
