//! TLS: the server's certificate, which is read again when its file changes, so that renewals need no restart.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use anyhow::Context;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use crate::config::HttpConfig;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The files of the certificate.
#[derive(Clone, Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    /// The certificate, with its chain and its key.
    fn read(&self) -> anyhow::Result<CertifiedKey> {
        let named = |path: &PathBuf, setting: &str| format!("{setting}: {}", path.display());
        let of_certificate = || named(&self.certificate, "http.tls_certificate");
        let of_key = || named(&self.key, "http.tls_key");
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .with_context(of_certificate)?
            .collect::<Result<Vec<_>, _>>()
            .with_context(of_certificate)?;
        anyhow::ensure!(
            !chain.is_empty(),
            "{}: it holds no certificate",
            of_certificate()
        );
        let key = PrivateKeyDer::from_pem_file(&self.key).with_context(of_key)?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        CertifiedKey::from_der(chain, key, &provider)
            .with_context(|| format!("{} is not the key of {}", of_key(), of_certificate()))
    }

    /// When one of them was changed last.
    fn changed(&self) -> Option<SystemTime> {
        let changed = |path: &PathBuf| path.metadata().and_then(|file| file.modified()).ok();
        changed(&self.certificate).max(changed(&self.key))
    }
}

/// The certificate that is shown now.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

/// Takes connections in over TLS 1.2 and 1.3; `None` if no certificate is set. Goes on looking at the files.
///
/// # Errors
/// When one of the two settings is missing, a file cannot be read, or the key is not the certificate's.
pub fn acceptor(config: &HttpConfig) -> anyhow::Result<Option<TlsAcceptor>> {
    let Some(files) = files(config)? else {
        return Ok(None);
    };
    let seen = files.changed();
    let shown = Arc::new(Shown(RwLock::new(Arc::new(files.read()?))));
    let mut server = ServerConfig::builder()
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    tokio::spawn(follow(files, shown, seen));
    Ok(Some(TlsAcceptor::from(Arc::new(server))))
}

/// The files that are set.
fn files(config: &HttpConfig) -> anyhow::Result<Option<Files>> {
    let (certificate, key) = (&config.tls_certificate, &config.tls_key);
    let is_set = |path: &PathBuf| !path.as_os_str().is_empty();
    anyhow::ensure!(
        is_set(certificate) == is_set(key),
        "http.tls_certificate and http.tls_key are set together or not at all"
    );
    Ok(is_set(certificate).then(|| Files {
        certificate: certificate.clone(),
        key: key.clone(),
    }))
}

/// Whether a certificate is set, and can be used.
///
/// # Errors
/// As [`acceptor`].
pub fn check(config: &HttpConfig) -> anyhow::Result<bool> {
    files(config)?
        .map(|files| files.read())
        .transpose()
        .map(|read| read.is_some())
}

/// Shows a new certificate once its files are whole; until then the earlier one.
async fn follow(files: Files, shown: Arc<Shown>, mut seen: Option<SystemTime>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let changed = files.changed();
        if changed == seen {
            continue;
        }
        match files.read() {
            Ok(certificate) => {
                *shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certificate);
                seen = changed;
                tracing::info!("The certificate was read again.");
            }
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                "The new certificate is not used."
            ),
        }
    }
}
