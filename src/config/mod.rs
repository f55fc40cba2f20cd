//! The configuration: `defaults.toml` compiled in, then a file, then the environment.
//!
//! A section is a struct of plain data.

mod choices;
mod list;
mod place;
mod sections;
mod watching;

use std::{collections::HashMap, path::Path};

use config::{Environment, File, FileFormat};
use serde::Deserialize;
use serde_json::Value;

pub use choices::*;
pub use sections::*;
pub use watching::*;

use crate::domain::values::DomainName;

/// The defaults, as text: also the documentation of every setting.
pub const DEFAULTS: &str = include_str!("defaults.toml");

fn defaults() -> File<config::FileSourceString, FileFormat> {
    File::from_str(DEFAULTS, FileFormat::Toml)
}

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
    /// Metrics for those who run the server.
    pub metrics: MetricsConfig,
    pub traces: TracesConfig,
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

    /// Reads defaults, then `file`, then these variables, or those of the process. Paths in relation to nothing are in the
    /// folder of the file, or without one in that of the process.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn read(
        file: Option<&Path>,
        environment: Option<HashMap<String, String>>,
    ) -> anyhow::Result<Self> {
        let read = Self::merge(file, environment.clone());
        let mut config = read.map_err(|error| {
            let variables = environment.unwrap_or_else(|| {
                let all = std::env::vars_os();
                let texts = all.map(|(name, value)| (name.into_string(), value.into_string()));
                texts
                    .filter_map(|(name, value)| Some((name.ok()?, value.ok()?)))
                    .collect()
            });
            let error = format!("{error:#}");
            anyhow::anyhow!("{}{error}", place::of(&error, file, &variables))
        })?;
        if let Some(folder) = file.and_then(Path::parent) {
            config.settle(folder);
        }
        Ok(config)
    }

    fn merge(
        file: Option<&Path>,
        environment: Option<HashMap<String, String>>,
    ) -> anyhow::Result<Self> {
        let mut sources = config::Config::builder().add_source(defaults());
        if let Some(file) = file {
            sources = sources.add_source(File::from(file).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix("MANDATE")
            .separator("__")
            .source(environment);
        let sources = sources.add_source(environment).build()?;
        let plain = config::Config::builder().add_source(defaults()).build()?;
        check_numbers(
            "",
            &plain.try_deserialize()?,
            &sources.clone().try_deserialize()?,
        )?;
        let config: Self = sources.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    /// Takes paths for those in a folder, where they are not whole.
    fn settle(&mut self, folder: &Path) {
        let paths = [
            &mut self.keys.dir,
            &mut self.anchors.dir,
            &mut self.mail.folder,
            &mut self.platform.logo,
            &mut self.http.tls_certificate,
            &mut self.http.tls_key,
        ];
        for path in paths {
            if !path.as_os_str().is_empty() {
                *path = folder.join(&path);
            }
        }
        if let Some(file) = self.database.file() {
            self.database.url = format!("sqlite:{}", folder.join(file).display()).into();
        }
    }

    /// What is lost with the disk unless it is backed up: the setting, and its folder or file.
    pub fn kept(&self) -> Vec<(&'static str, &Path)> {
        let mut kept = vec![
            ("keys.dir", self.keys.dir.as_path()),
            ("anchors.dir", self.anchors.dir.as_path()),
        ];
        kept.extend(self.database.file().map(|file| ("database.url", file)));
        kept
    }

    /// Variables of an environment that look meant for this server, and say nothing to it, each with what may have
    /// been meant.
    pub fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
        let plain = |name: &str| name.replace('_', "");
        let known = settings();
        let known: HashMap<_, _> = known.iter().map(|name| (plain(name), name)).collect();
        let unknown = names.filter(|name| {
            let ours = name.starts_with("MANDATE_") && !name.starts_with("MANDATE__");
            ours && name != "MANDATE_CONFIG" && !name.starts_with("MANDATE_TEST_")
        });
        unknown
            .map(|name| match known.get(&plain(&name)) {
                Some(meant) => format!("{name} is not a setting; {meant} is"),
                None => format!(
                    "{name} is not a setting; the names of settings begin with MANDATE__, then the section"
                ),
            })
            .collect()
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            DomainName::try_from(self.platform.domain.as_str()).is_ok(),
            "platform.domain: `{}` is not a domain name",
            self.platform.domain
        );
        anyhow::ensure!(
            is_origin(&self.http.public_url),
            "http.public_url: `{}` is not the address of a server alone, such as https://mandate.example.com: scheme and \
             host, a port if need be, no path, no slash at the end",
            self.http.public_url
        );
        for origin in &self.http.allowed_origins {
            check_origin(origin)?;
        }
        anyhow::ensure!(
            (1..=1000).contains(&self.limits.page_max),
            "limits.page_max: a page has 1 to 1000 rows"
        );
        let logo = &self.platform.logo;
        anyhow::ensure!(
            logo.as_os_str().is_empty()
                || logo
                    .extension()
                    .is_some_and(|end| end == "svg" || end == "png"),
            "platform.logo: `{}` is neither an .svg nor a .png",
            logo.display()
        );
        let collector = self.traces.endpoint.as_str();
        anyhow::ensure!(
            collector.is_empty() || (collector.starts_with("http://") && is_origin(collector)),
            "traces.endpoint: `{collector}` is not the address of a collector that speaks HTTP, such as \
             http://127.0.0.1:4318"
        );
        anyhow::ensure!(
            self.traces.percent <= 100,
            "traces.percent: it is from 0 to 100"
        );
        anyhow::ensure!(
            self.auth.access_seconds > 0,
            "auth.access_seconds: it is more than 0"
        );
        anyhow::ensure!(
            self.auth.browser_session_seconds >= self.auth.browser_seconds,
            "auth.browser_session_seconds: it is at least auth.browser_seconds"
        );
        anyhow::ensure!(
            self.database.connections > 1,
            "database.connections: it is more than 1"
        );
        Ok(())
    }
}

/// The names of all settings in the environment.
fn settings() -> Vec<String> {
    let plain = config::Config::builder().add_source(defaults()).build();
    let sections =
        plain.and_then(config::Config::try_deserialize::<HashMap<String, HashMap<String, Value>>>);
    let sections = sections.unwrap_or_default().into_iter();
    let names = sections.flat_map(|(section, settings)| {
        let name = move |setting| format!("MANDATE__{section}__{setting}").to_uppercase();
        settings.into_keys().map(name)
    });
    names.collect()
}

/// Checks that no number is out of every range that a setting can have.
fn check_numbers(path: &str, default: &Value, value: &Value) -> anyhow::Result<()> {
    let number = match (default, value) {
        (Value::Object(defaults), Value::Object(fields)) => {
            for (key, default) in defaults {
                let path = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                check_numbers(&path, default, fields.get(key).unwrap_or(default))?;
            }
            return Ok(());
        }
        (Value::Number(_), Value::Number(number)) => number.as_i64(),
        // The environment knows only texts.
        (Value::Number(_), Value::String(text)) => text.trim().parse().ok(),
        _ => return Ok(()),
    };
    anyhow::ensure!(
        number.is_some_and(|number| (0..=i64::from(u32::MAX)).contains(&number)),
        "{path}: {value} is not a number from 0 to {}",
        u32::MAX
    );
    Ok(())
}

/// Whether an address has a scheme and a host, and nothing that pages could not be served below.
fn is_origin(text: &str) -> bool {
    let bare = |url: &url::Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    !text.ends_with(['/', '?', '#']) && url::Url::parse(text).is_ok_and(|url| bare(&url))
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
