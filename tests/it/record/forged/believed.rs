//! What is done, and what is not, where a record is not believed.

use super::*;

async fn delegates_read_nothing_where_a_record_is_not_believed(app: &TestApp) {
    let before = heads(app).await;
    act(app, "carla", "contoso", "kept.example").await;
    let app = &restarted(app).await;
    let fiona = app.sign_in("fiona").await;
    put_back(app, &before).await;
    // Northwind lost its sign-in with it: only what one reads is looked at here.
    assert_eq!(
        reason(
            &app.anonymous()
                .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
                .await
        ),
        MISTRUST
    );
    let query = "query($id: ID!) { client(id: $id) { users(first: 5) { nodes { id } } } clients(first: 9) { nodes { name users(first: 5) { nodes { id } } } } findUsers(address: \"ivan@contoso.mandate.example\") { user { id } } }";
    let read = fiona
        .run(query, json!({ "id": app.account("contoso").await }))
        .await["data"]
        .clone();
    assert_eq!(
        (&read["client"]["users"]["nodes"], &read["findUsers"]),
        (&json!([]), &json!([])),
        "{read}"
    );
    let clients = read["clients"]["nodes"].as_array().unwrap();
    let of = |name: &str| {
        clients
            .iter()
            .find(|client| client["name"] == name)
            .unwrap()["users"]["nodes"]
            .as_array()
            .unwrap()
            .len()
    };
    assert!(of("Contoso") == 0 && of("Adatum") > 0, "{read}");
}

both!(delegates_read_nothing_where_a_record_is_not_believed);

async fn two_histories_of_one_record_are_found_by_who_saw_the_other(app: &TestApp) {
    let before = heads(app).await;
    act(app, "carla", "contoso", "one.example").await;
    let first = note(app, "contoso").await;
    // A process without the anchor file goes on from an older database, to the same number of entries.
    put_back(app, &before).await;
    let without = app
        .again(|config| config.anchors.dir = config.mail.folder.join("other"))
        .await;
    act(&without, "carla", "contoso", "two.example").await;
    let second = note(&without, "contoso").await;
    assert!(second.note.size == first.note.size && second.note.link != first.note.link);
    let answer = app
        .anonymous()
        .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
        .await;
    assert_eq!(reason(&answer), MISTRUST);
    let found = faults(app).await;
    assert!(
        found
            .iter()
            .any(|fault| matches!(fault, Fault::Rewritten { .. })),
        "{found:?}"
    );
    // And by who holds the other note, wherever it looks.
    let found = faults_with(&without, vec![("a note".to_owned(), first)], false).await;
    assert!(
        found
            .iter()
            .any(|fault| matches!(fault, Fault::Rewritten { .. })),
        "{found:?}"
    );
}

both!(two_histories_of_one_record_are_found_by_who_saw_the_other);

async fn a_record_without_its_end_is_not_begun_anew(app: &TestApp) {
    let holder = restarted(app).await;
    let db = app.intruder().await;
    db.execute_unprepared("DELETE FROM chain_head")
        .await
        .unwrap();
    db.execute_unprepared("DELETE FROM operation")
        .await
        .unwrap();
    let found = faults(&holder).await;
    assert_eq!(
        found
            .iter()
            .filter(|fault| matches!(fault, Fault::NoEnd))
            .count(),
        6,
        "{found:?}"
    );
    let answer = holder
        .anonymous()
        .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
        .await;
    assert_eq!(reason(&answer), MISTRUST);
}

both!(a_record_without_its_end_is_not_begun_anew);

async fn what_stands_is_compared_with_the_record(app: &TestApp) {
    let grant = app.db_grant("northwind", "adatum").await;
    let db = app.intruder().await;
    let update = entity::grant::Entity::update_many().filter(entity::grant::Column::Id.eq(grant));
    update
        .col_expr(
            entity::grant::Column::RoleCap,
            sea_orm::sea_query::Expr::value(DelegatedRole::Full),
        )
        .exec(&db)
        .await
        .unwrap();
    let found = faults(app).await;
    assert!(
        matches!(&found[..], [Fault::State { what, state, record }] if what.contains("role cap") && state == "FULL" && record == "LIMITED"),
        "{found:?}"
    );
    // Roles that nobody gave, of both kinds; a grant that comes back.
    let user = app.db_user("ivan").await;
    let role = entity::user_role::ActiveModel {
        user_id: Set(user),
        role: Set(entity::states::AdminRole::GlobalAdmin),
        organization_id: Set(app.db_organization("contoso").await),
        grant_id: Set(None),
        person_id: Set(None),
        assigned_at: Set(app.app.now()),
    };
    entity::user_role::Entity::insert(role)
        .exec_without_returning(&db)
        .await
        .unwrap();
    db.execute_unprepared(
        "UPDATE \"user\" SET delegated_role = 'FULL' WHERE delegated_role = 'LIMITED'",
    )
    .await
    .unwrap();
    db.execute_unprepared("UPDATE \"grant\" SET ended_at = NULL, client_hold_at = NULL")
        .await
        .unwrap();
    let found = faults(app).await;
    let told = |part: &str| found.iter().any(|fault| fault.to_string().contains(part));
    assert!(
        told("admin role") && told("delegated role") && told("ended") && told("held by the client"),
        "{found:?}"
    );
    // A grant that is moved to another client, or is gone.
    let fabrikam = app.db_organization("fabrikam").await;
    let update = entity::grant::Entity::update_many().filter(entity::grant::Column::Id.eq(grant));
    update
        .col_expr(
            entity::grant::Column::ClientId,
            sea_orm::sea_query::Expr::value(fabrikam),
        )
        .exec(&db)
        .await
        .unwrap();
    assert!(
        faults(app)
            .await
            .iter()
            .any(|fault| fault.to_string().contains("client"))
    );
    entity::grant::Entity::delete_by_id(grant)
        .exec(&db)
        .await
        .unwrap();
    assert!(
        faults(app)
            .await
            .iter()
            .any(|fault| fault.to_string().contains("it is not there"))
    );
}

both!(what_stands_is_compared_with_the_record);

async fn an_export_of_a_forged_record_is_refused(app: &TestApp) {
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let input = json!({ "accountId": contoso, "format": "JSON_LINES" });
    let done = carla.done("exportRecord", input, "downloadUrl").await;
    let url = done["downloadUrl"].as_str().unwrap();
    let path = url.strip_prefix(&app.app.config.http.public_url).unwrap();
    let db = app.intruder().await;
    db.execute_unprepared("UPDATE chain_head SET epoch = 7")
        .await
        .unwrap();
    assert_eq!(app.get(path).await.0.as_u16(), 409);
    let file = app.dir().join("no.jsonl");
    let id = app.db_organization("contoso").await;
    assert!(
        mandate::cli::export_record(&app.app, id, &file)
            .await
            .is_err()
    );
}

both!(an_export_of_a_forged_record_is_refused);

async fn a_receipt_proves_the_act_of_its_own_record_alone(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let grant =
        mandate::domain::values::id::GlobalId::Grant(app.db_grant("northwind", "contoso").await)
            .encode();
    let done = carla
        .done(
            "holdGrant",
            json!({ "grantId": grant }),
            "operation { receipt }",
        )
        .await;
    let text = done["operation"]["receipt"].as_str().unwrap().to_owned();
    let receipt: mandate::domain::record::receipt::Receipt = serde_json::from_str(&text).unwrap();
    let note = mandate::domain::record::receipt::check(&receipt).unwrap();
    assert!(public(app).verify_note(&note));
    let (_, contoso) = exported(app, "contoso").await;
    let (_, adatum) = exported(app, "adatum").await;
    let outside = || vec![("the receipt".to_owned(), note.clone())];
    assert_eq!(
        mandate::cli::verify_file(&contoso, &public(app), outside())
            .unwrap()
            .verdict
            .faults,
        []
    );
    let found = mandate::cli::verify_file(&adatum, &public(app), outside())
        .unwrap()
        .verdict
        .faults;
    assert_eq!(
        found,
        [Fault::Other(
            "the receipt is of contoso.mandate.example".to_owned()
        )]
    );
    // Any part of it exchanged is found.
    let other = super::note(app, "adatum").await.text();
    for (from, to) in [
        (receipt.note.as_str(), other.as_str()),
        ("grant.hold", "grant.lift"),
        ("Carla Client", "Mallory"),
        ("CLIENT", "PARTNER"),
    ] {
        let (from, to) = (
            serde_json::to_string(from).unwrap(),
            serde_json::to_string(to).unwrap(),
        );
        let changed = text.replace(from.trim_matches('"'), to.trim_matches('"'));
        assert_ne!(changed, text, "{from}");
        let changed: mandate::domain::record::receipt::Receipt =
            serde_json::from_str(&changed).unwrap();
        assert!(
            mandate::domain::record::receipt::check(&changed).is_err(),
            "{from}"
        );
    }
}

both!(a_receipt_proves_the_act_of_its_own_record_alone);
