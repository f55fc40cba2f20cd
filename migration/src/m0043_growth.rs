//! Ways to what the server itself looks for, so that it does not grow with all users, mails and domain names.

use sea_orm_migration::prelude::*;

use crate::run;

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "CREATE INDEX user_purged ON \"user\" (purged_at) WHERE purged_at IS NOT NULL AND texts_erased_at IS NULL",
            "CREATE INDEX user_blocked_grant ON \"user\" (blocked_grant_id, id) WHERE blocked_grant_id IS NOT NULL",
            "CREATE INDEX user_deleted_grant ON \"user\" (deleted_grant_id, id) WHERE deleted_grant_id IS NOT NULL",
            "CREATE INDEX hand_organization ON hand (organization_id, user_id) WHERE ended_at IS NULL",
            "CREATE INDEX outbox_dead ON outbox (id) WHERE dead_at IS NOT NULL",
            "CREATE INDEX outbox_claimed ON outbox (claimed_by) WHERE claimed_by IS NOT NULL",
            "CREATE INDEX domain_organization ON domain (organization_id, id)",
            // In the order of the record, in which a page of them is read.
            "DROP INDEX operation_by_ticket",
            "CREATE INDEX operation_by_ticket ON operation (organization_id, ticket, seq) WHERE ticket IS NOT NULL",
        ];
        run(manager, statements).await
    }
}
