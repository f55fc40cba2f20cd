//! Indexes by the person of a partner, for what is in the accounts of clients through each of its people.

use sea_orm_migration::prelude::*;

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for sql in [
            "CREATE INDEX hand_person ON hand (person_id, grant_id) WHERE ended_at IS NULL",
            "CREATE INDEX user_role_person ON user_role (person_id, grant_id) WHERE person_id IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }
}
