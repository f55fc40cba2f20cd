//! Logs.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogConfig, LogFormat};

/// Starts logging to standard error, as the configuration says, and warns of variables that look like settings.
///
/// # Errors
/// When the filter is not one.
pub fn start(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)
        .map_err(|error| anyhow::anyhow!("log.filter: {error}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // By default it complains on standard error, and panics where that is what cannot be written.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for unknown in Config::unknown_variables(names) {
        tracing::warn!("{unknown}.");
    }
    Ok(())
}
