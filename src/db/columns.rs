//! Rows of prepared statements, whose columns are read by their place.

use chrono::{DateTime, Utc};
use rusqlite::{Row, types::ValueRef};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement, TryGetable,
    sea_query::{ArrayType, Value, ValueType},
};

/// The columns of a row, read one after the other.
pub struct Columns<'a> {
    row: Source<'a>,
    place: usize,
}

enum Source<'a> {
    Driver(&'a QueryResult),
    Inline(&'a Row<'a>),
}

impl<'a> Columns<'a> {
    fn of(row: &'a QueryResult) -> Self {
        let row = Source::Driver(row);
        Self { row, place: 0 }
    }

    pub(super) fn inline(row: &'a Row<'a>) -> Self {
        let row = Source::Inline(row);
        Self { row, place: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// When it holds something else, or there is none.
    pub fn read<T: TryGetable + ValueType>(&mut self) -> Result<T, DbErr> {
        let place = self.place;
        self.place += 1;
        match self.row {
            Source::Driver(row) => row.try_get_by_index(place),
            Source::Inline(row) => {
                let value = row.get_ref(place).map_err(|error| wrong(place, error))?;
                let value = value_of::<T>(value).map_err(|error| wrong(place, error))?;
                T::try_from(value).map_err(|error| wrong(place, error))
            }
        }
    }
}

fn wrong(place: usize, error: impl std::fmt::Display) -> DbErr {
    DbErr::Type(format!("column {place}: {error}"))
}

/// What a column of SQLite holds, as a value of the type that is wanted. The driver writes ids as 16 bytes and moments as
/// in RFC 3339.
fn value_of<T: ValueType>(column: ValueRef<'_>) -> Result<Value, DbErr> {
    let wanted = T::array_type();
    Ok(match (wanted, column) {
        (ArrayType::Bool, ValueRef::Integer(number)) => Value::Bool(Some(number != 0)),
        (ArrayType::Bool, ValueRef::Null) => Value::Bool(None),
        (ArrayType::Int, ValueRef::Integer(number)) => {
            Value::Int(Some(number.try_into().map_err(|_| out_of_range(number))?))
        }
        (ArrayType::Int, ValueRef::Null) => Value::Int(None),
        (ArrayType::BigInt, ValueRef::Integer(number)) => Value::BigInt(Some(number)),
        (ArrayType::BigInt, ValueRef::Null) => Value::BigInt(None),
        (ArrayType::String, ValueRef::Text(text)) => {
            let text = std::str::from_utf8(text).map_err(|error| DbErr::Type(error.to_string()))?;
            Value::String(Some(text.to_owned()))
        }
        (ArrayType::String, ValueRef::Null) => Value::String(None),
        (ArrayType::Bytes, ValueRef::Blob(bytes)) => Value::Bytes(Some(bytes.to_vec())),
        (ArrayType::Bytes, ValueRef::Null) => Value::Bytes(None),
        (ArrayType::Uuid, ValueRef::Blob(bytes)) => {
            let id =
                uuid::Uuid::from_slice(bytes).map_err(|error| DbErr::Type(error.to_string()))?;
            Value::Uuid(Some(id))
        }
        (ArrayType::Uuid, ValueRef::Null) => Value::Uuid(None),
        (ArrayType::ChronoDateTimeUtc, ValueRef::Text(text)) => {
            Value::ChronoDateTimeUtc(Some(moment(text)?))
        }
        (ArrayType::ChronoDateTimeUtc, ValueRef::Null) => Value::ChronoDateTimeUtc(None),
        (wanted, column) => {
            let found = column.data_type();
            return Err(DbErr::Type(format!("{found} where {wanted:?} is wanted")));
        }
    })
}

fn out_of_range(number: i64) -> DbErr {
    DbErr::Type(format!("{number} is out of range"))
}

fn moment(text: &[u8]) -> Result<DateTime<Utc>, DbErr> {
    let text = std::str::from_utf8(text).map_err(|error| DbErr::Type(error.to_string()))?;
    let moment = DateTime::parse_from_rfc3339(text);
    moment
        .map(|moment| moment.with_timezone(&Utc))
        .map_err(|error| DbErr::Type(error.to_string()))
}

/// A connection whose rows are read by the places of their columns.
pub trait Rows: ConnectionTrait {
    /// What is read of each row of a statement.
    fn rows<R: Send>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Columns<'_>) -> Result<R, DbErr> + Send + Sync,
    ) -> impl Future<Output = Result<Vec<R>, DbErr>> + Send
    where
        Self: Sized,
    {
        by_driver(self, statement, read)
    }
}

/// What is read of each row that the driver brings.
pub(super) async fn by_driver<R: Send>(
    conn: &impl ConnectionTrait,
    statement: Statement,
    read: impl Fn(&mut Columns<'_>) -> Result<R, DbErr> + Send + Sync,
) -> Result<Vec<R>, DbErr> {
    let rows = conn.query_all_raw(statement).await?;
    rows.iter().map(|row| read(&mut Columns::of(row))).collect()
}

impl Rows for DatabaseConnection {}
