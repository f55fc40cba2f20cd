//! A reads its record, holds, lifts and ends; the certification is suspended; and the record verifies.

use mandate::{
    cli::{export_record, verify_database, verify_file},
    domain::{record::fault::Fault, values::id::GlobalId},
};

use super::{
    Cast,
    answers::{Answered, Offer},
    client::*,
    delegated::{Users, add},
    reset,
};
use crate::support::TestApp;

/// A's record tells who did what, under which grant, and what was refused.
pub(super) async fn read(cast: &Cast, answered: &Answered) {
    let record = cast
        .anna
        .ok(Record, record::Variables { id: cast.a.clone() })
        .await
        .organization
        .unwrap()
        .operations
        .unwrap();
    assert!(!record.page_info.has_next_page);
    let find = |kind: &record::OperationKind, outcome: &record::Outcome, who: &str| {
        record.nodes.iter().find(|entry| {
            entry.kind.as_ref() == Some(kind)
                && entry.outcome == *outcome
                && entry.actor.as_ref().and_then(|actor| actor.name.as_deref()) == Some(who)
        })
    };
    use record::{OperationKind as RecordKind, Outcome};
    for (kind, outcome, who, reason) in [
        (RecordKind::ADD_USER, Outcome::DONE, "fay of partner", None),
        (
            RecordKind::ADD_DOMAIN,
            Outcome::DONE,
            "fay of partner",
            None,
        ),
        (
            RecordKind::RESET_PASSWORD,
            Outcome::DONE,
            "lou of partner",
            None,
        ),
        (
            RecordKind::RESET_PASSWORD,
            Outcome::REFUSED,
            "lou of partner",
            Some(record::ErrorReason::TARGET_PRIVILEGED),
        ),
        (
            RecordKind::ADD_USER,
            Outcome::REFUSED,
            "lou of partner",
            Some(record::ErrorReason::ROLE_LIMITED),
        ),
        (
            RecordKind::RETIRE_DEVICE,
            Outcome::REFUSED,
            "fay of partner",
            Some(record::ErrorReason::DEVICE_MANAGEMENT),
        ),
        (
            RecordKind::CREATE_OFFER,
            Outcome::REFUSED,
            "fay of partner",
            Some(record::ErrorReason::OWN_ONLY),
        ),
        (RecordKind::ACCEPT_OFFER, Outcome::DONE, "First Admin", None),
        (
            RecordKind::RETIRE_DEVICE,
            Outcome::DONE,
            "First Admin",
            None,
        ),
    ] {
        let entry =
            find(&kind, &outcome, who).unwrap_or_else(|| panic!("{kind:?} {who}: {record:#?}"));
        assert_eq!(entry.reason, reason);
        if who.ends_with("partner") {
            assert_eq!(entry.grant_id.as_ref(), Some(&answered.grant), "{entry:?}");
            assert_eq!(
                entry.actor.as_ref().unwrap().organization.as_deref(),
                Some("PARTNER")
            );
        }
    }
    let entry = find(
        &RecordKind::RESET_PASSWORD,
        &Outcome::REFUSED,
        "lou of partner",
    )
    .unwrap();
    assert_eq!(entry.ticket.as_deref(), Some("T-7"));
}

/// What is held, suspended or ended lets nobody do anything.
pub(super) async fn ended(cast: &Cast, offer: &Offer, answered: &Answered, users: &Users) {
    let call = || cast.full.fails(AddUser, add(&cast.a, "late"));
    cast.anna
        .ok(
            Hold,
            hold::Variables {
                id: answered.grant.clone(),
            },
        )
        .await;
    assert_eq!(call().await, "FORBIDDEN/GRANT_HELD");
    cast.anna
        .ok(
            Lift,
            lift::Variables {
                id: answered.grant.clone(),
            },
        )
        .await;
    cast.full.ok(AddUser, add(&cast.a, "lifted")).await;
    cast.operator
        .ok(
            Suspend,
            suspend::Variables {
                id: cast.partner.clone(),
            },
        )
        .await;
    assert_eq!(call().await, "FORBIDDEN/GRANT_HELD");
    assert_eq!(
        cast.full
            .fails(Reset, reset(&cast.b, &answered.ordinary_id))
            .await,
        "FORBIDDEN/GRANT_HELD"
    );
    assert_eq!(
        cast.cleo.fails(Accept, offer.accept(None)).await,
        "FAILED_PRECONDITION/NOT_CERTIFIED"
    );
    cast.operator
        .ok(
            Reinstate,
            reinstate::Variables {
                id: cast.partner.clone(),
            },
        )
        .await;
    cast.full.ok(AddUser, add(&cast.a, "reinstated")).await;
    cast.anna
        .ok(
            End,
            end::Variables {
                id: answered.grant.clone(),
            },
        )
        .await;
    assert_eq!(call().await, "FORBIDDEN/GRANT_ENDED");
    assert_eq!(
        cast.limited
            .fails(Reset, reset(&cast.a, &users.reader))
            .await,
        "FORBIDDEN/GRANT_ENDED"
    );
}

/// The record verifies, in the database and as an export with public keys alone.
pub(super) async fn verified(app: &TestApp, cast: &Cast) {
    for verified in verify_database(&app.app, Vec::new(), true).await.unwrap() {
        assert_eq!(verified.verdict.faults, Vec::<Fault>::new());
    }
    let Some(GlobalId::Organization(id)) = GlobalId::decode(&cast.a) else {
        panic!("{}", cast.a)
    };
    let file = app.dir().join("a.jsonl");
    let entries = export_record(&app.app, id, &file).await.unwrap();
    let keys = serde_json::to_string(&app.app.keys.record_public()).unwrap();
    let verified = verify_file(&file, &serde_json::from_str(&keys).unwrap(), Vec::new()).unwrap();
    assert_eq!(
        (verified.verdict.faults.len(), verified.verdict.entries),
        (0, entries)
    );
}
