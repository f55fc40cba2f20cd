//! `mandate serve` and `mandate worker`.

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{demo, migrate, open, telemetry};
use crate::{
    app::{App, Clock, Rng},
    config::Config,
    http,
    operations::system,
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
        telemetry::start(&config.log)?;
        let stop = stop_signal()?;
        if self.demo {
            demo::settle(&mut config)?;
        }
        let listener = TcpListener::bind(&config.http.bind)
            .await
            .with_context(|| format!("http.bind: {}", config.http.bind))?;
        let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
        migrate::ensure(&app, self.migrate).await?;
        let is_demo = installation::fact(app.db.read(), installation::DEMO)
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
        let url = &app.config.http.public_url;
        println!("GraphiQL:  {url}/graphiql");
        println!("GraphQL:   {url}/graphql");
        if self.demo {
            demo::announce(&app).await?;
        }
        let working = tokio::spawn(worker::run(app.clone(), stop.clone()));
        http::serve(app.clone(), listener, stop.clone()).await?;
        stop.cancel();
        working.await?;
        app.db.close().await;
        Ok(())
    }
}

/// Does only what is due.
pub async fn worker(config: Config) -> anyhow::Result<()> {
    let app = open(config).await?;
    worker::run(app.clone(), stop_signal()?).await;
    app.db.close().await;
    Ok(())
}

/// Cancelled by SIGINT or SIGTERM; they are listened to from here on.
#[cfg(unix)]
fn stop_signal() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(cancelled_after(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }))
}

/// Cancelled by Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<CancellationToken> {
    Ok(cancelled_after(async move {
        drop(tokio::signal::ctrl_c().await)
    }))
}

fn cancelled_after(signal: impl Future<Output = ()> + Send + 'static) -> CancellationToken {
    let stop = CancellationToken::new();
    let signalled = stop.clone();
    tokio::spawn(async move {
        signal.await;
        tracing::info!("Stopping.");
        signalled.cancel();
    });
    stop
}
