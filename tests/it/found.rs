//! Lists that are filtered and ordered find what a query finds that looks at every row, and look at few.

use chrono::TimeDelta;
use mandate::{
    domain::{grant::GrantState, visibility},
    store::{
        clients::{self, Filter, Sort},
        page::{Page, WINDOW},
    },
};
use serde_json::{Value, json};

use crate::{
    hot::actor,
    support::{TestApp, both, grant},
};

/// Every filter of one part, and some of two.
fn filters(app: &TestApp) -> Vec<Filter> {
    let search = |text: &str| Filter {
        search: Some(text.to_owned()),
        ..Filter::default()
    };
    let states = |states: &[GrantState]| Filter {
        states: Some(states.to_vec()),
        ..Filter::default()
    };
    let tag = |tag: &str| Filter {
        tag: Some(tag.to_owned()),
        ..Filter::default()
    };
    let before = |days| Filter {
        expires_before: Some(app.app.now() + TimeDelta::days(days)),
        ..Filter::default()
    };
    use GrantState::{Active, Ended, Expired, Held};
    vec![
        Filter::default(),
        search("co"),
        search("CON too"),
        search("ontoso"),
        search("contoso.mandate"),
        search("  "),
        states(&[Active]),
        states(&[Held]),
        states(&[Expired]),
        states(&[Ended]),
        states(&[Ended, Held]),
        states(&[]),
        tag("gold"),
        tag("nobody"),
        before(0),
        before(100_000),
        Filter {
            states: Some(vec![Active]),
            ..search("c")
        },
        Filter {
            tag: Some("gold".to_owned()),
            ..before(100_000)
        },
    ]
}

/// The names of all pages.
async fn all(app: &TestApp, filter: &Filter, sort: Sort, first: u64) -> (Vec<String>, usize) {
    let petra = actor(app, "petra").await;
    let scope = visibility::partner(&petra).unwrap();
    let (db, now) = (app.app.db.read(), app.app.now());
    let (mut names, mut pages, mut after) = (Vec::new(), 0, None);
    loop {
        let page = Page { first, after };
        let found = clients::list(db, &scope, filter, sort, now, page);
        let found = found.await.unwrap();
        pages += 1;
        let last = found.rows.last().map(|client| client.organization.id.0);
        after = found.stopped.or(last);
        let found_names = found
            .rows
            .into_iter()
            .map(|client| client.organization.name);
        names.extend(found_names);
        if !found.has_next {
            return (names, pages);
        }
    }
}

async fn plain(app: &TestApp, filter: &Filter, sort: Sort) -> Vec<String> {
    let petra = actor(app, "petra").await;
    let scope = visibility::partner(&petra).unwrap();
    let (db, now) = (app.app.db.read(), app.app.now());
    let page = Page {
        first: 10_000,
        after: None,
    };
    let found = clients::plain(db, &scope, filter, sort, now, page);
    let rows = found.await.unwrap().rows.into_iter();
    rows.map(|client| client.organization.name).collect()
}

async fn clients_are_those_of_the_plain_query(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let tags = json!({ "accountId": app.account("northwind").await, "clientId": app.account("contoso").await, "tags": ["gold"] });
    fiona.done("setClientTags", tags, "replayed").await;
    let compare = async || {
        let mut hits = 0;
        for filter in filters(app) {
            for sort in [Sort::Oldest, Sort::Name, Sort::Expiry] {
                let (found, _) = all(app, &filter, sort, 2).await;
                assert_eq!(
                    found,
                    plain(app, &filter, sort).await,
                    "{filter:?} {sort:?}"
                );
                hits += found.len();
            }
        }
        hits
    };
    assert!(compare().await > 30);
    // After everything that becomes of grants and names.
    let carla = app.sign_in("carla").await;
    carla.done("holdGrant", grant(app).await, "replayed").await;
    compare().await;
    carla.done("liftGrant", grant(app).await, "replayed").await;
    carla.done("endGrant", grant(app).await, "replayed").await;
    let renamed =
        json!({ "organizationId": app.account("contoso").await, "name": "Zontoso Concern" });
    let olivia = app.sign_in("olivia").await;
    olivia.done("renameOrganization", renamed, "replayed").await;
    assert_eq!(
        all(app, &filters(app)[9], Sort::Name, 2).await.0,
        ["Zontoso Concern"]
    );
    compare().await;
    // A word that is there twice, as a part of the name and as the initial domain.
    let renamed = json!({ "organizationId": app.account("contoso").await, "name": "Contoso contoso.mandate.example" });
    olivia.done("renameOrganization", renamed, "replayed").await;
    compare().await;
    app.app.clock.advance(TimeDelta::days(3_000));
    compare().await;
}

both!(clients_are_those_of_the_plain_query);

async fn a_page_looks_at_few_rows(app: &TestApp) {
    let crowd = usize::try_from(2 * WINDOW + 100).unwrap();
    app.db_crowd(crowd, true).await;
    let states = |states: &[GrantState]| Filter {
        states: Some(states.to_vec()),
        ..Filter::default()
    };
    // No index is for two states: the list is looked through in pieces, and nothing is missed.
    let rare = states(&[GrantState::Active, GrantState::Ended]);
    for sort in [Sort::Oldest, Sort::Name, Sort::Expiry] {
        let (found, pages) = all(app, &rare, sort, 50).await;
        assert_eq!(found, plain(app, &rare, sort).await);
        assert!(!found.is_empty() && pages == 3, "{pages}");
    }
    // One is found by its index, at once.
    let (found, pages) = all(app, &states(&[GrantState::Active]), Sort::Name, 50).await;
    assert!(!found.is_empty() && pages == 1, "{pages}");
    let (found, pages) = all(app, &states(&[GrantState::Held]), Sort::Name, 100).await;
    assert!(found.len() >= crowd && pages < crowd / 80, "{pages}");
    // More than one page looks at bear the word: they are read in the order that was asked for, or looked through.
    let word = Filter {
        search: Some("CROW".to_owned()),
        ..Filter::default()
    };
    for sort in [Sort::Oldest, Sort::Name] {
        let (found, _) = all(app, &word, sort, 100).await;
        assert_eq!((found.len(), found), (crowd, plain(app, &word, sort).await));
    }
    let none = Filter {
        states: Some(vec![GrantState::Active, GrantState::Ended]),
        ..word
    };
    assert_eq!(all(app, &none, Sort::Name, 50).await.0, [""; 0]);
    // As a client sees it.
    let query = "query($after: String) { clients(first: 50, after: $after, filter: { states: [ENDED, EXPIRED] }) { nodes { name } pageInfo { hasNextPage endCursor } } }";
    let petra = app.sign_in("petra").await;
    let page = petra.data(query, Value::Null).await["clients"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let after = json!({ "after": page["pageInfo"]["endCursor"] });
    let next = petra.data(query, after).await["clients"].clone();
    assert_ne!(next["pageInfo"]["endCursor"], page["pageInfo"]["endCursor"]);
}

both!(a_page_looks_at_few_rows);
