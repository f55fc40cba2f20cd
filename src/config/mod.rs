//! The configuration: `defaults.toml` compiled in, then a file, then the environment.
//!
//! A section is a struct of plain data here.

mod list;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use config::{Environment, File, FileFormat};
use secrecy::SecretString;
use serde::Deserialize;

use crate::domain::values::DomainName;

/// The defaults, as text: also the documentation of every setting.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The platform.
    pub platform: PlatformConfig,
    /// The HTTP server.
    pub http: HttpConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// The keys.
    pub keys: KeysConfig,
    /// Sign-in.
    pub auth: AuthConfig,
    /// Limits of a request.
    pub limits: LimitsConfig,
    /// Mail.
    pub mail: MailConfig,
    /// Look-ups of domain names.
    pub dns: DnsConfig,
    /// How long things are kept.
    pub times: TimesConfig,
    /// Offers.
    pub offers: OffersConfig,
    /// Sign-up.
    pub sign_up: SignUpConfig,
    /// Subscriptions.
    pub live: LiveConfig,
    /// The worker.
    pub worker: WorkerConfig,
    /// Logs.
    pub log: LogConfig,
}

/// `[platform]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// Parent of all initial domains.
    pub domain: String,
    /// The platform organization's name.
    pub name: String,
}

/// `[http]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address to listen on.
    pub bind: String,
    /// Base of links, without a slash at the end.
    pub public_url: String,
    /// Bytes.
    pub body_limit: usize,
    /// Seconds.
    pub timeout_seconds: u64,
    /// Trust the last `X-Forwarded-For` entry.
    pub behind_proxy: bool,
    /// Origins of front ends that are served from elsewhere.
    #[serde(deserialize_with = "list::deserialize")]
    pub allowed_origins: Vec<String>,
    /// Seconds.
    pub shutdown_seconds: u64,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Where it is; may hold a password.
    pub url: SecretString,
    /// Connections.
    pub connections: u32,
    /// Seconds.
    pub wait_seconds: u64,
    /// SQLite's `synchronous`.
    pub synchronous: String,
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// The folder.
    pub dir: PathBuf,
}

/// `[auth]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// Seconds.
    pub access_seconds: i64,
    /// Seconds.
    pub session_seconds: i64,
    /// Seconds.
    pub browser_seconds: i64,
    /// Seconds.
    pub enrol_link_seconds: i64,
    /// Seconds.
    pub reset_link_seconds: i64,
    /// Seconds.
    pub temporary_password_seconds: i64,
    /// KiB.
    pub argon2_memory_kib: u32,
    /// Passes.
    pub argon2_passes: u32,
    /// Lanes.
    pub argon2_lanes: u32,
    /// Hashes at once.
    pub argon2_parallel: usize,
    /// Attempts per minute.
    pub attempts_per_minute: u32,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Nesting of a document.
    pub depth: usize,
    /// Cost of a document.
    pub complexity: usize,
    /// Fields after expansion.
    pub fields: usize,
    /// Aliases.
    pub aliases: usize,
    /// Directives on one field.
    pub directives: usize,
    /// Characters of a document.
    pub characters: usize,
    /// Parsed documents kept.
    pub cached_documents: usize,
    /// Page size by default.
    pub page: usize,
    /// Page size at most.
    pub page_max: usize,
    /// Operations per minute and user.
    pub operations_per_minute: u32,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// `file` or `smtp`.
    pub transport: MailTransport,
    /// Where files go.
    pub folder: PathBuf,
    /// Where SMTP goes; may hold a password.
    pub smtp_url: SecretString,
    /// The sender.
    pub from: String,
    /// Attempts before giving up.
    pub attempts: i32,
}

/// How mail leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// A file a mail.
    File,
    /// SMTP.
    Smtp,
}

/// `[dns]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsConfig {
    /// Addresses with ports; the system's where there are none.
    #[serde(deserialize_with = "list::deserialize")]
    pub resolvers: Vec<String>,
    /// Milliseconds.
    pub timeout_millis: u64,
}

/// `[times]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimesConfig {
    /// Days.
    pub restore_days: i64,
    /// Hours.
    pub domain_check_hours: i64,
    /// Days.
    pub domain_grace_days: i64,
    /// Days.
    pub domain_rest_days: i64,
    /// Seconds.
    pub export_seconds: i64,
    /// Days.
    pub trial_days: i64,
    /// Days.
    pub grant_grace_days: i64,
    /// Hours.
    pub recovered_hours: i64,
    /// Days.
    pub recovery_days: i64,
}

/// `[offers]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffersConfig {
    /// Clients.
    pub overview_from: u64,
    /// Mails of one partner.
    pub mails_per_day: u64,
    /// Mails of one partner to one address.
    pub mails_per_address_per_day: u64,
    /// Addresses.
    pub mails_per_call: usize,
}

/// `[sign_up]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUpConfig {
    /// Seconds.
    pub link_seconds: i64,
    /// Words.
    #[serde(deserialize_with = "list::deserialize")]
    pub reserved: Vec<String>,
    /// Parts of names.
    #[serde(deserialize_with = "list::deserialize")]
    pub reserved_anywhere: Vec<String>,
}

/// `[live]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveConfig {
    /// On one server.
    pub subscriptions: usize,
    /// Of one user.
    pub subscriptions_per_user: usize,
    /// On one connection.
    pub subscriptions_per_connection: usize,
    /// On one server.
    pub connections: usize,
    /// Milliseconds.
    pub look_millis: u64,
    /// Seconds.
    pub init_seconds: u64,
}

/// `[worker]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
    /// Seconds.
    pub interval_seconds: u64,
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

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
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
            (1..=self.limits.page_max).contains(&self.limits.page),
            "limits.page: it is between 1 and limits.page_max"
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
