//! Under which grant a user was blocked or deleted: what the organization's own admins did, only they may undo.

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
        let column = |name| ColumnDef::new(name).uuid().to_owned();
        let columns = [column("blocked_grant_id"), column("deleted_grant_id")];
        add_columns(manager, "user", columns).await?;
        for (column, since, kind) in [
            ("blocked_grant_id", "blocked_at", "user.block_sign_in"),
            ("deleted_grant_id", "deleted_at", "user.delete"),
        ] {
            let fill = format!(
                "UPDATE \"user\" SET {column} = (SELECT o.grant_id FROM operation o \
                 WHERE o.target_id = \"user\".id AND o.organization_id = \"user\".organization_id \
                 AND o.kind = '{kind}' AND o.outcome = 'DONE' ORDER BY o.seq DESC LIMIT 1) \
                 WHERE {since} IS NOT NULL"
            );
            manager.get_connection().execute_unprepared(&fill).await?;
        }
        Ok(())
    }
}
