//! Sign-up: organizations that are asked for and not made yet, and the keys by which names are compared, so
//! that none can be mistaken for another.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, Statement},
};
use unicode_security::confusable_detection::skeleton;

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
        let columns = [
            ColumnDef::new("name_key").text().to_owned(),
            ColumnDef::new("slug_key").text().to_owned(),
        ];
        add_columns(manager, "organization", columns).await?;
        fill(manager).await?;
        for column in ["name_key", "slug_key"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("organization_by_{column}"))
                        .table("organization")
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("sign_up")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("offer_id").uuid().not_null())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("slug").text().not_null())
                    .col(ColumnDef::new("admin_name").text().not_null())
                    .col(ColumnDef::new("admin_sign_in_name").text().not_null())
                    .col(ColumnDef::new("contact").text().not_null())
                    .col(ColumnDef::new("hash").text().unique_key())
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
                            .from("sign_up", "offer_id")
                            .to("offer", "id"),
                    )
                    .to_owned(),
            )
            .await
    }
}

async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = manager.get_database_backend();
    let select = Statement::from_string(backend, "SELECT slug, name FROM organization");
    for row in db.query_all_raw(select).await? {
        let (slug, name): (String, String) = (row.try_get("", "slug")?, row.try_get("", "name")?);
        let update = Statement::from_sql_and_values(
            backend,
            "UPDATE organization SET name_key = $1, slug_key = $2 WHERE slug = $3",
            [key(&name).into(), key(&slug).into(), slug.into()],
        );
        db.execute_raw(update).await?;
    }
    Ok(())
}

fn key(name: &str) -> String {
    skeleton(&name.to_lowercase())
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        // The skeleton has 1 and I as l; here i is one of them too.
        .map(|c| if c == 'l' { 'i' } else { c })
        .collect()
}
