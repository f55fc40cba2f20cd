//! In whose hands the actors of the record's entries were, for queries: it is filled from the entries.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, JsonValue, prelude::Uuid},
};

/// Adds it.
#[derive(DeriveMigrationName)]
pub struct Step;

/// How many entries are in memory at once.
const BATCH: u64 = 1000;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("operation_hand")
                    .col(ColumnDef::new("grant_id").uuid().not_null())
                    .col(ColumnDef::new("operation_id").uuid().not_null())
                    .primary_key(Index::create().col("grant_id").col("operation_id"))
                    .to_owned(),
            )
            .await?;
        let connection = manager.get_connection();
        let mut after: Option<Uuid> = None;
        loop {
            let mut query = Query::select();
            query.column("id").column("body").from("operation");
            // Only a body with hands has the key.
            query.and_where(Expr::col("body").like("%,\"hands\":[%"));
            if let Some(after) = after {
                query.and_where(Expr::col("id").gt(after));
            }
            query.order_by("id", Order::Asc).limit(BATCH);
            let rows = connection.query_all(&query).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = Some(last.try_get("", "id")?);
            let mut insert = Query::insert();
            insert
                .into_table("operation_hand")
                .columns(["grant_id", "operation_id"])
                .on_conflict(OnConflict::new().do_nothing().to_owned());
            let mut found = false;
            for row in &rows {
                let id: Uuid = row.try_get("", "id")?;
                for grant in grants(&row.try_get::<String>("", "body")?) {
                    insert.values_panic([grant.into(), id.into()]);
                    found = true;
                }
            }
            if found {
                connection.execute(&insert).await?;
            }
        }
    }
}

/// The grants of the hands that a body names, each once.
fn grants(body: &str) -> Vec<Uuid> {
    let body: JsonValue = body.parse().unwrap_or_default();
    let hands = body.get("hands").and_then(JsonValue::as_array);
    let grants = hands.into_iter().flatten();
    let grants = grants.filter_map(|hand| hand.get("grant")?.as_str());
    let mut grants: Vec<Uuid> = grants.filter_map(|id| Uuid::parse_str(id).ok()).collect();
    grants.sort();
    grants.dedup();
    grants
}
