//! Why an end in the database is not believed.

/// Why the end of a record is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistrust {
    /// The signature is not this installation's.
    #[error("the signature of its end ({0} entries) is not good")]
    Signature(i64),
    /// It ends before what was seen.
    #[error("it ends at entry {size}, and {seen} entries were seen")]
    Behind {
        /// The number of entries that the end names.
        size: i64,
        /// Entries that were seen.
        seen: i64,
    },
    /// It has another entry at the same place.
    #[error("its entry {0} is not the one that was seen")]
    Other(i64),
    /// There is no end, and one was seen.
    #[error("its end is missing, and {0} entries were seen")]
    Missing(i64),
}
