//! Signed notes of the ends of records at acts of consent, from which receipts are made.

use sea_orm::entity::prelude::*;

use crate::ids::OperationId;

/// The note of a record's end at one entry.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation_id: OperationId,
    /// Link of the entry before it.
    pub previous: Vec<u8>,
    /// The signed note, as text.
    pub note: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
