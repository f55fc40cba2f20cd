//! How many clients accepted and declined an offer, kept instead of counted; and ways to an answer by its grant and by
//! its client.

use sea_orm_migration::prelude::*;

use crate::{id_type, run};

/// Adds them.
#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = id_type(manager);
        let statements = [
            "CREATE INDEX response_of_grant ON response (grant_id, id)".to_owned(),
            "CREATE INDEX response_of_client ON response (client_id, offer_id, id)".to_owned(),
            format!(
                "CREATE TABLE offer_count (offer_id {id} NOT NULL PRIMARY KEY, partner_id {id} NOT NULL, \
                 accepted bigint NOT NULL, declined bigint NOT NULL)"
            ),
            "INSERT INTO offer_count SELECT offer_id, partner_id, \
             SUM(CASE WHEN answer = 'ACCEPTED' THEN 1 ELSE 0 END), SUM(CASE WHEN answer = 'DECLINED' THEN 1 ELSE 0 END) \
             FROM response WHERE NOT EXISTS (SELECT 1 FROM response later WHERE later.offer_id = response.offer_id AND \
             later.client_id = response.client_id AND later.id > response.id) GROUP BY offer_id, partner_id"
                .to_owned(),
        ];
        run(manager, statements).await
    }
}
