//! Entries of a record, as pages show them.

use entity::operation;

use crate::{domain::kind::OperationKind, store::record, words::Words};

/// An entry of a record.
pub(super) struct Act {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) target: Option<String>,
    pub(super) who: Option<String>,
    pub(super) ticket: Option<String>,
    /// What who did it wrote about it.
    pub(super) note: Option<String>,
    /// Whose sign-in it is, if it was done by a user whose sign-in a partner may hold.
    pub(super) held: Option<String>,
    /// Why it was refused, if it was.
    pub(super) refused: Option<String>,
    /// What it changed: names and values, as the record has them.
    pub(super) changes: Vec<(String, String)>,
}

impl Act {
    /// An entry. `partner` is whose people may hold the sign-in of who did it, where that can only be one.
    pub(super) fn of(w: &Words, row: &operation::Model, partner: Option<&str>) -> Self {
        let texts = record::texts(row);
        let kind = OperationKind::by_stable_name(&row.kind);
        let held = !record::hands(row).is_empty();
        Self {
            at: w.moment(row.at),
            what: kind.map_or_else(|| w.say("act-unknown"), |kind| w.kind(kind)),
            who: texts.who().or_else(|| Some(w.say("record-by-server"))),
            target: texts.target_name,
            ticket: texts.ticket,
            note: texts.note,
            held: held.then(|| {
                let some = w.say("hands-a-partner");
                w.with("act-held", &[("partner", partner.unwrap_or(&some))])
            }),
            changes: record::changes(row)
                .shown()
                .map(|(name, value)| (name.replace('_', " "), value))
                .collect(),
            refused: row.reason.as_deref().map(|reason| w.reason(reason)),
        }
    }
}
