//! Verifying many records at a time finds what verifying each alone finds.

use entity::{ids::OrganizationId, operation};
use mandate::{
    cli::{verify_database, verify_in_steps},
    store::{organizations, record::heads_of},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::{act, entries};
use crate::support::{TestApp, both, on};

/// What a verification in these steps finds, in words.
async fn found(app: &TestApp, steps: (u64, usize)) -> Vec<String> {
    let all = verify_in_steps(&app.app, Vec::new(), true, steps).await;
    let all = all.unwrap().into_iter();
    all.map(|one| format!("{} {:?}", one.name, one.verdict))
        .collect()
}

async fn however_many_rows_are_read_at_once(app: &TestApp) {
    for name in ["one.example", "two.example", "three.example"] {
        act(app, "carla", "contoso", name).await;
    }
    let good = found(app, (1000, 1)).await;
    let (contoso, adatum) = (entries(app, "contoso").await, entries(app, "adatum").await);
    let db = app.intruder().await;
    // One that cannot be read, one that was changed, and one that is not there.
    for (row, column, value) in [
        (&contoso[1], operation::Column::Outcome, "UNHEARD_OF"),
        (&adatum[0], operation::Column::Kind, "RESET_PASSWORD"),
    ] {
        let write = operation::Entity::update_many().filter(operation::Column::Id.eq(row.id));
        let write = write.col_expr(column, Expr::value(value));
        write.exec(&db).await.unwrap();
    }
    let last = contoso.last().unwrap().id;
    operation::Entity::delete_by_id(last)
        .exec(&db)
        .await
        .unwrap();
    let whole = found(app, (1000, 1)).await;
    assert_ne!(whole, good);
    for steps in [(1, 1), (1, 3), (2, 2), (3, 1), (7, 5), (1000, 8)] {
        assert_eq!(found(app, steps).await, whole, "{steps:?}");
    }
}

both!(however_many_rows_are_read_at_once);

async fn acts_meanwhile_are_no_fault(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let input = on(app, "greta").await;
    let acting = async {
        for number in 0..40 {
            let mut input = input.clone();
            input["jobTitle"] = json!(format!("Clerk {number}"));
            carla.done("updateProfile", input, "operation { id }").await;
        }
    };
    let verifying = async {
        let mut rounds = 0;
        for _ in 0..12 {
            for one in verify_database(&app.app, Vec::new(), false).await.unwrap() {
                assert_eq!(one.verdict.faults, [], "{}", one.name);
            }
            rounds += 1;
        }
        rounds
    };
    let ((), rounds) = tokio::join!(acting, verifying);
    assert_eq!(rounds, 12);
}

both!(acts_meanwhile_are_no_fault);

async fn more_records_than_a_statement_takes_values(app: &TestApp) {
    let ids: Vec<_> = (1..=70_000)
        .map(|number| OrganizationId(Uuid::from_u128(number)))
        .collect();
    let db = app.app.db.server();
    assert!(organizations::cards(&db, &ids).await.unwrap().is_empty());
    let heads = heads_of(&db, &ids, "mandate.example").await.unwrap();
    assert!(heads.is_empty());
}

both!(more_records_than_a_statement_takes_values);
