//! Notes and receipts reach both sides, and anyone checks them.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use mandate::domain::{
    record::note::{SignedNote, key_id},
    values::id::GlobalId,
};
use serde_json::json;

use super::{act, note, public};
use crate::support::{TestApp, both};

/// The well-known example of the form: key, text and signature of Go's `sumdb/note`.
#[test]
fn key_ids_and_signatures_are_those_of_signed_notes() {
    const KEY: &str = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const SIGNED: &str = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    let key = STANDARD.decode(KEY).unwrap();
    let signed = STANDARD.decode(SIGNED).unwrap();
    let (id, signature) = signed.split_at(4);
    // The first byte is the type of the signature: 1 is Ed25519.
    assert_eq!(key[0], 1);
    assert_eq!(key_id("PeterNeumann", &key[1..]), id);
    let public = UnparsedPublicKey::new(&ED25519, &key[1..]);
    public.verify(TEXT.as_bytes(), signature).unwrap();
}

#[test]
fn only_a_whole_note_is_one() {
    let text = "mandate.example/record/01890a5d-ac96-774b-bcce-b302099a8057\n25\nq83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=\n2026-11-24T12:00:00.000000Z\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\ncontoso.mandate.example\n\n\u{2014} mandate.example/record AAAAAAAA\n";
    let note = SignedNote::parse(text).unwrap();
    assert_eq!((note.note.size, note.text().as_str()), (25, text));
    assert_eq!(
        SignedNote::parse(&text.replace('\n', "\r\n")).unwrap(),
        note
    );
    for (from, to) in [
        ("\n25\n", "\n025\n"),
        ("\n25\n", "\n+25\n"),
        ("\n0\n", "\n0 \n"),
        ("\n\n", "\n"),
        ("/record/01890A5D", ""),
        ("01890a5d-ac96-774b", "01890a5dac96774b"),
        ("\u{2014} ", "- "),
        (
            "contoso.mandate.example\n",
            "contoso.mandate.example\nmore\n",
        ),
        ("4k=", "4k"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert!(
            changed == text || SignedNote::parse(&changed).is_err(),
            "{from:?} -> {to:?}"
        );
    }
    assert!(SignedNote::parse(&format!("{text}x")).is_err() && SignedNote::parse("").is_err());
}

async fn notes_are_sent_daily_and_weekly_where_nothing_happens(app: &TestApp) {
    app.notes().await;
    act(app, "carla", "contoso", "a.example").await;
    app.app.clock.advance(TimeDelta::hours(23));
    assert!(app.notes().await.is_empty());
    app.app.clock.advance(TimeDelta::hours(1));
    let sent = app.notes().await;
    let carla: Vec<_> = sent
        .iter()
        .filter(|mail| mail.to.contains("carla"))
        .collect();
    assert_eq!(
        carla.len(),
        1,
        "{:?}",
        sent.iter().map(|mail| &mail.to).collect::<Vec<_>>()
    );
    let files = carla[0].files();
    assert_eq!(files.len(), 1);
    let held = SignedNote::parse(&files[0].1).unwrap();
    assert!(public(app).verify_note(&held) && held.note.domain == "contoso.mandate.example");
    // The note stands in the file, and nowhere among the words.
    assert!(!carla[0].text.contains(&held.note.link.to_string()));
    // A partner gets one mail, with the notes of the clients whose grants are open.
    assert!(sent.iter().all(|mail| !mail.to.contains("petra")));
    app.sign_in("petra").await;
    app.app.clock.advance(TimeDelta::hours(24));
    let sent = app.notes().await;
    let petra: Vec<_> = sent
        .iter()
        .filter(|mail| mail.to.contains("petra"))
        .collect();
    assert_eq!(petra.len(), 1);
    let names: Vec<String> = petra[0].files().into_iter().map(|(name, _)| name).collect();
    assert!(
        names[0].starts_with("northwind") && names.iter().any(|name| name.starts_with("contoso")),
        "{names:?}"
    );
    assert!(
        names.iter().all(|name| !name.starts_with("fabrikam")),
        "{names:?}"
    );
    // Nothing happened since: silence is told once a week. Each note names the one before it.
    app.app.clock.advance(TimeDelta::days(5));
    assert!(
        app.notes()
            .await
            .iter()
            .all(|mail| !mail.to.contains("carla"))
    );
    app.app.clock.advance(TimeDelta::days(1));
    let sent = app.notes().await;
    assert!(sent.iter().any(|mail| mail.to.contains("carla")));
    act(app, "carla", "contoso", "b.example").await;
    let next = note(app, "contoso").await;
    assert_eq!(next.note.sent, held.note.hash());
}

both!(notes_are_sent_daily_and_weekly_where_nothing_happens);

async fn the_latest_note_stands_at_an_address_that_nobody_guesses(app: &TestApp) {
    act(app, "carla", "contoso", "a.example").await;
    app.app.clock.advance(TimeDelta::hours(24));
    let sent = app.notes().await;
    let mail = sent.iter().find(|mail| mail.to.contains("carla")).unwrap();
    let path = mail
        .text
        .lines()
        .filter_map(|line| line.split("/notes/").nth(1))
        .next()
        .unwrap();
    let (status, headers, body) = app.get(&format!("/notes/{path}")).await;
    assert_eq!(
        (status.as_u16(), headers["content-type"].to_str().unwrap()),
        (200, "text/plain; charset=utf-8")
    );
    assert_eq!(
        SignedNote::parse(&body).unwrap(),
        note(app, "contoso").await
    );
    let id = app.db_organization("adatum").await.0.simple().to_string();
    let (_, mac) = path.split_once('-').unwrap();
    assert_eq!(app.get(&format!("/notes/{id}-{mac}")).await.0.as_u16(), 401);
}

both!(the_latest_note_stands_at_an_address_that_nobody_guesses);

async fn both_sides_get_a_receipt_of_each_act_of_consent(app: &TestApp) {
    let grant = GlobalId::Grant(app.db_grant("northwind", "contoso").await).encode();
    let carla = app.sign_in("carla").await;
    for (mutation, input) in [
        ("holdGrant", json!({ "grantId": grant })),
        ("liftGrant", json!({ "grantId": grant })),
        (
            "lowerGrant",
            json!({ "grantId": grant, "roleCap": "LIMITED" }),
        ),
        (
            "shortenGrant",
            json!({ "grantId": grant, "expiresAt": app.app.now() + TimeDelta::days(2) }),
        ),
        ("endGrant", json!({ "grantId": grant })),
    ] {
        carla.done(mutation, input, "grant { id }").await;
        let mails = app.mails().await;
        let receipts: Vec<_> = mails
            .iter()
            .flat_map(|mail| mail.files().into_iter().map(|file| (mail.to.clone(), file)))
            .collect();
        let to = |name: &str| {
            receipts
                .iter()
                .find(|(to, _)| to.contains(name))
                .map(|(_, (_, text))| text.clone())
        };
        let (client, partner) = (to("carla").unwrap(), to("petra").unwrap());
        for text in [&client, &partner] {
            let receipt = serde_json::from_str(text).unwrap();
            assert!(
                public(app)
                    .verify_note(&mandate::domain::record::receipt::check(&receipt).unwrap()),
                "{mutation}"
            );
        }
        // Who of the client acted is not the partner's to know.
        assert!(
            client.contains("Carla Client") && !partner.contains("Carla Client"),
            "{mutation}"
        );
        // It was in the anchor file before it was answered.
        let anchored = app.again(|_| {}).await.app.anchors.seen();
        assert_eq!(
            anchored[&app.db_organization("contoso").await].size,
            note(app, "contoso").await.note.size
        );
    }
    // An acceptance, with its terms word for word.
    let (offer, revision) = app.db_offer("northwind").await;
    let input =
        json!({ "token": offer.token, "revision": revision.revision, "digest": revision.digest });
    carla.done("acceptOffer", input, "grant { id }").await;
    let mails = app.mails().await;
    let text = mails
        .iter()
        .flat_map(|mail| mail.files())
        .map(|(_, text)| text)
        .next()
        .unwrap();
    let receipt: mandate::domain::record::receipt::Receipt = serde_json::from_str(&text).unwrap();
    let terms = receipt.terms.clone().unwrap();
    assert!(
        terms.contains("\"role_cap\"") && mandate::domain::record::receipt::check(&receipt).is_ok()
    );
    let changed = mandate::domain::record::receipt::Receipt {
        terms: Some(terms.replace("P1Y", "P9Y")),
        ..receipt
    };
    assert!(mandate::domain::record::receipt::check(&changed).is_err());
    // Anyone checks it, without a sign-in.
    for (text, status, says) in [
        (text.clone(), 200, "the record still says so"),
        (note(app, "contoso").await.text(), 200, "It is good"),
        (
            serde_json::to_string(&changed).unwrap(),
            422,
            "its terms are not those",
        ),
        (
            note(app, "contoso")
                .await
                .text()
                .replace("contoso", "adatum"),
            422,
            "The signature is not",
        ),
        ("hello".to_owned(), 422, "neither a note nor a receipt"),
    ] {
        let (found, page) = app.multipart("/verify", "text", &text).await;
        assert_eq!(found.as_u16(), status, "{page}");
        assert!(page.contains(says), "{says}: {page}");
    }
    // Once the record was changed, the page says what the holder has in hand.
    let db = app.intruder().await;
    sea_orm::ConnectionTrait::execute_unprepared(&db, "DELETE FROM operation")
        .await
        .unwrap();
    let (_, page) = app.multipart("/verify", "text", &text).await;
    assert!(page.contains("does not say so any more"), "{page}");
}

both!(both_sides_get_a_receipt_of_each_act_of_consent);
