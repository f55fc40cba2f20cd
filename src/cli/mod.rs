//! The command line.

mod backup;
mod demo;
mod doctor;
mod keys;
mod metrics;
mod migrate;
mod operator;
mod record;
mod serve;
mod telemetry;
mod traces;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{
    ambient::{Clock, Rng},
    app::App,
    config::Config,
    graphql, private,
};

pub use demo::{
    PASSWORD as DEMO_PASSWORD, PEOPLE as DEMO_PEOPLE, load as load_demo, past as demo_past,
};
pub use metrics::{serve as serve_metrics, text as metrics_text};
pub use record::{
    Outside, Verified, export as export_record, restore_records, verify_database, verify_file,
    verify_in_steps,
};

/// Mandate: a delegated administration server.
#[derive(Debug, Parser)]
#[command(name = "mandate", version, about, max_term_width = 100)]
pub struct Cli {
    /// Settings that override the defaults; environment variables (MANDATE__SECTION__KEY) override both.
    #[arg(long, global = true, env = "MANDATE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the pages and GraphiQL, and do what is due.
    Serve(serve::Serve),
    /// Do only what is due: deliveries and summaries. Several may run.
    Worker,
    /// Bring the database up to date.
    Migrate,
    /// Print the schema.
    Schema,
    /// Administer the platform's own admins.
    #[command(subcommand)]
    Operator(operator::Operator),
    /// Verify or export records, or declare what was lost of them.
    #[command(subcommand)]
    Record(record::Record),
    /// Look at everything that the server stands on, and say what to do about what is wrong.
    Doctor(doctor::Doctor),
    /// Copy the database while servers go on; the keys and the anchor file apart from it.
    Backup(backup::Backup),
    /// Put a backup into an empty database. Every grant is held until its client confirms it.
    Restore(backup::Restore),
    /// Show, rotate or retire the installation's keys.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// The program: reads the arguments and the settings, and runs the command. What it awaits is compiled here, and not
/// again for the binary.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // One provider for all of TLS, before anything asks for one.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("mandate: a TLS provider was installed before");
        return ExitCode::FAILURE;
    }
    private::only_for_owner();
    match cli.run_to_end() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mandate: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn run_to_end(self) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let ended = runtime.block_on(self.run());
        // A thread that looks a name up, or hashes, does not keep the process: nobody waits for it any more.
        runtime.shutdown_background();
        ended
    }

    /// Runs the command.
    ///
    /// # Errors
    /// A sentence for the person who runs it.
    async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(self.config.as_deref()).context("the configuration")?;
        match self.command {
            Command::Serve(serve) => serve.run(config).await,
            Command::Worker => serve::worker(config).await,
            Command::Migrate => migrate::run(config).await,
            Command::Schema => {
                print!("{}", graphql::sdl(&graphql::schema(&config.limits)));
                Ok(())
            }
            Command::Operator(command) => command.run(config).await,
            Command::Record(command) => command.run(config).await,
            Command::Doctor(command) => command.run(config).await,
            Command::Backup(command) => command.run(config).await,
            Command::Restore(command) => command.run(config).await,
            Command::Keys(command) => command.run(&config),
        }
    }
}

/// Opens an existing installation: a command that only reads must not make an empty one in the wrong place and
/// report that all is well.
async fn open_existing(config: Config) -> anyhow::Result<App> {
    existing(&config)?;
    open(config).await
}

fn existing(config: &Config) -> anyhow::Result<()> {
    if let Some(file) = config.database.file() {
        anyhow::ensure!(
            file.exists(),
            "there is no database {}: run it where the server runs, or set database.url",
            file.display()
        );
    }
    existing_keys(config)
}

/// As [`open_existing`], even if there is no anchor file.
async fn open_unanchored(config: Config) -> anyhow::Result<App> {
    existing(&config)?;
    telemetry::start(&config)?;
    let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
    migrate::up_to_date(&app, false).await?;
    Ok(app)
}

/// Fails if there are no keys yet.
fn existing_keys(config: &Config) -> anyhow::Result<()> {
    let dir = &config.keys.dir;
    anyhow::ensure!(
        dir.join("record.jwks.json").exists(),
        "there are no keys in {}: run it where the server runs, or set keys.dir",
        dir.display()
    );
    Ok(())
}

/// Opens the application for a command, on an up-to-date database.
async fn open(config: Config) -> anyhow::Result<App> {
    telemetry::start(&config)?;
    let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
    migrate::ensure(&app, false).await?;
    Ok(app)
}
