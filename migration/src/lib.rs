//! How Mandate's tables came to be: one step a file, the same steps on SQLite and PostgreSQL.
//!
//! To add a step: 1. a file `mNNNN_<what>.rs` beside the others, 2. a line in [`Migrator`].
//! Steps expand first: add, fill, and only in a later release remove. No CHECK lists states:
//! SQLite would have to rebuild the table to learn a new one.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

mod m0001_organizations;
mod m0002_users;
mod m0003_offers;
mod m0004_record;
mod m0005_devices;
mod m0006_user_lifecycle;
mod m0007_domain_checks;
mod m0008_subscriptions;
mod m0009_record_search;
mod m0010_account_rules;
mod m0011_device_wipe;
mod m0012_offer_parts;
mod m0013_shown_secrets;
mod m0014_record_target;
mod m0015_notices;
mod m0016_sign_up;
mod m0017_sendings;
mod m0018_resending;
mod m0019_latest_grants;
mod m0020_dismissals;
mod m0021_hands;
mod m0022_grace;
mod m0023_record_kinds;
mod m0024_recoveries;
mod m0025_record_hands;
mod m0026_confirmed_sessions;
mod m0027_record_links;
mod m0028_retention;
mod m0029_room;
mod m0030_mail_queue;
mod m0031_mail_ways;
mod m0032_folded;
mod m0033_familiar;
mod m0034_most_seats;
mod m0035_former_tokens;
mod m0036_refused_sendings;
mod m0037_clients;
mod m0038_orders;
mod m0039_language;
mod m0040_persons;
mod m0041_prices;
mod m0042_offer_counts;
mod m0043_growth;

/// The steps, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_organizations::Step),
            Box::new(m0002_users::Step),
            Box::new(m0003_offers::Step),
            Box::new(m0004_record::Step),
            Box::new(m0005_devices::Step),
            Box::new(m0006_user_lifecycle::Step),
            Box::new(m0007_domain_checks::Step),
            Box::new(m0008_subscriptions::Step),
            Box::new(m0009_record_search::Step),
            Box::new(m0010_account_rules::Step),
            Box::new(m0011_device_wipe::Step),
            Box::new(m0012_offer_parts::Step),
            Box::new(m0013_shown_secrets::Step),
            Box::new(m0014_record_target::Step),
            Box::new(m0015_notices::Step),
            Box::new(m0016_sign_up::Step),
            Box::new(m0017_sendings::Step),
            Box::new(m0018_resending::Step),
            Box::new(m0019_latest_grants::Step),
            Box::new(m0020_dismissals::Step),
            Box::new(m0021_hands::Step),
            Box::new(m0022_grace::Step),
            Box::new(m0023_record_kinds::Step),
            Box::new(m0024_recoveries::Step),
            Box::new(m0025_record_hands::Step),
            Box::new(m0026_confirmed_sessions::Step),
            Box::new(m0027_record_links::Step),
            Box::new(m0028_retention::Step),
            Box::new(m0029_room::Step),
            Box::new(m0030_mail_queue::Step),
            Box::new(m0031_mail_ways::Step),
            Box::new(m0032_folded::Step),
            Box::new(m0033_familiar::Step),
            Box::new(m0034_most_seats::Step),
            Box::new(m0035_former_tokens::Step),
            Box::new(m0036_refused_sendings::Step),
            Box::new(m0037_clients::Step),
            Box::new(m0038_orders::Step),
            Box::new(m0039_language::Step),
            Box::new(m0040_persons::Step),
            Box::new(m0041_prices::Step),
            Box::new(m0042_offer_counts::Step),
            Box::new(m0043_growth::Step),
        ]
    }
}

/// Runs statements that say the same to both databases.
async fn run<S: AsRef<str>>(
    manager: &SchemaManager<'_>,
    statements: impl IntoIterator<Item = S>,
) -> Result<(), DbErr> {
    for sql in statements {
        let sql = sql.as_ref();
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// The type of a column that holds an id.
fn id_type(manager: &SchemaManager<'_>) -> &'static str {
    match manager.get_database_backend() {
        DatabaseBackend::Postgres => "uuid",
        _ => "uuid_text",
    }
}

/// Adds columns that are nullable or have a default: SQLite alters a table by one column a statement.
async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        let alter = Table::alter().table(table).add_column(column).to_owned();
        manager.alter_table(alter).await?;
    }
    Ok(())
}
