//! Fills an empty database for the benchmark: one partner with many clients, a hundred partners with twenty each, ten
//! users and twenty entries of the record a client. The entries are appended and signed by the server's own code, so
//! that `mandate record verify` accepts them.
//!
//! The ids are told in advance, so that the load needs no look-up: `0190KKKK-0000-7000-8KKK-NNNNNNNNNNNN`, with the
//! kind in KKKK (1 partner, 2 its user, 3 client, 4 grant, 5 its user, 6 entry, 7 offer, 8 response, 9 domain name,
//! 10 certification) and the number in N.

#![expect(
    clippy::unwrap_used,
    reason = "what fails here fails before anything is measured"
)]

use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use entity::{
    certification, client, client_tag, domain, grant, offer, offer_revision, organization,
    response,
    states::{AdminRole, Answer, AuthorityKind, DelegatedRole, OfferKind, Phase},
    user, user_role,
};
use mandate::{
    ambient::{Clock, Rng},
    app::App,
    config::Config,
    db::{Locks, Tx},
    domain::record::{Key, Moment, Target, TargetRef},
    store::{
        folded,
        record::{self, Draft},
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseBackend, EntityTrait};
use uuid::Uuid;

/// The password of every user.
const PASSWORD: &str = "paper lantern harbor 42";

/// Rows of an INSERT: SQLite takes 32,766 parameters.
const ROWS: usize = 1_000;

#[derive(Parser)]
struct Size {
    /// Clients of the first partner.
    #[arg(long, default_value_t = 10_000)]
    clients: u64,
    /// Entries of the record of the last client.
    #[arg(long, default_value_t = 25_000)]
    long: u64,
}

fn id<T: From<Uuid>>(kind: u64, number: u64) -> T {
    let high = (0x0190_0000_0000_7000) | (kind << 32);
    let low = 0x8000_0000_0000_0000 | (kind << 48) | number;
    T::from(Uuid::from_u64_pair(high, low))
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn insert<A>(tx: &Tx, rows: impl Iterator<Item = A>)
where
    A: ActiveModelTrait + Send,
{
    let rows: Vec<A> = rows.collect();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(ROWS).collect();
        A::Entity::insert_many(some)
            .exec_without_returning(tx)
            .await
            .unwrap();
    }
}

struct World {
    clients: u64,
    since: DateTime<Utc>,
    hash: String,
}

impl World {
    /// The number of the last client, whose record is long.
    fn last(&self) -> u64 {
        self.clients + 2_000
    }

    /// Whose client it is.
    fn partner(&self, client: u64) -> u64 {
        match client {
            client if client < self.clients => 0,
            client if client == self.last() => 100,
            client => 1 + (client - self.clients) / 20,
        }
    }

    fn organization(&self, kind: u64, number: u64) -> organization::ActiveModel {
        let (slug, name) = match kind {
            1 => (format!("partner{number}"), format!("Partner {number}")),
            _ => (format!("client{number}"), format!("Client {number}")),
        };
        organization::ActiveModel {
            id: Set(id(kind, number)),
            initial_domain: Set(format!("{slug}.mandate.example")),
            platform: Set(false),
            created_at: Set(self.since),
            slug: Set(slug),
            name: Set(name),
            // What it is searched and told apart by is made at the end.
            ..Default::default()
        }
    }

    fn domain(&self, kind: u64, number: u64) -> domain::ActiveModel {
        let name = self.organization(kind, number).initial_domain;
        domain::ActiveModel {
            id: Set(id(9, 1_000_000 * kind + number)),
            organization_id: Set(id(kind, number)),
            name,
            initial: Set(true),
            proof: Set(String::new()),
            verified_at: Set(Some(self.since)),
            added_at: Set(self.since),
            ..Default::default()
        }
    }

    fn user(&self, kind: u64, number: u64, of: (u64, u64)) -> user::ActiveModel {
        let nth = number % if kind == 2 { 100 } else { 10 };
        let domain = self.organization(of.0, of.1).initial_domain.unwrap();
        let name = match kind {
            2 => format!("u{nth}@{domain}"),
            _ => format!("user{nth}@{domain}"),
        };
        user::ActiveModel {
            id: Set(id(kind, number)),
            organization_id: Set(id(of.0, of.1)),
            display_name: Set(format!("User {nth}")),
            name_folded: Set(Some(format!("user {nth}"))),
            sign_in_name: Set(name.clone()),
            sign_in_key: Set(name),
            delegated_role: Set(match (kind, nth) {
                (2, 1 | 4 | 5 | 6) => Some(DelegatedRole::Full),
                (2, 2) => Some(DelegatedRole::Limited),
                _ => None,
            }),
            contact: Set(format!("u{number}.{kind}@example.org")),
            contact_verified_at: Set(Some(self.since)),
            contact_own_at: Set(Some(self.since)),
            password_hash: Set(Some(self.hash.clone())),
            password_changed_at: Set(Some(self.since)),
            enrolled_at: Set(Some(self.since)),
            created_at: Set(self.since),
            ..Default::default()
        }
    }

    fn role(
        &self,
        kind: u64,
        number: u64,
        of: (u64, u64),
        role: AdminRole,
    ) -> user_role::ActiveModel {
        user_role::ActiveModel {
            user_id: Set(id(kind, number)),
            role: Set(role),
            organization_id: Set(id(of.0, of.1)),
            grant_id: Set(None),
            person_id: Set(None),
            assigned_at: Set(self.since),
        }
    }

    fn grant(&self, client: u64) -> grant::ActiveModel {
        let partner = self.partner(client);
        let days = i64::try_from(client % 365).unwrap();
        grant::ActiveModel {
            id: Set(id(4, client)),
            partner_id: Set(id(1, partner)),
            client_id: Set(id(3, client)),
            offer_id: Set(id(7, partner)),
            revision: Set(1),
            role_cap: Set(match client % 3 {
                0 => DelegatedRole::Limited,
                _ => DelegatedRole::Full,
            }),
            term: Set("P2Y".to_owned()),
            accepted_at: Set(self.since),
            expires_at: Set(time("2029-01-01T00:00:00Z") + TimeDelta::days(days)),
            remind_at: Set(Some(time("2028-12-01T00:00:00Z"))),
            ..Default::default()
        }
    }

    /// The name is filled in with the words.
    fn pair(&self, client: u64) -> client::ActiveModel {
        let grant = self.grant(client);
        client::ActiveModel {
            partner_id: grant.partner_id,
            client_id: grant.client_id,
            grant_id: grant.id,
            phase: Set(Phase::Open),
            expires_at: grant.expires_at,
            name_sort: Set(String::new()),
        }
    }

    fn response(&self, client: u64) -> response::ActiveModel {
        let partner = self.partner(client);
        response::ActiveModel {
            id: Set(id(8, client)),
            offer_id: Set(id(7, partner)),
            revision: Set(1),
            partner_id: Set(id(1, partner)),
            client_id: Set(id(3, client)),
            answer: Set(Answer::Accepted),
            answered_by: Set(id(5, client * 10)),
            grant_id: Set(Some(id(4, client))),
            operation_id: Set(id(6, client * 100_000)),
            answered_at: Set(self.since),
            delegation_taken: Set(Some(true)),
            ..Default::default()
        }
    }

    async fn rows(&self, tx: &Tx) {
        let partners = 0..=100_u64;
        let clients = 0..=self.last();
        let both = || {
            let partners = partners.clone().map(|number| (1, number));
            partners.chain(clients.clone().map(|number| (3, number)))
        };
        let users = || {
            let one =
                |of: (u64, u64), kind, step| (0..10).map(move |nth| (kind, of.1 * step + nth, of));
            both().flat_map(move |of| match of.0 {
                1 => one(of, 2, 100),
                _ => one(of, 5, 10),
            })
        };
        insert(
            tx,
            both().map(|(kind, number)| self.organization(kind, number)),
        )
        .await;
        insert(tx, both().map(|(kind, number)| self.domain(kind, number))).await;
        let certification = |number| certification::ActiveModel {
            id: Set(id(10, number)),
            organization_id: Set(id(1, number)),
            certified_at: Set(self.since),
            ..Default::default()
        };
        insert(tx, partners.clone().map(certification)).await;
        insert(
            tx,
            users().map(|(kind, number, of)| self.user(kind, number, of)),
        )
        .await;
        let roles = users().filter_map(|(kind, number, of)| {
            let role = match (kind, number % 10) {
                (_, 0) => AdminRole::GlobalAdmin,
                (5, 1) => AdminRole::ReportsReader,
                _ => return None,
            };
            Some(self.role(kind, number, of, role))
        });
        insert(tx, roles).await;
        let offer = |number| offer::ActiveModel {
            id: Set(id(7, number)),
            partner_id: Set(id(1, number)),
            token: Set(format!("seed{number:028}")),
            kind: Set(OfferKind::Delegation),
            revision: Set(1),
            created_by: Set(id(2, number * 100)),
            created_at: Set(self.since),
            ..Default::default()
        };
        insert(tx, partners.clone().map(offer)).await;
        let revision = |number| offer_revision::ActiveModel {
            offer_id: Set(id(7, number)),
            revision: Set(1),
            digest: Set(format!("{number:064x}")),
            role_cap: Set(DelegatedRole::Full),
            term: Set("P2Y".to_owned()),
            created_at: Set(self.since),
            delegation: Set(Some(true)),
            ..Default::default()
        };
        insert(tx, partners.map(revision)).await;
        insert(tx, clients.clone().map(|client| self.grant(client))).await;
        insert(tx, clients.clone().map(|client| self.pair(client))).await;
        insert(tx, clients.clone().map(|client| self.response(client))).await;
        let counts = "INSERT INTO offer_count SELECT offer_id, partner_id, count(*), 0 FROM response GROUP BY 1, 2";
        tx.execute_unprepared(counts).await.unwrap();
        let tags = clients
            .filter(|client| client % 5 == 0)
            .map(|client| client_tag::ActiveModel {
                partner_id: Set(id(1, self.partner(client))),
                client_id: Set(id(3, client)),
                tag: Set(format!("tag{}", client % 50)),
            });
        insert(tx, tags).await;
    }

    /// The nth entry of a client's record.
    fn entry(&self, app: &App, client: u64, nth: u64) -> Draft {
        let partner = self.partner(client);
        let kinds = [
            "user.update_profile",
            "user.reset_password",
            "user.block_sign_in",
        ];
        let kind = kinds
            .iter()
            .cycle()
            .nth(usize::try_from(nth % 3).unwrap())
            .unwrap();
        let place = if client == self.last() {
            nth
        } else {
            client * 20 + nth
        };
        let at =
            time("2026-01-01T00:00:00Z") + TimeDelta::seconds(17 * i64::try_from(place).unwrap());
        let own = AuthorityKind::Delegated;
        let mut draft = Draft::new(
            app,
            id(6, client * 100_000 + nth),
            id(3, client),
            kind,
            at,
            own,
        );
        let (user, who) = (2 + nth % 8, format!("u1@partner{partner}.mandate.example"));
        let body = &mut draft.body;
        body.at = Moment(at);
        body.actor = Some(id(2, partner * 100 + 1));
        body.actor_organization = Some(id(1, partner));
        body.grant = Some(id(4, client));
        body.role = Some(DelegatedRole::Full);
        body.target = Some(TargetRef::from(Target::User(id(5, client * 10 + user))));
        body.changes.insert(Key::Changed, "displayName");
        draft.texts.actor_name = Some("User 1".to_owned());
        draft.texts.actor_sign_in_name = Some(who);
        draft.texts.actor_organization_name = Some(format!("Partner {partner}"));
        draft.texts.target_name = Some(format!("User {user}"));
        draft
    }
}

#[tokio::main]
async fn main() {
    let size = Size::parse();
    let app = App::open(
        Config::load(None).unwrap(),
        Clock::System,
        Rng::from_os().unwrap(),
        None,
    )
    .await
    .unwrap();
    app.db.migrate().await.unwrap();
    let hash = app.hasher.hash(&PASSWORD.into(), &app.rng).await.unwrap();
    let since = time("2024-07-01T00:00:00Z");
    let world = World {
        clients: size.clients,
        since,
        hash,
    };
    let tx = app.db.begin(&Locks::default()).await.unwrap();
    world.rows(&tx).await;
    tx.commit().await.unwrap();
    folded::fill(&app.db, since).await.unwrap();
    let entries = (0..=world.last()).flat_map(|client| {
        let entries = if client == world.last() {
            size.long
        } else {
            20
        };
        (0..entries).map(move |nth| (client, nth))
    });
    let mut entries = entries.peekable();
    while entries.peek().is_some() {
        let some = entries.by_ref().take(ROWS);
        let drafts = some
            .map(|(client, nth)| world.entry(&app, client, nth))
            .collect();
        let tx = app.db.begin(&Locks::default()).await.unwrap();
        let added = record::append(&tx, drafts, &app).await.unwrap();
        tx.commit().await.unwrap();
        app.anchors.committed(added.ends);
    }
    if app.db.backend() == DatabaseBackend::Postgres {
        app.db.read().execute_unprepared("ANALYZE").await.unwrap();
    }
    app.close().await;
}
