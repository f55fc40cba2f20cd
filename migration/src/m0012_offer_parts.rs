//! Offers with parts: subscriptions beside or instead of delegation; where plans are sold; what an
//! answer took; offers that end.

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
        let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().to_owned();
        let text = |name: &'static str| ColumnDef::new(name).text().to_owned();
        let offer = [
            time("withdrawn_at"),
            time("expires_at"),
            text("language"),
            ColumnDef::new("opened").big_integer().to_owned(),
        ];
        add_columns(manager, "offer", offer).await?;
        let revision = [
            ColumnDef::new("delegation").boolean().to_owned(),
            text("usage_location"),
            text("office"),
        ];
        add_columns(manager, "offer_revision", revision).await?;
        add_columns(manager, "plan", [text("price")]).await?;
        let response = [
            ColumnDef::new("delegation_taken").boolean().to_owned(),
            ColumnDef::new("items_taken").boolean().to_owned(),
        ];
        add_columns(manager, "response", response).await?;
        manager.create_table(plan_location()).await?;
        manager.create_table(offer_item()).await?;
        manager.create_table(response_item()).await
    }
}

fn plan_location() -> TableCreateStatement {
    Table::create()
        .table("plan_location")
        .col(ColumnDef::new("plan_id").uuid().not_null())
        .col(ColumnDef::new("country").text().not_null())
        .primary_key(Index::create().col("plan_id").col("country"))
        .foreign_key(&mut key("plan_location", "plan_id", "plan"))
        .to_owned()
}

fn offer_item() -> TableCreateStatement {
    Table::create()
        .table("offer_item")
        .col(ColumnDef::new("offer_id").uuid().not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("plan_id").uuid().not_null())
        .col(ColumnDef::new("seats").integer().not_null())
        .primary_key(
            Index::create()
                .col("offer_id")
                .col("revision")
                .col("plan_id"),
        )
        .foreign_key(&mut key("offer_item", "offer_id", "offer"))
        .foreign_key(&mut key("offer_item", "plan_id", "plan"))
        .to_owned()
}

fn response_item() -> TableCreateStatement {
    Table::create()
        .table("response_item")
        .col(ColumnDef::new("response_id").uuid().not_null())
        .col(ColumnDef::new("plan_id").uuid().not_null())
        .col(ColumnDef::new("seats").integer().not_null())
        .col(ColumnDef::new("subscription_id").uuid().not_null())
        .primary_key(Index::create().col("response_id").col("plan_id"))
        .foreign_key(&mut key("response_item", "response_id", "response"))
        .foreign_key(&mut key("response_item", "plan_id", "plan"))
        .foreign_key(&mut key("response_item", "subscription_id", "subscription"))
        .to_owned()
}

fn key(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(from, column)
        .to(to, "id")
        .to_owned()
}
