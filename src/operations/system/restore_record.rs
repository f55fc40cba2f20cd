//! Declares that entries of a record were lost, and begins a new epoch of it. Whatever may have come back with
//! an old state ends: sessions, links and waiting mails. Grants are held until a global admin of the client
//! lifts the holds.

use chrono::{DateTime, Utc};
use entity::{ids::OrganizationId, states::Side};

use crate::{
    domain::record::{Digest256, note::SignedNote},
    operations::{notice, prelude::*},
    store::{record::proven, restored as stored, roles},
};

/// The record, and what was seen of it.
#[derive(Debug, Serialize)]
pub struct RestoreRecord {
    /// The organization whose record it is.
    pub organization: OrganizationId,
    /// When the restoring of a whole database began: then it counts for a record that lost nothing too.
    pub whole: Option<DateTime<Utc>>,
    /// How many entries were seen, and the link of the last one; `None` if nobody knows.
    pub seen: Option<(i64, Digest256)>,
    /// The epoch that begins.
    pub epoch: i32,
    /// Its ends in the anchor file.
    #[serde(skip)]
    pub anchored: Vec<SignedNote>,
    /// Organizations that are gone from the database, with the number of entries that were seen: the entry in the
    /// platform's record names them.
    pub gone: Vec<(OrganizationId, i64)>,
}

impl Operation for RestoreRecord {
    const KIND: OperationKind = OperationKind::RestoreRecord;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        // It was looked at before, while others could still act: only the state under the lock counts.
        if self.whole.is_none() && self.gone.is_empty() && !proven::is_mistrusted(act).await? {
            return Ok(Effect::nothing());
        }
        let (aside, last) = proven::set_aside(act, &self.anchored).await?;
        stored::void(act).await?;
        if let Some(began) = self.whole {
            stored::void_mail(act, began).await?;
        }
        let held = stored::hold_all(act).await?;
        let admins = roles::admin_contacts(act).await?;
        let mut deliveries = Vec::new();
        for (grant, partner) in &held {
            let partners = roles::contacts_of_admins(act, *partner).await?;
            let sides = [(Side::Partner, partners), (Side::Client, Vec::new())];
            deliveries.extend(notice::grant_changed(act, *grant, sides));
        }
        let operation = act.operation();
        let to_admins = admins.into_iter();
        deliveries.extend(to_admins.map(|to| Delivery::RecordRestored { operation, to }));
        // What is still there is not lost.
        let (size, link) = self.seen.filter(|(size, _)| *size >= last).unzip();
        let gone = self.gone.iter();
        let gone: Vec<String> = gone.map(|(id, size)| format!("{id}:{size}")).collect();
        let gone = (!gone.is_empty()).then(|| gone.join(", "));
        Ok(Effect::on(self.organization)
            .change(Key::Epoch, self.epoch.to_string())
            .maybe(Key::LostSize, size.map(|size| size.to_string()))
            .maybe(Key::LostLink, link.map(|link| link.to_string()))
            .maybe(Key::OrganizationsGone, gone)
            .maybe(Key::SetAside, (aside > 0).then(|| aside.to_string()))
            .deliver(deliveries))
    }
}
