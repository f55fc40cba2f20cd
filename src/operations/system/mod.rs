//! What the server does by itself.

pub mod close_grant;
pub mod create_operator;
pub mod erase_texts;
pub mod found_platform;
pub mod hold_for_loss;
pub mod purge_user;
pub mod recheck_domain;
pub mod remind_of_term;
pub mod restore_record;
pub mod send_notes;
pub mod send_recovery;
pub mod summarise_reads;
pub mod summarise_refusals;

use entity::ids::OrganizationId;

use self::found_platform::FoundPlatform;
use super::{Envelope, run};
use crate::{
    app::App,
    domain::{
        reason::Reason,
        values::{DomainName, Name, Slug},
        viewer::Job,
    },
    error::Error,
    store::{facts::Who, installation},
};

/// The platform organization, made if there is none yet.
///
/// # Errors
/// When it cannot be made, or its configured name or domain is not acceptable.
pub async fn ensure_platform(app: &App) -> anyhow::Result<OrganizationId> {
    if let Some(id) = installation::platform(&app.db.server()).await? {
        return Ok(id);
    }
    let domain = format!("platform.{}", app.config.platform.domain);
    let operation = FoundPlatform {
        id: app.rng.id(app.now()),
        slug: Slug::try_from("platform")?,
        name: Name::try_from(app.config.platform.name.as_str())?,
        initial_domain: DomainName::try_from(domain.as_str())?,
    };
    let id = operation.id;
    match run(app, Who::System(Job::Cli), Envelope::default(), operation).await {
        Ok(_) => Ok(id),
        // Another server that starts now was first.
        Err(Error::Failed(Reason::NameTaken)) => {
            let id = installation::platform(&app.db.server()).await?;
            id.ok_or_else(|| anyhow::anyhow!("the platform's slug is taken"))
        }
        Err(error) => Err(error.into()),
    }
}
