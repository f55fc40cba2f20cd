//! `mandate doctor`: looks at everything that the server stands on, and says what to do about what is wrong.

mod names;
mod report;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use clap::Args;
use sea_orm::DatabaseBackend;
use url::Url;

use self::report::Report;
use super::{existing, telemetry};
use crate::{
    ambient::{Clock, Rng},
    app::App,
    config::{Config, MailTransport},
    disk, http, private, process,
    store::{outbox, record},
};

/// How long one look may take.
const LONGEST: Duration = Duration::from_secs(20);
/// By how much the clocks of the database and of this machine may differ.
const APART: i64 = 5;
/// How much room there should be on a disk.
const ROOM: u64 = 1 << 30;
/// How long a mail may be late.
const LATE: i64 = 15;

/// What to look at besides.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The selector of the DKIM key that your mail server signs with, to see that its record is there.
    #[arg(long)]
    dkim_selector: Option<String>,
}

impl Doctor {
    /// Runs the command.
    ///
    /// # Errors
    /// When something is bad.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        telemetry::start(&config)?;
        let mut report = Report::default();
        settings(&config, &mut report);
        folders(&config, &mut report);
        certificate(&config, &mut report);
        names::look(&config, self.dkim_selector.as_deref(), &mut report).await;
        match existing(&config) {
            Err(error) => report.bad("installation", format!("{error:#}")),
            Ok(()) => match App::open(config, Clock::System, Rng::from_os()?, None).await {
                Err(error) => report.bad("installation", format!("{error:#}")),
                Ok(app) => {
                    database(&app, &mut report).await;
                    mail(&app, &mut report).await;
                    app.db.close().await;
                }
            },
        }
        let Report { bad, warnings } = report;
        println!("{bad} bad, {warnings} to look at.");
        anyhow::ensure!(
            bad == 0,
            "something is wrong: see the lines that begin with BAD"
        );
        Ok(())
    }
}

fn settings(config: &Config, report: &mut Report) {
    let what = "settings";
    let url = &config.http.public_url;
    let local = Url::parse(url).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    });
    match (url.starts_with("https:"), local) {
        (true, _) => report.good(what, format!("http.public_url is {url}")),
        (false, true) => report.warn(
            what,
            format!("http.public_url is {url}: what offers and mails link to works on this machine alone"),
        ),
        (false, false) => report.bad(
            what,
            format!("http.public_url is {url}: sign-ins and tokens cross the network unencrypted. Serve it by https"),
        ),
    }
    if config.mail.transport == MailTransport::File {
        report.warn(what, "mail.transport is `file`: mails reach nobody");
    }
    if config.platform.domain.ends_with(".example") {
        report.warn(
            what,
            format!(
                "platform.domain is {}: nobody can sign up below a domain that is not yours",
                config.platform.domain
            ),
        );
    }
    for (setting, path) in config.kept() {
        if path.is_relative() {
            report.warn(
                what,
                format!("{setting} is {}: it depends on the folder that the server is started in. Give the whole path", path.display()),
            );
        }
    }
}

fn folders(config: &Config, report: &mut Report) {
    for (setting, path) in config.kept() {
        if !path.exists() {
            continue;
        }
        let folder = match path.is_dir() {
            true => path.to_path_buf(),
            false => path.parent().map(Path::to_path_buf).unwrap_or_default(),
        };
        let files = folder.read_dir().into_iter().flatten().flatten();
        let open = files.map(|file| file.path()).filter(|file| {
            file.is_file() && private::is_private(file).is_ok_and(|private| !private)
        });
        let open: Vec<PathBuf> = open.collect();
        let entered = private::is_private(&folder).unwrap_or(false);
        let shown = path.display();
        match (entered, open.first()) {
            (false, Some(file)) => report.bad(
                setting,
                format!(
                    "others can read {}. Run `chmod 700 {}` and `chmod 600` its files",
                    file.display(),
                    folder.display()
                ),
            ),
            (false, None) => report.warn(
                setting,
                format!(
                    "others can enter {}. Run `chmod 700` on it",
                    folder.display()
                ),
            ),
            (true, _) => report.good(setting, format!("only its owner reads {shown}")),
        }
        match disk::room(&folder) {
            Some(room) if room < ROOM => report.warn(
                setting,
                format!("{} MB are left on the disk of {shown}", room >> 20),
            ),
            Some(room) => report.good(setting, format!("{} GB are left on its disk", room >> 30)),
            None => {}
        }
    }
    let (keys, anchors) = (&config.keys.dir, &config.anchors.dir);
    if keys.parent() == anchors.parent() {
        report.warn(
            "anchors.dir",
            "the anchor file lies beside the keys: whoever takes one has the other. Keep them apart where you can",
        );
    }
    let wanted = config.http.connections as u64;
    let most = process::used().files_most;
    if most > 0 && most < wanted {
        report.warn("open files", format!("this shell allows {most}, and http.connections is {wanted}: see `ulimit -n`, LimitNOFILE"));
    }
}

fn certificate(config: &Config, report: &mut Report) {
    match http::certificate(&config.http) {
        Ok(true) => report.good("certificate", "it is read, and its key is its own"),
        Ok(false) => {}
        Err(error) => report.bad("certificate", format!("{error:#}")),
    }
}

async fn database(app: &App, report: &mut Report) {
    let what = "database";
    if let Err(error) = app.db.ping().await {
        return report.bad(
            what,
            format!("it does not answer or takes no writes: {error}"),
        );
    }
    let kind = match app.db.backend() {
        DatabaseBackend::Postgres => "PostgreSQL",
        _ => "SQLite",
    };
    match app.db.is_migrated().await {
        Ok(true) => report.good(what, format!("{kind} answers, and is up to date")),
        Ok(false) => return report.bad(what, "it is not up to date: run `mandate migrate`"),
        Err(error) => return report.bad(what, format!("{error:#}")),
    }
    match app.db.clock().await {
        Ok(Some(clock)) => {
            let apart = (clock - app.now()).num_seconds().abs();
            match apart > APART {
                true => report.bad("clock", format!("that of the database differs by {apart} s: grants and sessions end at other times than they say. Run NTP on both")),
                false => report.good("clock", "that of the database is the same"),
            }
        }
        Ok(None) => {}
        Err(error) => report.bad("clock", format!("{error:?}")),
    }
    if let Err(error) = records(app, report).await {
        report.bad("record", format!("{error:#}"));
    }
}

/// The end of each record, against the keys and the anchor file; the entries are left to `record verify`.
async fn records(app: &App, report: &mut Report) -> anyhow::Result<()> {
    let what = "record";
    let db = &app.db.server();
    if app.anchors.is_missing()? && record::is_any(db).await? {
        report.bad(what, super::migrate::no_anchors(app));
        return Ok(());
    }
    let heads = record::heads(db, &app.config.platform.domain).await?;
    let last = heads.iter().map(|head| head.note.at.as_str()).max();
    let last = last.and_then(|at| at.parse::<DateTime<Utc>>().ok());
    if let Some(last) = last.filter(|last| (*last - app.now()).num_seconds() > APART) {
        report.bad(
            "clock",
            format!(
                "the last entry is of {last}, which is to come: this machine's clock is behind"
            ),
        );
    }
    let unsigned = heads
        .iter()
        .filter(|head| !app.keys.verify_note(head))
        .count();
    let behind = app.anchors.behind(&record::orders(db).await?);
    match unsigned + behind {
        0 => report.good(what, format!("the ends of all {} are as this installation signed and saw them", heads.len())),
        doubted => report.bad(
            what,
            format!("{doubted} of {} do not end as this installation signed and saw them. Run `mandate record verify --state`", heads.len()),
        ),
    }
    Ok(())
}

async fn mail(app: &App, report: &mut Report) {
    let what = "mail";
    match tokio::time::timeout(LONGEST, app.mailer.answers()).await {
        Ok(Ok(true)) => report.good(what, "the mail server answers"),
        Ok(Ok(false)) => {}
        Ok(Err(error)) => report.bad(
            what,
            format!("the mail server does not take mails: {error:#}"),
        ),
        Err(_) => report.bad(
            what,
            format!("the mail server does not answer within {LONGEST:?}"),
        ),
    }
    match outbox::waiting(&app.db.server(), app.now()).await {
        Ok(waiting) => {
            let late = waiting
                .overdue_since
                .map_or(0, |since| (app.now() - since).num_minutes());
            if late > LATE {
                report.bad(what, format!("{} wait, the first for {late} minutes: is a server or `mandate worker` running?", waiting.waiting));
            }
            if waiting.given_up > 0 {
                report.warn(
                    what,
                    format!(
                        "{} were given up: see `deliveries(state: GIVEN_UP)`, and `redeliver`",
                        waiting.given_up
                    ),
                );
            }
        }
        Err(error) => report.bad(what, format!("{error:?}")),
    }
}
