//! `mandate migrate`, and what the other commands ask of the database's state.

use sea_orm::DatabaseBackend;

use super::telemetry;
use crate::{
    app::{App, Clock, Rng},
    config::Config,
};

/// Brings the database up to date.
pub async fn run(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
    app.db.migrate().await?;
    println!("The database is up to date.");
    Ok(())
}

/// SQLite is brought up to date by itself; PostgreSQL only when it is asked for.
pub async fn ensure(app: &App, asked: bool) -> anyhow::Result<()> {
    if asked || app.db.backend() == DatabaseBackend::Sqlite {
        return app.db.migrate().await;
    }
    anyhow::ensure!(
        app.db.is_migrated().await?,
        "the database is not up to date: run `mandate migrate`, or `mandate serve --migrate`"
    );
    Ok(())
}
