//! Users, their roles, sessions and one-time links.

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
        manager
            .create_table(
                Table::create()
                    .table("user")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(ColumnDef::new("display_name").text().not_null())
                    .col(ColumnDef::new("sign_in_name").text().not_null())
                    .col(ColumnDef::new("sign_in_key").text().not_null().unique_key())
                    .col(ColumnDef::new("delegated_role").text())
                    .col(ColumnDef::new("contact").text().not_null())
                    .col(ColumnDef::new("contact_verified_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("password_hash").text())
                    .col(ColumnDef::new("password_changed_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("secret_grant_id").uuid())
                    .col(ColumnDef::new("enrolled_at").timestamp_with_time_zone())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("user", "organization_id")
                            .to("organization", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("user_role")
                    .col(ColumnDef::new("user_id").uuid().not_null())
                    .col(ColumnDef::new("role").text().not_null())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(ColumnDef::new("grant_id").uuid())
                    .col(
                        ColumnDef::new("assigned_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .primary_key(Index::create().col("user_id").col("role"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("user_role", "user_id")
                            .to("user", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("user_id").uuid().not_null())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(ColumnDef::new("secret_grant_id").uuid())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(
                        ColumnDef::new("expires_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(ColumnDef::new("revoked_at").timestamp_with_time_zone())
                    .foreign_key(
                        ForeignKey::create()
                            .from("session", "user_id")
                            .to("user", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("refresh_token")
                    .col(ColumnDef::new("hash").text().not_null().primary_key())
                    .col(ColumnDef::new("session_id").uuid().not_null())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(ColumnDef::new("used_at").timestamp_with_time_zone())
                    .foreign_key(
                        ForeignKey::create()
                            .from("refresh_token", "session_id")
                            .to("session", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("link")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("user_id").uuid().not_null())
                    .col(ColumnDef::new("organization_id").uuid().not_null())
                    .col(ColumnDef::new("purpose").text().not_null())
                    .col(ColumnDef::new("hash").text().unique_key())
                    .col(ColumnDef::new("grant_id").uuid())
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(
                        ColumnDef::new("expires_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(ColumnDef::new("closed_at").timestamp_with_time_zone())
                    .foreign_key(
                        ForeignKey::create()
                            .from("link", "user_id")
                            .to("user", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("user_organization")
                    .table("user")
                    .col("organization_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("user_role_organization")
                    .table("user_role")
                    .col("organization_id")
                    .col("role")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("session_user")
                    .table("session")
                    .col("user_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("refresh_token_session")
                    .table("refresh_token")
                    .col("session_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("link_user")
                    .table("link")
                    .col("user_id")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}
