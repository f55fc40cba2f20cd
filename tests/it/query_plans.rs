//! How the database finds what lists show: by an index, without sorting.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, TransactionTrait};
use serde_json::json;

use crate::support::{Browser, TestApp, both};

/// First column of each row, or the column of this name.
async fn db_texts(app: &TestApp, sql: &str, column: &str) -> Vec<String> {
    let statement = Statement::from_string(app.app.db.backend(), sql);
    let rows = app.app.db.read().query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", column).unwrap())
        .collect()
}

/// SQLite's plan of a statement that was run, its values unknown.
async fn plan(app: &TestApp, statement: &str) -> String {
    let sql = format!("EXPLAIN QUERY PLAN {statement}");
    db_texts(app, &sql, "detail").await.join("\n")
}

/// PostgreSQL's plan of a statement that was run, its values unknown; without an index, if one is named. Whole tables are
/// not read, as if they were large.
async fn postgres_plan(app: &TestApp, statement: &str, without: Option<&str>) -> String {
    let values = (1..).take_while(|number| statement.contains(&format!("${number}")));
    let nulls = vec!["NULL"; values.count()].join(", ");
    let tx = app.intruder().await.begin().await.unwrap();
    let drop = without.map(|index| format!("DROP INDEX {index}"));
    for sql in drop.into_iter().chain([
        "SET LOCAL enable_seqscan = off".to_owned(),
        "SET LOCAL enable_bitmapscan = off".to_owned(),
        "SET LOCAL plan_cache_mode = force_generic_plan".to_owned(),
        format!("PREPARE looked AS {statement}"),
    ]) {
        tx.execute_unprepared(&sql).await.unwrap();
    }
    let explain = format!("EXPLAIN EXECUTE looked({nulls})");
    let rows = tx
        .query_all_raw(Statement::from_string(DatabaseBackend::Postgres, explain))
        .await
        .unwrap();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    lines.join("\n")
}

fn is_sqlite(app: &TestApp) -> bool {
    app.app.db.backend() == DatabaseBackend::Sqlite
}

async fn sqlite_keeps_its_plans(app: &TestApp) {
    if is_sqlite(app) {
        let options = db_texts(app, "PRAGMA compile_options", "compile_options").await;
        let has = |wanted: &str| options.iter().any(|option| option.starts_with(wanted));
        assert!(has("ENABLE_QPSG"), "{options:?}");
        // One lock for the pages of all connections; and code from files.
        for without in ["ENABLE_MEMORY_MANAGEMENT", "ENABLE_LOAD_EXTENSION"] {
            assert!(!has(without), "{options:?}");
        }
    }
}

both!(sqlite_keeps_its_plans);

async fn clients_are_read_in_the_order_that_is_asked_for(app: &TestApp) {
    if !is_sqlite(app) {
        return;
    }
    let fiona = app.sign_in("fiona").await;
    for (arguments, index) in [
        ("first: 5", "sqlite_autoindex_client_1"),
        ("first: 5, orderBy: NAME", "client_by_name"),
        ("first: 5, orderBy: EXPIRY", "client_by_expiry"),
        (
            "first: 5, orderBy: NAME, filter: { states: [HELD, ENDED] }",
            "client_by_name",
        ),
        (
            "first: 5, filter: { search: \"cont\" }",
            "sqlite_autoindex_client_word_1",
        ),
    ] {
        let query = format!("{{ clients({arguments}) {{ nodes {{ id }} }} }}");
        let (statements, _) = app.statements_of(fiona.data(&query, json!({}))).await;
        let list = statements
            .iter()
            .find(|sql| sql.contains("client") && sql.contains("grant_id"))
            .unwrap();
        let plan = plan(app, list).await;
        assert!(plan.contains(index), "{arguments}: {plan}");
        // What is found by words is put in order, and is little.
        let sorts = plan.contains("TEMP B-TREE") && !arguments.contains("search");
        assert!(!sorts, "{arguments}: {plan}");
        assert!(
            !plan.contains("SCAN grant") && !plan.contains("SCAN organization"),
            "{arguments}: {plan}"
        );
    }
}

both!(clients_are_read_in_the_order_that_is_asked_for);

async fn a_record_is_read_in_its_own_order(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let query = "query($id: ID!, $after: String) { operations(accountId: $id, first: 2, after: $after) { nodes { sequence } pageInfo { endCursor hasNextPage } } }";
    for (actor, index) in [(&carla, "operation_place"), (&fiona, "operation_in_client")] {
        let (statements, data) = app
            .statements_of(actor.data(query, json!({ "id": contoso })))
            .await;
        let first = data["operations"].clone();
        let seq = |page: &serde_json::Value, place: usize| {
            page["nodes"][place]["sequence"].as_i64().unwrap()
        };
        assert!(seq(&first, 0) > seq(&first, 1), "{first}");
        let after = json!({ "id": contoso, "after": first["pageInfo"]["endCursor"] });
        let second = actor.data(query, after).await["operations"].clone();
        assert!(seq(&first, 1) > seq(&second, 0), "{first} {second}");
        if is_sqlite(app) {
            let list = statements
                .iter()
                .find(|sql| sql.contains("ORDER BY \"operation\".\"seq\""))
                .unwrap();
            let plan = plan(app, list).await;
            assert!(
                plan.contains(index) && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
    }
    // A cursor of another record is no place in this one.
    let elsewhere =
        carla.data(query, json!({ "id": contoso })).await["operations"]["pageInfo"]["endCursor"]
            .clone();
    let northwind = app.account("northwind").await;
    let petra = app.sign_in("petra").await;
    let page = petra
        .data(query, json!({ "id": northwind, "after": elsewhere }))
        .await["operations"]
        .clone();
    assert_eq!(page["nodes"], json!([]));
}

both!(a_record_is_read_in_its_own_order);

async fn who_confirms_a_contact_does_not_read_the_whole_record(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let greta = json!({ "accountId": app.account("contoso").await, "userId": app.user("greta").await, "contact": "greta.contoso@example.org" });
    let (statements, _) = app
        .statements_of(carla.done("confirmContact", greta, "operation { id }"))
        .await;
    let of_domains = statements
        .iter()
        .find(|sql| sql.contains("\"operation\".\"kind\" IN"))
        .unwrap();
    if is_sqlite(app) {
        let plan = plan(app, of_domains).await;
        assert!(
            plan.contains("operation_of_kind (organization_id=? AND kind=?)"),
            "{plan}"
        );
    }
}

both!(who_confirms_a_contact_does_not_read_the_whole_record);

async fn a_pair_with_many_grants_is_asked_for_its_latest_alone(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let asked = json!({ "accountId": app.account("contoso").await, "operation": "ADD_USER" });
    let may = "query($i: ExplainAccessInput!) { explainAccess(input: $i) { allowed } }";
    let answer = "{ clients { nodes { grant { response { answer } } } } }";
    for (query, variables, table, index) in [
        (may, json!({ "i": asked }), "asked.column1", "grant_pair"),
        (answer, json!({}), "\"response\"", "response_of_grant"),
    ] {
        let (statements, _) = app.statements_of(fiona.data(query, variables)).await;
        let sql = statements.iter().find(|sql| sql.contains(table)).unwrap();
        let plan = match is_sqlite(app) {
            true => plan(app, sql).await,
            false => postgres_plan(app, sql, None).await,
        };
        assert!(plan.contains(index), "{sql}: {plan}");
        // The others are not even looked at.
        assert!(!sql.contains("NOT EXISTS"), "{sql}");
        assert!(sql.contains("DESC LIMIT"), "{sql}");
    }
}

both!(a_pair_with_many_grants_is_asked_for_its_latest_alone);

async fn the_end_of_a_grant_is_found_by_the_grant(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla.done("endGrant", grant.clone(), "grant { id }").await;
    let query = "query($id: ID!) { grant(id: $id) { end { __typename } } }";
    let asked = carla.data(query, json!({ "id": grant["grantId"] }));
    let (statements, data) = app.statements_of(asked).await;
    assert!(data["grant"]["end"].is_object(), "{data}");
    let mut of_target = statements
        .iter()
        .filter(|sql| sql.contains("\"target_id\" ="));
    let sql = of_target.next().unwrap();
    // Among all entries of the record, not among the next ones of it.
    assert!(!sql.contains("FROM (SELECT"), "{sql}");
    if is_sqlite(app) {
        let plan = plan(app, sql).await;
        assert!(plan.contains("operation_touched"), "{plan}");
    }
}

both!(the_end_of_a_grant_is_found_by_the_grant);

async fn an_offer_is_read_without_its_earlier_revisions(app: &TestApp) {
    let (offer, _) = app.db_offer("northwind").await;
    let path = format!("/offers/{}", offer.token);
    let (statements, _) = app.statements_of(app.get(&path)).await;
    for table in ["offer_revision", "offer_item"] {
        let of_table = format!("FROM \"{table}\"");
        let mut of_table = statements.iter().filter(|sql| sql.contains(&of_table));
        let sql = of_table.next().unwrap();
        let revision = format!("\"{table}\".\"revision\" =");
        assert!(sql.contains(&revision), "{sql}");
    }
}

both!(an_offer_is_read_without_its_earlier_revisions);

async fn tags_are_read_of_the_clients_of_the_page_alone(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let page = fiona.data("{ clients { nodes { tags } } }", json!({}));
    let (statements, _) = app.statements_of(page).await;
    let of_tags = |sql: &&String| sql.contains("FROM \"client_tag\"");
    let of_tags = statements.iter().find(of_tags).unwrap();
    if is_sqlite(app) {
        // The table is empty: SQLite goes through it, unless it is asked for an order that an index has.
        let plan = plan(app, of_tags).await;
        assert!(!plan.contains("sqlite_autoindex_client_tag_1"), "{plan}");
    } else {
        let plan = postgres_plan(app, of_tags, None).await;
        assert!(plan.contains("client_tag_client"), "{plan}");
    }
}

both!(tags_are_read_of_the_clients_of_the_page_alone);

async fn lists_go_by_their_own_index_whoever_asks(app: &TestApp) {
    let (carla, fiona, petra) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
    );
    for (actor, list, order, index, all) in [
        (
            &fiona,
            "delegatedOperations(first: 3)",
            "\"operation\".\"id\" DESC",
            "operation_of_partner",
            "Backward using operation_pkey",
        ),
        (
            &fiona,
            "viewer { operations(first: 3)",
            "\"operation\".\"id\" DESC",
            "operation_of_actor",
            "Backward using operation_pkey",
        ),
        (
            &fiona,
            "operationsInHands(first: 3)",
            "\"operation_hand\".\"operation_id\" DESC",
            "operation_hand_of_partner",
            "Backward using operation_pkey",
        ),
        (
            &fiona,
            "offers(first: 3)",
            "\"offer\".\"id\" DESC",
            "offer_partner",
            "using offer_pkey",
        ),
        (
            &petra,
            "viewer { organization { delegatedAdmins(first: 3)",
            "\"user\".\"id\" ASC",
            "user_staff",
            "using user_pkey",
        ),
        (
            &carla,
            "viewer { organization { users(first: 3)",
            "\"user\".\"id\" ASC",
            "user_organization",
            "using user_pkey",
        ),
    ] {
        let close = "}".repeat(list.matches('{').count());
        let query = format!("{{ {list} {{ nodes {{ id }} }}{close} }}");
        let (statements, _) = app.statements_of(actor.data(&query, json!({}))).await;
        let list = statements
            .iter()
            .find(|sql| sql.contains("ORDER BY") && sql.contains(order) && sql.contains("LIMIT"))
            .unwrap();
        if is_sqlite(app) {
            let plan = plan(app, list).await;
            assert!(plan.contains(index), "{query}: {plan}");
            continue;
        }
        let with = postgres_plan(app, list, None).await;
        assert!(with.contains(index), "{query}: {list}\n{with}");
        // By the primary key, all rows would have to be gone through.
        let without = postgres_plan(app, list, Some(index)).await;
        assert!(!without.contains(all), "{query}: {list}\n{without}");
    }
}

both!(lists_go_by_their_own_index_whoever_asks);

async fn strangers_who_read_an_offer_have_no_table_gone_through(app: &TestApp) {
    let (offer, _) = app.db_offer("northwind").await;
    let path = format!("/offers/{}", offer.token);
    let (statements, _) = app.statements_of(app.get(&path)).await;
    for (table, index) in [
        ("FROM \"user\"", "user_staff"),
        ("FROM \"grant\"", "grant_"),
    ] {
        let mut counts = statements.iter().filter(|sql| sql.contains("COUNT(*)"));
        let count = counts.find(|sql| sql.contains(table)).unwrap();
        let plan = match is_sqlite(app) {
            true => plan(app, count).await,
            false => postgres_plan(app, count, None).await,
        };
        assert!(plan.contains(index), "{count}: {plan}");
        assert!(
            !plan.contains("SCAN \"user\"") && !plan.contains("SCAN \"grant\""),
            "{plan}"
        );
    }
}

both!(strangers_who_read_an_offer_have_no_table_gone_through);

async fn who_looks_at_its_people_has_no_table_gone_through(app: &TestApp) {
    let mut petra = Browser::of(app, "petra").await;
    let (statements, _) = app.statements_of(petra.get("/partner/people")).await;
    // Of tables this small, any index will do for PostgreSQL: without the others, it is this one.
    for (table, index, other) in [
        (
            "\"hand\"",
            "hand_person",
            Some("hand_grant, hand_user, hand_organization"),
        ),
        ("\"user_role\"", "user_role_person", None),
    ] {
        let mut of = statements.iter().filter(|sql| sql.contains("GROUP BY"));
        let of = of
            .find(|sql| sql.contains(&format!("FROM {table}")))
            .unwrap();
        let plan = match is_sqlite(app) {
            true => plan(app, of).await,
            false => postgres_plan(app, of, other).await,
        };
        assert!(plan.contains(index), "{of}: {plan}");
    }
}

both!(who_looks_at_its_people_has_no_table_gone_through);
