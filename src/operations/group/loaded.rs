//! The facts about the members of a group, loaded together.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::UserId;

use super::{Changed, Member, Outcome};
use crate::{
    db::Tx,
    domain::policy::{Facts, Target},
    error::Result,
    store::hot::{self, facts::Asked},
};

/// The facts about the members of a group, loaded in one statement, for as long as no act changes what they say.
pub(super) struct Loaded {
    asked: Vec<Option<Asked>>,
    facts: Vec<Option<Facts>>,
    stale: bool,
    /// What users are called since.
    names: HashMap<UserId, String>,
}

impl Loaded {
    /// Loads those of the members that are not left out.
    pub async fn load(
        tx: &Tx,
        group: &[&Member],
        left_out: &[bool],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let asked = group
            .iter()
            .zip(left_out)
            .map(|(member, left_out)| match member {
                Member::Act(ready) if !left_out => ready.pending.asked(),
                _ => None,
            });
        let asked: Vec<Option<Asked>> = asked.collect();
        let all: Vec<Asked> = asked.iter().flatten().copied().collect();
        let mut found = match all.is_empty() {
            true => Vec::new(),
            false => hot::facts::load(tx, &all, now).await?,
        }
        .into_iter();
        let facts = asked
            .iter()
            .map(|asked| asked.and_then(|_| found.next().flatten()));
        Ok(Self {
            facts: facts.collect(),
            asked,
            stale: false,
            names: HashMap::new(),
        })
    }

    /// The facts about the member at this place; `None` if they are to be loaded by themselves.
    pub fn take(&mut self, place: usize) -> Option<Facts> {
        let asked = self.asked.get(place).copied().flatten()?;
        let mut facts = self.facts.get_mut(place)?.take()?;
        if self.stale || self.names.contains_key(&asked.user) {
            return None;
        }
        if let Target::User(user) = &mut facts.target
            && let Some(name) = self.names.get(&user.id)
        {
            user.name.clone_from(name);
        }
        Some(facts)
    }

    /// Notes what an act changed.
    pub fn after(&mut self, outcome: &Outcome) {
        if let Outcome::Applied(act) = outcome {
            match &act.changed {
                Changed::Facts => self.stale = true,
                Changed::Name(user, name) => drop(self.names.insert(*user, name.clone())),
                Changed::Nothing => {}
            }
        }
    }
}
