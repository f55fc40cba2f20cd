//! A page of a partner's clients in the order of their ids, with their latest grants. The plain query is
//! `clients::list`.

use entity::grant;
use sea_orm::{DbErr, Statement};
use uuid::Uuid;

use super::limit;
use crate::{
    db::{Columns, Rows},
    domain::visibility::PartnerScope,
    error::Result,
    store::{
        clients::{Client, Named},
        page::{Page, Slice},
    },
};

/// The columns, in the order in which [`client`] reads them.
const COLUMNS: &str = "named.id, named.name, named.initial_domain, \
     latest.id, latest.partner_id, latest.client_id, latest.offer_id, latest.revision, latest.role_cap, latest.term, \
     latest.accepted_at, latest.expires_at, latest.client_hold_at, latest.partner_hold_at, latest.ended_at, \
     latest.ended_by, latest.remind_at";

/// The rows of the page.
const PAGE: &str = "SELECT client_id, grant_id FROM client WHERE partner_id = $1 AND client_id > $2 ORDER BY client_id LIMIT";

/// What belongs to each of them. The page is cut off before: otherwise PostgreSQL thinks the page of a partner with many
/// clients cheaper to read in another way, and makes a plan for each request.
const JOINED: &str = r#"JOIN "grant" latest ON latest.id = page.grant_id
    JOIN organization named ON named.id = page.client_id"#;

/// A page of the partner's clients, the oldest organization first.
pub async fn page<C: Rows>(conn: &C, scope: &PartnerScope, page: Page) -> Result<Slice<Client>> {
    let limit = limit(page.first + 1);
    let sql = format!("SELECT {COLUMNS} FROM ({PAGE} {limit}) page {JOINED}");
    let after = page.after.unwrap_or(Uuid::nil());
    let values = [scope.partner().0.into(), after.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let mut rows = conn.rows(statement, client).await?;
    rows.sort_by_key(|client| client.organization.id);
    Ok(Slice::new(rows, page))
}

fn client(columns: &mut Columns<'_>) -> Result<Client, DbErr> {
    Ok(Client {
        organization: Named {
            id: columns.read()?,
            name: columns.read()?,
            initial_domain: columns.read()?,
        },
        grant: grant::Model {
            id: columns.read()?,
            partner_id: columns.read()?,
            client_id: columns.read()?,
            offer_id: columns.read()?,
            revision: columns.read()?,
            role_cap: columns.read()?,
            term: columns.read()?,
            accepted_at: columns.read()?,
            expires_at: columns.read()?,
            client_hold_at: columns.read()?,
            partner_hold_at: columns.read()?,
            ended_at: columns.read()?,
            ended_by: columns.read()?,
            remind_at: columns.read()?,
        },
    })
}
