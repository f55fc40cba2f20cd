//! A database is copied while it is used, lost, and put back: what may have come back with it counts for nothing.

use std::{fs, path::Path, process::Command};

use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{TestApp, both, on, reason, record_verifies, with};

/// Runs the program on the test's installation, with another database if one is named; what it said, and whether it
/// went well.
fn run(app: &TestApp, url: Option<&str>, arguments: &[&str], keys: &Path) -> (String, bool) {
    let config = &app.app.config;
    let url = url.unwrap_or(config.database.url.expose_secret());
    let output = Command::new(env!("CARGO_BIN_EXE_mandate"))
        .args(arguments)
        .env("MANDATE__DATABASE__URL", url)
        .env("MANDATE__DATABASE__SYNCHRONOUS", "OFF")
        .env("MANDATE__KEYS__DIR", keys)
        .env("MANDATE__ANCHORS__DIR", &config.anchors.dir)
        .env("MANDATE__PLATFORM__DOMAIN", &config.platform.domain)
        .env("MANDATE__MAIL__FOLDER", &config.mail.folder)
        .env("MANDATE__AUTH__ARGON2_MEMORY_KIB", "8")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    (said, output.status.success())
}

fn good(ran: (String, bool)) -> String {
    assert!(ran.1, "{}", ran.0);
    ran.0
}

fn bad(ran: (String, bool), says: &str) {
    assert!(!ran.1 && ran.0.contains(says), "{}", ran.0);
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    let db = app.intruder().await;
    let row = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(row).await.unwrap().unwrap();
    db.close().await.unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn what_comes_back_with_a_backup_counts_for_nothing(app: &TestApp) {
    let dir = TempDir::new().unwrap();
    let (copy, keys) = (dir.path().join("copy"), dir.path().join("keys"));
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    carla
        .done("resetPassword", on(app, "ivan").await, "replayed")
        .await;
    let said = good(run(
        app,
        None,
        &[
            "backup",
            "--to",
            copy.to_str().unwrap(),
            "--keys-to",
            keys.to_str().unwrap(),
        ],
        &app.app.config.keys.dir,
    ));
    assert!(said.contains("anchors.dir"), "{said}");
    for file in [&copy, &keys] {
        assert!(mandate::private::is_private(file).unwrap());
    }
    // Done after the backup, seen by the anchor file, and lost.
    let domain = json!({ "accountId": app.account("contoso").await, "name": "lost.example" });
    fiona.done("addDomain", domain.clone(), "replayed").await;
    app.app.anchors.flush(app.app.now()).await;

    let url = app.unused(dir.path()).await;
    let restore = ["restore", "--from", copy.to_str().unwrap()];
    let said = good(run(app, Some(&url), &restore, &keys));
    assert!(
        said.contains("grants and roles are as the records say"),
        "{said}"
    );
    assert!(said.contains("Every grant is held"), "{said}");
    let app = &app
        .again(|config| config.database.url = url.clone().into())
        .await;
    // The tokens of before are void, and what waited to be mailed is given up.
    let answer = app
        .gql(
            fiona.token.as_deref(),
            "{ viewer { user { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
    let waits = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND payload LIKE '%link%'";
    assert_eq!(count(app, waits).await, 0);
    let open = "SELECT count(*) FROM \"grant\" WHERE ended_at IS NULL AND client_hold_at IS NULL";
    assert_eq!(count(app, open).await, 0);
    // Each side confirms; then all goes on.
    let (fiona, carla, petra) = (
        app.sign_in("fiona").await,
        app.sign_in("carla").await,
        app.sign_in("petra").await,
    );
    assert_eq!(
        fiona.fails("addDomain", domain.clone()).await,
        "FORBIDDEN/GRANT_HELD"
    );
    let grant = json!({ "grantId": crate::support::grant(app).await["grantId"] });
    for actor in [&carla, &petra] {
        assert_eq!(
            fiona.fails("addDomain", domain.clone()).await,
            "FORBIDDEN/GRANT_HELD"
        );
        actor.done("liftGrant", grant.clone(), "replayed").await;
    }
    fiona.done("addDomain", domain, "replayed").await;
    record_verifies(app).await;
    // The restore went by the machine's clock, which is ahead of the test's.
    app.app.clock.advance(chrono::TimeDelta::days(3650));
    // Each admin is told what its own record lost: an act in Contoso's, and nothing in Adatum's.
    let mails = app.mails().await;
    let told = |to: &str, subject: &str| {
        let found = mails
            .iter()
            .find(|mail| mail.to.starts_with(to) && mail.subject == subject);
        found
            .unwrap_or_else(|| panic!("{subject} was not sent"))
            .text
            .clone()
    };
    let lost = told("carla", "Entries of the record of Contoso were lost");
    assert!(lost.contains("had to put back an earlier state"), "{lost}");
    let none = told("adam", "The record of Adatum was restored");
    assert!(
        none.contains("No entry of the record of Adatum is known to be lost"),
        "{none}"
    );
    app.app.db.close().await;
    // A second restore finds the database in use.
    bad(
        run(app, Some(&url), &restore, &keys),
        if url.starts_with("sqlite") {
            "is there already"
        } else {
            "is not empty"
        },
    );
    // What was refused leaves the installation as it was.
    assert!(!app.app.config.anchors.dir.join("restoring").exists());
}

both!(what_comes_back_with_a_backup_counts_for_nothing);

async fn where_nothing_was_lost_all_may_go_on(app: &TestApp) {
    let dir = TempDir::new().unwrap();
    let copy = dir.path().join("copy");
    let fiona = app.sign_in("fiona").await;
    app.app.anchors.flush(app.app.now()).await;
    let keys = &app.app.config.keys.dir;
    good(run(
        app,
        None,
        &["backup", "--to", copy.to_str().unwrap()],
        keys,
    ));
    let url = app.unused(dir.path()).await;
    let restore = ["restore", "--only-lost", "--from", copy.to_str().unwrap()];
    good(run(app, Some(&url), &restore, keys));
    let app = &app
        .again(|config| config.database.url = url.clone().into())
        .await;
    let fiona = app.with_token(fiona.token.clone().unwrap());
    let rename = with(on(app, "ivan").await, "displayName", "Ivan Again");
    fiona.done("updateProfile", rename, "replayed").await;
    record_verifies(app).await;
    app.app.db.close().await;
}

both!(where_nothing_was_lost_all_may_go_on);

async fn a_backup_that_is_not_whole_or_apart_is_refused(app: &TestApp) {
    let dir = TempDir::new().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let keys = &app.app.config.keys.dir;
    let (copy, inside) = (path("copy"), path("copy/keys"));
    bad(
        run(
            app,
            None,
            &["backup", "--to", &copy, "--keys-to", &inside],
            keys,
        ),
        "are not apart",
    );
    bad(
        run(
            app,
            None,
            &["backup", "--to", &copy, "--anchors-to", &copy],
            keys,
        ),
        "are not apart",
    );
    good(run(
        app,
        None,
        &["backup", "--to", &copy, "--anchors-to", &path("anchors")],
        keys,
    ));
    bad(
        run(app, None, &["backup", "--to", &copy], keys),
        "is not empty",
    );
    // The folder of another kind, of nobody, and one that was changed.
    let url = app.unused(dir.path()).await;
    let restore = ["restore", "--from", copy.as_str()];
    bad(
        run(
            app,
            Some(&url),
            &["restore", "--from", &path("nowhere")],
            keys,
        ),
        "is not a backup",
    );
    let other = match url.starts_with("sqlite") {
        true => "postgres://nobody@127.0.0.1:1/nothing",
        false => "sqlite:nothing.db",
    };
    bad(
        run(app, Some(other), &restore, keys),
        "another kind of database",
    );
    bad(
        run(app, Some(&url), &restore, &dir.path().join("no-keys")),
        "there are no keys",
    );
    let file = fs::read_dir(&copy)
        .unwrap()
        .map(|file| file.unwrap().path());
    let file = file
        .into_iter()
        .find(|file| !file.ends_with("manifest.json"))
        .unwrap();
    let whole = fs::read(&file).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    fs::write(&file, &changed).unwrap();
    bad(
        run(app, Some(&url), &restore, keys),
        "is not what was backed up",
    );
    fs::write(&file, &whole).unwrap();
    // What is put back is not served before it is held.
    let marker = app.app.config.anchors.dir.join("restoring");
    fs::write(&marker, "").unwrap();
    bad(run(app, None, &["worker"], keys), "must not be served");
    fs::remove_file(&marker).unwrap();
    // Without the anchor file nobody can tell what is missing: that has to be said.
    let anchors = &app.app.config.anchors.dir;
    fs::rename(anchors, dir.path().join("away")).unwrap();
    bad(run(app, Some(&url), &restore, keys), "--without-anchors");
    let restore = ["restore", "--without-anchors", "--from", copy.as_str()];
    let said = good(run(app, Some(&url), &restore, keys));
    assert!(said.contains("Every grant is held"), "{said}");
    assert!(!marker.exists());
}

both!(a_backup_that_is_not_whole_or_apart_is_refused);
