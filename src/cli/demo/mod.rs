//! `mandate serve --demo`: an example world for trying everything out, with published passwords, on loopback.

mod catalogue;
mod people;
mod world;

use std::net::SocketAddr;

use anyhow::Context;
use chrono::TimeDelta;

use crate::{
    ambient::{Clock, Rng},
    app::App,
    config::Config,
    db::Locks,
    store::installation,
};

pub use people::{PASSWORD, PEOPLE};

/// How long ago the demo world began.
const AGE: TimeDelta = TimeDelta::days(60);

/// Makes the settings fit for a demo.
///
/// # Errors
/// When the server would listen on more than loopback.
pub fn settle(config: &mut Config) -> anyhow::Result<()> {
    let bind: SocketAddr = config.http.bind.parse().with_context(|| {
        format!(
            "http.bind: `{}` is not an address and port",
            config.http.bind
        )
    })?;
    anyhow::ensure!(
        bind.ip().is_loopback(),
        "http.bind: --demo publishes its passwords, so it listens on loopback only"
    );
    Ok(())
}

/// Loads the demo world once, and marks the database.
///
/// # Errors
/// When the database holds something else, or cannot be written.
pub async fn ensure(app: &App) -> anyhow::Result<()> {
    if installation::fact(&app.db.server(), installation::DEMO)
        .await?
        .is_some()
    {
        return Ok(());
    }
    anyhow::ensure!(
        installation::platform(&app.db.server()).await?.is_none(),
        "the database is not empty: --demo fills a new one; set database.url to another"
    );
    // The world is loaded with a clock of its own, so that it has a past.
    let clock = Clock::manual(app.now() - AGE);
    let past = App::open(past(app.config.clone()), clock, Rng::from_os()?, None).await?;
    let loaded = load(&past).await;
    past.close().await;
    loaded
}

/// The settings with which the world is loaded: sessions last from the beginning of its past to the end.
pub fn past(mut config: Config) -> Config {
    config.auth.session_seconds = (AGE + TimeDelta::days(1)).num_seconds();
    config
}

/// Loads the demo world into an empty, up-to-date database, with the settings of [`past`]. The clock is set by hand.
pub async fn load(app: &App) -> anyhow::Result<()> {
    // Marked first, so that `serve` refuses a half-loaded demo too.
    let tx = app.db.begin(&Locks::default()).await?;
    installation::set_fact(&tx, installation::DEMO, "loaded").await?;
    tx.commit().await?;
    world::load(app).await
}

/// Prints the addresses of the server and who can sign in.
pub async fn announce(app: &App) -> anyhow::Result<()> {
    let offer = installation::fact(&app.db.server(), world::OFFER)
        .await?
        .unwrap_or_default();
    println!("An offer:  {}/offers/{offer}", app.config.http.public_url);
    println!();
    println!("Everyone's password: {PASSWORD}");
    for person in PEOPLE {
        let name = person.sign_in_name(&app.config.platform.domain);
        println!("  {name:<42} {}", person.about);
    }
    Ok(())
}
