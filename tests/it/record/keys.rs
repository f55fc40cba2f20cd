//! Keys are rotated and retired while the server runs, and are nobody else's to read.

use std::fs;

use chrono::TimeDelta;
use mandate::{
    auth::keys::{Keys, Usage},
    domain::record::note::{Note, SignedNote},
};
use serde_json::Value;

use super::{act, exported, faults, note, public};
use crate::support::{self, TestApp, both};

/// The same database with a folder of keys of its own, which hold those of the demo world.
async fn own_keys(app: &TestApp) -> TestApp {
    let dir = app.dir().join("keys");
    fs::create_dir_all(&dir).unwrap();
    for file in fs::read_dir(&app.app.config.keys.dir).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), dir.join(file.file_name())).unwrap();
    }
    app.app.anchors.flush(app.app.now()).await;
    app.again(|config| config.keys.dir = dir).await
}

async fn a_rotation_in_mid_load_goes_through(app: &TestApp) {
    let app = &own_keys(app).await;
    let before = note(app, "contoso").await;
    act(app, "carla", "contoso", "a.example").await;
    // Another process rotates; this one takes the key up by itself, and so does a third that only reads.
    let elsewhere = Keys::open(&app.app.config.keys.dir).unwrap();
    let old = app.app.keys.record_public().keys[0].kid.clone();
    app.app.clock.advance(TimeDelta::seconds(1));
    elsewhere.rotate(Usage::Record, app.app.now()).unwrap();
    elsewhere.rotate(Usage::Token, app.app.now()).unwrap();
    let reader = app.again(|_| {}).await;
    act(app, "carla", "contoso", "b.example").await;
    assert_eq!(
        act(&reader, "carla", "contoso", "c.example").await["errors"],
        Value::Null
    );
    assert_eq!(
        act(app, "carla", "contoso", "d.example").await["errors"],
        Value::Null
    );
    app.mails().await;
    act(app, "carla", "contoso", "e.example").await;
    assert_eq!(faults(app).await, []);
    let keys = public(app);
    let now = note(app, "contoso").await;
    assert_ne!(before.signatures[0].key, now.signatures[0].key);
    assert!(keys.verify_note(&before) && keys.verify_note(&now) && keys.keys.len() == 2);
    // Retired, the old key verifies what it signed in its time, and nothing later.
    app.app.clock.advance(TimeDelta::hours(1));
    let error = elsewhere
        .retire(
            &app.app.keys.record_public().keys[1].kid,
            false,
            app.app.now(),
        )
        .unwrap_err();
    assert!(error.to_string().contains("newest"), "{error}");
    elsewhere.retire(&old, true, app.app.now()).unwrap();
    app.mails().await;
    let keys = public(app);
    assert!(keys.keys[0].until.is_some() && keys.verify_note(&before));
    app.app.clock.advance(TimeDelta::hours(1));
    let mut late = before.note.clone();
    late.at = mandate::domain::record::time(app.app.now());
    let thief = stolen(late).await;
    assert!(!keys.verify_note(&thief));
    assert_eq!(
        act(app, "carla", "contoso", "f.example").await["errors"],
        Value::Null
    );
    assert_eq!(faults(app).await, []);
    let (_, file) = exported(app, "contoso").await;
    assert_eq!(
        mandate::cli::verify_file(&file, &keys, vec![("it".to_owned(), before)])
            .unwrap()
            .verdict
            .faults,
        []
    );
}

both!(a_rotation_in_mid_load_goes_through);

async fn keys_that_others_can_read_are_refused(app: &TestApp) {
    use std::os::unix::fs::PermissionsExt;
    let app = own_keys(app).await;
    let dir = &app.app.config.keys.dir;
    Keys::open(dir).unwrap();
    for (path, open, strict) in [
        ("record-0001.pk8", 0o640, 0o600),
        ("input.key", 0o604, 0o600),
        (".", 0o770, 0o700),
    ] {
        let path = dir.join(path);
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        let error = Keys::open(dir).err().unwrap().to_string();
        assert!(error.contains("chmod"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(strict)).unwrap();
    }
    Keys::open(dir).unwrap();
}

both!(keys_that_others_can_read_are_refused);

/// A note signed by the key of the demo world, as who stole it could.
async fn stolen(note: Note) -> SignedNote {
    support::demo_keys().await.sign_note(note)
}
