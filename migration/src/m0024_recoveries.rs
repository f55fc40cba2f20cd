//! Recoveries of global admins, roles that wait until a user is in nobody's hands, the hash of a password that was
//! taken away, and former contacts of users.

use sea_orm_migration::prelude::*;

use crate::add_columns;

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().to_owned();
        let id = |name: &'static str| ColumnDef::new(name).uuid().to_owned();
        let text = |name: &'static str| ColumnDef::new(name).text().to_owned();
        add_columns(manager, "user", [text("former_hash")]).await?;
        manager
            .create_table(
                Table::create()
                    .table("recovery")
                    .col(id("id").not_null().primary_key())
                    .col(id("organization_id").not_null())
                    .col(id("user_id").not_null())
                    .col(text("contact").not_null())
                    .col(text("before"))
                    .col(id("started_by").not_null())
                    .col(time("started_at").not_null())
                    .col(id("approved_by"))
                    .col(time("approved_at"))
                    .col(time("due_at"))
                    .col(time("sent_at"))
                    .col(text("hash").unique_key())
                    .col(time("lapses_at").not_null())
                    .col(time("ended_at"))
                    .col(text("ended_how"))
                    .col(id("ended_operation_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("recovery", "user_id")
                            .to("user", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("recovery_organization").table("recovery");
        index.col("organization_id").col("id");
        manager.create_index(index).await?;
        manager
            .create_table(
                Table::create()
                    .table("former_contact")
                    .col(id("operation_id").not_null().primary_key())
                    .col(id("organization_id").not_null())
                    .col(id("user_id").not_null())
                    .col(text("contact").not_null())
                    .col(time("until").not_null())
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index
            .name("former_contact_organization")
            .table("former_contact");
        index.col("organization_id").col("until");
        manager.create_index(index).await?;
        manager
            .create_table(
                Table::create()
                    .table("awaited_role")
                    .col(id("user_id").not_null())
                    .col(text("role").not_null())
                    .col(id("organization_id").not_null())
                    .col(id("admin_id").not_null())
                    .col(id("operation_id").not_null())
                    .col(time("since").not_null())
                    .primary_key(Index::create().col("user_id").col("role"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("awaited_role", "user_id")
                            .to("user", "id"),
                    )
                    .to_owned(),
            )
            .await
    }
}
