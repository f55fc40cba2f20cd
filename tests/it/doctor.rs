//! `mandate doctor` tells what is wrong, and nothing else.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use secrecy::ExposeSecret;

use crate::support::{TestApp, both, on};

/// What it says with these settings besides, and whether nothing is bad.
fn doctor(app: &TestApp, settings: &[(&str, &str)]) -> (String, bool) {
    let config = &app.app.config;
    let output = Command::new(env!("CARGO_BIN_EXE_mandate"))
        .arg("doctor")
        .env(
            "MANDATE__DATABASE__URL",
            config.database.url.expose_secret(),
        )
        .env("MANDATE__KEYS__DIR", &config.keys.dir)
        .env("MANDATE__ANCHORS__DIR", &config.anchors.dir)
        .env("MANDATE__PLATFORM__DOMAIN", &config.platform.domain)
        .env("MANDATE__DNS__TIMEOUT_MILLIS", "200")
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (said, output.status.success())
}

fn told(said: &str, line: &str) {
    assert!(
        said.lines().any(|one| one.starts_with(line)),
        "{line} is not in\n{said}"
    );
}

async fn it_tells_what_is_wrong(app: &TestApp) {
    // Its own copy: other tests use the keys as they are.
    let keys: &Path = &app.dir().join("own-keys");
    fs::create_dir(keys).unwrap();
    for file in fs::read_dir(&app.app.config.keys.dir).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), keys.join(file.file_name())).unwrap();
    }
    for folder in [keys, &app.app.config.anchors.dir, app.dir()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let own = ("MANDATE__KEYS__DIR", keys.to_str().unwrap());
    let (said, good) = doctor(app, &[own]);
    assert!(good, "{said}");
    told(&said, "ok    database: ");
    told(&said, "ok    record: the ends of all");
    told(&said, "ok    keys.dir: only its owner reads");
    told(&said, "warn  settings: mail.transport is `file`");
    told(
        &said,
        "warn  settings: http.public_url is http://127.0.0.1:8080",
    );
    assert!(said.contains("0 bad"), "{said}");

    let (said, good) = doctor(
        app,
        &[
            ("MANDATE__HTTP__PUBLIC_URL", "http://mandate.invalid"),
            ("MANDATE__HTTP__TLS_CERTIFICATE", "nowhere.pem"),
            ("MANDATE__MAIL__TRANSPORT", "smtp"),
            ("MANDATE__MAIL__SMTP_URL", "smtp://127.0.0.1:1"),
        ],
    );
    assert!(!good);
    told(
        &said,
        "BAD   settings: http.public_url is http://mandate.invalid: sign-ins",
    );
    told(&said, "BAD   dns: mandate.invalid");
    told(&said, "BAD   certificate: ");
    told(&said, "BAD   mail: the mail server does not take mails");
    told(&said, "warn  mail: ");

    // A mail that waits for long, an end that was put back, and a key that others read.
    let carla = app.sign_in("carla").await;
    carla
        .done("resetPassword", on(app, "ivan").await, "replayed")
        .await;
    app.db_forge_end("contoso").await;
    let (said, good) = doctor(app, &[own]);
    assert!(!good);
    told(&said, "BAD   record: 1 of ");
    told(&said, "BAD   mail: 1 wait");
    for file in fs::read_dir(keys).unwrap() {
        fs::set_permissions(file.unwrap().path(), fs::Permissions::from_mode(0o644)).unwrap();
    }
    fs::set_permissions(keys, fs::Permissions::from_mode(0o755)).unwrap();
    let (said, good) = doctor(app, &[own]);
    assert!(!good);
    told(&said, "BAD   keys.dir: others can read");
    told(&said, "BAD   installation: ");
    assert!(!said.contains("secret"), "{said}");
}

both!(it_tells_what_is_wrong);

async fn an_installation_that_is_not_there_is_told(app: &TestApp) {
    let nowhere = app.dir().join("nowhere");
    let (said, good) = doctor(app, &[("MANDATE__KEYS__DIR", nowhere.to_str().unwrap())]);
    assert!(!good);
    told(&said, "BAD   installation: there are no keys");
    assert!(!nowhere.exists());
    let (said, good) = doctor(
        app,
        &[(
            "MANDATE__DATABASE__URL",
            "postgres://x:hidden@127.0.0.1:1/none",
        )],
    );
    assert!(!good);
    told(&said, "BAD   installation: ");
    assert!(!said.contains("hidden"), "{said}");
}

both!(an_installation_that_is_not_there_is_told);
