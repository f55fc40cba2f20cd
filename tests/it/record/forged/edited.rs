//! Rows that were edited, emptied or moved are named.

use super::*;

/// What an intruder does to a row.
type Edit<'a> = &'a dyn Fn(&mut operation::Model);

async fn whatever_is_edited_is_named(app: &TestApp) {
    let entry = entries(app, "contoso")
        .await
        .into_iter()
        .find(|row| row.target_name.is_some() && row.changes.is_some())
        .unwrap();
    let (seq, at) = (entry.seq, entry.at);
    let edits: [(&str, Edit<'_>); 12] = [
        ("kind", &|row| row.kind = "user.block".to_owned()),
        ("outcome", &|row| {
            row.outcome = entity::states::Outcome::Refused
        }),
        ("reason", &|row| row.reason = Some("OWN_ONLY".to_owned())),
        ("at", &|row| {
            row.at = at + chrono::TimeDelta::microseconds(1)
        }),
        ("actor", &|row| row.actor_id = None),
        ("session", &|row| {
            row.session_id = Some(entity::ids::SessionId(uuid::Uuid::nil()))
        }),
        ("target", &|row| row.target_id = Some(uuid::Uuid::nil())),
        ("changes", &|row| {
            row.changes = Some("{\"a\":\"b\"}".to_owned())
        }),
        ("hands", &|row| row.hands = Some("[]".to_owned())),
        ("name", &|row| row.actor_name = Some("Mallory".to_owned())),
        ("ticket", &|row| row.note = None),
        ("erased", &|row| row.erased = Some("{}".to_owned())),
    ];
    for (name, edit) in edits {
        let mut row = entry.clone();
        edit(&mut row);
        let same =
            mandate::store::record::exported(&row) == mandate::store::record::exported(&entry);
        write(app, row).await;
        let found = faults(app).await;
        assert!(
            same || found.contains(&Fault::Changed(seq)),
            "{name}: {found:?}"
        );
        write(app, entry.clone()).await;
    }
    assert_eq!(faults(app).await, []);
}

both!(whatever_is_edited_is_named);

async fn texts_and_salts_come_and_go_together(app: &TestApp) {
    let entry = entries(app, "contoso")
        .await
        .into_iter()
        .find(|row| row.target_name.is_some())
        .unwrap();
    let seq = entry.seq;
    write(
        app,
        operation::Model {
            salts: Vec::new(),
            ..entry.clone()
        },
    )
    .await;
    assert!(faults(app).await.contains(&Fault::Salt(seq)));
    write(
        app,
        operation::Model {
            target_name: None,
            ..entry.clone()
        },
    )
    .await;
    assert!(faults(app).await.contains(&Fault::Salt(seq)));
    write(
        app,
        operation::Model {
            note: Some("Not said".to_owned()),
            ..entry.clone()
        },
    )
    .await;
    assert!(faults(app).await.contains(&Fault::Salt(seq)));
    // Erased with the commitment kept, as the server erases: but no entry tells of it.
    let exported = mandate::store::record::exported(&entry).unwrap();
    let salted = &exported.texts["target_name"];
    let erased = json!({ "target_name": salted.commitment("target_name") }).to_string();
    let present = exported.texts.len();
    let position = [
        "actor_name",
        "actor_sign_in_name",
        "actor_organization_name",
    ]
    .iter()
    .filter(|name| exported.texts.contains_key(**name))
    .count();
    let mut salts = entry.salts.clone();
    salts.drain(16 * position..16 * (position + 1));
    assert_eq!(salts.len(), 16 * (present - 1));
    write(
        app,
        operation::Model {
            target_name: None,
            erased: Some(erased),
            salts,
            ..entry.clone()
        },
    )
    .await;
    assert_eq!(
        faults(app).await,
        [Fault::Gone(seq, "target_name".to_owned())]
    );
}

both!(texts_and_salts_come_and_go_together);

async fn a_row_moved_to_another_record_is_named_in_both(app: &TestApp) {
    let contoso = entries(app, "contoso").await;
    let adatum = entries(app, "adatum").await;
    let row = contoso.last().unwrap().clone();
    let moved = operation::Model {
        organization_id: adatum[0].organization_id,
        seq: adatum.len() as i64 + 1,
        ..row
    };
    write(app, moved).await;
    let found = faults(app).await;
    assert!(
        found.contains(&Fault::Changed(adatum.len() as i64 + 1)),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|fault| matches!(fault, Fault::Tail { .. })),
        "{found:?}"
    );
    let kind = contoso[1].clone();
    let swapped = [
        operation::Model {
            seq: 1000,
            ..kind.clone()
        },
        operation::Model {
            seq: 2,
            ..contoso[2].clone()
        },
        operation::Model { seq: 3, ..kind },
    ];
    for row in swapped {
        write(app, row).await;
    }
    assert!(faults(app).await.contains(&Fault::Changed(2)));
}

both!(a_row_moved_to_another_record_is_named_in_both);
