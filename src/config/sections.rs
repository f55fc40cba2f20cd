//! The sections of the configuration. `defaults.toml` says what each setting is.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{choices::*, list};

/// `[platform]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// Parent of all initial domains.
    pub domain: String,
    /// The platform organization's name.
    pub name: String,
    /// The platform's picture on the pages, as SVG or PNG; empty for none.
    pub logo: PathBuf,
    /// Whom readers of the pages turn to; empty for nobody.
    pub contact: String,
    /// Whether a certification takes two operators.
    pub two_operators: bool,
}

/// `[http]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address to listen on.
    pub bind: String,
    /// The certificate, with its chain, and its key, as PEM; empty for none.
    pub tls_certificate: PathBuf,
    pub tls_key: PathBuf,
    /// Base of links, without a slash at the end.
    pub public_url: String,
    /// Bytes.
    pub body_limit: usize,
    pub timeout_seconds: u64,
    /// Take the word of whoever connects.
    pub behind_proxy: bool,
    /// Networks of proxies.
    #[serde(deserialize_with = "list::networks")]
    pub proxies: Vec<IpNet>,
    /// The header in which proxies name who they speak for.
    pub forwarded: Forwarded,
    /// At once, in all and of one address.
    pub connections: usize,
    pub connections_per_address: usize,
    pub head_seconds: u64,
    pub idle_seconds: u64,
    pub stalled_seconds: u64,
    /// Origins of front ends that are served from elsewhere.
    #[serde(deserialize_with = "list::deserialize")]
    pub allowed_origins: Vec<String>,
    /// Whether queries are answered by GET.
    pub queries_by_get: bool,
    pub shutdown_seconds: u64,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Where it is; may hold a password.
    pub url: SecretString,
    pub connections: u32,
    pub wait_seconds: u64,
    /// Transactions of acts that run at once.
    pub lanes: usize,
    pub together_milliseconds: u64,
    /// SQLite's `synchronous`.
    pub synchronous: String,
}

impl DatabaseConfig {
    /// The file of a SQLite database; `None` for PostgreSQL.
    pub fn file(&self) -> Option<&Path> {
        let file = self.url.expose_secret().strip_prefix("sqlite:");
        file.map(Path::new)
    }
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// The folder.
    pub dir: PathBuf,
}

/// `[anchors]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorsConfig {
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
    pub access_seconds: i64,
    pub session_seconds: i64,
    pub browser_seconds: i64,
    pub browser_session_seconds: i64,
    pub enrol_link_seconds: i64,
    pub reset_link_seconds: i64,
    pub temporary_password_seconds: i64,
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
    pub argon2_lanes: u32,
    /// Hashes at once.
    pub argon2_parallel: usize,
    pub attempts_per_minute: u32,
    /// For a turn to have a password hashed.
    pub wait_seconds: u64,
}

impl AuthConfig {
    /// How long a link is valid by which a user enrols, or which the user did not ask for.
    pub const fn enrol_link(&self) -> TimeDelta {
        TimeDelta::seconds(self.enrol_link_seconds)
    }

    /// How long a link to a new password is valid.
    pub const fn reset_link(&self) -> TimeDelta {
        TimeDelta::seconds(self.reset_link_seconds)
    }

    /// How long a temporary password works.
    pub const fn temporary_password(&self) -> TimeDelta {
        TimeDelta::seconds(self.temporary_password_seconds)
    }
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
    pub aliases: usize,
    pub tokens: usize,
    /// Bytes of an answer about the schema.
    pub schema_bytes: usize,
    /// Its values.
    pub schema_values: usize,
    /// Directives on one field.
    pub directives: usize,
    /// Characters of a document.
    pub characters: usize,
    /// Parsed documents kept.
    pub cached_documents: usize,
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
    /// To one mailbox within an hour, of each urgency.
    pub per_mailbox_per_hour: u64,
    /// Caused by one organization.
    pub per_organization_and_mailbox_per_hour: u64,
    pub per_organization_per_day: u64,
    /// Caused by one that has proven nothing.
    pub unproven_and_mailbox_per_hour: u64,
    pub unproven_per_day: u64,
    /// Between two links of sign-ups to one mailbox.
    pub sign_up_pause_seconds: i64,
}

/// `[dns]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsConfig {
    /// Addresses with ports; if empty, those of the system.
    #[serde(deserialize_with = "list::deserialize")]
    pub resolvers: Vec<String>,
    /// Milliseconds.
    pub timeout_millis: u64,
}

/// `[times]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimesConfig {
    pub restore_days: i64,
    pub domain_check_hours: i64,
    pub domain_grace_days: i64,
    pub domain_rest_days: i64,
    pub export_seconds: i64,
    pub trial_days: i64,
    pub grant_grace_days: i64,
    pub recovered_hours: i64,
    pub recovery_days: i64,
    pub note_hours: i64,
    pub quiet_note_hours: i64,
}

impl TimesConfig {
    /// How long a deleted user can be restored.
    pub const fn restore(&self) -> TimeDelta {
        TimeDelta::days(self.restore_days)
    }

    /// How soon the proof of a domain name is looked up again.
    pub const fn domain_check(&self) -> TimeDelta {
        TimeDelta::hours(self.domain_check_hours)
    }

    /// How long the proof of a domain name may be gone.
    pub const fn domain_grace(&self) -> TimeDelta {
        TimeDelta::days(self.domain_grace_days)
    }

    /// How long a released domain name, and a former contact of a user, still count as belonging to the organization
    /// or user.
    pub const fn domain_rest(&self) -> TimeDelta {
        TimeDelta::days(self.domain_rest_days)
    }

    /// How long an export can be downloaded.
    pub const fn export(&self) -> TimeDelta {
        TimeDelta::seconds(self.export_seconds)
    }

    /// How long a trial lasts.
    pub const fn trial(&self) -> TimeDelta {
        TimeDelta::days(self.trial_days)
    }

    /// How long after the end of its term an acceptance still renews a grant.
    pub const fn grant_grace(&self) -> TimeDelta {
        TimeDelta::days(self.grant_grace_days)
    }

    /// How long a guarded user cannot consent after choosing a password by a link that no admin of its own
    /// organization had sent.
    pub const fn recovered(&self) -> TimeDelta {
        TimeDelta::hours(self.recovered_hours)
    }

    /// How long the link of a recovery waits after its approval.
    pub const fn recovery(&self) -> TimeDelta {
        TimeDelta::days(self.recovery_days)
    }

    /// How often the notes of a record are sent.
    pub const fn note(&self) -> TimeDelta {
        TimeDelta::hours(self.note_hours)
    }

    /// How often they are sent if nothing was entered.
    pub const fn quiet_note(&self) -> TimeDelta {
        TimeDelta::hours(self.quiet_note_hours)
    }
}

/// `[retention]`, in days.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfig {
    /// Of places from which a user signed in; as long as they are kept, they are familiar.
    pub familiar_days: i64,
    /// Of sign-ups, after their link has expired.
    pub sign_ups_days: i64,
    /// Of addresses that an offer was sent to.
    pub sendings_days: i64,
    /// Of sessions and their refresh tokens, after they have expired.
    pub sessions_days: i64,
    /// Of one-time links, after they have expired.
    pub links_days: i64,
    /// Of exports that were asked for, after their address has expired.
    pub exports_days: i64,
    /// Of recoveries that ended.
    pub recoveries_days: i64,
    /// Of deliveries that were made or given up.
    pub deliveries_days: i64,
    /// Of idempotency keys.
    pub idempotency_days: i64,
    /// Of counters whose sum is in the record.
    pub counters_days: i64,
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
    pub link_seconds: i64,
    /// Words.
    #[serde(deserialize_with = "list::deserialize")]
    pub reserved: Vec<String>,
    /// Parts of names.
    #[serde(deserialize_with = "list::deserialize")]
    pub reserved_anywhere: Vec<String>,
}

impl SignUpConfig {
    /// How long the link that proves an address is valid.
    pub const fn link(&self) -> TimeDelta {
        TimeDelta::seconds(self.link_seconds)
    }
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
    /// From one address, of those who have not said who they are.
    pub unknown_per_address: usize,
    pub connections_per_user: usize,
    /// Milliseconds.
    pub look_millis: u64,
    pub init_seconds: u64,
}

/// `[worker]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
    pub interval_seconds: u64,
}
