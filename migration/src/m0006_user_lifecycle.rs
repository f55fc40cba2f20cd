//! What becomes of users: profiles, blocking, deleting, temporary passwords, and under which grant
//! a delegate added a user or set its contact.

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
        let columns = [
            ColumnDef::new("given_name").text().to_owned(),
            ColumnDef::new("surname").text().to_owned(),
            ColumnDef::new("job_title").text().to_owned(),
            ColumnDef::new("department").text().to_owned(),
            ColumnDef::new("usage_location").text().to_owned(),
            ColumnDef::new("added_grant_id").uuid().to_owned(),
            ColumnDef::new("contact_grant_id").uuid().to_owned(),
            ColumnDef::new("temporary_until")
                .timestamp_with_time_zone()
                .to_owned(),
            ColumnDef::new("blocked_at")
                .timestamp_with_time_zone()
                .to_owned(),
            ColumnDef::new("deleted_at")
                .timestamp_with_time_zone()
                .to_owned(),
            ColumnDef::new("purged_at")
                .timestamp_with_time_zone()
                .to_owned(),
        ];
        add_columns(manager, "user", columns).await?;
        let operation = [ColumnDef::new("operation_id").uuid().to_owned()];
        add_columns(manager, "link", operation).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared("CREATE INDEX user_contact ON \"user\" (lower(contact))")
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("user_deleted")
                    .table("user")
                    .col("deleted_at")
                    .and_where(
                        Expr::col("deleted_at")
                            .is_not_null()
                            .and(Expr::col("purged_at").is_null()),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("user_added_grant", "added_grant_id"),
            ("user_contact_grant", "contact_grant_id"),
            ("user_secret_grant", "secret_grant_id"),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table("user")
                        .col(column)
                        .and_where(Expr::col(column).is_not_null())
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("user_role_grant")
                    .table("user_role")
                    .col("grant_id")
                    .and_where(Expr::col("grant_id").is_not_null())
                    .to_owned(),
            )
            .await
    }
}
