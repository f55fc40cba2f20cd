//! No scope, no read: a reader of the store that is not for the server itself takes a scope, or is listed here with what
//! it is limited by instead.

use std::fs;

use regex::Regex;

use super::all;

/// What limits a reader that takes no scope.
#[derive(Debug)]
enum By {
    /// A secret that its caller has to know, or an id that the server signed.
    Secret,
    /// Rows that were read before: it reads parts of them, and its caller shows them only where its scope does.
    Rows,
    /// Nothing: what it reads is for everyone to see, such as the catalogue and what an organization is called.
    Public,
    /// Its caller, whose own scope it makes.
    Caller,
}

const WITHOUT_SCOPE: &[(&str, By)] = &[
    ("awaited::of_users", By::Rows),
    ("exports::find", By::Secret),
    ("hands::of_users", By::Rows),
    ("hot::caller", By::Caller),
    ("licences::of_users", By::Rows),
    ("licences::services", By::Rows),
    ("links::preview", By::Secret),
    ("mailing::organization_name", By::Public),
    ("offers::by_token", By::Secret),
    ("offers::message", By::Rows),
    ("offers::reach", By::Public),
    ("offers::was_replaced", By::Secret),
    ("organizations::by_initial_domain", By::Public),
    ("organizations::cards", By::Public),
    ("page::last", By::Rows),
    ("page::looked_through", By::Rows),
    ("plans::list_plans", By::Public),
    ("plans::list_services", By::Public),
    ("plans::locations_of", By::Public),
    ("plans::plans_of", By::Public),
    ("plans::services_by_id", By::Public),
    ("plans::services_of", By::Public),
    ("receipts::of", By::Rows),
    ("record::head", By::Secret),
    ("record::lengths", By::Rows),
    ("record::note_at", By::Rows),
    ("record::says", By::Secret),
    ("recoveries::by_link", By::Secret),
    ("recoveries::people", By::Rows),
    ("responses::items", By::Rows),
    ("responses::items_of", By::Rows),
    ("roles::of_users", By::Rows),
    ("rules::of_clients", By::Rows),
    ("scopes::around", By::Caller),
    ("scopes::of", By::Caller),
    ("scopes::of_client", By::Caller),
    ("scopes::of_facts", By::Caller),
    ("sendings::find", By::Secret),
    ("sign_ups::open", By::Secret),
    ("viewer::caller", By::Caller),
];

/// Writes of the server itself that rest on no act, each in a transaction of its own.
const WRITERS: &[&str] = &[
    "domains::put_off",
    "folded::fill",
    "offers::count_opening",
    "outbox::claim",
    "outbox::finish",
    "outbox::put_back",
    "outbox::release",
    "record::bring_over",
    "recoveries::forget",
    "retention::remove",
];

#[test]
fn each_reader_takes_a_scope_or_says_what_limits_it() {
    let reader = Regex::new(r"(?s)\npub (?:async )?fn (\w+)(<[^>]*>)?\((.*?)\)\s*->").unwrap();
    let reads = Regex::new(r"C: ConnectionTrait|impl ConnectionTrait|: &Db\b|: &App\b").unwrap();
    let limited = Regex::new(r"Scope|Act<|&Tx\b|Trusted").unwrap();
    let mut found = Vec::new();
    for path in all() {
        let text = path.to_string_lossy().into_owned();
        let Some(room) = text.split("src/store/").nth(1) else {
            continue;
        };
        let room = room.split(['/', '.']).next().unwrap().to_owned();
        for caught in reader.captures_iter(&fs::read_to_string(&path).unwrap()) {
            let generics = caught.get(2).map_or("", |generics| generics.as_str());
            let signature = format!("{generics}{}", &caught[3]);
            if reads.is_match(&signature) && !limited.is_match(&signature) {
                found.push(format!("{room}::{}", &caught[1]));
            }
        }
    }
    found.sort();
    let mut listed: Vec<String> = WITHOUT_SCOPE
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .chain(WRITERS.iter().map(|name| (*name).to_owned()))
        .collect();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn what_answers_a_request_never_reads_as_the_server() {
    for path in all() {
        let text = path.to_string_lossy().into_owned();
        let edge = text.contains("src/graphql/") || text.contains("src/http/");
        assert!(
            !edge || !fs::read_to_string(&path).unwrap().contains(".server()"),
            "{text} reads what no scope limits"
        );
    }
}
