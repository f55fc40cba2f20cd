//! An application on a database of its own that holds the demo world.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use mandate::{
    ambient::{Clock, Rng},
    app::App,
    auth::keys::Keys,
    cli::{self, DEMO_PASSWORD},
    config::Config,
    http, worker,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{Actor, Mail, logs, postgres};

static NUMBER: AtomicU32 = AtomicU32::new(0);
static SQLITE: OnceCell<TempDir> = OnceCell::const_new();
static KEYS: OnceCell<TempDir> = OnceCell::const_new();
static ANCHORS: OnceCell<TempDir> = OnceCell::const_new();

/// An application under test.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its HTTP service.
    pub router: Router,
    /// Every statement that was run.
    pub statements: Arc<Mutex<Vec<String>>>,
    dir: TempDir,
    database: Option<String>,
}

/// The end of the demo world's past: where tests begin.
pub fn beginning() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn config(url: String, dir: &Path, keys: &Path) -> Config {
    let mut config = Config::load(None).unwrap();
    config.database.url = url.into();
    config.database.synchronous = "OFF".to_owned();
    // Tests run on busy machines: what shares a transaction depends on no clock.
    config.database.together_milliseconds = 60_000;
    config.keys.dir = keys.to_owned();
    config.anchors.dir = dir.join("anchors");
    config.mail.folder = dir.join("mailbox");
    config.auth.argon2_memory_kib = 8;
    config.auth.argon2_passes = 1;
    config.auth.attempts_per_minute = 100_000;
    config.limits.operations_per_minute = 100_000;
    config
}

/// Keys are made once: the record of the demo world is signed with them.
async fn keys() -> PathBuf {
    let keys = KEYS.get_or_init(async || TempDir::new().unwrap()).await;
    keys.path().to_owned()
}

/// The keys of the demo world.
pub async fn demo_keys() -> Keys {
    Keys::open(&keys().await).unwrap()
}

/// Where the ends of the demo world's records are, of each kind of database.
async fn anchors(url: &str) -> PathBuf {
    let anchors = ANCHORS.get_or_init(async || TempDir::new().unwrap()).await;
    let kind = if url.starts_with("sqlite:") {
        "sqlite"
    } else {
        "postgres"
    };
    anchors.path().join(kind)
}

async fn load(url: String) {
    let dir = TempDir::new().unwrap();
    let anchors = anchors(&url).await;
    let mut config = config(url, dir.path(), &keys().await);
    config.anchors.dir = anchors;
    let clock = Clock::manual(beginning() - TimeDelta::days(60));
    let app = App::open(cli::demo_past(config), clock, Rng::from_seed([7; 32]), None)
        .await
        .unwrap();
    app.db.migrate().await.unwrap();
    cli::load_demo(&app).await.unwrap();
    // The mails of the past are sent, so that tests see their own.
    worker::run_due(&app).await.unwrap();
    app.clock.advance(beginning() - app.now());
    worker::run_due(&app).await.unwrap();
    app.close().await;
}

impl TestApp {
    /// On SQLite: a copy of a file that was filled once.
    pub async fn sqlite() -> Self {
        logs::keep();
        let template = SQLITE
            .get_or_init(async || {
                let dir = TempDir::new().unwrap();
                load(format!("sqlite:{}", dir.path().join("t.db").display())).await;
                dir
            })
            .await;
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("mandate.db");
        fs::copy(template.path().join("t.db"), &file).unwrap();
        Self::open(format!("sqlite:{}", file.display()), dir, None).await
    }

    /// On PostgreSQL: a copy of a database that was filled once; `None` where there is none.
    pub async fn postgres() -> Option<Self> {
        logs::keep();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}_{number}", std::process::id());
        let url = postgres::clone(&name, async |url| load(url).await).await?;
        Some(Self::open(url, TempDir::new().unwrap(), Some(name)).await)
    }

    async fn open(url: String, dir: TempDir, database: Option<String>) -> Self {
        let anchors = anchors(&url).await;
        let config = config(url, dir.path(), &keys().await);
        fs::create_dir_all(&config.anchors.dir).unwrap();
        for file in fs::read_dir(&anchors).into_iter().flatten() {
            let file = file.unwrap();
            fs::copy(file.path(), config.anchors.dir.join(file.file_name())).unwrap();
        }
        Self::with(config, dir, database).await
    }

    async fn with(config: Config, dir: TempDir, database: Option<String>) -> Self {
        let statements = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&statements);
        let observer = Arc::new(move |statement: &sea_orm::Statement| {
            seen.lock().unwrap().push(statement.sql.clone());
        });
        let clock = Clock::manual(beginning());
        let rng = Rng::from_os().unwrap();
        let app = App::open(config, clock, rng, Some(observer)).await.unwrap();
        let router = http::router(app.clone(), CancellationToken::new());
        Self {
            app,
            router,
            statements,
            dir,
            database,
        }
    }

    /// An empty, up-to-date database of the same kind.
    pub async fn empty(&self) -> Self {
        let dir = TempDir::new().unwrap();
        let (url, database) = match &self.database {
            None => (
                format!("sqlite:{}", dir.path().join("mandate.db").display()),
                None,
            ),
            Some(_) => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("t{}_{number}", std::process::id());
                postgres::execute(format!("CREATE DATABASE {name}")).await;
                (postgres::url(&name).unwrap(), Some(name))
            }
        };
        let config = config(url, dir.path(), &keys().await);
        let app = Self::with(config, dir, database).await;
        app.app.db.migrate().await.unwrap();
        app
    }

    /// The address of an empty database of the same kind, with no table, for `dir`.
    pub async fn unused(&self, dir: &Path) -> String {
        match &self.database {
            None => format!("sqlite:{}", dir.join("unused").join("mandate.db").display()),
            Some(_) => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("t{}_{number}", std::process::id());
                postgres::execute(format!("CREATE DATABASE {name}")).await;
                postgres::url(&name).unwrap()
            }
        }
    }

    /// The same database with other settings.
    pub async fn again(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.app.config.clone();
        change(&mut config);
        Self::with(config, TempDir::new().unwrap(), None).await
    }

    /// A fresh copy of the demo world on the same kind of database.
    pub async fn fresh(&self) -> Self {
        match self.database {
            None => Self::sqlite().await,
            Some(_) => Self::postgres().await.unwrap(),
        }
    }

    /// A connection that may write past the application, as someone with the database's password could.
    pub async fn intruder(&self) -> sea_orm::DatabaseConnection {
        use secrecy::ExposeSecret;
        sea_orm::Database::connect(self.app.config.database.url.expose_secret())
            .await
            .unwrap()
    }

    /// Closes and removes it.
    pub async fn finish(&self) {
        self.app.db.close().await;
        if let Some(name) = &self.database {
            postgres::execute(format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    /// A folder of the test's own.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Sends a request to the router.
    pub async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8_lossy(&body).into_owned(),
        )
    }

    /// Posts a body to `/graphql`.
    pub async fn post(&self, token: Option<&str>, body: String) -> (StatusCode, String) {
        let mut request =
            Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let (status, _, body) = self.send(request.body(Body::from(body)).unwrap()).await;
        (status, body)
    }

    /// Gets a page.
    pub async fn get(&self, path: &str) -> (StatusCode, HeaderMap, String) {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Posts a form to a page.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let (status, _, body) = self.send(request).await;
        (status, body)
    }

    /// Posts a form with a file's encoding to a page.
    pub async fn multipart(&self, path: &str, field: &str, text: &str) -> (StatusCode, String) {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n--x--\r\n"
        );
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        let (status, _, body) = self.send(request).await;
        (status, body)
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Actor<'_> {
        Actor {
            app: self,
            token: None,
        }
    }

    /// Someone with this token.
    pub fn with_token(&self, token: impl Into<String>) -> Actor<'_> {
        Actor {
            app: self,
            token: Some(token.into()),
        }
    }

    /// Signs in one of the demo world.
    pub async fn sign_in(&self, name: &str) -> Actor<'_> {
        self.sign_in_as(&super::world::sign_in_name(name), DEMO_PASSWORD)
            .await
    }

    /// Signs in anyone.
    pub async fn sign_in_as(&self, name: &str, password: &str) -> Actor<'_> {
        let answer = self.anonymous().sign_in(name, password).await;
        let token = answer["data"]["signIn"]["accessToken"].as_str();
        self.with_token(token.unwrap_or_else(|| panic!("{name}: {answer}")))
    }

    /// Does what is due, then gives the mails that came, oldest first, and empties the mailbox. The daily notes of
    /// records are left out: see [`Self::notes`].
    pub async fn mails(&self) -> Vec<Mail> {
        let mut mails = self.all_mails().await;
        mails.retain(|mail| !mail.is_note());
        mails
    }

    /// As [`Self::mails`]: the notes of records alone.
    pub async fn notes(&self) -> Vec<Mail> {
        let mut mails = self.all_mails().await;
        mails.retain(Mail::is_note);
        mails
    }

    async fn all_mails(&self) -> Vec<Mail> {
        worker::run_due(&self.app).await.unwrap();
        let folder = &self.app.config.mail.folder;
        let Ok(files) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        let mails = files.iter().map(|file| Mail::read(file)).collect();
        for file in files {
            fs::remove_file(file).unwrap();
        }
        mails
    }

    /// Sends a GraphQL request over the wire format.
    pub async fn gql(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (_, body) = self.post(token, body).await;
        serde_json::from_str(&body).unwrap()
    }

    /// The statements that `work` runs.
    pub async fn statements_of<T>(&self, work: impl Future<Output = T>) -> (Vec<String>, T) {
        self.statements.lock().unwrap().clear();
        let done = work.await;
        (std::mem::take(&mut self.statements.lock().unwrap()), done)
    }
}
