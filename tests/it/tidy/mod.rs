//! The architecture's arrows, read from the code's tokens; a `//!` head on each file; small files.

mod readers;
mod tokens;

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::TokenStream;

use tokens::{idents, named, undocumented};

/// Who may name whom of the crate's top modules, besides itself. `error` and `private` may be named by
/// all but `domain`.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain", "app", "db", "config", "ambient"]),
    (
        "operations",
        &["domain", "store", "app", "db", "auth", "lanes", "tally"],
    ),
    (
        "graphql",
        &[
            "domain",
            "store",
            "operations",
            "app",
            "live",
            "auth",
            "config",
            "tally",
            "words",
        ],
    ),
    (
        "http",
        &[
            "domain",
            "store",
            "operations",
            "graphql",
            "app",
            "auth",
            "config",
            "mail",
            "places",
            "stop",
            "words",
        ],
    ),
    (
        "worker",
        &[
            "domain",
            "store",
            "operations",
            "app",
            "db",
            "auth",
            "mail",
            "stop",
            "tally",
            "words",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "store",
            "operations",
            "graphql",
            "http",
            "worker",
            "app",
            "db",
            "auth",
            "config",
            "ambient",
            "anchors",
            "disk",
            "dns",
            "process",
            "metrics",
            "stop",
        ],
    ),
    (
        "app",
        &[
            "anchors", "db", "disk", "dns", "lanes", "live", "auth", "config", "mail", "ambient",
            "metrics", "tally",
        ],
    ),
    ("anchors", &["domain", "auth"]),
    ("db", &["config", "sql_state"]),
    ("dns", &["config"]),
    ("lanes", &[]),
    ("live", &["config", "places"]),
    ("places", &[]),
    ("auth", &["domain", "config", "ambient"]),
    ("config", &["domain"]),
    ("mail", &["domain", "config", "words"]),
    ("ambient", &[]),
    ("error", &["domain", "sql_state"]),
    ("sql_state", &[]),
    ("disk", &[]),
    ("metrics", &["domain", "error", "process"]),
    ("private", &[]),
    ("words", &["domain"]),
    ("process", &[]),
    ("stop", &[]),
    ("tally", &[]),
];

/// Crates that a layer does without.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "sea_orm",
            "async_graphql",
            "axum",
            "tokio",
            "rand",
            "sqlx",
            "anyhow",
        ],
    ),
    ("store", &["async_graphql", "axum"]),
    ("operations", &["async_graphql", "axum", "sea_orm", "sqlx"]),
    ("graphql", &["sea_orm", "sqlx", "axum"]),
    ("http", &["sea_orm", "sqlx"]),
    ("worker", &["sea_orm", "sqlx", "async_graphql", "axum"]),
];

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn all() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for dir in ["src", "entity/src", "migration/src", "tests"] {
        files(&root().join(dir), &mut found);
    }
    found
}

fn layer(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root().join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for path in all() {
        let Some(layer) = layer(&path) else { continue };
        let Some((_, may)) = ARROWS.iter().find(|(from, _)| *from == layer) else {
            assert!(
                matches!(layer.as_str(), "lib" | "main"),
                "{layer}: a new top module needs its arrows"
            );
            continue;
        };
        let tokens: TokenStream = fs::read_to_string(&path).unwrap().parse().unwrap();
        let mut names = Vec::new();
        named(tokens.clone(), "crate", &mut names);
        for name in names {
            let allowed = may.contains(&name.as_str())
                || name == layer
                || (["error", "private"].contains(&name.as_str()) && layer != "domain");
            if !allowed {
                wrong.push(format!("{}: {layer} names {name}", path.display()));
            }
        }
        let mut words = Vec::new();
        idents(tokens, &mut words);
        for (from, crates) in FOREIGN {
            if *from == layer {
                for word in words.iter().filter(|word| crates.contains(&word.as_str())) {
                    wrong.push(format!(
                        "{}: {layer} names the crate {word}",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Floor by floor: each module rests on floors that were built before it.
#[test]
fn the_arrows_have_no_circle() {
    let mut built: Vec<&str> = Vec::new();
    while built.len() < ARROWS.len() {
        let rests = |names: &[&str]| names.iter().all(|name| built.contains(name));
        let next: Vec<&str> = ARROWS
            .iter()
            .filter(|(name, may)| !built.contains(name) && rests(may))
            .map(|(name, _)| *name)
            .collect();
        let left: Vec<_> = ARROWS
            .iter()
            .filter(|(name, _)| !built.contains(name))
            .collect();
        assert!(!next.is_empty(), "A circle among {left:#?}");
        built.extend(next);
    }
}

#[test]
fn the_domain_is_pure() {
    let mut wrong = Vec::new();
    for path in all()
        .into_iter()
        .filter(|path| layer(path).as_deref() == Some("domain"))
    {
        let tokens: TokenStream = fs::read_to_string(&path).unwrap().parse().unwrap();
        let mut names = Vec::new();
        named(tokens.clone(), "entity", &mut names);
        wrong.extend(
            names
                .iter()
                .filter(|name| !["ids", "states"].contains(&name.as_str()))
                .map(|name| format!("{}: entity::{name}", path.display())),
        );
        let mut words = Vec::new();
        idents(tokens, &mut words);
        wrong.extend(
            words
                .iter()
                .filter(|word| ["async", "await"].contains(&word.as_str()))
                .map(|word| format!("{}: {word}", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn acts_are_made_by_the_executor_alone() {
    for path in all().into_iter().filter(|path| layer(path).is_some()) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("Act::new(") || path.ends_with("operations/group/mod.rs"),
            "{}",
            path.display()
        );
        let begins = text.contains("db.begin(");
        let may = [
            "operations/group/mod.rs",
            "store/outbox/mod.rs",
            "store/record/first_form.rs",
            "store/domains.rs",
            "store/recoveries/write.rs",
            "store/offers/write.rs",
            "worker/mail/mod.rs",
            "worker/mail/recovery.rs",
            "worker/mail/sign_up.rs",
            "worker/tallies.rs",
            "store/folded.rs",
            "store/retention.rs",
            "cli/demo/mod.rs",
            "cli/demo/world.rs",
        ];
        assert!(
            !begins || may.iter().any(|file| path.ends_with(file)),
            "{} begins a transaction",
            path.display()
        );
    }
}

#[test]
fn entities_and_migrations_know_nothing_of_each_other() {
    for (dir, other) in [("entity/src", "migration"), ("migration/src", "entity")] {
        let mut found = Vec::new();
        files(&root().join(dir), &mut found);
        for path in found {
            let mut words = Vec::new();
            idents(
                fs::read_to_string(&path).unwrap().parse().unwrap(),
                &mut words,
            );
            assert!(
                !words.iter().any(|word| word == other || word == "mandate"),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    for path in all() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("//! "),
            "{}: it has no //! head",
            path.display()
        );
        let lines = text.lines().count();
        // What is longer has a bound of its own.
        let long = [("kind/catalogue.rs", 640)];
        let own = long.iter().find(|(file, _)| path.ends_with(file));
        let most = own.map_or(400, |(_, most)| *most);
        assert!(lines <= most, "{}: {lines} lines", path.display());
    }
}

#[test]
fn what_is_public_is_documented() {
    let mut wrong = Vec::new();
    for path in all().into_iter().filter(|path| layer(path).is_some()) {
        let mut found = Vec::new();
        let text = fs::read_to_string(&path).unwrap();
        undocumented(text.parse().unwrap(), &mut found);
        let found = found
            .iter()
            .map(|name| format!("{}: {name}", path.display()));
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Clippy does not look into constants.
#[test]
fn nothing_panics_outside_tests() {
    for path in all().into_iter().filter(|path| layer(path).is_some()) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for word in [".unwrap()", "panic!(", "unreachable!(", "unimplemented!("] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
        assert!(
            !code.contains(".expect(") || code.contains("clippy::expect_used, reason ="),
            "{}: an expect without its reason",
            path.display()
        );
    }
}
