//! PostgreSQL's own tools, which know best how to copy it: `pg_dump` and `pg_restore`.

use std::path::Path;

use anyhow::Context;
use percent_encoding::percent_decode_str;
use tokio::process::Command;
use url::Url;

/// The address without its password, which other users of the machine would see among the arguments, and the password.
fn without_password(url: &str) -> anyhow::Result<(String, Option<String>)> {
    let mut url = Url::parse(url).context("database.url")?;
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let password = url.password().map(decoded);
    if password.is_some() {
        let taken = url.set_password(None);
        taken.map_err(|()| anyhow::anyhow!("database.url: it has a password and no host"))?;
    }
    Ok((url.to_string(), password))
}

async fn run(program: &str, url: &str, arguments: &[&str], file: &Path) -> anyhow::Result<()> {
    let (url, password) = without_password(url)?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .arg("--dbname")
        .arg(url)
        .kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    match program {
        "pg_dump" => command.arg("--file").arg(file),
        _ => command.arg(file),
    };
    let ended = command.output().await.with_context(|| {
        format!("{program} does not run: install PostgreSQL's client programs, of the server's version or a later one")
    })?;
    anyhow::ensure!(
        ended.status.success(),
        "{program} failed: {}",
        String::from_utf8_lossy(&ended.stderr).trim()
    );
    Ok(())
}

/// Copies a database into a file, as it is at one moment.
pub(super) async fn dump(url: &str, file: &Path) -> anyhow::Result<()> {
    let arguments = ["--format=custom", "--no-owner", "--no-privileges"];
    run("pg_dump", url, &arguments, file).await
}

/// Fills an empty database from a file, as a whole or not at all.
pub(super) async fn load(url: &str, file: &Path) -> anyhow::Result<()> {
    let arguments = [
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
    ];
    run("pg_restore", url, &arguments, file).await
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn the_password_is_apart_from_the_address() {
        let (url, password) = without_password(
            "postgres://mandate:p%40ss%25%2Fw@db.example:5433/mandate?sslmode=require",
        )
        .unwrap();
        assert_eq!(
            url,
            "postgres://mandate@db.example:5433/mandate?sslmode=require"
        );
        assert_eq!(password.as_deref(), Some("p@ss%/w"));
        let (_, none) = without_password("postgres://mandate@db.example/mandate").unwrap();
        assert_eq!(none, None);
    }
}
