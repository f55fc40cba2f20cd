//! Services, plans that hold them, subscriptions to plans, licences, and services turned off.

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
        manager.create_table(service()).await?;
        manager.create_table(plan()).await?;
        manager.create_table(plan_service()).await?;
        manager.create_table(subscription()).await?;
        manager.create_table(licence()).await?;
        manager.create_table(service_off()).await?;
        for (name, table, column) in [
            (
                "subscription_organization",
                "subscription",
                "organization_id",
            ),
            ("licence_subscription", "licence", "subscription_id"),
            ("licence_organization", "licence", "organization_id"),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table(table)
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

fn service() -> TableCreateStatement {
    Table::create()
        .table("service")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("slug").text().not_null().unique_key())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("url").text().not_null())
        .col(ColumnDef::new("delegable").boolean().not_null())
        .col(time("created_at"))
        .to_owned()
}

fn plan() -> TableCreateStatement {
    Table::create()
        .table("plan")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("slug").text().not_null().unique_key())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("term").text().not_null())
        .col(ColumnDef::new("seats").integer().not_null())
        .col(time("created_at"))
        .to_owned()
}

fn plan_service() -> TableCreateStatement {
    Table::create()
        .table("plan_service")
        .col(ColumnDef::new("plan_id").uuid().not_null())
        .col(ColumnDef::new("service_id").uuid().not_null())
        .primary_key(Index::create().col("plan_id").col("service_id"))
        .foreign_key(&mut key("plan_service", "plan_id", "plan"))
        .foreign_key(&mut key("plan_service", "service_id", "service"))
        .to_owned()
}

fn subscription() -> TableCreateStatement {
    Table::create()
        .table("subscription")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(ColumnDef::new("plan_id").uuid().not_null())
        .col(ColumnDef::new("seats").integer().not_null())
        .col(time("starts_at"))
        .col(time("expires_at"))
        .col(ColumnDef::new("ended_at").timestamp_with_time_zone())
        .foreign_key(&mut key("subscription", "organization_id", "organization"))
        .foreign_key(&mut key("subscription", "plan_id", "plan"))
        .to_owned()
}

fn licence() -> TableCreateStatement {
    Table::create()
        .table("licence")
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("subscription_id").uuid().not_null())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(time("assigned_at"))
        .primary_key(Index::create().col("user_id").col("subscription_id"))
        .foreign_key(&mut key("licence", "user_id", "user"))
        .foreign_key(&mut key("licence", "subscription_id", "subscription"))
        .to_owned()
}

fn service_off() -> TableCreateStatement {
    Table::create()
        .table("service_off")
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("service_id").uuid().not_null())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .primary_key(Index::create().col("user_id").col("service_id"))
        .foreign_key(&mut key("service_off", "user_id", "user"))
        .foreign_key(&mut key("service_off", "service_id", "service"))
        .to_owned()
}

fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .timestamp_with_time_zone()
        .not_null()
        .to_owned()
}

fn key(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(from, column)
        .to(to, "id")
        .to_owned()
}
