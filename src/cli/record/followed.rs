//! One chain of the database, followed row by row to its signed end.

use std::collections::HashMap;

use entity::{
    ids::{GrantId, OperationId, OrganizationId},
    operation,
};

use crate::{
    app::App,
    domain::record::{
        Digest256,
        chain::{Verdict, Verifier},
        fault::Fault,
        note::SignedNote,
        seen::Seen,
        state::Told,
    },
    store::record::{self, Unread},
};

/// The grants by which entries are found whose actors were in hands.
pub(super) type Hands = HashMap<OperationId, Vec<GrantId>>;

/// Before the very first row, even if its place is below 1, which would be a fault.
pub(super) const BEGIN: i64 = i64::MIN;

/// A record that is to be verified.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub organization: OrganizationId,
    /// What was seen of it outside the database.
    pub seen: Vec<Seen>,
    /// The ends in the anchor file, whose signatures are verified.
    pub anchored: Vec<SignedNote>,
    /// What is wrong with what was seen.
    pub bad: Vec<Fault>,
}

/// A record whose rows were gone through.
pub(super) struct Followed {
    pub chain: Chain,
    verifier: Verifier,
    pub told: Told,
    /// The place of the last one.
    pub after: i64,
}

/// A record that was verified, and what it says.
pub(super) struct Done {
    pub chain: Chain,
    pub end: Option<SignedNote>,
    /// Whether the end is signed by these keys.
    pub signed: bool,
    pub verdict: Verdict,
    pub told: Told,
}

impl Followed {
    /// A chain at its beginning.
    pub fn begin(chain: Chain) -> Self {
        let verifier = Verifier::new(chain.organization, chain.seen.clone());
        Self {
            chain,
            verifier,
            told: Told::default(),
            after: BEGIN,
        }
    }

    /// Takes the next row.
    pub fn take(&mut self, row: Result<operation::Model, Unread>, hands: &Hands) {
        let row = match row {
            Ok(row) => row,
            Err(Unread { seq, link, .. }) => {
                self.after = seq;
                self.verifier.skip(seq, link, Fault::Unreadable(seq));
                return;
            }
        };
        self.after = row.seq;
        let body = match record::read(&row) {
            Ok(read) => self.verifier.row(row.seq, read),
            Err(fault) => {
                let link = Digest256::from_slice(&row.link).unwrap_or(Digest256::NONE);
                self.verifier.skip(row.seq, link, fault);
                None
            }
        };
        let Some(body) = body else { return };
        self.told.take(&body);
        let mut told: Vec<_> = body.hands.iter().map(|hand| hand.grant).collect();
        told.sort_unstable();
        told.dedup();
        if hands.get(&row.id).map_or(&[][..], Vec::as_slice) != told {
            self.verifier
                .fault(Fault::Column(row.seq, "operation_hand"));
        }
    }

    /// Compares the chain with its signed end.
    pub fn finish(self, app: &App, end: Option<SignedNote>) -> Done {
        let good =
            |end: &SignedNote| self.chain.anchored.contains(end) || app.keys.verify_note(end);
        let signed = end.as_ref().is_some_and(good);
        let mut verdict = self.verifier.finish(end.as_ref(), |_| signed);
        verdict.faults.extend(self.chain.bad.iter().cloned());
        Done {
            chain: self.chain,
            end,
            signed,
            verdict,
            told: self.told,
        }
    }
}

impl Done {
    /// Whether the end is not that of the last row: it may have moved between them.
    pub fn is_moved(&self) -> bool {
        let end =
            |fault: &Fault| matches!(fault, Fault::Tail { .. } | Fault::End(_) | Fault::NoEnd);
        self.verdict.faults.iter().any(end)
    }
}
