//! A DNS server on loopback whose TXT records the test sets.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_server::{
    Server,
    net::runtime::Time,
    proto::{
        op::{Metadata, ResponseCode},
        rr::{
            Name, RData, Record,
            rdata::{CNAME, TXT},
        },
    },
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::MessageResponseBuilder,
};
use tokio::net::{TcpListener, UdpSocket};

/// What the server answers.
#[derive(Default)]
struct Zone {
    texts: HashMap<String, Vec<String>>,
    /// Names that stand for others.
    aliases: HashMap<String, String>,
    broken: bool,
}

/// The server.
pub struct Dns {
    /// Where it listens.
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    _server: Server<Answers>,
}

struct Answers(Arc<Mutex<Zone>>);

impl Dns {
    /// Starts a server without records.
    pub async fn start() -> Self {
        let (udp, tcp, address) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let address = udp.local_addr().unwrap();
            // Another test may hold the same port for the other protocol.
            if let Ok(tcp) = TcpListener::bind(address).await {
                break (udp, tcp, address);
            }
        };
        let zone = Arc::new(Mutex::new(Zone::default()));
        let mut server = Server::new(Answers(Arc::clone(&zone)));
        server.register_socket(udp);
        server.register_listener(tcp, Duration::from_secs(5), 4096);
        Self {
            address,
            zone,
            _server: server,
        }
    }

    /// Sets the TXT records of a name; none removes them.
    pub fn set(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.zone
            .lock()
            .unwrap()
            .texts
            .insert(name.to_owned(), texts);
    }

    /// Lets a name stand for another one, which has the texts.
    pub fn alias(&self, name: &str, to: &str) {
        let mut zone = self.zone.lock().unwrap();
        zone.aliases.insert(name.to_owned(), to.to_owned());
    }

    /// From now on, says that it cannot answer; or answers again.
    pub fn set_broken(&self, broken: bool) {
        self.zone.lock().unwrap().broken = broken;
    }
}

#[async_trait::async_trait]
impl RequestHandler for Answers {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut response: R,
    ) -> ResponseInfo {
        let info = request.request_info().unwrap();
        let name = Name::from(info.query.name()).to_ascii();
        let (texts, alias, broken) = {
            let zone = self.0.lock().unwrap();
            let name = name.trim_end_matches('.');
            let alias = zone.aliases.get(name).cloned();
            let texts = zone.texts.get(alias.as_deref().unwrap_or(name)).cloned();
            (texts.unwrap_or_default(), alias, zone.broken)
        };
        let builder = MessageResponseBuilder::from_message_request(request);
        let sent = if broken {
            let message = builder.error_msg(info.metadata, ResponseCode::ServFail);
            response.send_response(message).await
        } else if texts.is_empty() {
            let message = builder.error_msg(info.metadata, ResponseCode::NXDomain);
            response.send_response(message).await
        } else {
            let asked = Name::from_ascii(&name).unwrap();
            let mut owner = asked.clone();
            let mut records = Vec::new();
            if let Some(alias) = alias {
                owner = Name::from_ascii(format!("{alias}.")).unwrap();
                let data = RData::CNAME(CNAME(owner.clone()));
                records.push(Record::from_rdata(asked, 60, data));
            }
            records.extend(texts.into_iter().map(|text| {
                // Long texts come in pieces, as real servers send them.
                let (a, b) = text.split_at(text.len() / 2);
                let data = TXT::new(vec![a.to_owned(), b.to_owned()]);
                Record::from_rdata(owner.clone(), 60, RData::TXT(data))
            }));
            let mut metadata = Metadata::response_from_request(info.metadata);
            metadata.authoritative = true;
            let message = builder.build(metadata, &records, [], [], []);
            response.send_response(message).await
        };
        sent.unwrap()
    }
}
