//! A throw-away PostgreSQL cluster on a free loopback port: it dies with the tests.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::Mutex;

static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
static TEMPLATE: Mutex<bool> = Mutex::const_new(false);

/// The cluster.
struct Cluster {
    /// Address without a database's name.
    base: String,
    /// Holds the pipe whose end stops the server.
    _child: Option<Child>,
}

/// The address of a database of this name; `None` where there is no PostgreSQL.
pub fn url(database: &str) -> Option<String> {
    let cluster = CLUSTER.get_or_init(start);
    cluster
        .as_ref()
        .map(|cluster| format!("{}/{database}", cluster.base))
}

fn start() -> Option<Cluster> {
    if let Ok(url) = std::env::var("MANDATE_TEST_POSTGRES_URL") {
        return Some(Cluster {
            base: url.trim_end_matches('/').to_owned(),
            _child: None,
        });
    }
    let Some(bin) = binaries() else {
        assert!(
            std::env::var("MANDATE_TEST_POSTGRES").as_deref() != Ok("required"),
            "PostgreSQL is required and no `postgres` binary was found"
        );
        eprintln!("PostgreSQL was not found: its half of the tests is skipped");
        return None;
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix("mandate-pg");
    let dir = match memory() {
        Some(memory) => builder.tempdir_in(memory),
        None => builder.tempdir(),
    };
    let dir = dir.unwrap().keep();
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if root {
        assert!(
            Command::new("chown")
                .arg("nobody")
                .arg(&dir)
                .status()
                .unwrap()
                .success()
        );
    }
    let data = dir.join("data");
    let mut initdb = as_user(root, &bin.join("initdb"));
    initdb.args([
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        "-D",
    ]);
    let output = initdb.arg(&data).current_dir(&dir).output().unwrap();
    assert!(
        output.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let postgres = format!(
        "'{bin}' -D '{data}' -p {port} -k '{dir}' -h 127.0.0.1 -c fsync=off \
         -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 \
         -c shared_buffers=64MB -c autovacuum=off",
        bin = bin.join("postgres").display(),
        data = data.display(),
        dir = dir.display(),
    );
    // The shell waits on a pipe that closes when this process ends, however it ends.
    let script = format!(
        "{postgres} >'{dir}/log' 2>&1 & read _; kill -QUIT $!; wait; rm -rf '{dir}'",
        dir = dir.display()
    );
    let child = as_user(root, Path::new("/bin/sh"))
        .args(["-c", &script])
        .current_dir(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Some(Cluster {
        base: format!("postgres://postgres@127.0.0.1:{port}"),
        _child: Some(child),
    })
}

/// Memory that looks like a folder, where the machine has enough of it. Each test copies a database
/// of three hundred files, and a disk's file system takes most of the suite's time to make them.
fn memory() -> Option<&'static Path> {
    let memory = Path::new("/dev/shm");
    let free = rustix::fs::statvfs(memory).ok()?;
    (free.f_bavail * free.f_frsize >= 2 << 30).then_some(memory)
}

fn as_user(root: bool, program: &Path) -> Command {
    if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "nobody", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn binaries() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        places.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    places
        .into_iter()
        .find(|bin| bin.join("postgres").exists() && bin.join("initdb").exists())
}

/// Connects to the server itself.
pub async fn admin() -> PgConnection {
    let url = url("postgres").unwrap();
    for _ in 0..400 {
        if let Ok(connection) = PgConnection::connect(&url).await {
            return connection;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("PostgreSQL did not start");
}

/// Runs one statement on the server itself.
pub async fn execute(sql: String) {
    let mut connection = admin().await;
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

/// Makes a database as a copy of the template, which `fill` fills at the first call.
pub async fn clone(name: &str, fill: impl AsyncFnOnce(String)) -> Option<String> {
    url("postgres")?;
    let mut filled = TEMPLATE.lock().await;
    let template = format!("template_{}", std::process::id());
    if !*filled {
        execute(format!("CREATE DATABASE {template}")).await;
        fill(url(&template).unwrap()).await;
        *filled = true;
    }
    execute(format!(
        "CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
    ))
    .await;
    url(name)
}
