//! Where connections come in: an address, and over it TLS or not.

use std::net::SocketAddr;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::tls;
use crate::config::HttpConfig;

/// Where connections come in.
pub struct Door {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
}

impl Door {
    /// Listens on the address of the settings, over TLS if they name a certificate.
    ///
    /// # Errors
    /// When the address is taken or the certificate cannot be used.
    pub async fn open(config: &HttpConfig) -> anyhow::Result<Self> {
        let tls = tls::acceptor(config)?;
        let listener = TcpListener::bind(&config.bind)
            .await
            .with_context(|| format!("http.bind: {}", config.bind))?;
        Ok(Self { listener, tls })
    }

    /// The address that it listens on.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl From<TcpListener> for Door {
    fn from(listener: TcpListener) -> Self {
        Self {
            listener,
            tls: None,
        }
    }
}
