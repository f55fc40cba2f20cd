//! The record verifies, and whatever is done to it is found and named.

mod elsewhere;
mod forged;
mod keys;
mod notes;
mod restored;
mod steps;
mod unreadable;

use std::{fs, path::PathBuf};

use entity::{chain_head, ids::OrganizationId, operation};
use mandate::{
    auth::keys::PublicKeys,
    cli::{Outside, export_record, verify_database, verify_file},
    domain::record::{chain::Verdict, fault::Fault, note::SignedNote},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both};

/// What is wrong in the database, with what someone holds outside.
async fn faults_with(app: &TestApp, outside: Vec<Outside>, state: bool) -> Vec<Fault> {
    let verified = verify_database(&app.app, outside, state).await.unwrap();
    let verdicts = verified.into_iter().map(|one| one.verdict);
    verdicts.flat_map(|verdict| verdict.faults).collect()
}

async fn faults(app: &TestApp) -> Vec<Fault> {
    faults_with(app, Vec::new(), true).await
}

async fn entries(app: &TestApp, slug: &str) -> Vec<operation::Model> {
    let organization = app.db_organization(slug).await;
    let query = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .order_by_asc(operation::Column::Seq);
    query.all(app.app.db.read()).await.unwrap()
}

async fn head(app: &TestApp, slug: &str) -> chain_head::Model {
    let organization = app.db_organization(slug).await;
    let head = chain_head::Entity::find_by_id(organization);
    head.one(app.app.db.read()).await.unwrap().unwrap()
}

async fn note(app: &TestApp, slug: &str) -> SignedNote {
    let organization = app.db_organization(slug).await;
    let platform = &app.app.config.platform.domain;
    let head = mandate::store::record::head(app.app.db.read(), organization, platform).await;
    head.unwrap().unwrap()
}

/// An ordinary act in an account: what it was answered.
async fn act(app: &TestApp, admin: &str, account: &str, name: &str) -> Value {
    let input = json!({ "accountId": app.account(account).await, "name": name });
    app.sign_in(admin)
        .await
        .mutate("addDomain", input, "domain { id }")
        .await
}

/// Puts the records back to these ends, as an older copy of the database has them.
async fn put_back(app: &TestApp, heads: &[chain_head::Model]) {
    let db = app.intruder().await;
    for head in heads {
        operation::Entity::delete_many()
            .filter(operation::Column::OrganizationId.eq(head.organization_id))
            .filter(operation::Column::Seq.gt(head.size))
            .exec(&db)
            .await
            .unwrap();
        head.clone()
            .into_active_model()
            .reset_all()
            .update(&db)
            .await
            .unwrap();
    }
}

async fn heads(app: &TestApp) -> Vec<chain_head::Model> {
    chain_head::Entity::find()
        .all(app.app.db.read())
        .await
        .unwrap()
}

/// The same database, served by a process that has just started.
async fn restarted(app: &TestApp) -> TestApp {
    app.app.anchors.flush(app.app.now()).await;
    app.again(|_| {}).await
}

fn public(app: &TestApp) -> PublicKeys {
    serde_json::from_value(json!(app.app.keys.record_public())).unwrap()
}

async fn exported(app: &TestApp, slug: &str) -> (OrganizationId, PathBuf) {
    let file = app.dir().join(format!("{slug}.jsonl"));
    let id = app.db_organization(slug).await;
    export_record(&app.app, id, &file).await.unwrap();
    (id, file)
}

async fn an_untouched_record_is_good(app: &TestApp) {
    assert_eq!(faults(app).await, []);
    let verified = verify_database(&app.app, Vec::new(), true).await.unwrap();
    assert_eq!(verified.len(), 6);
    assert!(
        verified
            .iter()
            .all(|one| one.verdict.losses.is_empty() && one.name.ends_with("mandate.example"))
    );
}

both!(an_untouched_record_is_good);

async fn an_export_verifies_with_public_keys_alone(app: &TestApp) {
    let (_, file) = exported(app, "contoso").await;
    let keys = public(app);
    let good = verify_file(&file, &keys, Vec::new()).unwrap();
    assert_eq!(
        (good.verdict.faults, good.name.as_str()),
        (vec![], "contoso.mandate.example")
    );
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let check = |lines: Vec<String>| {
        let file = app.dir().join("changed.jsonl");
        fs::write(&file, lines.join("\n")).unwrap();
        verify_file(&file, &keys, Vec::new())
            .unwrap()
            .verdict
            .faults
    };
    let own = || {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    let end = lines.len() as i64 - 2;
    let without = |index: usize| {
        let mut lines = own();
        lines.remove(index);
        lines
    };
    assert_eq!(check(own()), []);
    assert_eq!(check(without(lines.len() - 1)), [Fault::NoEnd]);
    assert_eq!(
        check(without(lines.len() - 2)),
        [Fault::Tail {
            signed: end,
            last: end - 1
        }]
    );
    assert!(check(without(3)).contains(&Fault::Broken(4)));
    let edited = |index: usize, from: &str, to: &str| {
        let mut lines = own();
        assert!(lines[index].contains(from), "{}", lines[index]);
        lines[index] = lines[index].replace(from, to);
        lines
    };
    let position = |part: &str| lines.iter().position(|line| line.contains(part)).unwrap();
    let sign_in = position("session.sign_in");
    let number = sign_in as i64;
    assert_eq!(
        check(edited(sign_in, "session.sign_in", "session.refresh")),
        [Fault::Changed(number)]
    );
    let names = position("Carla Client");
    assert!(matches!(
        &check(edited(names, "Carla Client", "Mallory"))[..],
        [Fault::Text(..), ..]
    ));
    assert_eq!(
        check(edited(
            lines.len() - 1,
            "contoso.mandate.example",
            "adatum.mandate.example"
        )),
        [Fault::Signature]
    );
    assert!(matches!(
        &check(edited(names, "\"salt\":\"", "\"salt\":null,\"was\":\""))[..],
        [Fault::Line(_), ..]
    ));
    let mut erased: Vec<String> = own();
    let mut line: Value = serde_json::from_str(&erased[names]).unwrap();
    line["texts"].as_object_mut().unwrap().remove("actor_name");
    erased[names] = line.to_string();
    assert_eq!(
        check(erased),
        [Fault::Gone(names as i64, "actor_name".to_owned())]
    );
    let none: PublicKeys = serde_json::from_value(json!({ "keys": [] })).unwrap();
    assert_eq!(
        verify_file(&file, &none, Vec::new())
            .unwrap()
            .verdict
            .faults,
        [Fault::Signature]
    );
    assert!(verify_file(&app.dir().join("none"), &keys, Vec::new()).is_err());
}

both!(an_export_verifies_with_public_keys_alone);

async fn a_later_record_goes_on_from_notes_and_earlier_exports(app: &TestApp) {
    let earlier = note(app, "contoso").await;
    act(app, "carla", "contoso", "later.example").await;
    let (_, file) = exported(app, "contoso").await;
    let keys = public(app);
    let with = |note: &SignedNote| {
        let outside = vec![("the note".to_owned(), note.clone())];
        verify_file(&file, &keys, outside).unwrap().verdict.faults
    };
    assert_eq!(with(&earlier), []);
    assert_eq!(
        faults_with(app, vec![("it".to_owned(), earlier.clone())], false).await,
        []
    );
    // A note of another record, one that nobody signed, and one of entries that are not there.
    let other = note(app, "adatum").await;
    assert_eq!(
        with(&other),
        [Fault::Other(
            "the note is of adatum.mandate.example".to_owned()
        )]
    );
    let mut forged = earlier.clone();
    forged.note.size += 1;
    assert_eq!(with(&forged), [Fault::Signature]);
    act(app, "carla", "contoso", "latest.example").await;
    let latest = note(app, "contoso").await;
    assert!(matches!(&with(&latest)[..], [Fault::Behind { .. }]));
}

both!(a_later_record_goes_on_from_notes_and_earlier_exports);

async fn a_partner_follows_the_chain_of_a_client_of_which_it_reads_a_part(app: &TestApp) {
    let (fiona, northwind, contoso) = (
        app.sign_in("fiona").await,
        app.account("northwind").await,
        app.account("contoso").await,
    );
    let input = json!({ "accountId": northwind, "clientId": contoso });
    let done = fiona.done("exportClientRecord", input, "downloadUrl").await;
    let url = done["downloadUrl"].as_str().unwrap();
    let path = url.strip_prefix(&app.app.config.http.public_url).unwrap();
    let (status, _, body) = app.get(path).await;
    assert_eq!(status.as_u16(), 200);
    assert!(
        body.contains("Fiona Full") && !body.contains("Carla Client") && !body.contains("Ivan")
    );
    let file = app.dir().join("followed.jsonl");
    fs::write(&file, &body).unwrap();
    let verified = verify_file(
        &file,
        &public(app),
        vec![("a note".to_owned(), note(app, "contoso").await)],
    )
    .unwrap();
    let Verdict {
        faults,
        hidden,
        entries,
        ..
    } = verified.verdict;
    assert_eq!(
        (faults, verified.name.as_str()),
        (vec![], "contoso.mandate.example")
    );
    assert!(hidden > 5 && entries > hidden);
    // A hidden entry that is another, or is left out, is found.
    let lines: Vec<String> = body.lines().map(str::to_owned).collect();
    let at = lines
        .iter()
        .position(|line| line.contains("\"hidden\""))
        .unwrap();
    let mut cut = lines.clone();
    cut.remove(at);
    fs::write(&file, cut.join("\n")).unwrap();
    assert!(
        !verify_file(&file, &public(app), Vec::new())
            .unwrap()
            .verdict
            .faults
            .is_empty()
    );
    let mut changed = lines.clone();
    changed[at] = changed[at].replacen("\"body_hash\":\"", "\"body_hash\":\"AAAA", 1);
    fs::write(&file, changed.join("\n")).unwrap();
    assert!(
        !verify_file(&file, &public(app), Vec::new())
            .unwrap()
            .verdict
            .faults
            .is_empty()
    );
    // Nobody else's client.
    let input = json!({ "accountId": northwind, "clientId": app.account("fabrikam").await });
    assert_eq!(
        fiona.fails("exportClientRecord", input).await,
        "NOT_FOUND/NO_SUCH_THING"
    );
}

both!(a_partner_follows_the_chain_of_a_client_of_which_it_reads_a_part);

async fn a_session_by_a_secret_that_a_delegate_caused_is_marked(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let contoso = app.account("contoso").await;
    let input = json!({ "accountId": contoso, "userId": app.user("ivan").await, "ticket": "T-9", "note": "Forgot it." });
    fiona
        .done("resetPassword", input, "operation { ticket note }")
        .await;
    Link::Reset
        .redeem_mailed(app, "ivan.contoso@example.org")
        .await;
    // What a delegate had sent to a contact in nobody's hands puts nobody into its hands.
    let ivan = app
        .sign_in_as("ivan@contoso.mandate.example", NEW_PASSWORD)
        .await;
    let query = "{ viewer { inHands organization { operations(first: 1) { nodes { kind hands { grantId } } } } } }";
    let viewer = ivan.data(query, Value::Null).await["viewer"].clone();
    assert_eq!(viewer["inHands"], false);
    assert_eq!(
        viewer["organization"]["operations"]["nodes"],
        json!([{ "kind": "SIGN_IN", "hands": [] }])
    );
}

both!(a_session_by_a_secret_that_a_delegate_caused_is_marked);
