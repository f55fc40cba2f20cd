//! Connections: accepts them within limits, in all and of each network, and ends those that are silent.
//!
//! A request has some seconds to send its head, a connection may then be idle for longer, and an answer that nobody
//! reads is not kept for ever. Without these limits, a few thousand half-sent heads shut everyone out.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::Request,
};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ipnet::IpNet;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tower_service::Service;

use super::{
    address, descriptors,
    door::Door,
    regulars::{Guest, Regulars},
};
use crate::{
    config::HttpConfig,
    places::{Place, Places},
    stop::Stop,
};

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long the listener rests after an error that is not one connection's.
const REST: Duration = Duration::from_millis(100);
/// What a connection is told for which there is no place.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nretry-after: 5\r\n\
    content-length: 22\r\nconnection: close\r\n\r\nToo many connections.\n";

/// Which part of all places is kept for regulars.
const KEPT: usize = 8;

/// The places that connections take.
struct Room {
    all: Arc<Semaphore>,
    of_strangers: Arc<Semaphore>,
    of_networks: Places<IpNet>,
    regulars: Regulars,
}

/// The places of one connection.
struct Taken {
    _of_all: OwnedSemaphorePermit,
    _of_strangers: Option<OwnedSemaphorePermit>,
    _of_networks: Vec<Place<IpNet>>,
}

impl Room {
    fn new(config: &HttpConfig) -> Self {
        let all = descriptors::room(config.connections);
        Self {
            all: Arc::new(Semaphore::new(all)),
            of_strangers: Arc::new(Semaphore::new(all - all / KEPT)),
            of_networks: Places::new(config.connections_per_address),
            regulars: Regulars::default(),
        }
    }

    /// Places for a client of this address, or of a proxy, which has many clients; `None` if there are none.
    fn take(&self, peer: IpAddr, is_proxy: bool) -> Option<Taken> {
        let place = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_owned().ok();
        let is_stranger = !is_proxy && !self.regulars.know(peer);
        let of_strangers = match is_stranger {
            true => Some(place(&self.of_strangers)?),
            false => None,
        };
        let of_all = place(&self.all)?;
        let counted = match is_proxy {
            true => Vec::new(),
            false => address::networks(peer),
        };
        // A network that holds others may have more.
        let places = counted.into_iter().zip([1, 2, 4]);
        let places = places.map(|(network, times)| self.of_networks.take_of(network, times));
        Some(Taken {
            _of_all: of_all,
            _of_strangers: of_strangers,
            _of_networks: places.collect::<Option<_>>()?,
        })
    }
}

/// What a connection is doing, and since when nothing came or went.
#[derive(Clone, Copy)]
enum Doing {
    /// Nothing: no byte of another request has come.
    Idle,
    /// A head is being sent, since then.
    Head(Instant),
    /// A request is worked on, for as long as the timeout of requests allows.
    Request,
    /// An answer is on its way.
    Answer,
}

/// What is known of a connection.
struct Watch {
    doing: Doing,
    moved: Instant,
}

#[derive(Clone)]
struct Watched(Arc<Mutex<Watch>>);

impl Watched {
    fn new() -> Self {
        let watch = Watch {
            doing: Doing::Idle,
            moved: Instant::now(),
        };
        Self(Arc::new(Mutex::new(watch)))
    }

    fn with<T>(&self, look: impl FnOnce(&mut Watch) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self, doing: Doing) {
        self.with(|watch| {
            watch.doing = doing;
            watch.moved = Instant::now();
        });
    }

    fn moved(&self, read: bool) {
        self.with(|watch| {
            watch.moved = Instant::now();
            if read && matches!(watch.doing, Doing::Idle) {
                watch.doing = Doing::Head(watch.moved);
            }
        });
    }

    /// Whether it has been silent for too long; if the server stops, for any time.
    fn is_over(&self, config: &HttpConfig, stops: bool) -> bool {
        let longer = |since: Instant, seconds| since.elapsed() > Duration::from_secs(seconds);
        self.with(|watch| match watch.doing {
            // The end of an answer may still be on its way.
            Doing::Idle => longer(watch.moved, if stops { 1 } else { config.idle_seconds }),
            Doing::Head(since) => stops || longer(since, config.head_seconds),
            Doing::Request => false,
            Doing::Answer => longer(watch.moved, config.stalled_seconds),
        })
    }
}

/// The two ways of a connection, watched; its place is taken until it is closed, by whoever holds it.
struct Stream<S> {
    stream: S,
    watched: Watched,
    _taken: Taken,
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_ready() && buffer.filled().len() > before {
            self.watched.moved(true);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.watched.moved(false);
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        if written.is_ready() {
            self.watched.moved(false);
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of an answer: with its end, the request is over.
struct Answer {
    body: Body,
    watched: Watched,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.watched.now(Doing::Idle);
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Accepts connections until the stop is asked for, and then waits for the requests that run.
pub async fn serve(door: Door, router: Router, config: &HttpConfig, stop: &Stop) {
    let Door { listener, tls } = door;
    let room = Room::new(config);
    let running = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.asked() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_one(&error) => continue,
            Err(error) => {
                // Such as too many open files: others may be closed meanwhile.
                tracing::error!(%error, "A connection could not be accepted.");
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        let is_proxy = address::is_proxy(peer.ip(), config);
        let Some(taken) = room.take(peer.ip(), is_proxy) else {
            // As much as goes at once: nobody waits for it.
            drop(stream.try_write(FULL));
            continue;
        };
        let peer = Peer {
            address: peer,
            guest: room.regulars.guest(peer.ip()),
        };
        let (router, config, stop) = (router.clone(), config.clone(), stop.clone());
        let tls = tls.clone();
        running.spawn(async move {
            // Answers are written whole: there is nothing to wait for.
            drop(stream.set_nodelay(true));
            let Some(tls) = tls else {
                return one(stream, taken, peer, router, config, stop).await;
            };
            let within = Duration::from_secs(config.head_seconds);
            let spoken = tokio::select! {
                spoken = tokio::time::timeout(within, tls.accept(stream)) => spoken,
                () = stop.asked() => return,
            };
            // Whoever does not speak TLS is told nothing that it would understand.
            if let Ok(Ok(stream)) = spoken {
                one(stream, taken, peer, router, config, stop).await;
            }
        });
    }
    drop(listener);
    running.close();
    running.wait().await;
}

/// Whether an error concerns a connection that was given up before it was accepted.
fn is_of_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Who is at the other end of a connection.
struct Peer {
    address: SocketAddr,
    guest: Guest,
}

/// Serves one connection to its end.
async fn one(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    taken: Taken,
    peer: Peer,
    router: Router,
    config: HttpConfig,
    stop: Stop,
) {
    let watched = Watched::new();
    let stream = Stream {
        stream,
        watched: watched.clone(),
        _taken: taken,
    };
    let told = watched.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let watched = told.clone();
        watched.now(Doing::Request);
        let mut request = request.map(Body::new);
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(peer.address));
        extensions.insert(peer.guest.clone());
        let answer = router.clone().call(request);
        async move {
            let answer = answer.await?;
            watched.now(Doing::Answer);
            Ok::<_, std::convert::Infallible>(answer.map(|body| Answer { body, watched }))
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection.with_upgrades());
    let mut look = tokio::time::interval(LOOK);
    let mut stops = false;
    loop {
        tokio::select! {
            ended = &mut connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "A connection broke off.");
                }
                return;
            }
            () = stop.asked(), if !stops => {
                stops = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = look.tick() => {}
        }
        if watched.is_over(&config, stops) {
            return;
        }
    }
}
