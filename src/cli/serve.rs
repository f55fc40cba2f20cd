//! `mandate serve` and `mandate worker`.

use std::time::Duration;

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
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        telemetry::start(&config.log)?;
        let stop = stop_signal(&config)?;
        in_time(self.serve(config, stop.clone()), &stop).await
    }

    async fn serve(self, mut config: Config, stop: Stop) -> anyhow::Result<()> {
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
        stop.ask();
        working.await?;
        app.db.close().await;
        Ok(())
    }
}

/// Does only what is due.
pub async fn worker(config: Config) -> anyhow::Result<()> {
    let stop = stop_signal(&config)?;
    let work = async {
        let app = open(config).await?;
        worker::run(app.clone(), stop.clone()).await;
        app.db.close().await;
        Ok(())
    };
    in_time(work, &stop).await
}

/// Runs until it ends, or until the stop is over, whatever still waits for an answer then.
async fn in_time(
    work: impl Future<Output = anyhow::Result<()>>,
    stop: &Stop,
) -> anyhow::Result<()> {
    tokio::select! {
        ended = work => ended,
        () = stop.over() => {
            tracing::warn!("Not everything ended in time.");
            Ok(())
        }
    }
}

/// Asked for by SIGINT or SIGTERM; they are listened to from here on.
#[cfg(unix)]
fn stop_signal(config: &Config) -> anyhow::Result<Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(asked_after(config, async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }))
}

/// Asked for by Ctrl-C.
#[cfg(not(unix))]
fn stop_signal(config: &Config) -> anyhow::Result<Stop> {
    Ok(asked_after(config, async move {
        drop(tokio::signal::ctrl_c().await)
    }))
}

fn asked_after(config: &Config, signal: impl Future<Output = ()> + Send + 'static) -> Stop {
    let within = Duration::from_secs(config.http.shutdown_seconds);
    let stop = Stop::new(CancellationToken::new(), within);
    let signalled = stop.clone();
    tokio::spawn(async move {
        signal.await;
        tracing::info!("Stopping.");
        signalled.ask();
    });
    stop
}
