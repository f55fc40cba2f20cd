//! `mandate serve` and `mandate worker`.

use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{demo, metrics, migrate, open, telemetry, traces};
use crate::{
    ambient::{Clock, Rng},
    app::App,
    config::Config,
    http,
    operations::system,
    stop::Stop,
    store::installation,
    worker,
};

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Load a demo world with published passwords, once; listen on loopback only.
    #[arg(long)]
    demo: bool,
    /// Bring a PostgreSQL database up to date first; SQLite always is.
    #[arg(long)]
    migrate: bool,
}

impl Serve {
    /// Runs the command.
    pub async fn run(self, mut config: Config) -> anyhow::Result<()> {
        telemetry::start(&config)?;
        let stop = stop_signal(&config)?;
        if self.demo {
            demo::settle(&mut config)?;
        }
        let logo = &config.platform.logo;
        anyhow::ensure!(
            logo.as_os_str().is_empty() || logo.is_file(),
            "platform.logo: there is no file {}",
            logo.display()
        );
        let door = http::Door::open(&config.http).await?;
        let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
        migrate::ensure(&app, self.migrate).await?;
        let is_demo = installation::fact(&app.db.server(), installation::DEMO)
            .await?
            .is_some();
        if self.demo {
            demo::ensure(&app).await?;
        } else {
            anyhow::ensure!(
                !is_demo,
                "this database holds the demo world, whose passwords are published: serve it with \
                 --demo, or set database.url to another one"
            );
            system::ensure_platform(&app).await?;
        }
        for (setting, path) in app.config.kept() {
            let path = std::path::absolute(path)?;
            println!("{setting}: {}", path.display());
        }
        let url = &app.config.http.public_url;
        println!("GraphiQL:  {url}/graphiql");
        println!("GraphQL:   {url}/graphql");
        if self.demo {
            demo::announce(&app).await?;
        }
        let counting = metrics::begin(&app, &stop).await?;
        let working = tokio::spawn(worker::run(app.clone(), stop.clone()));
        http::serve(app.clone(), door, stop.clone()).await;
        stop.ask();
        working.await?;
        counting.await?;
        app.close().await;
        traces::finish().await;
        Ok(())
    }
}

/// Does only what is due.
pub async fn worker(config: Config) -> anyhow::Result<()> {
    let stop = stop_signal(&config)?;
    let app = open(config).await?;
    let counting = metrics::begin(&app, &stop).await?;
    worker::run(app.clone(), stop).await;
    counting.await?;
    app.close().await;
    traces::finish().await;
    Ok(())
}

/// Asked for by a signal, which is listened to from here on.
///
/// A thread of its own listens, and ends the process when the stop is over: even if nothing else responds any
/// more.
fn stop_signal(config: &Config) -> anyhow::Result<Stop> {
    let within = Duration::from_secs(config.http.shutdown_seconds);
    let stop = Stop::new(CancellationToken::new(), within);
    let listening = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let signal = {
        let _entered = listening.enter();
        signal()?
    };
    let signalled = stop.clone();
    std::thread::spawn(move || {
        listening.block_on(async move {
            signal.await;
            signalled.ask();
            signalled.over().await;
            std::process::exit(0);
        });
    });
    let told = stop.clone();
    tokio::spawn(async move {
        told.asked().await;
        tracing::info!("Stopping.");
    });
    Ok(stop)
}

/// SIGINT or SIGTERM.
#[cfg(unix)]
fn signal() -> anyhow::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn signal() -> anyhow::Result<impl Future<Output = ()> + Send> {
    Ok(async move { drop(tokio::signal::ctrl_c().await) })
}
