//! Indexes by which rows are found that have been kept for long enough.

use sea_orm_migration::prelude::*;

/// Adds it.
#[derive(DeriveMigrationName)]
pub struct Step;

const INDEXES: [(&str, &str, &str); 9] = [
    ("sign_up_past", "sign_up", "expires_at"),
    ("offer_sending_past", "offer_sending", "sent_at"),
    ("session_past", "session", "expires_at"),
    ("link_past", "link", "expires_at"),
    ("export_past", "export", "expires_at"),
    ("recovery_past", "recovery", "ended_at"),
    ("outbox_past", "outbox", "created_at"),
    ("idempotency_past", "idempotency", "created_at"),
    ("refusal_count_past", "refusal_count", "closed_at"),
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, column) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table).col(column).if_not_exists();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
