//! The configuration: `defaults.toml` compiled in, then a file, then the environment.
//!
//! A section is a struct of plain data.

mod list;
mod sections;

use std::{collections::HashMap, path::Path};

use config::{Environment, File, FileFormat};
use serde::Deserialize;

pub use sections::*;

use crate::domain::values::DomainName;

/// The defaults, as text: also the documentation of every setting.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub platform: PlatformConfig,
    /// The HTTP server.
    pub http: HttpConfig,
    pub database: DatabaseConfig,
    pub keys: KeysConfig,
    /// The anchor file.
    pub anchors: AnchorsConfig,
    /// Sign-in.
    pub auth: AuthConfig,
    /// Limits of a request.
    pub limits: LimitsConfig,
    pub mail: MailConfig,
    /// Look-ups of domain names.
    pub dns: DnsConfig,
    /// How long things are kept.
    pub times: TimesConfig,
    /// How long what is no longer needed is kept.
    pub retention: RetentionConfig,
    pub offers: OffersConfig,
    pub sign_up: SignUpConfig,
    /// Live subscriptions.
    pub live: LiveConfig,
    pub worker: WorkerConfig,
    pub log: LogConfig,
}

impl Config {
    /// Reads defaults, then `file`, then the process's environment.
    ///
    /// # Errors
    /// A sentence that names the setting when one is unknown or not acceptable.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::read(file, None)
    }

    /// Reads defaults, then `file`, then these variables, or those of the process.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn read(
        file: Option<&Path>,
        environment: Option<HashMap<String, String>>,
    ) -> anyhow::Result<Self> {
        let mut sources =
            config::Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = file {
            sources = sources.add_source(File::from(file).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix("MANDATE")
            .separator("__")
            .source(environment)
            .try_parsing(true);
        let config: Self = sources.add_source(environment).build()?.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            DomainName::try_from(self.platform.domain.as_str()).is_ok(),
            "platform.domain: `{}` is not a domain name",
            self.platform.domain
        );
        anyhow::ensure!(
            url::Url::parse(&self.http.public_url).is_ok_and(|url| url.has_host())
                && !self.http.public_url.ends_with('/'),
            "http.public_url: `{}` is not an absolute URL without a slash at the end",
            self.http.public_url
        );
        for origin in &self.http.allowed_origins {
            check_origin(origin)?;
        }
        anyhow::ensure!(
            self.limits.page_max > 0,
            "limits.page_max: a page has at least one row"
        );
        anyhow::ensure!(
            self.auth.access_seconds > 0,
            "auth.access_seconds: it is more than 0"
        );
        anyhow::ensure!(
            self.database.connections > 1,
            "database.connections: it is more than 1"
        );
        Ok(())
    }
}

/// An origin is compared byte for byte with what browsers send (RFC 6454, section 6.2), so it is
/// written in exactly that form.
fn check_origin(text: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let named = |url: &url::Url| match url.host() {
        Some(url::Host::Domain(name)) => name.chars().all(plain) && !name.ends_with('.'),
        Some(_) => true,
        None => false,
    };
    let sent = url::Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && named(url))
        .map(|url| url.origin().ascii_serialization());
    match sent {
        Some(sent) if sent == text => Ok(()),
        Some(sent) => anyhow::bail!("http.allowed_origins: write `{sent}` in place of `{text}`"),
        None => anyhow::bail!(
            "http.allowed_origins: `{text}` is not an origin such as https://app.example.com; each \
             one is listed, between commas in an environment variable, and there is no wildcard"
        ),
    }
}
