//! The rules of accounts for those who act in them; a partner's tags on its clients.

use sea_orm_migration::prelude::*;

/// Creates them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let flag = |name: &'static str| ColumnDef::new(name).boolean().not_null().to_owned();
        manager
            .create_table(
                Table::create()
                    .table("account_rules")
                    .col(
                        ColumnDef::new("organization_id")
                            .uuid()
                            .not_null()
                            .primary_key(),
                    )
                    .col(flag("link_allowed"))
                    .col(flag("show_once_allowed"))
                    .col(flag("ticket_required"))
                    .col(flag("reason_required"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("account_rules", "organization_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("client_tag")
                    .col(ColumnDef::new("partner_id").uuid().not_null())
                    .col(ColumnDef::new("client_id").uuid().not_null())
                    .col(ColumnDef::new("tag").text().not_null())
                    .primary_key(
                        Index::create()
                            .col("partner_id")
                            .col("tag")
                            .col("client_id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("client_tag", "partner_id")
                            .to("organization", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("client_tag", "client_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("client_tag_client")
                    .table("client_tag")
                    .col("partner_id")
                    .col("client_id")
                    .to_owned(),
            )
            .await
    }
}
