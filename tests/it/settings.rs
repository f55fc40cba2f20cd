//! Every setting can be set in a file and in the environment, lists too.

use std::collections::HashMap;

use config::{File, FileFormat, Value, ValueKind};
use mandate::config::{Config, DEFAULTS};

fn set(name: &str, value: &str) -> anyhow::Result<Config> {
    let variable = (name.to_owned(), value.to_owned());
    Config::read(None, Some(HashMap::from([variable])))
}

/// A value as an environment variable has it.
fn text(value: &Value) -> String {
    match &value.kind {
        ValueKind::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        _ => value.to_string(),
    }
}

#[test]
fn every_setting_can_be_set_by_the_environment() {
    let defaults = config::Config::builder()
        .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
        .build()
        .unwrap();
    let sections: HashMap<String, HashMap<String, Value>> = defaults.try_deserialize().unwrap();
    let plain = format!("{:?}", Config::read(None, Some(HashMap::new())).unwrap());
    let mut lists = Vec::new();
    for (section, settings) in sections {
        for (setting, value) in settings {
            let name = format!("MANDATE__{section}__{setting}").to_uppercase();
            let read = set(&name, &text(&value)).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(format!("{read:?}"), plain, "{name}");
            if matches!(value.kind, ValueKind::Array(_)) {
                lists.push(name);
            }
        }
    }
    lists.sort();
    assert_eq!(lists.len(), 5, "{lists:?}");
    lists.retain(|name| name != "MANDATE__HTTP__PROXIES");
    let read = set(
        "MANDATE__HTTP__PROXIES",
        "10.0.0.0/8, 2001:db8::/32,192.0.2.7",
    )
    .unwrap();
    let proxies: Vec<String> = read.http.proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"]);
    assert!(set("MANDATE__HTTP__PROXIES", "my-proxy").is_err());
    for name in lists {
        let (one, other) = ("https://a.example", "https://b.example:8443");
        let read = set(&name, &format!(" {one} ,{other},")).unwrap();
        let all = [
            read.http.allowed_origins,
            read.dns.resolvers,
            read.sign_up.reserved,
            read.sign_up.reserved_anywhere,
        ];
        assert!(
            all.contains(&vec![one.to_owned(), other.to_owned()]),
            "{name}: {all:?}"
        );
    }
    // An item alone that looks like a number.
    let read = set("MANDATE__SIGN_UP__RESERVED", "42").unwrap();
    assert_eq!(read.sign_up.reserved, ["42"]);
}

#[test]
fn a_list_is_set_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mandate.toml");
    std::fs::write(
        &file,
        "[http]\nallowed_origins = [\"https://a.example\", \"http://[::1]:3000\"]\n",
    )
    .unwrap();
    let read = Config::read(Some(&file), Some(HashMap::new())).unwrap();
    assert_eq!(
        read.http.allowed_origins,
        ["https://a.example", "http://[::1]:3000"]
    );
}

#[test]
fn a_setting_that_cannot_be_is_refused_and_says_what_can() {
    for (name, value, said) in [
        (
            "MANDATE__HTTP__PUBLIC_URL",
            "http://h.example/mandate",
            "no path",
        ),
        ("MANDATE__HTTP__PUBLIC_URL", "http://h.example/", "no slash"),
        (
            "MANDATE__HTTP__PUBLIC_URL",
            "http://h.example?x=1",
            "http.public_url",
        ),
        (
            "MANDATE__HTTP__PUBLIC_URL",
            "ftp://h.example",
            "http.public_url",
        ),
        (
            "MANDATE__HTTP__PUBLIC_URL",
            "http://u:p@h.example",
            "http.public_url",
        ),
        ("MANDATE__PLATFORM__LOGO", "logo.gif", "platform.logo"),
        (
            "MANDATE__TRACES__ENDPOINT",
            "https://h.example",
            "traces.endpoint",
        ),
        (
            "MANDATE__TRACES__ENDPOINT",
            "h.example:4318",
            "traces.endpoint",
        ),
        ("MANDATE__TRACES__PERCENT", "101", "traces.percent"),
        ("MANDATE__TIMES__TRIAL_DAYS", "-5", "times.trial_days"),
        (
            "MANDATE__TIMES__TRIAL_DAYS",
            "99999999999",
            "times.trial_days",
        ),
        ("MANDATE__TIMES__TRIAL_DAYS", "many", "times.trial_days"),
        ("MANDATE__MAIL__TRANSPORT", "pigeon", "file, smtp"),
        ("MANDATE__LOG__FORMAT", "xml", "text, json"),
        ("MANDATE__SIGN_UP__RESERVED", "[\"a\",", "no list"),
        ("MANDATE__HTTP__BINDS", "x", "binds"),
    ] {
        let refused = set(name, value).unwrap_err();
        assert!(
            format!("{refused:#}").contains(said),
            "{name}={value}: {refused:#}"
        );
    }
    // Texts stay what they are, whatever they look like.
    assert_eq!(
        set("MANDATE__AUTH__ISSUER", "007").unwrap().auth.issuer,
        "007"
    );
    let list = set("MANDATE__SIGN_UP__RESERVED", "[\"a, b\", \"007\"]").unwrap();
    assert_eq!(list.sign_up.reserved, ["a, b", "007"]);
    assert!(set("MANDATE__MAIL__TRANSPORT", "SMTP").is_ok());
    assert!(set("MANDATE__HTTP__PUBLIC_URL", "https://h.example:8443").is_ok());
}

#[test]
fn a_variable_that_looks_like_a_setting_is_told_of() {
    let names = [
        "MANDATE_DATABASE_URL",
        "MANDATE_HTTP__PUBLIC_URL",
        "MANDATE_DEBUG",
        "MANDATE__HTTP__BIND",
        "MANDATE_CONFIG",
        "DATABASE_URL",
        "PATH",
    ];
    let told = Config::unknown_variables(names.iter().map(ToString::to_string));
    assert_eq!(
        told,
        [
            "MANDATE_DATABASE_URL is not a setting; MANDATE__DATABASE__URL is",
            "MANDATE_HTTP__PUBLIC_URL is not a setting; MANDATE__HTTP__PUBLIC_URL is",
            "MANDATE_DEBUG is not a setting; the names of settings begin with MANDATE__, then the section",
        ]
    );
}

#[test]
fn a_wrong_setting_is_told_with_its_file_and_line_or_its_variable() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("mandate.toml");
    for (text, line, says) in [
        (
            "[http]\nbindd = \"x\"\n",
            2,
            "unknown field `bindd`, expected one of `bind`",
        ),
        (
            "# A server.\n[http]\n\nconnections = \"many\"\n",
            4,
            "not a number from 0",
        ),
        (
            "[mail]\ntransport = \"pigeon\"\n",
            2,
            "is none of: file, smtp",
        ),
        (
            "[limits]\ndepth = 9\npage_max = 0\n",
            3,
            "a page has 1 to 1000 rows",
        ),
        (
            "[http]\nbehind_proxy = true\n\n[nosuch]\nx = 1\n",
            4,
            "unknown field `nosuch`",
        ),
        ("[auth]\nargon2_lanes = -1\n", 2, "not a number from 0"),
        (
            "[auth]\nbrowser_session_seconds = 60\n",
            2,
            "it is at least auth.browser_seconds",
        ),
        ("[http]\nproxies = [\"home\"]\n", 2, "is no network"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Config::read(Some(&file), Some(HashMap::new())).unwrap_err();
        let error = format!("{error:#}");
        let place = format!("{}, line {line}: ", file.display());
        assert!(error.starts_with(&place) && error.contains(says), "{error}");
    }
    std::fs::write(&file, "[http]\nconnections = 5\n").unwrap();
    for (name, value) in [
        ("MANDATE__HTTP__CONNECTIONS", "many"),
        ("MANDATE__HTTP__CONNECTION", "5"),
        ("MANDATE__MAIL__TRANSPORT", "pigeon"),
        ("MANDATE__HTTP_BIND", "127.0.0.1:1"),
    ] {
        let variables = HashMap::from([(name.to_owned(), value.to_owned())]);
        let error = Config::read(Some(&file), Some(variables)).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.starts_with(&format!("{name}: ")), "{error}");
    }
}

#[test]
fn a_path_does_not_follow_the_folder_that_the_server_is_started_in() {
    use secrecy::ExposeSecret;
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("mandate.toml");
    std::fs::write(
        &file,
        "[keys]\ndir = \"/etc/mandate/keys\"\n[mail]\nfolder = \"mails\"\n",
    )
    .unwrap();
    let config = Config::read(Some(&file), Some(HashMap::new())).unwrap();
    assert_eq!(config.keys.dir, std::path::Path::new("/etc/mandate/keys"));
    assert_eq!(config.mail.folder, dir.path().join("mails"));
    assert_eq!(config.anchors.dir, dir.path().join("mandate-data/anchors"));
    let database = format!("sqlite:{}/mandate-data/mandate.db", dir.path().display());
    assert_eq!(config.database.url.expose_secret(), database);
    assert_eq!(config.http.tls_key, std::path::Path::new(""));
}
