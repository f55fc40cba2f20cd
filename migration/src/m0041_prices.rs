//! Prices of a seat that totals are reckoned from.

use sea_orm_migration::prelude::*;

use crate::add_columns;

/// Adds them to plans.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ColumnDef::new("seat_price").big_integer().to_owned(),
            ColumnDef::new("currency").text().to_owned(),
            ColumnDef::new("price_per").text().to_owned(),
        ];
        add_columns(manager, "plan", columns).await
    }
}
