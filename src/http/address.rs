//! The client's address, for limits: the peer's, or the one that a trusted proxy names.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use ipnet::IpNet;

use crate::{
    app::App,
    config::{Forwarded, HttpConfig},
};

/// The client's address; `None` if the server is called in process.
pub struct ClientAddress(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress
where
    App: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let config = &app.config.http;
        let peer = peer.map(|peer| peer.0.ip());
        // Called in process, only a proxy's word is there.
        let peer = peer.or(config
            .behind_proxy
            .then_some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
        let client = peer.map(|peer| client(peer, &parts.headers, config));
        Ok(Self(client.map(|client| network(client).to_string())))
    }
}

/// The network that one client has: an IPv4 address, or the /64 of an IPv6 one.
pub fn network(address: IpAddr) -> IpNet {
    let network = IpNet::from(address.to_canonical());
    around(network, 64)
}

/// The networks around an address that one client may have, the smallest first: for IPv6 /64, /56 and /48.
pub fn networks(address: IpAddr) -> Vec<IpNet> {
    let network = IpNet::from(address.to_canonical());
    match address.to_canonical() {
        IpAddr::V4(_) => vec![network],
        IpAddr::V6(_) => [64, 56, 48].map(|length| around(network, length)).into(),
    }
}

fn around(network: IpNet, length: u8) -> IpNet {
    match network {
        IpNet::V4(_) => network,
        IpNet::V6(_) => IpNet::new(network.addr(), length).map_or(network, |wide| wide.trunc()),
    }
}

/// Whether a peer is a proxy whose word is taken.
pub fn is_proxy(peer: IpAddr, config: &HttpConfig) -> bool {
    let peer = peer.to_canonical();
    config.behind_proxy || config.proxies.iter().any(|proxy| proxy.contains(&peer))
}

/// Who sent a request: each trusted proxy names the one before it. What an untrusted one says counts for nothing.
fn client(peer: IpAddr, headers: &HeaderMap, config: &HttpConfig) -> IpAddr {
    let mut client = peer.to_canonical();
    if !is_proxy(client, config) {
        return client;
    }
    let (name, node): (_, fn(&str) -> Option<&str>) = match config.forwarded {
        Forwarded::For => (HeaderName::from_static("x-forwarded-for"), |said| {
            Some(said)
        }),
        Forwarded::Standard => (header::FORWARDED, node),
    };
    let lists = headers.get_all(name).iter();
    let lists: Vec<_> = lists.filter_map(|list| list.to_str().ok()).collect();
    let said = lists.iter().rev().flat_map(|list| list.rsplit(','));
    for said in said {
        // Behind what cannot be read, nothing is known.
        let Some(before) = node(said).and_then(address) else {
            break;
        };
        client = before;
        if !config.proxies.iter().any(|proxy| proxy.contains(&client)) {
            break;
        }
    }
    client
}

/// The node that one element of `Forwarded` names as the sender (RFC 7239, section 4).
fn node(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("for");
        named.then(|| value.trim().trim_matches('"'))
    })
}

/// An address, with or without a port and, for IPv6, brackets.
fn address(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let bare = || {
        let inner = node.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
    };
    let with_port = || node.parse::<SocketAddr>().ok().map(|node| node.ip());
    let found = node.parse().ok().or_else(bare).or_else(with_port);
    found.map(|address: IpAddr| address.to_canonical())
}
