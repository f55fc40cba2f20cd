//! Hands: in which ways someone of a partner may hold a user's sign-in. They are filled from the record, and
//! from the columns that they replace.

use std::collections::HashMap;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{
        ConnectionTrait, JsonValue, QueryResult,
        prelude::{DateTimeUtc, Uuid},
    },
};

use crate::add_columns;

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

/// How many entries of the record are in memory at once.
const BATCH: u64 = 1000;

/// Odd, with bits all over: 2¹²⁸ divided by the golden ratio.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager).await?;
        let own_at = ColumnDef::new("contact_own_at")
            .timestamp_with_time_zone()
            .to_owned();
        let recovered = ColumnDef::new("recovered_until")
            .timestamp_with_time_zone()
            .to_owned();
        add_columns(manager, "user", [own_at, recovered]).await?;
        let person = ColumnDef::new("person_id").uuid().to_owned();
        add_columns(manager, "user_role", [person]).await?;
        let delegable = ColumnDef::new("sign_ins_delegable")
            .boolean()
            .not_null()
            .default(false)
            .to_owned();
        add_columns(manager, "account_rules", [delegable]).await?;
        let connection = manager.get_connection();
        let own = "UPDATE \"user\" SET contact_own_at = created_at WHERE contact_grant_id IS NULL";
        connection.execute_unprepared(own).await?;
        fill(manager).await?;
        connection
            .execute_unprepared("DROP INDEX user_contact_grant")
            .await?;
        connection
            .execute_unprepared("DROP INDEX user_secret_grant")
            .await?;
        for (table, column) in [
            ("user", "contact_grant_id"),
            ("user", "shown_grant_id"),
            ("user", "secret_grant_id"),
            ("session", "secret_grant_id"),
        ] {
            let drop = format!("ALTER TABLE \"{table}\" DROP COLUMN {column}");
            connection.execute_unprepared(&drop).await?;
        }
        Ok(())
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().to_owned();
    manager
        .create_table(
            Table::create()
                .table("hand")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("user_id").uuid().not_null())
                .col(ColumnDef::new("organization_id").uuid().not_null())
                .col(ColumnDef::new("way").text().not_null())
                .col(ColumnDef::new("grant_id").uuid().not_null())
                .col(ColumnDef::new("person_id").uuid())
                .col(ColumnDef::new("role").text().not_null())
                .col(ColumnDef::new("operation_id").uuid())
                .col(time("began_at").not_null())
                .col(time("renewed_at").not_null())
                .col(time("ended_at"))
                .col(ColumnDef::new("ended_operation_id").uuid())
                .foreign_key(
                    ForeignKey::create()
                        .from("hand", "user_id")
                        .to("user", "id"),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from("hand", "grant_id")
                        .to("grant", "id"),
                )
                .to_owned(),
        )
        .await?;
    for (name, column) in [("hand_user", "user_id"), ("hand_grant", "grant_id")] {
        let open = Expr::col("ended_at").is_null();
        let mut index = Index::create();
        index.name(name).table("hand").col(column).and_where(open);
        manager.create_index(index).await?;
    }
    Ok(())
}

/// A hand that is found.
#[derive(Clone)]
struct Found {
    way: &'static str,
    grant: Uuid,
    person: Option<Uuid>,
    role: String,
    operation: Option<Uuid>,
    began: Option<DateTimeUtc>,
}

/// What the record says of one user's sign-in, up to an entry.
#[derive(Default)]
struct User {
    hands: Vec<Found>,
    /// Whether one of the organization's own admins set the contact after the hands on an earlier one began.
    own: bool,
}

/// An entry about who may hold a sign-in.
struct Entry {
    id: Uuid,
    organization: Uuid,
    seq: i64,
    at: DateTimeUtc,
    kind: String,
    target: Option<Uuid>,
    grant: Option<Uuid>,
    actor: Option<Uuid>,
    role: Option<String>,
    delegated: bool,
    body: String,
}

impl Entry {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.try_get("", "id")?,
            organization: row.try_get("", "organization_id")?,
            seq: row.try_get("", "seq")?,
            at: row.try_get("", "at")?,
            kind: row.try_get("", "kind")?,
            target: row.try_get("", "target_id")?,
            grant: row.try_get("", "grant_id")?,
            actor: row.try_get("", "actor_id")?,
            role: row.try_get("", "role")?,
            delegated: row.try_get::<String>("", "authority")? == "DELEGATED",
            body: row.try_get("", "body")?,
        })
    }

    /// The hand that it began. A user who acted by a role that a delegate gave is not the partner's person.
    fn hand(&self, way: &'static str, grant: Uuid) -> Found {
        Found {
            way,
            grant,
            person: self.actor.filter(|_| self.delegated),
            role: self.role.clone().unwrap_or_else(|| "FULL".to_owned()),
            operation: Some(self.id),
            began: Some(self.at),
        }
    }

    fn change(&self, name: &str) -> Option<String> {
        let body: JsonValue = self.body.parse().ok()?;
        Some(body.get("changes")?.get(name)?.as_str()?.to_owned())
    }
}

impl User {
    fn begin(&mut self, hand: Found) {
        let same = |other: &Found| {
            (other.way, other.grant, other.person) == (hand.way, hand.grant, hand.person)
        };
        if !self.hands.iter().any(same) {
            self.hands.push(hand);
        }
    }

    fn end(&mut self, way: &str) {
        self.hands.retain(|hand| hand.way != way);
    }

    fn take(&mut self, entry: &Entry) {
        match (entry.kind.as_str(), entry.grant) {
            ("user.add" | "user.change_contact", Some(grant)) => {
                self.begin(entry.hand("CONTACT", grant));
                self.own = false;
            }
            ("user.change_contact", None) => self.own = true,
            ("user.reset_password", Some(grant))
                if entry.change("delivery").as_deref() == Some("SHOW_ONCE") =>
            {
                self.begin(entry.hand("SECRET", grant));
            }
            ("user.enrol" | "user.redeem_reset" | "user.verify_contact", _) => {
                if std::mem::take(&mut self.own) {
                    self.end("CONTACT");
                }
                let read: Vec<Found> = self
                    .hands
                    .iter()
                    .filter(|hand| hand.way == "CONTACT")
                    .cloned()
                    .collect();
                if entry.kind == "user.verify_contact" {
                    return;
                }
                if read.is_empty() {
                    self.end("SECRET");
                }
                for hand in read {
                    self.begin(Found {
                        way: "SECRET",
                        operation: Some(entry.id),
                        began: Some(entry.at),
                        ..hand
                    });
                }
            }
            _ => {}
        }
    }
}

async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut users: HashMap<Uuid, User> = HashMap::new();
    let mut last: Option<(Uuid, i64)> = None;
    loop {
        let entries = entries(manager, last).await?;
        let Some(end) = entries.last() else { break };
        last = Some((end.organization, end.seq));
        for entry in &entries {
            let Some(target) = entry.target else { continue };
            if entry.kind == "admin_role.assign" {
                giver(manager, entry, target).await?;
            } else {
                users.entry(target).or_default().take(entry);
            }
        }
    }
    columns(manager, &mut users).await?;
    let mut number = 0;
    for (user, found) in users {
        for hand in found.hands {
            number += 1;
            insert(manager, user, hand, number).await?;
        }
    }
    Ok(())
}

async fn entries(
    manager: &SchemaManager<'_>,
    after: Option<(Uuid, i64)>,
) -> Result<Vec<Entry>, DbErr> {
    let mut query = Query::select();
    query
        .columns([
            "id",
            "organization_id",
            "seq",
            "at",
            "kind",
            "target_id",
            "grant_id",
            "actor_id",
            "role",
            "authority",
            "body",
        ])
        .from("operation")
        .and_where(Expr::col("outcome").eq("DONE"))
        .and_where(Expr::col("kind").is_in([
            "user.add",
            "user.change_contact",
            "user.reset_password",
            "user.enrol",
            "user.redeem_reset",
            "user.verify_contact",
            "admin_role.assign",
        ]))
        .order_by("organization_id", Order::Asc)
        .order_by("seq", Order::Asc)
        .limit(BATCH);
    if let Some((organization, seq)) = after {
        let further = Expr::col("organization_id").gt(organization);
        let same = Expr::col("organization_id")
            .eq(organization)
            .and(Expr::col("seq").gt(seq));
        query.and_where(further.or(same));
    }
    let rows = manager.get_connection().query_all(&query).await?;
    rows.iter().map(Entry::of).collect()
}

/// Notes who gave a role that the user still holds under a grant.
async fn giver(manager: &SchemaManager<'_>, entry: &Entry, user: Uuid) -> Result<(), DbErr> {
    let (Some(grant), Some(role)) = (entry.grant, entry.change("role")) else {
        return Ok(());
    };
    let update = Query::update()
        .table("user_role")
        .value("person_id", entry.actor.filter(|_| entry.delegated))
        .and_where(Expr::col("user_id").eq(user))
        .and_where(Expr::col("grant_id").eq(grant))
        .and_where(Expr::col("role").eq(role))
        .to_owned();
    manager.get_connection().execute(&update).await.map(drop)
}

/// Adds what only the columns say.
async fn columns(
    manager: &SchemaManager<'_>,
    users: &mut HashMap<Uuid, User>,
) -> Result<(), DbErr> {
    for (column, way) in [
        ("contact_grant_id", "CONTACT"),
        ("shown_grant_id", "SECRET"),
    ] {
        let query = Query::select()
            .column("id")
            .expr_as(Expr::col(column), "grant_id")
            .from("user")
            .and_where(Expr::col(column).is_not_null())
            .to_owned();
        for row in manager.get_connection().query_all(&query).await? {
            let user = users.entry(row.try_get("", "id")?).or_default();
            let grant = row.try_get("", "grant_id")?;
            let known = |hand: &Found| (hand.way, hand.grant) == (way, grant);
            if !user.hands.iter().any(known) {
                user.begin(Found {
                    way,
                    grant,
                    person: None,
                    role: "FULL".to_owned(),
                    operation: None,
                    began: None,
                });
            }
        }
    }
    Ok(())
}

/// Writes a hand of an existing user; its id is computed from that of the entry that began it.
async fn insert(
    manager: &SchemaManager<'_>,
    user: Uuid,
    hand: Found,
    number: u128,
) -> Result<(), DbErr> {
    let cause = hand.operation.unwrap_or(user);
    // Numbers are spread, so that no two of the ids that are made of several entries meet.
    let id = Uuid::from_u128(cause.as_u128() ^ number.wrapping_mul(SPREAD));
    let began = match hand.began {
        Some(at) => Expr::value(at),
        None => Expr::col("created_at"),
    };
    let mut rows = Query::select();
    rows.expr(Expr::value(id))
        .column("id")
        .column("organization_id")
        .expr(Expr::value(hand.way))
        .expr(Expr::value(hand.grant))
        .expr(Expr::value(hand.person))
        .expr(Expr::value(hand.role))
        .expr(Expr::value(hand.operation))
        .expr(began.clone())
        .expr(began)
        .from("user")
        .and_where(Expr::col("id").eq(user));
    let mut insert = Query::insert();
    insert.into_table("hand").columns([
        "id",
        "user_id",
        "organization_id",
        "way",
        "grant_id",
        "person_id",
        "role",
        "operation_id",
        "began_at",
        "renewed_at",
    ]);
    let filled = insert.select_from(rows);
    filled.map_err(|error| DbErr::Custom(error.to_string()))?;
    manager.get_connection().execute(&insert).await.map(drop)
}
