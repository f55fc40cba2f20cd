//! Mail servers on loopback.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use mailin_embedded::{Handler, Response, Server, SslConfig, response};
use mandate::config::MailTransport;

use super::TestApp;

/// An address at which nobody listens.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Serves SMTP there, until the tests end.
pub fn serve_smtp(at: SocketAddr, handler: impl Handler + Clone + Send + 'static) {
    let mut server = Server::new(handler);
    server
        .with_name("sink.example")
        .with_ssl(SslConfig::None)
        .unwrap()
        .with_addr(at)
        .unwrap();
    std::thread::spawn(move || server.serve().is_ok());
}

/// A mail server that knows nobody.
#[derive(Clone)]
pub struct Nobody;

impl Nobody {
    /// Where one listens.
    pub fn serve() -> SocketAddr {
        let at = free_address();
        serve_smtp(at, Self);
        at
    }
}

impl Handler for Nobody {
    fn rcpt(&mut self, _: &str) -> Response {
        response::NO_MAILBOX
    }

    fn data(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

impl TestApp {
    /// Another server on the same database, whose mail goes to the mail server at this address.
    pub async fn mailing_by(&self, at: SocketAddr) -> Self {
        self.again(|config| {
            config.mail.transport = MailTransport::Smtp;
            config.mail.smtp_url = format!("smtp://{at}").into();
        })
        .await
    }
}
