//! The order in which mail leaves, what its limits count (who caused a delivery, and whom it went to), and which process
//! is sending it.

use sea_orm_migration::prelude::*;

use crate::add_columns;

/// Adds it.
#[derive(DeriveMigrationName)]
pub struct Step;

/// The queue of what waits, and the rows that limits count.
const INDEXES: [(&str, &[&str], bool); 4] = [
    ("outbox_queue", &["urgency", "place", "id"], true),
    ("outbox_waiting_of", &["cause", "urgency", "place"], true),
    ("outbox_to", &["mailbox", "urgency", "done_at"], false),
    ("outbox_from", &["cause", "urgency", "done_at"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            // What waits from before goes after sign-in mails.
            ColumnDef::new("urgency")
                .integer()
                .not_null()
                .default(1)
                .to_owned(),
            ColumnDef::new("place")
                .big_integer()
                .not_null()
                .default(0)
                .to_owned(),
            ColumnDef::new("cause").uuid().to_owned(),
            ColumnDef::new("mailbox").text().to_owned(),
            ColumnDef::new("claimed_by").big_integer().to_owned(),
        ];
        add_columns(manager, "outbox", columns).await?;
        for (name, columns, waiting) in INDEXES {
            let mut index = Index::create();
            index.name(name).table("outbox").if_not_exists();
            for column in columns {
                index.col(*column);
            }
            if waiting {
                index.and_where(
                    Expr::col("done_at")
                        .is_null()
                        .and(Expr::col("dead_at").is_null()),
                );
            }
            manager.create_index(index).await?;
        }
        let mailbox = ColumnDef::new("mailbox").text().to_owned();
        add_columns(manager, "sign_up", [mailbox]).await?;
        let mut index = Index::create();
        index
            .name("sign_up_mailbox")
            .table("sign_up")
            .col("mailbox")
            .col("id")
            .if_not_exists();
        manager.create_index(index).await
    }
}
