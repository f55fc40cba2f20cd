//! Adds a domain name, to be proven by a TXT record.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::OrganizationId;

use crate::{domain::values::DomainName, operations::prelude::*};

/// The name to be added.
#[derive(Debug, Serialize)]
pub struct AddDomain {
    pub account: OrganizationId,
    pub name: DomainName,
}

impl Operation for AddDomain {
    const KIND: OperationKind = OperationKind::AddDomain;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<()> {
        if self.name.is_within(&app.config.platform.domain) {
            return Err(Error::field("name", Reason::DomainReserved));
        }
        if self.name.is_public_suffix() {
            return Err(Error::field("name", Reason::PublicSuffix));
        }
        Ok(())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let proof = URL_SAFE_NO_PAD.encode(act.rng().bytes::<24>());
        let domain = domains::insert(act, &self.name, proof).await?;
        Ok(Effect::on(domain).change(Key::Name, self.name.as_str()))
    }
}
