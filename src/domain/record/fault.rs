//! What a verifier finds wrong, in sentences for people.

/// What a verifier found wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A line of a file is no line of a record.
    #[error("line {0}: it cannot be read as a line of a record")]
    Line(usize),
    /// An entry is hidden in a file that says it hides none.
    #[error("entry {0}: it is hidden, and the file says that it hides none")]
    Hidden(i64),
    /// A declared loss does not say what it must.
    #[error("entry {0}: it declares a loss, and does not say which, or of which epoch")]
    Loss(i64),
    /// A body is not written in the canonical form.
    #[error("entry {0}: it is not in the form that is recorded, and cannot be read")]
    Unreadable(i64),
    /// The body was changed, or the entry before it was.
    #[error(
        "entry {0}: it was changed, or does not follow the entry before it (one was removed, added or moved)"
    )]
    Changed(i64),
    /// It is not the next entry of this record.
    #[error(
        "entry {0}: it is not the next one of this record (one was removed, added or moved here)"
    )]
    Broken(i64),
    /// A text beside the entry is not the one that the entry commits to.
    #[error("entry {0}: the text `{1}` is not the one that was recorded")]
    Text(i64, String),
    /// A text has no salt, or a salt no text.
    #[error("entry {0}: a text stands there without its salt, or a salt without its text")]
    Salt(i64),
    /// A text is gone, and no entry says that it was erased.
    #[error("entry {0}: the text `{1}` is gone, and no later entry tells that it was erased")]
    Gone(i64, String),
    /// A column that is kept for queries does not say what the entry says.
    #[error("entry {0}: what it is found by (`{1}`) differs from what it says")]
    Column(i64, &'static str),
    /// The chain is shorter or longer than its signed end.
    #[error("the end was cut off: the signed end is entry {signed}, the last entry is {last}")]
    Tail {
        /// Entry number in the signed end.
        signed: i64,
        /// Number of the last entry that is there.
        last: i64,
    },
    /// The last entry is not the one that was signed.
    #[error("the last entry ({0}) is not the one that was signed")]
    End(i64),
    /// The signed end is missing.
    #[error("the signed end is missing")]
    NoEnd,
    /// The signature is not valid.
    #[error(
        "the signature of the end is not good: the end was changed, or its key is not known, or was retired before"
    )]
    Signature,
    /// The database could not be read.
    #[error("it cannot be read from the database: {0}")]
    Database(String),
    /// The signed end is that of another record.
    #[error("{0}: that is another record")]
    Other(String),
    /// The signed end counts other declared losses than the record has.
    #[error("the signed end is of epoch {signed}, the record declares {declared} losses")]
    Epoch {
        /// The end's.
        signed: i32,
        /// The record's.
        declared: i32,
    },
    /// The record ends before an entry that a source outside it has seen.
    #[error(
        "{whence} has seen entry {seen}, the record ends at {last}: its end was cut off, or an older database was put back"
    )]
    Behind {
        /// The source, in words.
        whence: String,
        /// Entry number that was seen.
        seen: i64,
        /// Number of the last entry that is there.
        last: i64,
    },
    /// An entry is not the one that a source outside the record has seen.
    #[error(
        "entry {seen} is not the one that {whence} has seen: the record was written anew from there or before"
    )]
    Rewritten {
        /// The source, in words.
        whence: String,
        /// Entry number that was seen.
        seen: i64,
    },
    /// Something in the database is not as the record says.
    #[error("{what}: {state} in the database, {record} in the record")]
    State {
        /// The thing, by id.
        what: String,
        /// What the database says.
        state: String,
        /// What the record says.
        record: String,
    },
}
