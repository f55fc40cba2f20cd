//! Logs, and the layer of traces.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use super::traces;
use crate::config::{Config, LogFormat};

/// Starts logging to standard error and tracing, as the configuration says, and warns of variables that look like
/// settings.
///
/// # Errors
/// When the filter, or the address of the collector, is not one.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.filter)
        .map_err(|error| anyhow::anyhow!("log.filter: {error}"))?;
    let log = tracing_subscriber::fmt::layer()
        // By default it complains on standard error, and panics where that is what cannot be written.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let log = match config.log.format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().boxed(),
    };
    let all = tracing_subscriber::registry().with(log.with_filter(filter));
    all.with(traces::layer(&config.traces)?).init();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for unknown in Config::unknown_variables(names) {
        tracing::warn!("{unknown}.");
    }
    Ok(())
}
