//! The rules of accounts for those who act in them.

use std::collections::HashMap;

use entity::{account_rules, ids::OrganizationId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use crate::{
    domain::{
        rules::Rules,
        visibility::{Scope, View},
    },
    error::Result,
    store::{act::Act, clients::Client, from_rows},
};

/// Sets the rules of the act's account.
pub async fn set(act: &Act<'_>, rules: Rules) -> Result<()> {
    use account_rules::Column;
    let row = account_rules::ActiveModel {
        organization_id: Set(act.account()),
        link_allowed: Set(rules.link_allowed),
        show_once_allowed: Set(rules.show_once_allowed),
        ticket_required: Set(rules.ticket_required),
        reason_required: Set(rules.note_required),
        sign_ins_delegable: Set(rules.sign_ins_delegable),
    };
    let again = OnConflict::column(Column::OrganizationId)
        .update_columns([
            Column::LinkAllowed,
            Column::ShowOnceAllowed,
            Column::TicketRequired,
            Column::ReasonRequired,
            Column::SignInsDelegable,
        ])
        .to_owned();
    account_rules::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// The rules of clients that were read. The caller shows them only where its scope does.
pub async fn of_clients<C: ConnectionTrait>(
    conn: &C,
    clients: &[Client],
) -> Result<HashMap<OrganizationId, Rules>> {
    let ids: Vec<_> = clients.iter().map(|row| row.organization.id).collect();
    of_accounts(conn, &ids).await
}

async fn of_accounts<C: ConnectionTrait>(
    conn: &C,
    accounts: &[OrganizationId],
) -> Result<HashMap<OrganizationId, Rules>> {
    let rows = account_rules::Entity::find()
        .filter(account_rules::Column::OrganizationId.is_in(accounts.iter().copied()))
        .all(conn)
        .await?;
    let rows = rows.iter();
    Ok(rows
        .map(|row| (row.organization_id, from_rows::rules_of(row)))
        .collect())
}

/// The rules of the scope's organization, if the scope shows them.
pub async fn find<C: ConnectionTrait>(conn: &C, scope: &Scope) -> Result<Option<Rules>> {
    if !scope.sees(View::Rules) {
        return Ok(None);
    }
    let account = scope.account();
    let mut rules = of_accounts(conn, &[account]).await?;
    Ok(Some(rules.remove(&account).unwrap_or_default()))
}
