//! Every kind × every actor state, as one committed table, made by running the real executor.
//!
//! One row a kind, one column an actor. What is refused writes nothing but its entry. A kind without a sample does not
//! compile.

mod ground;
mod samples;

use std::fmt::Write;

use mandate::{
    domain::{
        described::Described,
        kind::{OperationKind, TargetRule},
        reason::Reason,
    },
    error::Error,
    store::facts::Who,
};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use self::{ground::ground, samples::sample};
use crate::support::{TestApp, both};

/// Actor states: a name, who, and the client that is acted on. Grants: Northwind holds Contoso
/// (FULL), Adatum (capped at LIMITED), Tailspin (held by the client); Tailspin holds Contoso
/// (expired) and Adatum (ended).
const STATES: &[(&str, &str, &str)] = &[
    ("anonymous", "", "contoso"),
    ("stranger", "ursula", "contoso"),
    ("operator", "olivia", "contoso"),
    ("partner, no role", "nora", "contoso"),
    ("partner's global admin", "petra", "contoso"),
    ("LIMITED", "liam", "contoso"),
    ("FULL", "fiona", "contoso"),
    ("FULL, capped", "fiona", "adatum"),
    ("FULL, held", "fiona", "tailspin"),
    ("FULL, expired", "tom", "contoso"),
    ("FULL, ended", "tom", "adatum"),
    ("FULL, uncertified", "fiona", "contoso"),
    ("other partner's admin", "tina", "contoso"),
    ("own GLOBAL_ADMIN", "carla", "contoso"),
    ("own USER_ADMIN", "uma", "contoso"),
    ("own HELPDESK_ADMIN", "hector", "contoso"),
    ("own PASSWORD_ADMIN", "paul", "contoso"),
    ("own DIRECTORY_READER", "dana", "contoso"),
    ("own, no role", "ivan", "contoso"),
];

async fn who(app: &TestApp, name: &str) -> Who {
    if name.is_empty() {
        return Who::Anonymous;
    }
    let token = app.sign_in(name).await.token.unwrap();
    let claims = mandate::auth::token::verify(
        &app.app.keys,
        &app.app.config.auth,
        mandate::auth::token::Door::Api,
        &token,
        app.app.now(),
    )
    .unwrap();
    Who::Session(claims.sid, claims.sub)
}

async fn suspend(app: &TestApp) {
    let organization = app.account("northwind").await;
    let input = serde_json::json!({ "organizationId": organization, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", input, "operation { id }")
        .await;
}

/// Short codes of the reasons that refuse, for the cells; the legend spells them out.
const CODES: &[(&str, Reason)] = &[
    ("ns", Reason::NotSignedIn),
    ("ci", Reason::CredentialsInvalid),
    ("si", Reason::SessionInvalid),
    ("li", Reason::LinkInvalid),
    ("no", Reason::NoSuchThing),
    ("rr", Reason::RoleRequired),
    ("rl", Reason::RoleLimited),
    ("oo", Reason::OwnOnly),
    ("dm", Reason::DeviceManagement),
    ("gh", Reason::GrantHeld),
    ("gx", Reason::GrantExpired),
    ("ge", Reason::GrantEnded),
    ("nc", Reason::NotCertified),
    ("ts", Reason::TargetSelf),
    ("tp", Reason::TargetPrivileged),
    ("ag", Reason::AdminGuarded),
    ("cg", Reason::ContactGuarded),
    ("of", Reason::OwnOffer),
];

fn code(reason: Reason) -> &'static str {
    let code = CODES.iter().find(|(_, known)| *known == reason);
    code.unwrap_or_else(|| panic!("{reason:?} needs a code of its own"))
        .0
}

/// How many rows each table has, but for those that a refusal writes: the entry, its end, and the count of repeats.
async fn rows(app: &TestApp) -> (i64, Vec<(String, i64)>) {
    let db = app.app.db.read();
    let sqlite = db.get_database_backend() == DatabaseBackend::Sqlite;
    let tables = match sqlite {
        true => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        false => {
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        }
    };
    let query = |sql: String| Statement::from_string(db.get_database_backend(), sql);
    let tables = db.query_all_raw(query(tables.to_owned())).await.unwrap();
    let tables = tables
        .iter()
        .map(|row| row.try_get::<String>("", "name").unwrap());
    let counts: Vec<String> = tables
        .map(|name| format!("SELECT '{name}' AS name, count(*) AS rows FROM \"{name}\""))
        .collect();
    let counts = db
        .query_all_raw(query(counts.join(" UNION ALL ")))
        .await
        .unwrap();
    let mut counts: Vec<(String, i64)> = counts
        .iter()
        .map(|row| {
            (
                row.try_get("", "name").unwrap(),
                row.try_get("", "rows").unwrap(),
            )
        })
        .collect();
    counts.sort();
    let entries = counts
        .iter()
        .find(|(name, _)| name == "operation")
        .unwrap()
        .1;
    counts.retain(|(name, _)| !WRITTEN_BY_REFUSALS.contains(&name.as_str()));
    (entries, counts)
}

const WRITTEN_BY_REFUSALS: [&str; 4] =
    ["operation", "operation_hand", "chain_head", "refusal_count"];

/// The cells of one actor state, in the order of the rows.
async fn column(app: &TestApp, (state, name, client): (&str, &str, &str)) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    let mut fresh = app.fresh().await;
    let mut dirty = true;
    for kind in OperationKind::ALL {
        let both = matches!(
            kind.spec().target,
            TargetRule::UserWithinRole | TargetRule::UserWithinRoleOrSelf
        );
        let samples: &[bool] = if both { &[false, true] } else { &[false] };
        for privileged in samples {
            if dirty {
                fresh.finish().await;
                fresh = app.fresh().await;
                if state == "FULL, uncertified" {
                    suspend(&fresh).await;
                }
            }
            let ground = ground(&fresh, client).await;
            let who = who(&fresh, name).await;
            let before = rows(&fresh).await;
            let ended = sample(&fresh.app, *kind, who, &ground, *privileged).await;
            let cell = match &ended {
                Ok(_) => "✔",
                Err(Error::Failed(_) | Error::Input { .. }) => "○",
                Err(Error::Refused(denial)) => code(denial.reason),
                Err(error) => panic!("{state} {kind:?}: {error:?}"),
            };
            if let Err(Error::Refused(_)) = &ended {
                let after = rows(&fresh).await;
                assert!(after.0 - before.0 <= 1, "{state} {kind:?}");
                assert_eq!(
                    after.1, before.1,
                    "{state} {kind:?} wrote besides its entry"
                );
            }
            dirty = ended.is_ok();
            let on = if *privileged { ", privileged" } else { "" };
            cells.push((format!("{}{on}", kind.spec().stable), cell.to_owned()));
        }
    }
    fresh.finish().await;
    cells
}

async fn every_kind_by_every_actor(app: &TestApp) {
    let mut columns = Vec::new();
    for state in STATES {
        columns.push(column(app, *state).await);
    }
    let mut table = String::new();
    writeln!(table, "✔ done   ○ permitted, and stopped by a precondition").unwrap();
    for (code, reason) in CODES {
        writeln!(table, "{code:<3} {}", reason.name()).unwrap();
    }
    for (number, (state, ..)) in STATES.iter().enumerate() {
        writeln!(table, "{:<3} {state}", letter(number)).unwrap();
    }
    let head: String = (0..STATES.len())
        .map(|number| format!("{:<4}", letter(number)))
        .collect();
    writeln!(table, "\n{:<40}{}", "", head.trim_end()).unwrap();
    for (row, (kind, _)) in columns[0].iter().enumerate() {
        let cells: String = columns
            .iter()
            .map(|cells| format!("{:<4}", cells[row].1))
            .collect();
        writeln!(table, "{kind:<40}{}", cells.trim_end()).unwrap();
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "matrix", omit_expression => true }, {
        insta::assert_snapshot!("operations", table);
    });
}

/// The letter at the head of a column.
fn letter(number: usize) -> char {
    char::from(b'A' + u8::try_from(number).unwrap())
}

both!(every_kind_by_every_actor);
