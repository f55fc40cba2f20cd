//! The record in its second form: a commitment for each text, a link beside the body, its end as a
//! signed note.
//!
//! Entries of the first form wait in `operation_first` and `chain_head_first` for the program, which holds
//! the keys: it verifies them, links them anew, and says so in the record.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::add_columns;

/// Adds it.
#[derive(DeriveMigrationName)]
pub struct Step;

/// Indexes of the first form, except the one for the order.
const EARLIER: [&str; 6] = [
    "operation_partner",
    "operation_actor",
    "operation_ticket",
    "operation_actor_organization",
    "operation_target",
    "operation_kind",
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in EARLIER {
            let mut drop = Index::drop();
            drop.name(index).table("operation");
            manager.drop_index(drop).await?;
        }
        for (from, to) in [
            ("operation", "operation_first"),
            ("chain_head", "chain_head_first"),
        ] {
            let mut rename = Table::rename();
            rename.table(from, to);
            manager.rename_table(rename).await?;
        }
        let first = Query::select()
            .expr(Expr::val(1))
            .from("operation_first")
            .limit(1)
            .to_owned();
        let filled = manager.get_connection().query_one(&first).await?.is_some();
        if !filled {
            for table in ["operation_first", "chain_head_first"] {
                let mut drop = Table::drop();
                drop.table(table);
                manager.drop_table(drop).await?;
            }
        }
        create(manager).await?;
        index(manager).await?;
        let erased = ColumnDef::new("texts_erased_at")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "user", [erased]).await?;
        let client = ColumnDef::new("client_id").uuid().to_owned();
        add_columns(manager, "export", [client]).await
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("operation")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(ColumnDef::new("seq").big_integer().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("outcome").text().not_null())
        .col(ColumnDef::new("reason").text())
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("authority").text().not_null())
        .col(ColumnDef::new("actor_id").uuid())
        .col(ColumnDef::new("actor_organization_id").uuid())
        .col(ColumnDef::new("session_id").uuid())
        .col(ColumnDef::new("grant_id").uuid())
        .col(ColumnDef::new("role").text())
        .col(ColumnDef::new("target_type").text())
        .col(ColumnDef::new("target_id").uuid());
    for text in [
        "changes",
        "hands",
        "actor_name",
        "actor_sign_in_name",
        "actor_organization_name",
        "target_name",
        "ticket",
        "note",
    ] {
        table.col(ColumnDef::new(text).text());
    }
    table
        .col(ColumnDef::new("salts").blob().not_null())
        .col(ColumnDef::new("erased").text())
        .col(ColumnDef::new("link").blob().not_null())
        .check(Expr::col("seq").gte(1))
        .foreign_key(
            ForeignKey::create()
                .from("operation", "organization_id")
                .to("organization", "id"),
        );
    manager.create_table(table).await?;
    let mut head = Table::create();
    head.table("chain_head")
        .col(
            ColumnDef::new("organization_id")
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new("size").big_integer().not_null())
        .col(ColumnDef::new("link").blob().not_null())
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("epoch").integer().not_null())
        .col(ColumnDef::new("sent").blob().not_null())
        .col(ColumnDef::new("domain").text().not_null())
        .col(ColumnDef::new("key").blob().not_null())
        .col(ColumnDef::new("signature").blob().not_null())
        .col(ColumnDef::new("next_sent").blob())
        .col(ColumnDef::new("sent_at").timestamp_with_time_zone())
        .col(ColumnDef::new("sent_size").big_integer())
        .foreign_key(
            ForeignKey::create()
                .from("chain_head", "organization_id")
                .to("organization", "id"),
        );
    manager.create_table(head).await?;
    let mut receipt = Table::create();
    receipt
        .table("receipt")
        .col(
            ColumnDef::new("operation_id")
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new("previous").blob().not_null())
        .col(ColumnDef::new("note").text().not_null());
    manager.create_table(receipt).await
}

/// An index for each order in which entries are listed, and for each column by which they are found. Indexes
/// that only serve acts in other organizations' accounts cover only these.
async fn index(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let abroad = || Expr::col("actor_organization_id").ne(Expr::col("organization_id"));
    let make = |name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create();
        index.name(name).table("operation");
        columns.iter().for_each(|column| {
            index.col(*column);
        });
        index
    };
    let mut place = make("operation_place", &["organization_id", "seq"]);
    place.unique();
    let mut partner = make(
        "operation_in_client",
        &["organization_id", "actor_organization_id", "seq"],
    );
    partner.and_where(abroad());
    let mut partners = make("operation_of_partner", &["actor_organization_id", "id"]);
    partners.and_where(abroad());
    let mut touched = make(
        "operation_touched",
        &["organization_id", "target_id", "seq"],
    );
    touched.and_where(Expr::col("target_id").is_not_null());
    let mut ticket = make("operation_by_ticket", &["organization_id", "ticket"]);
    ticket.and_where(Expr::col("ticket").is_not_null());
    for index in [
        place,
        make("operation_of_actor", &["actor_id", "id"]),
        make("operation_of_kind", &["organization_id", "kind", "seq"]),
        partner,
        partners,
        touched,
        ticket,
    ] {
        manager.create_index(index).await?;
    }
    Ok(())
}
