//! Indexes in the order of lists which had none: of a partner's people by role, of the addresses that an offer was sent to, of
//! subscriptions, and of entries by the partner in whose hands their actors were.

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
            format!("ALTER TABLE operation_hand ADD COLUMN partner_id {id}"),
            "UPDATE operation_hand SET partner_id = (SELECT partner_id FROM \"grant\" WHERE \"grant\".id = \
             operation_hand.grant_id)"
                .to_owned(),
            "CREATE INDEX operation_hand_of_partner ON operation_hand (partner_id, operation_id)"
                .to_owned(),
            "CREATE INDEX operation_hand_of ON operation_hand (operation_id)".to_owned(),
            "CREATE INDEX user_staff ON \"user\" (organization_id, id) WHERE delegated_role IS NOT NULL"
                .to_owned(),
            "CREATE INDEX offer_sending_of ON offer_sending (offer_id, id)".to_owned(),
            "DROP INDEX subscription_organization".to_owned(),
            "CREATE INDEX subscription_organization ON subscription (organization_id, id)".to_owned(),
        ];
        run(manager, statements).await
    }
}
