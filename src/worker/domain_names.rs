//! Looks up the proofs of verified domain names again. Only a change is an operation.

use chrono::TimeDelta;

use super::{due, job};
use crate::{
    app::App,
    domain::{
        domain_check::{Finding, finding},
        values::domain_name::{challenge, is_proof},
    },
    error::Result,
    operations::{subjects::OnDomain, system::recheck_domain::RecheckDomain},
    store::domains,
};

/// How many names are looked up at once.
const LOOKED_UP: u64 = 20;
/// How soon a name is looked up again if its name servers gave no answer.
const UNANSWERED: TimeDelta = TimeDelta::hours(1);

/// Looks up what is due.
pub(super) async fn recheck(app: &App) -> Result<()> {
    let times = &app.config.times;
    let check_after = times.domain_check();
    let grace = times.domain_grace();
    for row in domains::due(&app.db.server(), app.now(), &due(app, LOOKED_UP)).await? {
        let found = match app.dns.txt(&challenge(&row.name), &row.name).await {
            Ok(texts) => texts.iter().any(|text| is_proof(text, &row.proof)),
            Err(error) => {
                // A missing answer is not an answer that there is no record.
                tracing::warn!(domain = row.name, %error, "A domain name was not looked up.");
                domains::put_off(&app.db, row.id, app.now() + UNANSWERED).await?;
                continue;
            }
        };
        if finding(found, row.failing_since, grace, app.now()) == Finding::Same {
            domains::put_off(&app.db, row.id, app.now() + check_after).await?;
            continue;
        }
        let operation = RecheckDomain {
            on: OnDomain {
                account: row.organization_id,
                domain: row.id,
            },
            found,
        };
        job(app, operation).await?;
    }
    Ok(())
}
