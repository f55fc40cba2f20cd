//! Sets the partner's own tags on a client. The client does not see them.

use entity::ids::OrganizationId;

use crate::{domain::values::Tag, operations::prelude::*, store::tags};

/// The client and its tags.
#[derive(Debug, Serialize)]
pub struct SetClientTags {
    /// The partner.
    pub account: OrganizationId,
    pub client: OrganizationId,
    /// All its tags from now on.
    pub tags: Vec<Tag>,
}

impl Operation for SetClientTags {
    const KIND: OperationKind = OperationKind::SetClientTags;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Client(self.client))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        tags::set(act, self.client, &self.tags).await?;
        let names: Vec<_> = self.tags.iter().map(Tag::as_str).collect();
        Ok(Effect::on_client(self.client).change(Key::Tags, names.join(", ")))
    }
}
