//! Looks up the TXT records that prove domain names, at the configured resolvers, never from a cache.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use anyhow::Context;
use hickory_resolver::{
    Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{Name, RData, RecordType},
    },
};

use crate::config::DnsConfig;

/// The resolvers.
pub struct Dns {
    resolvers: Vec<TokioResolver>,
}

/// The error when no resolver could say which records there are, or that there are none.
#[derive(Debug, thiserror::Error)]
#[error("no resolver gave an answer: {0}")]
pub struct Unanswered(String);

impl Dns {
    /// Resolvers as the configuration says; those of the system if it names none.
    ///
    /// # Errors
    /// When an address is not one, or the system names no resolver.
    pub fn new(config: &DnsConfig) -> anyhow::Result<Self> {
        let mut builders = Vec::new();
        for address in &config.resolvers {
            let address: SocketAddr = address.parse().with_context(|| {
                format!("dns.resolvers: `{address}` is not an address and port")
            })?;
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
            let connections = connections.into_iter().map(|mut connection| {
                connection.port = address.port();
                connection
            });
            let server = NameServerConfig::new(address.ip(), true, connections.collect());
            builders.push(Resolver::builder_with_config(
                ResolverConfig::from_name_servers(vec![server]),
                TokioRuntimeProvider::default(),
            ));
        }
        if builders.is_empty() {
            builders.push(Resolver::builder_tokio().context("the system's DNS resolvers")?);
        }
        let resolvers = builders.into_iter().map(|mut builder| {
            let options = builder.options_mut();
            options.timeout = Duration::from_millis(config.timeout_millis);
            options.attempts = 2;
            options.use_hosts_file = ResolveHosts::Never;
            builder.build()
        });
        Ok(Self {
            resolvers: resolvers
                .collect::<Result<_, _>>()
                .context("dns.resolvers")?,
        })
    }

    /// The texts of the TXT records of a name, of all resolvers that answer together. A CNAME is followed within `zone`
    /// only: what stands beyond it is somebody else's word.
    ///
    /// # Errors
    /// When none answers.
    pub async fn txt(&self, name: &str, zone: &str) -> Result<BTreeSet<String>, Unanswered> {
        let unanswered = |error: &dyn std::fmt::Display| Unanswered(error.to_string());
        let mut name = Name::from_ascii(name).map_err(|error| unanswered(&error))?;
        // Absolute: no search domain of this machine is appended.
        name.set_fqdn(true);
        let mut zone = Name::from_ascii(zone).map_err(|error| unanswered(&error))?;
        zone.set_fqdn(true);
        let mut texts = BTreeSet::new();
        let mut answered = false;
        let mut failure = String::new();
        for resolver in &self.resolvers {
            // Even a cache of no size would keep the last answer.
            resolver.clear_lookup_cache(name.clone(), RecordType::TXT);
            match resolver.lookup(name.clone(), RecordType::TXT).await {
                Ok(found) => {
                    answered = true;
                    texts.extend(
                        found
                            .answers()
                            .iter()
                            .filter_map(|record| match &record.data {
                                RData::TXT(txt) if zone.zone_of(&record.name) => {
                                    Some(text(&txt.txt_data))
                                }
                                _ => None,
                            }),
                    );
                }
                Err(error) if is_none(&error) => answered = true,
                Err(error) => failure = error.to_string(),
            }
        }
        if answered {
            Ok(texts)
        } else {
            Err(Unanswered(failure))
        }
    }
}

/// The strings of one record, joined (RFC 7208 section 3.3 has the custom).
fn text(parts: &[Box<[u8]>]) -> String {
    String::from_utf8_lossy(&parts.concat()).into_owned()
}

/// Whether an error is the answer that there are no such records.
fn is_none(error: &NetError) -> bool {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => matches!(
            none.response_code,
            ResponseCode::NXDomain | ResponseCode::NoError
        ),
        _ => false,
    }
}
