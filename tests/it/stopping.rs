//! SIGTERM ends the process in the time that is set, whatever it waits for, and nothing is lost.

use std::{
    io::Read,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use entity::{ids::OutboxId, outbox};
use mandate::{ambient::Clock, db::Locks, worker};
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::{TestApp, both, free_address};

const WITHIN: Duration = Duration::from_secs(4);
/// How late a look at the process may see that it ended.
const LOOK: Duration = Duration::from_millis(500);

/// The program, on the database and with the keys of an application.
pub fn program(app: &TestApp, smtp: &str, dir: &Path) -> Command {
    let config = &app.app.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_mandate"));
    command
        .current_dir(dir)
        .env(
            "MANDATE__DATABASE__URL",
            config.database.url.expose_secret(),
        )
        .env("MANDATE__DATABASE__SYNCHRONOUS", "OFF")
        .env("MANDATE__KEYS__DIR", &config.keys.dir)
        .env("MANDATE__ANCHORS__DIR", &config.anchors.dir)
        .env("MANDATE__AUTH__ARGON2_MEMORY_KIB", "8")
        .env("MANDATE__MAIL__TRANSPORT", "smtp")
        .env("MANDATE__MAIL__SMTP_URL", smtp)
        .env("MANDATE__HTTP__BIND", "127.0.0.1:0")
        .env(
            "MANDATE__HTTP__SHUTDOWN_SECONDS",
            WITHIN.as_secs().to_string(),
        )
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A mail server that takes connections and says nothing.
fn silent() -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (
        format!("smtp://{}", listener.local_addr().unwrap()),
        listener,
    )
}

/// Stops it; how long that took.
pub async fn stop(mut child: Child) -> Duration {
    let begun = Instant::now();
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > 5 * WITHIN {
            child.kill().unwrap();
            panic!("it did not stop");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(child.wait().unwrap().success());
    begun.elapsed()
}

/// Mails to be sent, whenever that is.
async fn held(app: &TestApp) -> Vec<OutboxId> {
    let carla = app.sign_in("carla").await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla.done("holdGrant", grant.clone(), "replayed").await;
    carla.done("liftGrant", grant, "replayed").await;
    let waiting = db_waiting(app).await;
    assert!(waiting.len() > 2, "{waiting:?}");
    waiting.iter().map(|row| row.id).collect()
}

async fn db_waiting(app: &TestApp) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().all(app.app.db.read()).await.unwrap();
    rows.into_iter()
        .filter(|row| row.done_at.is_none())
        .collect()
}

async fn a_silent_mail_server_keeps_nothing_running(app: &TestApp) {
    let held = held(app).await;
    for arguments in [&["worker"][..], &["serve", "--demo"]] {
        let (url, server) = silent();
        let dir = tempfile::tempdir().unwrap();
        let child = program(app, &url, dir.path())
            .args(arguments)
            .spawn()
            .unwrap();
        let (connection, _) = server.accept().unwrap();
        let taken = stop(child).await;
        assert!(taken <= WITHIN + LOOK, "{arguments:?} took {taken:?}");
        drop(connection);
        // All are due at once, as if nobody had taken them.
        let waiting = db_waiting(app).await;
        for id in &held {
            let row = waiting.iter().find(|row| row.id == *id).unwrap();
            assert!(
                row.due_at <= Clock::System.now() && row.attempts == 0,
                "{row:?}"
            );
        }
    }
    app.app.clock.advance(Clock::System.now() - app.app.now());
    worker::run_due(&app.app).await.unwrap();
    let waiting = db_waiting(app).await;
    assert!(
        !waiting.iter().any(|row| held.contains(&row.id)),
        "{waiting:?}"
    );
}

both!(a_silent_mail_server_keeps_nothing_running);

async fn a_database_that_is_waited_for_keeps_nothing_starting(app: &TestApp) {
    if app.app.db.backend() == DatabaseBackend::Postgres {
        let tx = app.app.db.begin(&Locks::default()).await.unwrap();
        // Another server brings the tables up to date.
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(5567)")
            .await
            .unwrap();
        let dir = tempfile::tempdir().unwrap();
        let child = program(app, "smtp://127.0.0.1:1", dir.path())
            .args(["serve", "--demo", "--migrate"])
            .env("MANDATE__DATABASE__WAIT_SECONDS", "60")
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        let taken = stop(child).await;
        assert!(taken <= WITHIN + LOOK, "{taken:?}");
    }
}

both!(a_database_that_is_waited_for_keeps_nothing_starting);

async fn a_silent_connection_keeps_nothing_running(app: &TestApp) {
    let address = free_address();
    let dir = tempfile::tempdir().unwrap();
    let child = program(app, "smtp://127.0.0.1:1", dir.path())
        .args(["serve", "--demo"])
        .env("MANDATE__HTTP__BIND", address.to_string())
        .spawn()
        .unwrap();
    let mut connection = loop {
        match TcpStream::connect(address) {
            Ok(connection) => break connection,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    std::io::Write::write_all(&mut connection, b"GET /healthz HTTP/1.1\r\n").unwrap();
    let taken = stop(child).await;
    assert!(taken <= WITHIN + LOOK, "{taken:?}");
    assert_eq!(connection.read(&mut [0; 16]).unwrap_or(0), 0);
}

both!(a_silent_connection_keeps_nothing_running);

/// Only Linux has a file that is always full.
#[cfg(target_os = "linux")]
async fn a_log_that_cannot_be_written_stops_nothing(app: &TestApp) {
    let address = free_address();
    let dir = tempfile::tempdir().unwrap();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let child = program(app, "smtp://127.0.0.1:9", dir.path())
        .args(["serve", "--demo"])
        .env("MANDATE__HTTP__BIND", address.to_string())
        .stderr(full)
        .spawn()
        .unwrap();
    let url = format!("http://{address}/graphql");
    let mut answer = None;
    for _ in 0..200 {
        // Each request writes a line of the log.
        answer = reqwest::Client::new()
            .post(&url)
            .json(&json!({ "query": "{ __typename }" }))
            .send()
            .await
            .ok();
        if answer.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(answer.unwrap().status(), 200);
    assert!(stop(child).await <= WITHIN + LOOK);
}

#[cfg(target_os = "linux")]
both!(a_log_that_cannot_be_written_stops_nothing);
