//! A connection to PostgreSQL is asked whether it stands only after a rest: counted on the wire.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::support::{TestApp, postgres};

/// Passes everything on to PostgreSQL, and counts pings: a Sync that ends no exchange (PostgreSQL's
/// protocol, section 54.2.3).
fn counting(server: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let pings = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&pings);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(&server).unwrap();
            let (mut answers, mut back) =
                (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || {
                std::io::copy(&mut answers, &mut back).ok();
                back.shutdown(Shutdown::Both).ok();
            });
            let counted = Arc::clone(&counted);
            thread::spawn(move || pass(client, server, &counted));
        }
    });
    (address, pings)
}

const TLS_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

fn pass(mut client: TcpStream, mut server: TcpStream, pings: &AtomicUsize) {
    let mut seen = Vec::new();
    let mut bytes = [0; 8192];
    let (mut started, mut idle) = (false, true);
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        server.write_all(&bytes[..count]).unwrap();
        seen.extend_from_slice(&bytes[..count]);
        loop {
            // The first message alone has no type before its length.
            let head = usize::from(started);
            let Some(length) = seen.get(head..head + 4) else {
                break;
            };
            let length = u32::from_be_bytes(length.try_into().unwrap()) as usize + head;
            if seen.len() < length {
                break;
            }
            if started {
                let sync = seen[0] == b'S';
                pings.fetch_add(usize::from(sync && idle), Ordering::Relaxed);
                idle = sync || seen[0] == b'Q';
            }
            // A request for TLS comes before the start-up message, and looks like one.
            started |= seen.get(4..8) != Some(&TLS_REQUEST);
            seen.drain(..length);
        }
    }
    server.shutdown(Shutdown::Both).ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_connection_is_not_asked_before_each_use() {
    const USES: usize = 20;
    let Some(app) = TestApp::postgres().await else {
        return;
    };
    let url = url::Url::parse(&postgres::url("postgres").unwrap()).unwrap();
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let (address, pings) = counting(server.clone());
    let through = app
        .again(|config| {
            let direct = secrecy::ExposeSecret::expose_secret(&config.database.url).to_owned();
            config.database.url = direct.replace(&server, &address).into();
            config.database.connections = 2;
        })
        .await;
    let before = pings.load(Ordering::Relaxed);
    for _ in 0..USES {
        through
            .app
            .db
            .read()
            .execute_unprepared("SELECT 1")
            .await
            .unwrap();
    }
    // The pool asks once more when a connection comes back, whatever is set.
    let asked = pings.load(Ordering::Relaxed) - before;
    assert!(
        (1..=USES + 2).contains(&asked),
        "{asked} pings for {USES} uses"
    );
    // What is read by the store runs on connections that do not go back.
    let one = Statement::from_string(DatabaseBackend::Postgres, "SELECT 1");
    through.app.db.read().query_all_raw(one).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let before = pings.load(Ordering::Relaxed);
    for _ in 0..USES {
        let one = Statement::from_string(DatabaseBackend::Postgres, "SELECT 1");
        through.app.db.read().query_all_raw(one).await.unwrap();
    }
    assert_eq!(pings.load(Ordering::Relaxed) - before, 0);
    through.app.db.close().await;
    app.finish().await;
}

/// A connection that is held for reads may end while nobody uses it.
#[tokio::test]
async fn a_held_connection_that_ended_is_replaced() {
    let Some(app) = TestApp::postgres().await else {
        return;
    };
    let statement = |sql: &str| Statement::from_string(DatabaseBackend::Postgres, sql);
    let ask = async || app.app.db.read().query_all_raw(statement("SELECT 1")).await;
    ask().await.unwrap();
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended = app.app.db.read().query_all_raw(statement(others)).await;
    ended.unwrap();
    for _ in 0..6 {
        ask().await.unwrap();
    }
    app.finish().await;
}

/// When nobody waits for the rows any more, the connection is kept.
#[tokio::test]
async fn a_read_that_nobody_waits_for_costs_no_connection() {
    let Some(app) = TestApp::postgres().await else {
        return;
    };
    let statement = |sql: &str| Statement::from_string(DatabaseBackend::Postgres, sql);
    let backend = async || {
        let row = app
            .app
            .db
            .read()
            .query_one_raw(statement("SELECT pg_backend_pid()"))
            .await;
        row.unwrap().unwrap().try_get_by_index::<i32>(0).unwrap()
    };
    let before = backend().await;
    let slow = app
        .app
        .db
        .read()
        .query_all_raw(statement("SELECT pg_sleep(0.3)"));
    let waited = tokio::time::timeout(std::time::Duration::from_millis(100), slow).await;
    assert!(waited.is_err());
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(backend().await, before);
    app.finish().await;
}
