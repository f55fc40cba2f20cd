//! What the parts of a request cost in one thread: `cargo bench`.

#![expect(
    clippy::unwrap_used,
    reason = "what fails here fails before anything is measured"
)]

use std::{hint::black_box, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, Criterion};
use entity::{organization, session, states::AuthorityKind, user};
use mandate::{
    ambient::{Clock, Rng},
    app::App,
    cli::{demo_past, load_demo, verify_database},
    config::Config,
    db::{Lock, Locks},
    domain::{
        kind::OperationKind,
        policy::{self, Facts},
    },
    http::Precheck,
    store::{
        facts::{self, Subject, TargetId, Who},
        record::{self, Draft},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The demo world in a SQLite file, and a delegate's facts about a user of a client.
struct World {
    _dir: TempDir,
    app: App,
    facts: Facts,
    now: DateTime<Utc>,
}

async fn world() -> World {
    let dir = TempDir::new().unwrap();
    let mut config = Config::load(None).unwrap();
    config.database.url = format!("sqlite:{}/mandate.db", dir.path().display()).into();
    config.keys.dir = dir.path().join("keys");
    config.anchors.dir = dir.path().join("anchors");
    config.mail.folder = dir.path().join("mail");
    config.auth.argon2_memory_kib = 8;
    config.auth.argon2_passes = 1;
    let start = "2026-11-24T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(start);
    let app = App::open(demo_past(config), clock, Rng::from_seed([7; 32]), None);
    let app = app.await.unwrap();
    app.db.migrate().await.unwrap();
    load_demo(&app).await.unwrap();
    let person = async |name: &str| {
        let query = user::Entity::find().filter(user::Column::SignInKey.starts_with(name));
        query.one(app.db.read()).await.unwrap().unwrap()
    };
    let (fiona, ivan) = (person("fiona@").await, person("ivan@").await);
    let query = session::Entity::find().filter(session::Column::UserId.eq(fiona.id));
    let session = query.one(app.db.read()).await.unwrap().unwrap();
    let who = Who::Session(session.id, fiona.id);
    let subject = Subject::Account(ivan.organization_id, TargetId::User(ivan.id));
    // At a time when the session of the demo's past had not ended.
    let now = session.created_at + TimeDelta::minutes(1);
    let server = app.db.server();
    let facts = facts::load(&server, &who, &subject, now).await.unwrap();
    assert!(policy::decide(OperationKind::UpdateProfile, &facts, now).is_ok());
    World {
        _dir: dir,
        app,
        facts,
        now,
    }
}

fn decisions(criterion: &mut Criterion, world: &World) {
    let (facts, now) = (&world.facts, world.now);
    criterion.bench_function("decide: one act of a delegate", |bench| {
        bench.iter(|| policy::decide(OperationKind::UpdateProfile, black_box(facts), now).is_ok());
    });
    criterion.bench_function("allowedOperations: 50 clients", |bench| {
        bench.iter(|| {
            (0..50)
                .map(|_| policy::allowed(black_box(facts), now).len())
                .sum::<usize>()
        });
    });
}

fn documents(criterion: &mut Criterion, world: &World) {
    let precheck = Precheck::new(&world.app.config.limits);
    let query = "query Q1 { clients(first: 50) { nodes { id name grant { state roleCap expiresAt } operations(first: 3) { nodes { kind at } } } } }";
    criterion.bench_function("pre-check: a known document", |bench| {
        bench.iter(|| precheck.document(black_box(query)).is_ok());
    });
    let mut number = 0_u64;
    criterion.bench_function("pre-check: a new document", |bench| {
        bench.iter_batched(
            || {
                number += 1;
                format!("{query} # {number}")
            },
            |text| precheck.document(&text).is_ok(),
            BatchSize::SmallInput,
        );
    });
}

fn record(criterion: &mut Criterion, world: &World, runtime: &Runtime) {
    let app = &world.app;
    let account = world.facts.account.as_ref().unwrap().id;
    let actor = world.facts.caller.actor().unwrap();
    let draft = || {
        let mut draft = Draft::new(
            app,
            app.rng.id(world.now),
            account,
            "user.update_profile",
            app.now(),
            AuthorityKind::Delegated,
        );
        draft.by(actor);
        draft
    };
    for entries in [1, 16] {
        let name = format!("append: {entries} to one record, with its signature, rolled back");
        criterion.bench_function(&name, |bench| {
            bench.to_async(runtime).iter(async || {
                let mut locks = Locks::default();
                locks.add(account, Lock::Exclusive);
                let tx = app.db.begin(&locks).await.unwrap();
                let drafts = (0..entries).map(|_| draft()).collect();
                let added = record::append(&tx, drafts, app).await.unwrap();
                tx.rollback().await.unwrap();
                added.entries.len()
            });
        });
    }
    let records = runtime.block_on(async {
        let all = organization::Entity::find().all(app.db.read()).await;
        all.unwrap().len()
    });
    let name = format!("verify: the records of {records} organizations");
    criterion.bench_function(&name, |bench| {
        bench.to_async(runtime).iter(async || {
            let verified = verify_database(app, Vec::new(), false).await.unwrap();
            assert!(verified.iter().all(|one| one.verdict.faults.is_empty()));
        });
    });
}

fn main() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(world());
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    decisions(&mut criterion, &world);
    documents(&mut criterion, &world);
    record(&mut criterion, &world, &runtime);
    criterion.final_summary();
}
