//! Clients of partners, each pair once, with what lists are ordered and filtered by; and the words that they are found by,
//! which the server fills.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Compared byte by byte, whatever the database's own collation.
        let (id, time, collation) = match manager.get_database_backend() {
            DatabaseBackend::Postgres => ("uuid", "timestamptz", "COLLATE \"C\""),
            _ => ("uuid_text", "timestamp_with_timezone_text", ""),
        };
        for sql in [
            format!(
                "CREATE TABLE client (partner_id {id} NOT NULL, client_id {id} NOT NULL, grant_id {id} NOT NULL, \
                 phase text NOT NULL, expires_at {time} NOT NULL, name_sort text {collation} NOT NULL, \
                 PRIMARY KEY (partner_id, client_id))"
            ),
            "CREATE INDEX client_by_name ON client (partner_id, name_sort, client_id)".to_owned(),
            "CREATE INDEX client_by_expiry ON client (partner_id, expires_at, client_id)".to_owned(),
            "CREATE INDEX client_by_phase ON client (partner_id, phase, expires_at)".to_owned(),
            "CREATE INDEX client_of_client ON client (client_id)".to_owned(),
            format!(
                "CREATE TABLE client_word (partner_id {id} NOT NULL, word text {collation} NOT NULL, client_id {id} \
                 NOT NULL, PRIMARY KEY (partner_id, word, client_id))"
            ),
            "CREATE INDEX client_word_of_client ON client_word (client_id, partner_id, word)".to_owned(),
            "INSERT INTO client SELECT partner_id, client_id, id, CASE WHEN ended_at IS NOT NULL THEN 'ENDED' WHEN \
             client_hold_at IS NOT NULL OR partner_hold_at IS NOT NULL THEN 'HELD' ELSE 'OPEN' END, expires_at, \
             COALESCE((SELECT name_folded FROM organization WHERE organization.id = client_id), '') FROM \"grant\" \
             WHERE NOT EXISTS (SELECT 1 FROM \"grant\" later WHERE later.partner_id = \"grant\".partner_id AND \
             later.client_id = \"grant\".client_id AND later.id > \"grant\".id)"
                .to_owned(),
            // The latest grant of two is known now; of one pair alone, `grant_pair` finds it.
            "DROP INDEX grant_latest".to_owned(),
            // Null: its words as a client are still to be made.
            format!("ALTER TABLE organization ADD COLUMN worded_at {time}"),
            "CREATE INDEX organization_unworded ON organization (id) WHERE worded_at IS NULL".to_owned(),
        ] {
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
