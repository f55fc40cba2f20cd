//! The sections of the configuration about watching the server. `defaults.toml` says what each setting is.

use serde::Deserialize;

use super::choices::LogFormat;

/// `[metrics]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Address to serve them on; empty for none.
    pub bind: String,
}

/// `[traces]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracesConfig {
    /// The collector's address; empty for none.
    pub endpoint: String,
    /// Of how many requests in a hundred.
    pub percent: u8,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// `text` or `json`.
    pub format: LogFormat,
    /// A tracing filter.
    pub filter: String,
}
