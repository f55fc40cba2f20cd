//! Notes that the proof of a verified domain name is gone, is back, or was gone for too long: in that last case
//! the name is no longer verified, and whoever signed in at it signs in at the initial domain from now on, before anyone
//! else may prove the name. The organization's own global admins, and those users, are told.

use crate::{
    domain::domain_check::{Finding, finding},
    operations::prelude::*,
    store::fallen,
};

/// The name, and what a look-up found.
#[derive(Debug, Serialize)]
pub struct RecheckDomain {
    pub on: OnDomain,
    /// Whether the proof was found.
    pub found: bool,
}

impl Operation for RecheckDomain {
    const KIND: OperationKind = OperationKind::RecheckDomain;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let domain = act.domain()?;
        let row = domains::row(act, domain.id).await?;
        let found = finding(
            self.found,
            row.failing_since,
            act.config().times.domain_grace(),
            act.now(),
        );
        let next = act.now() + act.config().times.domain_check();
        let mut renamed = Vec::new();
        match found {
            // Another worker was first, or the name is no longer verified.
            Finding::Same => return Ok(Effect::nothing()),
            _ if !domain.verified => return Ok(Effect::nothing()),
            Finding::Gone => domains::set_failing(act, domain.id, Some(act.now()), next).await?,
            Finding::Back => domains::set_failing(act, domain.id, None, next).await?,
            Finding::Lapsed => {
                domains::lapse(act, domain, act.config().times.domain_rest()).await?;
                renamed = fallen::fall_back(act, &domain.name).await?;
            }
        }
        let operation = act.operation();
        let told = roles::admin_contacts(act).await?;
        let deliveries = told.into_iter().map(|to| Delivery::DomainChecked {
            domain: domain.id,
            operation,
            to,
        });
        // Who signed in at the name is told with what to sign in from now on.
        let told_users = renamed.iter().filter_map(|user| {
            Some(Delivery::UserChanged {
                user: user.id,
                operation,
                to: user.contact.clone()?,
            })
        });
        let effect = Effect::on_domain(domain).change(Key::Proof, found.name());
        let effect = match renamed.len() {
            0 => effect,
            users => effect.change(Key::UsersRenamed, users.to_string()),
        };
        Ok(effect.deliver(deliveries.chain(told_users)))
    }
}
