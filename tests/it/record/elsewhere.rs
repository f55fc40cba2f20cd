//! A verifier that shares no code with the server agrees with it on every file, good or forged.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use chrono::TimeDelta;
use serde_json::json;

use super::{act, exported};
use crate::support::{TestApp, both};

/// The folder of the verifier.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/verify")
}

/// Whether Node.js is there; where it must be, it is a failure that it is not.
fn has_node() -> bool {
    let there = Command::new("node").arg("--version").output().is_ok();
    let required = std::env::var("MANDATE_TEST_NODE").is_ok_and(|value| value == "required");
    assert!(there || !required, "there is no Node.js");
    there
}

fn node(arguments: &[&Path]) -> String {
    let output = Command::new("node").args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, wrong) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {said}\n{wrong}");
    said
}

/// Exports, notes and receipts, as the parties have them.
async fn samples(app: &TestApp) -> PathBuf {
    let folder = app.dir().join("samples");
    fs::create_dir_all(&folder).unwrap();
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    let carla = app.sign_in("carla").await;
    carla.done("holdGrant", grant.clone(), "replayed").await;
    carla.done("liftGrant", grant.clone(), "replayed").await;
    carla.done("endGrant", grant, "replayed").await;
    let (offer, revision) = app.db_offer("northwind").await;
    let input =
        json!({ "token": offer.token, "revision": revision.revision, "digest": revision.digest });
    for client in ["carla", "ursula"] {
        let client = app.sign_in(client).await;
        client
            .done("acceptOffer", input.clone(), "grant { id }")
            .await;
    }
    let mut mails = app.mails().await;
    app.app.clock.advance(TimeDelta::days(1));
    mails.extend(app.notes().await);
    let files = mails.iter().flat_map(|mail| mail.files());
    for (number, (name, text)) in files.enumerate() {
        fs::write(folder.join(format!("{number:02}-{name}")), text).unwrap();
    }
    act(app, "carla", "contoso", "later.example").await;
    for slug in ["contoso", "northwind", "tailspin"] {
        let (_, file) = exported(app, slug).await;
        fs::copy(file, folder.join(format!("{slug}.jsonl"))).unwrap();
    }
    let fiona = app.sign_in("fiona").await;
    let input = json!({ "accountId": app.account("northwind").await, "clientId": app.account("contoso").await });
    let done = fiona.done("exportClientRecord", input, "downloadUrl").await;
    let url = done["downloadUrl"].as_str().unwrap();
    let path = url.strip_prefix(&app.app.config.http.public_url).unwrap();
    fs::write(folder.join("followed.jsonl"), app.get(path).await.2).unwrap();
    let keys = serde_json::to_string(&app.app.keys.record_public()).unwrap();
    fs::write(folder.join("keys.json"), keys).unwrap();
    folder
}

async fn the_verifier_in_another_language_agrees(app: &TestApp) {
    if !has_node() {
        return;
    }
    let samples = samples(app).await;
    let keys = samples.join("keys.json");
    let verify = examples().join("verify.mjs");
    let flag = |name: &'static str| Path::new(name);
    for file in fs::read_dir(&samples)
        .unwrap()
        .map(|file| file.unwrap().path())
    {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".jsonl") {
            let said = node(&[&verify, flag("--keys"), &keys, &file]);
            assert!(said.contains("all good"), "{name}: {said}");
        } else if name != "keys.json" {
            node(&[&verify, flag("--keys"), &keys, flag("--note"), &file]);
        }
    }
    let forged = app.dir().join("forged");
    fs::create_dir_all(&forged).unwrap();
    node(&[&examples().join("forge.mjs"), &forged, &samples]);
    let said = node(&[
        &examples().join("agree.mjs"),
        Path::new(env!("CARGO_BIN_EXE_mandate")),
        &forged,
    ]);
    assert!(said.contains("both agree"), "{said}");
}

both!(the_verifier_in_another_language_agrees);
