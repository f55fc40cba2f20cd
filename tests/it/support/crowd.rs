//! Many clients of one partner, written as acceptances would leave them.

use chrono::TimeDelta;
use entity::{
    client, client_word, grant,
    ids::{GrantId, OrganizationId},
    organization,
    states::{DelegatedRole, Phase},
};
use mandate::{db::Locks, domain::values::fold};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::TestApp;

impl TestApp {
    /// Gives Northwind this many more clients, named "Crowd …"; it holds the grants, if `held`.
    pub async fn db_crowd(&self, number: usize, held: bool) {
        let (offer, _) = self.db_offer("northwind").await;
        let now = self.app.now();
        let (until, held_at) = (now + TimeDelta::days(5_000), held.then_some(now));
        let ids: Vec<_> = (0..number).map(|_| self.app.rng.id::<Uuid>(now)).collect();
        let tx = self.app.db.begin(&Locks::default()).await.unwrap();
        // SQLite binds some thousand values in a statement.
        for ids in ids.chunks(500) {
            let name = |id: &Uuid| format!("Crowd {id}");
            let organizations = ids.iter().map(|id| organization::ActiveModel {
                id: Set(OrganizationId(*id)),
                slug: Set(id.to_string()),
                name: Set(name(id)),
                name_folded: Set(Some(fold(&name(id)))),
                worded_at: Set(Some(now)),
                initial_domain: Set(format!("{id}.mandate.example")),
                platform: Set(false),
                created_at: Set(now),
                default_domain: Set(None),
                name_key: Set(None),
                slug_key: Set(None),
            });
            let grants = ids.iter().map(|id| grant::ActiveModel {
                id: Set(GrantId(*id)),
                partner_id: Set(offer.partner_id),
                client_id: Set(OrganizationId(*id)),
                offer_id: Set(offer.id),
                revision: Set(1),
                role_cap: Set(DelegatedRole::Limited),
                term: Set("P15Y".to_owned()),
                accepted_at: Set(now),
                expires_at: Set(until),
                client_hold_at: Set(None),
                partner_hold_at: Set(held_at),
                ended_at: Set(None),
                ended_by: Set(None),
                remind_at: Set(None),
            });
            let pairs = ids.iter().map(|id| client::ActiveModel {
                partner_id: Set(offer.partner_id),
                client_id: Set(OrganizationId(*id)),
                grant_id: Set(GrantId(*id)),
                phase: Set(if held { Phase::Held } else { Phase::Open }),
                expires_at: Set(until),
                name_sort: Set(fold(&name(id))),
            });
            let words = ids.iter().map(|id| client_word::ActiveModel {
                partner_id: Set(offer.partner_id),
                word: Set("crowd".to_owned()),
                client_id: Set(OrganizationId(*id)),
            });
            organization::Entity::insert_many(organizations)
                .exec_without_returning(&tx)
                .await
                .unwrap();
            grant::Entity::insert_many(grants)
                .exec_without_returning(&tx)
                .await
                .unwrap();
            client::Entity::insert_many(pairs)
                .exec_without_returning(&tx)
                .await
                .unwrap();
            client_word::Entity::insert_many(words)
                .exec_without_returning(&tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
}
