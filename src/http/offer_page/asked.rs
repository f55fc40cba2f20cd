//! What an offer asks for, in the reader's words.

use entity::states::DelegatedRole;

use crate::{
    domain::offer::{self, Group},
    words::Words,
};

/// A delegated role, in words.
pub(super) struct Cap {
    pub(super) title: String,
    pub(super) hint: String,
}

impl Cap {
    pub(super) fn of(w: &Words, role: DelegatedRole) -> Self {
        let id = format!("offer-cap-{}", role.as_str());
        Self {
            hint: w.say(&format!("{id}-hint")),
            title: w.say(&id),
        }
    }
}

/// What kinds of one group come to, for the role that is asked for.
pub(super) struct ShownGroup {
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) kinds: Vec<String>,
}

/// The groups of which the role may do something.
pub(super) fn groups(w: &Words, role: DelegatedRole) -> Vec<ShownGroup> {
    let roles = offer::untouchable(role);
    let roles = roles.iter().map(|role| w.say(&format!("role-{role}")));
    let roles = roles.collect::<Vec<_>>().join(", ");
    let shown = Group::ALL.into_iter().filter_map(|group| {
        let kinds = group.kinds(role);
        let limited = match role {
            DelegatedRole::Limited => "-LIMITED",
            DelegatedRole::Full => "",
        };
        let id = format!("offer-group-{}{limited}", group.name());
        (!kinds.is_empty()).then(|| ShownGroup {
            title: w.say(&id),
            hint: w.with(&format!("{id}-hint"), &[("roles", &roles)]),
            kinds: kinds.into_iter().map(|kind| w.kind(kind)).collect(),
        })
    });
    shown.collect()
}
