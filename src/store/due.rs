//! What the worker asks for: some of what is due, without the accounts in which nothing can be done now.

use entity::ids::OrganizationId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

/// How many accounts are left out by name: a statement takes no more parameters than some tens of thousands.
const NAMED: usize = 10_000;

/// How many, and of which accounts none: what waits there keeps nothing of others from its turn.
#[derive(Clone, Debug)]
pub struct Due {
    most: u64,
    but: Vec<OrganizationId>,
}

impl Due {
    /// At most so many, and none of these accounts.
    pub fn new(most: u64, mut but: Vec<OrganizationId>) -> Self {
        but.truncate(NAMED);
        Self { most, but }
    }

    pub(in crate::store) fn of<E: EntityTrait>(
        &self,
        query: Select<E>,
        account: E::Column,
    ) -> Select<E> {
        let query = query.limit(self.most);
        match self.but.is_empty() {
            true => query,
            false => query.filter(account.is_not_in(self.but.iter().copied())),
        }
    }
}
