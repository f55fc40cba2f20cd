//! A page of a server that fails: it says so, tells nobody the cause, and logs it once.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use super::*;
use crate::support::logs;

async fn a_failure_of_the_server_has_a_page_and_its_cause_one_line_of_the_log(app: &TestApp) {
    let (path, _) = offer(app).await;
    let db = app.intruder().await;
    // No test but this one runs without these tables.
    let of_database = match db.get_database_backend() {
        DatabaseBackend::Sqlite => "no such table",
        _ => "does not exist",
    };
    let secret = "x".repeat(43);
    let pages = [
        ("sign_up", format!("/sign-up/{secret}")),
        ("link", format!("/enrol/{secret}")),
        ("recovery", format!("/recover/{secret}")),
        ("export", format!("/exports/{secret}")),
        ("offer", format!("{path}/sign-up")),
    ];
    for (table, path) in &pages {
        db.execute_unprepared(&format!(
            "ALTER TABLE \"{table}\" RENAME TO \"{table}_away\""
        ))
        .await
        .unwrap();
        let (status, _, page) = app.get(path).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(
            page.contains("The server failed.") && !page.contains(of_database),
            "{page}"
        );
        let lines = logs::lines();
        let told = lines.lines().filter(|line| {
            line.contains("A request failed.") && line.contains(of_database) && line.contains(table)
        });
        assert_eq!(told.count(), 1, "{path}");
        db.execute_unprepared(&format!(
            "ALTER TABLE \"{table}_away\" RENAME TO \"{table}\""
        ))
        .await
        .unwrap();
    }
}

both!(a_failure_of_the_server_has_a_page_and_its_cause_one_line_of_the_log);
