//! The server speaks TLS itself, with the certificate that its files hold at the time.

use std::{fs, path::Path, sync::Arc, time::Duration};

use mandate::{
    http::{self, Door},
    stop::Stop,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::support::{TestApp, both};

/// Writes a new certificate and its key; returns the certificate.
fn renew(dir: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(dir.join("key.pem"), signing_key.serialize_pem()).unwrap();
    fs::write(dir.join("certificate.pem"), cert.pem()).unwrap();
    cert.der().clone()
}

/// What the server answers to who trusts this certificate alone.
async fn asked(
    at: std::net::SocketAddr,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(at).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await?;
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

async fn the_certificate_is_read_again_when_it_changes(app: &TestApp) {
    let first = renew(app.dir());
    let app = &app
        .again(|config| {
            config.http.bind = "127.0.0.1:0".to_owned();
            config.http.public_url = "https://localhost".to_owned();
            config.http.head_seconds = 1;
            config.http.tls_certificate = app.dir().join("certificate.pem");
            config.http.tls_key = app.dir().join("key.pem");
        })
        .await;
    let door = Door::open(&app.app.config.http).await.unwrap();
    let at = door.address().unwrap();
    let stop = Stop::new(CancellationToken::new(), Duration::from_secs(5));
    let serving = tokio::spawn(http::serve(app.app.clone(), door, stop.clone()));
    let answer = asked(at, &first).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000"),
        "{answer}"
    );

    // Who does not speak TLS, and who says nothing, is let go.
    for words in ["GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n", ""] {
        let mut plain = TcpStream::connect(at).await.unwrap();
        plain.write_all(words.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = plain.read_to_end(&mut answer);
        let read = tokio::time::timeout(Duration::from_secs(5), read)
            .await
            .unwrap();
        assert!(read.is_err() || !answer.starts_with(b"HTTP"), "{answer:?}");
    }

    // Half a renewal changes nothing; a whole one does.
    let directory = app.app.config.http.tls_key.parent().unwrap();
    let key = fs::read(directory.join("key.pem")).unwrap();
    fs::write(directory.join("key.pem"), "half of a key").unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(asked(at, &first).await.is_ok());
    fs::write(directory.join("key.pem"), key).unwrap();
    let second = renew(directory);
    let mut renewed = false;
    for _ in 0..60 {
        renewed = asked(at, &second).await.is_ok();
        if renewed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(renewed && asked(at, &first).await.is_err());
    stop.ask();
    serving.await.unwrap();
    app.app.db.close().await;
}

both!(the_certificate_is_read_again_when_it_changes);

async fn a_certificate_that_cannot_be_used_stops_the_start(app: &TestApp) {
    renew(app.dir());
    let key = fs::read_to_string(app.dir().join("key.pem")).unwrap();
    renew(app.dir());
    fs::write(app.dir().join("other.pem"), key).unwrap();
    fs::write(app.dir().join("empty.pem"), "").unwrap();
    for (certificate, key, says) in [
        ("certificate.pem", "", "together"),
        ("", "key.pem", "together"),
        ("nowhere.pem", "key.pem", "http.tls_certificate"),
        ("empty.pem", "key.pem", "no certificate"),
        ("certificate.pem", "empty.pem", "http.tls_key"),
        ("certificate.pem", "other.pem", "is not the key"),
    ] {
        let mut config = app.app.config.http.clone();
        let path = |name: &str| match name {
            "" => std::path::PathBuf::new(),
            name => app.dir().join(name),
        };
        config.tls_certificate = path(certificate);
        config.tls_key = path(key);
        let Err(error) = Door::open(&config).await else {
            panic!("{certificate} {key} is taken");
        };
        assert!(format!("{error:#}").contains(says), "{error:#}");
        assert!(http::certificate(&config).is_err());
    }
}

both!(a_certificate_that_cannot_be_used_stops_the_start);

async fn browsers_are_bound_to_tls_only_where_it_is_spoken(app: &TestApp) {
    let (_, headers, _) = app.get("/healthz").await;
    assert!(!headers.contains_key("strict-transport-security"));
}

both!(browsers_are_bound_to_tls_only_where_it_is_spoken);
