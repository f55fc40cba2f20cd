//! Whoever writes the database is found out, and the server builds nothing on what was forged.

mod believed;
mod edited;

use entity::{operation, states::DelegatedRole};
use mandate::domain::record::{Digest256, fault::Fault, link};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use serde_json::{Value, json};

use super::{
    act, entries, exported, faults, faults_with, head, heads, note, public, put_back, restarted,
};
use crate::support::{TestApp, both, reason};

const MISTRUST: &str = "FAILED_PRECONDITION/RECORD_NOT_TRUSTED";

async fn write(app: &TestApp, row: operation::Model) {
    let db = app.intruder().await;
    row.into_active_model()
        .reset_all()
        .update(&db)
        .await
        .unwrap();
}

/// Links the entries of a record anew, from what its rows say now.
async fn rehash(app: &TestApp, slug: &str) -> Digest256 {
    let mut previous = Digest256::NONE;
    for mut row in entries(app, slug).await {
        let body = mandate::store::record::exported(&row).unwrap().body;
        previous = link(previous, Digest256::of(body));
        row.link = previous.0.to_vec();
        write(app, row).await;
    }
    previous
}

async fn an_edited_entry_with_all_links_made_anew_is_not_signed(app: &TestApp) {
    let held = note(app, "contoso").await;
    let mut row = entries(app, "contoso").await[3].clone();
    row.changes = Some("{\"role\":\"GLOBAL_ADMIN\"}".to_owned());
    write(app, row).await;
    let end = rehash(app, "contoso").await;
    let signed = head(app, "contoso").await.size;
    assert_eq!(faults(app).await.first(), Some(&Fault::End(signed)));
    // The end that was signed stands: the act goes on from it, and the break stays found.
    act(app, "carla", "contoso", "one.example").await;
    assert!(faults(app).await.contains(&Fault::Changed(signed + 1)));
    // With the end made to fit, nothing is done, by whatever process.
    let db = app.intruder().await;
    let mut head = head(app, "contoso").await.into_active_model();
    head.link = Set(end.0.to_vec());
    head.size = Set(signed);
    head.update(&db).await.unwrap();
    for app in [app, &restarted(app).await] {
        let answer = app
            .anonymous()
            .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
            .await;
        assert_eq!(reason(&answer), MISTRUST);
        assert!(faults(app).await.contains(&Fault::Signature));
    }
    let outside = vec![("a note".to_owned(), held)];
    let found = faults_with(app, outside, false).await;
    assert!(
        found
            .iter()
            .any(|fault| matches!(fault, Fault::Rewritten { .. })),
        "{found:?}"
    );
    // Others go on.
    assert_eq!(
        act(app, "adam", "adatum", "other.example").await["errors"],
        Value::Null
    );
}

both!(an_edited_entry_with_all_links_made_anew_is_not_signed);

async fn an_end_put_back_is_refused_by_who_saw_the_later_one(app: &TestApp) {
    let before = heads(app).await;
    assert_eq!(
        act(app, "carla", "contoso", "kept.example").await["errors"],
        Value::Null
    );
    let holder = restarted(app).await;
    put_back(app, &before).await;
    let sign_in = async |app: &TestApp| {
        reason(
            &app.anonymous()
                .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
                .await,
        )
    };
    // While the server runs, and by one that starts with the anchor file.
    assert_eq!(sign_in(app).await, MISTRUST);
    assert_eq!(sign_in(&holder).await, MISTRUST);
    let found = faults(&holder).await;
    assert!(
        found
            .iter()
            .any(|fault| matches!(fault, Fault::Behind { .. })),
        "{found:?}"
    );
    // Nobody is held whose record is as it was seen.
    assert_eq!(
        act(&holder, "adam", "adatum", "other.example").await["errors"],
        Value::Null
    );
    // Without the anchor file, and without a note, nobody could tell; so that it is missing is a fault itself.
    let without = app
        .again(|config| config.anchors.dir = config.mail.folder.join("nothing"))
        .await;
    assert!(without.app.anchors.is_missing().unwrap());
    assert_eq!(sign_in(&without).await, "");
}

both!(an_end_put_back_is_refused_by_who_saw_the_later_one);

async fn the_worker_goes_on_for_others_where_one_record_is_not_believed(app: &TestApp) {
    // Counters of an hour that is over wait in two accounts.
    for name in [
        "ivan@contoso.mandate.example",
        "alma@adatum.mandate.example",
    ] {
        app.anonymous().sign_in(name, "wrong").await;
    }
    app.mails().await;
    app.db_forge_end("contoso").await;
    app.app.clock.advance(chrono::TimeDelta::hours(1));
    app.mails().await;
    let told = async |slug: &str| {
        entries(app, slug)
            .await
            .iter()
            .filter(|row| row.kind == "record.summarise_refusals")
            .count()
    };
    assert_eq!((told("contoso").await, told("adatum").await), (0, 1));
}

both!(the_worker_goes_on_for_others_where_one_record_is_not_believed);

async fn a_way_out_signs_nothing_that_was_forged(app: &TestApp) {
    let held = note(app, "contoso").await;
    act(app, "carla", "contoso", "before.example").await;
    let earlier = note(app, "contoso").await;
    let mut row = entries(app, "contoso").await.pop().unwrap();
    let place = row.seq;
    row.changes = Some("{\"name\":\"forged.example\"}".to_owned());
    write(app, row).await;
    let end = rehash(app, "contoso").await;
    let db = app.intruder().await;
    let mut head = head(app, "contoso").await.into_active_model();
    head.link = Set(end.0.to_vec());
    head.update(&db).await.unwrap();
    let app = &restarted(app).await;
    mandate::cli::restore_records(&app.app).await.unwrap();
    // What nothing proves was set aside, and its place is declared lost.
    let rows = entries(app, "contoso").await;
    assert!(!rows.iter().any(|row| {
        row.changes
            .as_deref()
            .is_some_and(|text| text.contains("forged"))
    }));
    let restored = rows
        .iter()
        .find(|row| row.kind == "record.restored")
        .unwrap();
    assert!(restored.seq <= place, "{restored:?}");
    let files = std::fs::read_dir(&app.app.config.anchors.dir).unwrap();
    let aside = files
        .map(|file| file.unwrap().path())
        .find(|path| path.to_str().unwrap().contains("set-aside"))
        .unwrap();
    assert!(
        std::fs::read_to_string(aside)
            .unwrap()
            .contains("forged.example")
    );
    let found = faults_with(
        app,
        vec![("one".to_owned(), held), ("two".to_owned(), earlier)],
        false,
    )
    .await;
    assert_eq!(found, []);
    assert_eq!(
        act(app, "carla", "contoso", "after.example").await["errors"],
        Value::Null
    );
}

both!(a_way_out_signs_nothing_that_was_forged);

async fn rows_outside_the_chain_are_named_and_keep_nobody_out_for_good(app: &TestApp) {
    let rows = entries(app, "contoso").await;
    let db = app.intruder().await;
    let id = |number: u128| entity::ids::OperationId(uuid::Uuid::from_u128(number));
    let behind = operation::Model {
        id: id(1),
        seq: rows.len() as i64 + 1,
        ..rows[2].clone()
    };
    behind
        .into_active_model()
        .reset_all()
        .insert(&db)
        .await
        .unwrap();
    let answer = app
        .anonymous()
        .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
        .await;
    assert_eq!(reason(&answer), MISTRUST);
    assert!(!faults(app).await.is_empty());
    mandate::cli::restore_records(&app.app).await.unwrap();
    assert_eq!(faults(app).await, []);
    // A place below the first is none: the database takes no such row.
    let below = operation::Model {
        id: id(2),
        seq: 0,
        ..rows[2].clone()
    };
    assert!(
        below
            .into_active_model()
            .reset_all()
            .insert(&db)
            .await
            .is_err()
    );
}

both!(rows_outside_the_chain_are_named_and_keep_nobody_out_for_good);

async fn a_date_alone_erases_nothing(app: &TestApp) {
    let db = app.intruder().await;
    let (ivan, fiona) = (app.db_user("ivan").await, app.db_user("fiona").await);
    let contoso = app.db_organization("contoso").await;
    for user in [ivan, fiona] {
        let update = entity::user::Entity::update_many().filter(entity::user::Column::Id.eq(user));
        let gone = app.app.now() - chrono::TimeDelta::days(60);
        update
            .col_expr(
                entity::user::Column::DeletedAt,
                sea_orm::sea_query::Expr::value(gone),
            )
            .col_expr(
                entity::user::Column::OrganizationId,
                sea_orm::sea_query::Expr::value(contoso),
            )
            .exec(&db)
            .await
            .unwrap();
    }
    app.mails().await;
    let rows = entries(app, "contoso").await;
    assert!(
        !rows
            .iter()
            .any(|row| row.kind == "user.purge" || row.erased.is_some())
    );
    assert!(
        rows.iter()
            .any(|row| row.actor_name.as_deref() == Some("Fiona Full"))
    );
}

both!(a_date_alone_erases_nothing);
