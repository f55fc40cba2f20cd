//! Hostile inputs, one a row, with the refusal that each gets: a committed table. Nothing is written by any of them.

mod fields;
mod outside;
mod requests;

use std::fmt::Write;

use entity::{operation, organization, outbox, user};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use crate::support::{TestApp, both};

/// A table with one row an input.
#[derive(Default)]
struct Table(String);

impl Table {
    fn part(&mut self, title: &str) {
        write!(self.0, "\n{title}\n").unwrap();
    }

    fn row(&mut self, what: &str, refusal: &str) {
        let line = refusal.lines().next().unwrap_or_default();
        let line: String = line.chars().take(150).collect();
        writeln!(self.0, "{what:<52} {}", line.trim()).unwrap();
    }
}

/// The first error of an answer: code, reason, message.
fn refusal(answer: &Value) -> String {
    let error = &answer["errors"][0];
    let part = |name: &str| error["extensions"][name].as_str().unwrap_or_default();
    let message = error["message"].as_str().unwrap_or("NOT REFUSED");
    format!("{} {} {message}", part("code"), part("reason"))
}

async fn rows(app: &TestApp) -> [u64; 4] {
    let db = app.app.db.read();
    [
        operation::Entity::find().count(db).await.unwrap(),
        organization::Entity::find().count(db).await.unwrap(),
        outbox::Entity::find().count(db).await.unwrap(),
        user::Entity::find().count(db).await.unwrap(),
    ]
}

async fn each_is_refused_as_the_table_says(app: &TestApp) {
    let app = &app.again(|config| config.http.idle_seconds = 1).await;
    let mut table = Table::default();
    let carla = app.sign_in("carla").await;
    requests::in_bodies(app, &mut table).await;
    requests::in_documents(app, &mut table).await;
    requests::in_variables(app, &carla, &mut table).await;
    let before = rows(app).await;
    fields::in_fields(app, &carla, &mut table).await;
    let after = rows(app).await;
    // The record says what was refused of those who are known; nothing else is there.
    assert_eq!(after[1..], before[1..]);
    outside::on_pages(app, &mut table).await;
    outside::on_the_wire(app, &mut table).await;
    assert!(!table.0.contains("NOT REFUSED"), "{}", table.0);
    assert!(!table.0.contains("INTERNAL"), "{}", table.0);
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../matrix", omit_expression => true }, {
        insta::assert_snapshot!("hostile", table.0);
    });
}

both!(each_is_refused_as_the_table_says);
