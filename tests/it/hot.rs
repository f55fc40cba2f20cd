//! The prepared statements of the hot paths find what the plain queries find.

use entity::{
    account_rules, certification, grant, ids::UserId, operation, operation_hand, organization,
    session, states::Way, user,
};
use mandate::{
    db::Locks,
    domain::{viewer::Actor, visibility},
    store::{
        clients,
        facts::{self, Subject, TargetId, Who},
        hot::{
            self,
            entries::Width,
            facts::{Asked, load},
        },
        page::Page,
        record::search,
        scopes, viewer,
    },
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};
use serde_json::json;

use crate::support::{TestApp, both, give_role, logs};

/// People who stay as they are.
const KEPT: [&str; 4] = ["ivan@", "uma@", "carla@", "fiona@"];

fn kept(user: &user::Model) -> bool {
    KEPT.iter().any(|name| user.sign_in_key.starts_with(name))
}

async fn users(db: &DatabaseConnection) -> Vec<user::Model> {
    let query = user::Entity::find().order_by_asc(user::Column::SignInKey);
    query.all(db).await.unwrap()
}

/// A session of each user, whoever may sign in.
async fn sessions(app: &TestApp) -> Vec<session::Model> {
    let db = app.intruder().await;
    let users = users(&db).await;
    let mut sessions = Vec::new();
    for (number, user) in users.iter().enumerate() {
        let row = session::ActiveModel {
            id: Set(app.app.rng.id(app.app.now())),
            user_id: Set(user.id),
            organization_id: Set(user.organization_id),
            created_at: Set(app.app.now() - chrono::TimeDelta::minutes(4 * (number as i64 % 3))),
            confirmed_at: Set((number % 2 == 0).then(|| app.app.now())),
            expires_at: Set(app.app.now() + chrono::TimeDelta::hours(1)),
            revoked_at: Set((number % 5 == 4 && !kept(user)).then(|| app.app.now())),
        };
        sessions.push(row.insert(&db).await.unwrap());
    }
    sessions
}

/// Makes a world of it in which each column of the statement has its values.
async fn stir(app: &TestApp) {
    let (offer, revision) = app.db_offer("northwind").await;
    let answer = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
    app.sign_in("ursula")
        .await
        .done("declineOffer", answer, "response { answer }")
        .await;
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    give_role(app, &carla, "ivan", "REPORTS_READER").await;
    give_role(app, &fiona, "ivan", "GUEST_INVITER").await;
    app.db_hand("uma", Way::Secret, "fiona").await;
    app.db_hand("ursula", Way::Contact, "fiona").await;
    app.db_grant_to_tailspin().await;
    let db = app.intruder().await;
    for (number, user) in users(&db).await.into_iter().enumerate() {
        let at = Some(app.app.now());
        let mut row = user.clone().into_active_model();
        match number % 9 {
            _ if kept(&user) => continue,
            1 => row.blocked_at = Set(at),
            3 => row.deleted_at = Set(at),
            5 => row.recovered_until = Set(at.map(|at| at + chrono::TimeDelta::hours(1))),
            7 => row.temporary_until = Set(at),
            8 => row.purged_at = Set(at),
            _ => continue,
        }
        row.update(&db).await.unwrap();
    }
    account_rules::Entity::insert(account_rules::ActiveModel {
        organization_id: Set(app.db_organization("contoso").await),
        link_allowed: Set(false),
        show_once_allowed: Set(true),
        ticket_required: Set(true),
        reason_required: Set(false),
        sign_ins_delegable: Set(true),
    })
    .exec_without_returning(&db)
    .await
    .unwrap();
    certification::Entity::update_many()
        .filter(certification::Column::OrganizationId.ne(app.db_organization("northwind").await))
        .col_expr(
            certification::Column::SuspendedAt,
            Expr::value(app.app.now()),
        )
        .exec(&db)
        .await
        .unwrap();
    let grants = grant::Entity::find().all(&db).await.unwrap();
    assert!(grants.len() > 3);
}

async fn the_facts_in_one_row_are_those_of_the_plain_queries(app: &TestApp) {
    stir(app).await;
    let sessions = sessions(app).await;
    let db = app.intruder().await;
    let accounts = organization::Entity::find().all(&db).await.unwrap();
    let users = users(&db).await;
    let (conn, now) = (app.app.db.server(), app.app.now());
    let (mut asked, mut plain) = (Vec::new(), Vec::new());
    for session in &sessions {
        for account in &accounts {
            let inside = users
                .iter()
                .filter(|user| user.organization_id == account.id);
            let mut targets: Vec<Option<UserId>> = inside.map(|user| Some(user.id)).collect();
            targets.extend([None, Some(session.user_id)]);
            for target in targets {
                let subject =
                    Subject::Account(account.id, target.map_or(TargetId::None, TargetId::User));
                let who = Who::Session(session.id, session.user_id);
                asked.push(Asked::of(session.id, session.user_id, &subject).unwrap());
                plain.push(facts::load(&conn, &who, &subject, now).await.unwrap());
            }
        }
    }
    let mut seen = [0; 5];
    for (asked, plain) in asked.chunks(7).zip(plain.chunks(7)) {
        let found = load(&conn, asked, now).await.unwrap();
        for ((found, plain), asked) in found.into_iter().zip(plain).zip(asked) {
            let signed_in = plain.caller.actor();
            assert_eq!(found.is_some(), signed_in.is_some(), "{asked:?}");
            let Some(found) = found else {
                continue;
            };
            assert_eq!(&found, plain, "{asked:?}");
            let actor = signed_in.unwrap();
            seen[0] += usize::from(!actor.given.is_empty() || !actor.dormant.is_empty());
            seen[1] += usize::from(!actor.hands.is_empty());
            seen[2] += usize::from(plain.grant.is_some());
            seen[3] += usize::from(plain.responded);
            seen[4] += usize::from(plain.contact_of_partner);
        }
    }
    assert!(
        seen[..4].iter().all(|seen| *seen > 0),
        "{seen:?} of {}",
        plain.len()
    );
}

both!(the_facts_in_one_row_are_those_of_the_plain_queries);

async fn a_page_of_clients_is_that_of_the_plain_query(app: &TestApp) {
    app.db_grant_to_tailspin().await;
    let petra = actor(app, "petra").await;
    let scope = visibility::partner(&petra).unwrap();
    let (db, now) = (app.app.db.read(), app.app.now());
    let mut after = None;
    let mut seen = 0;
    loop {
        let page = Page { first: 2, after };
        let filter = clients::Filter::default();
        let plain = clients::plain(db, &scope, &filter, clients::Sort::Oldest, now, page);
        let (plain, found) = (
            plain.await.unwrap(),
            hot::clients::page(db, &scope, page).await,
        );
        let found = found.unwrap();
        assert_eq!(found.rows, plain.rows);
        assert_eq!(found.has_next, plain.has_next);
        seen += found.rows.len();
        if !found.has_next {
            break;
        }
        after = found.rows.last().map(|client| client.organization.id.0);
    }
    assert!(seen > 2, "{seen}");
}

both!(a_page_of_clients_is_that_of_the_plain_query);

async fn the_latest_entries_are_those_of_the_plain_query(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    for number in 0..6 {
        let input = json!({ "accountId": app.account("contoso").await, "name": format!("d{number}.example") });
        fiona.done("addDomain", input, "domain { id }").await;
    }
    let fiona = actor(app, "fiona").await;
    let partner = visibility::partner(&fiona).unwrap();
    let db = app.app.db.read();
    let page = Page {
        first: 50,
        after: None,
    };
    let clients = hot::clients::page(db, &partner, page).await.unwrap();
    let scopes = clients
        .rows
        .iter()
        .filter_map(|client| scopes::of_client(&app.app, &fiona, &client.grant));
    let scopes: Vec<_> = scopes.collect();
    let mut seen = 0;
    for most in [1, 4, 5, 50] {
        let found = hot::entries::latest(db, &scopes, most, Width::Brief)
            .await
            .unwrap()
            .unwrap();
        let plain = search::latest(db, &scopes, most).await.unwrap();
        let whole = hot::entries::latest(db, &scopes, most, Width::Whole);
        assert_eq!(whole.await.unwrap().unwrap(), plain);
        assert_eq!(found.len(), plain.len());
        for (account, rows) in plain {
            let rows: Vec<_> = rows.into_iter().map(brief).collect();
            seen += rows.len();
            assert_eq!(found[&account], rows, "{most}");
        }
    }
    assert!(seen > 15, "{seen}");
}

both!(the_latest_entries_are_those_of_the_plain_query);

async fn chains_are_read_as_the_plain_query_reads_them(app: &TestApp) {
    let query = operation::Entity::find()
        .order_by_asc(operation::Column::OrganizationId)
        .order_by_asc(operation::Column::Seq);
    let plain = query.all(app.app.db.read()).await.unwrap();
    let (first, last) = (
        plain[0].organization_id,
        plain.last().unwrap().organization_id,
    );
    let db = &app.app.db.server();
    let (whole, alone) = (first..=last, first..=first);
    let all = hot::entries::chains(db, &whole, 0, 10_000);
    assert_eq!(all.await.unwrap(), plain);
    let some = hot::entries::chains(db, &whole, 2, 7);
    let beyond = plain
        .iter()
        .filter(|row| row.organization_id > first || row.seq > 2);
    assert_eq!(
        some.await.unwrap(),
        beyond.take(7).cloned().collect::<Vec<_>>()
    );
    let one = hot::entries::chains(db, &alone, 1, 10_000);
    let of_it = plain
        .iter()
        .filter(|row| row.organization_id == first && row.seq > 1);
    assert_eq!(one.await.unwrap(), of_it.cloned().collect::<Vec<_>>());
    // Two entries in the hands of two partners, and one that is not asked for.
    let grants = [
        app.db_grant("northwind", "contoso").await,
        app.db_grant("tailspin", "contoso").await,
    ];
    let mut held = Vec::new();
    let tx = app.app.db.begin(&Locks::default()).await.unwrap();
    for row in &plain[..3] {
        for grant in grants {
            held.push((row.id, grant));
            let hand = operation_hand::ActiveModel {
                operation_id: Set(row.id),
                grant_id: Set(grant),
                partner_id: Set(None),
            };
            hand.insert(&tx).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    held.truncate(4);
    let asked = plain.iter().map(|row| row.id);
    let asked = asked.filter(|id| *id != plain[2].id);
    let mut found = hot::entries::hands(db, asked).await.unwrap();
    found.sort_unstable();
    held.sort_unstable();
    assert_eq!(found, held);
}

both!(chains_are_read_as_the_plain_query_reads_them);

/// An entry without what a brief row leaves out.
fn brief(row: operation::Model) -> operation::Model {
    operation::Model {
        reason: None,
        actor_id: None,
        actor_organization_id: None,
        grant_id: None,
        role: None,
        target_type: None,
        target_id: None,
        session_id: None,
        changes: None,
        hands: None,
        actor_name: None,
        actor_sign_in_name: None,
        actor_organization_name: None,
        target_name: None,
        ticket: None,
        note: None,
        salts: Vec::new(),
        erased: None,
        link: Vec::new(),
        ..row
    }
}

/// A user, as a request of its latest session is answered.
pub async fn actor(app: &TestApp, name: &str) -> Actor {
    app.sign_in(name).await;
    let user = app.db_user(name).await;
    let query = session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .order_by_desc(session::Column::Id);
    let session = query.one(app.app.db.read()).await.unwrap().unwrap();
    let actor = viewer::caller(&app.app.db, session.id, user, app.app.now());
    actor.await.unwrap().unwrap()
}

async fn an_entry_of_a_page_gives_what_its_brief_row_leaves_out(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let all = "kind reason role grantId targetType targetId authority outcome sequence actor { name signInName organization } targetName changes { name value } ticket note link hands { kind: __typename } receipt job";
    let query = format!(
        "{{ clients(first: 5) {{ edges {{ node {{ id operations(first: 3) {{ edges {{ node {{ id {all} }} }} }} }} }} }} }}"
    );
    let listed = fiona.data(&query, json!({})).await;
    let mut seen = 0;
    for client in listed["clients"]["edges"].as_array().unwrap() {
        for entry in client["node"]["operations"]["edges"].as_array().unwrap() {
            let entry = &entry["node"];
            let one = format!(
                "query($id: ID!) {{ node(id: $id) {{ ... on Operation {{ id {all} }} }} }}"
            );
            let alone = fiona.data(&one, json!({ "id": entry["id"] })).await;
            assert_eq!(&alone["node"], entry);
            assert!(
                entry["actor"]["name"].is_string() && entry["link"].is_string(),
                "{entry}"
            );
            seen += 1;
        }
    }
    assert!(seen > 2, "{seen}");
}

both!(an_entry_of_a_page_gives_what_its_brief_row_leaves_out);

/// SQLite is read on the thread that asks, which leaves to the driver what it cannot read, and says so.
async fn nothing_of_the_hot_requests_is_left_to_the_driver(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let query = "query($input: ExplainAccessInput!) { \
        clients(first: 50) { nodes { id name grant { state roleCap expiresAt } \
        brief: operations(first: 3) { nodes { kind at } } } } \
        explainAccess(input: $input) { allowed } }";
    let whole =
        "{ clients { nodes { operations(first: 3) { nodes { note changes { name } } } } } }";
    let ivan = json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await, "operation": "RESET_PASSWORD" });
    let asked = async {
        fiona.data(query, json!({ "input": ivan })).await;
        fiona.data(whole, json!({})).await
    };
    let (statements, _) = app.statements_of(asked).await;
    for beginning in ["SELECT asked.", "SELECT named.", "SELECT entry."] {
        let of = |sql: &&String| sql.starts_with(beginning);
        assert!(statements.iter().any(|sql| of(&sql)), "{beginning}");
        for sql in statements.iter().filter(of) {
            let left = format!("sql={sql:?}");
            assert!(!logs::lines().contains(&left), "{sql}");
        }
    }
}

both!(nothing_of_the_hot_requests_is_left_to_the_driver);
