//! The program itself: its help, its configuration, and a server that is started and stopped.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

fn mandate(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mandate"));
    command
        .current_dir(dir)
        .env("MANDATE__AUTH__ARGON2_MEMORY_KIB", "8")
        .env("MANDATE__DATABASE__SYNCHRONOUS", "OFF");
    command
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    mandate(dir).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_is_committed() {
    let dir = TempDir::new().unwrap();
    let mut help = String::new();
    for command in [
        &["--help"][..],
        &["serve", "--help"],
        &["worker", "--help"],
        &["migrate", "--help"],
        &["schema", "--help"],
        &["operator", "--help"],
        &["operator", "create", "--help"],
        &["record", "--help"],
        &["record", "verify", "--help"],
        &["record", "export", "--help"],
        &["doctor", "--help"],
        &["backup", "--help"],
        &["restore", "--help"],
        &["keys", "--help"],
    ] {
        help += &format!(
            "$ mandate {}\n{}\n",
            command.join(" "),
            text(&run(dir.path(), command).stdout)
        );
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "matrix", omit_expression => true }, {
        insta::assert_snapshot!("help", help);
    });
}

#[test]
fn a_wrong_setting_is_named() {
    let dir = TempDir::new().unwrap();
    for (name, value, says) in [
        ("MANDATE__HTTP__PUBLIC_URL", "nonsense", "http.public_url"),
        ("MANDATE__PLATFORM__DOMAIN", "-", "platform.domain"),
        (
            "MANDATE__HTTP__ALLOWED_ORIGINS",
            "https://app.example.com/",
            "write `https://app.example.com`",
        ),
        (
            "MANDATE__HTTP__ALLOWED_ORIGINS",
            "https://a.example,https://B.example:443",
            "write `https://b.example`",
        ),
        ("MANDATE__HTTP__ALLOWED_ORIGINS", "*", "no wildcard"),
        (
            "MANDATE__HTTP__ALLOWED_ORIGINS",
            "https://*.example.com",
            "no wildcard",
        ),
        (
            "MANDATE__HTTP__ALLOWED_ORIGINS",
            "http://a.example;http://b.example",
            "between commas",
        ),
        (
            "MANDATE__HTTP__ALLOWED_ORIGINS",
            "http://app.example.com.",
            "is not an origin",
        ),
        (
            "MANDATE__HTTP__ALLOWED_ORIGINS",
            "app.example.com",
            "is not an origin",
        ),
        ("MANDATE__HTTP__ALLOWED_ORIGINS", "null", "is not an origin"),
        ("MANDATE__HTTP__NOSUCH", "1", "nosuch"),
        ("MANDATE__LIMITS__PAGE_MAX", "0", "limits.page_max"),
        ("MANDATE__DATABASE__URL", "mysql://x", "database.url"),
    ] {
        let output = mandate(dir.path())
            .arg("migrate")
            .env(name, value)
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert!(
            text(&output.stderr).contains(says),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn the_schema_is_printed() {
    let dir = TempDir::new().unwrap();
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let printed = text(&run(dir.path(), &["schema"]).stdout);
    assert!(printed == std::fs::read_to_string(committed).unwrap());
}

#[test]
fn an_operator_is_made_and_the_record_exported_and_verified() {
    let dir = TempDir::new().unwrap();
    let create = [
        "operator",
        "create",
        "--sign-in-name",
        "olga",
        "--name",
        "Olga",
        "--contact",
        "olga@example.org",
    ];
    let output = run(dir.path(), &create);
    assert!(
        text(&output.stdout).contains("/enrol/"),
        "{}",
        text(&output.stderr)
    );
    assert!(!run(dir.path(), &create).status.success());
    let verify = run(dir.path(), &["record", "verify"]);
    assert!(verify.status.success());
    assert!(
        text(&verify.stdout).contains("2 entries, all good"),
        "{}",
        text(&verify.stdout)
    );
    let export = [
        "record",
        "export",
        "--organization",
        "platform.mandate.example",
        "--file",
        "p.jsonl",
    ];
    assert!(run(dir.path(), &export).status.success());
    let keys = run(dir.path(), &["keys", "public"]).stdout;
    std::fs::write(dir.path().join("keys.json"), keys).unwrap();
    // With public keys alone: no database, no private key.
    std::fs::remove_dir_all(dir.path().join("mandate-data")).unwrap();
    // Where there is no installation, none is made and called good.
    for command in [&["record", "verify"][..], &["keys", "public"]] {
        let output = run(dir.path(), command);
        assert!(
            !output.status.success() && text(&output.stderr).contains("there "),
            "{command:?}"
        );
    }
    let verify = [
        "record",
        "verify",
        "--file",
        "p.jsonl",
        "--keys",
        "keys.json",
    ];
    assert!(run(dir.path(), &verify).status.success());
    assert!(!dir.path().join("mandate-data").exists());
    let exported = std::fs::read_to_string(dir.path().join("p.jsonl")).unwrap();
    std::fs::write(
        dir.path().join("p.jsonl"),
        exported.replace("operator.create", "operator.remove"),
    )
    .unwrap();
    let output = run(dir.path(), &verify);
    assert!(!output.status.success());
    assert!(
        text(&output.stdout).contains("entry 2: it was changed"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn the_demo_serves_stops_and_is_not_served_as_anything_else() {
    let dir = TempDir::new().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut child = mandate(dir.path())
        .args(["serve", "--demo"])
        .env("MANDATE__HTTP__BIND", free.to_string())
        .env("MANDATE__HTTP__PUBLIC_URL", format!("http://{free}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = Vec::new();
    for line in lines {
        printed.push(line.unwrap());
        if printed.last().unwrap().contains("tom@tailspin") {
            break;
        }
    }
    let printed = printed.join("\n");
    assert!(
        printed.contains(&format!("http://{free}/graphiql")),
        "{printed}"
    );
    assert!(printed.contains("/offers/") && printed.contains("paper lantern harbor 42"));
    let stopped = Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success());
    for _ in 0..200 {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(
        child.try_wait().unwrap().is_some(),
        "the server did not stop"
    );
    let output = mandate(dir.path())
        .arg("serve")
        .env("MANDATE__HTTP__BIND", "127.0.0.1:0")
        .output()
        .unwrap();
    assert!(
        text(&output.stderr).contains("passwords are published"),
        "{}",
        text(&output.stderr)
    );
    let output = mandate(dir.path())
        .args(["serve", "--demo"])
        .env("MANDATE__HTTP__BIND", "0.0.0.0:0")
        .output()
        .unwrap();
    assert!(
        text(&output.stderr).contains("loopback"),
        "{}",
        text(&output.stderr)
    );
}
