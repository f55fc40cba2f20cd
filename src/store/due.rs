//! Which due work the worker asks for: a number of items, without accounts in which nothing can be done now.

use entity::ids::OrganizationId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

/// How many accounts one statement can leave out: databases limit the number of parameters.
const NAMED: usize = 10_000;

/// How many items, and from which accounts none, so that what waits there does not delay the others.
#[derive(Clone, Debug)]
pub struct Due {
    most: u64,
    but: Vec<OrganizationId>,
}

impl Due {
    /// At most `most` items, and none of these accounts.
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
