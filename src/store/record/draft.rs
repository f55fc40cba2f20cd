//! Entries before they have their place in a chain.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{OperationId, OrganizationId},
    states::{AuthorityKind, Outcome},
};

use crate::{
    app::App,
    domain::{
        described::Described,
        reason::Reason,
        record::{self, Body, Changes, Moment, Texts},
        viewer::Actor,
    },
};

/// Random bytes of a draft: a salt for each text.
pub const SALTS: usize = 16 * record::TEXTS.len();

/// An entry to be appended; its place in the chain is found while appending.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it says. Its place, and the commitments to its texts, are set when it is appended.
    pub body: Body,
    /// Names and free text.
    pub texts: Texts,
    /// Salts of the commitments to them.
    pub salts: [u8; SALTS],
    /// Whether the signed note of the record's end at this entry is kept.
    pub keeps_note: bool,
    /// Whether it declares a loss: if so, the chain goes on from its last entry, even if the signed end says
    /// otherwise.
    pub restores: bool,
}

impl Draft {
    /// An entry about an act that was done, which so far names nobody and nothing.
    pub fn new(
        app: &App,
        id: OperationId,
        organization: OrganizationId,
        kind: &str,
        at: DateTime<Utc>,
        authority: AuthorityKind,
    ) -> Self {
        Self {
            body: Body {
                v: record::VERSION,
                organization,
                seq: 0,
                id,
                kind: kind.to_owned(),
                outcome: Outcome::Done,
                reason: None,
                at: Moment(at),
                authority,
                actor: None,
                actor_organization: None,
                session: None,
                grant: None,
                role: None,
                target: None,
                changes: Changes::default(),
                texts: BTreeMap::new(),
                hands: Vec::new(),
            },
            texts: Texts::default(),
            salts: app.rng.bytes(),
            keeps_note: false,
            restores: false,
        }
    }

    /// The same entry for the record of another organization, without the words that are meant for this one.
    pub fn copy(&self, app: &App, organization: OrganizationId, at: DateTime<Utc>) -> Self {
        let mut copy = self.clone();
        copy.body.organization = organization;
        copy.body.id = app.rng.id(at);
        copy.salts = app.rng.bytes();
        (copy.texts.ticket, copy.texts.note) = (None, None);
        copy
    }

    /// Names the signed-in user who acts, or tried to.
    pub fn by(&mut self, actor: &Actor) {
        self.body.actor = Some(actor.user);
        self.body.actor_organization = Some(actor.organization);
        self.body.session = Some(actor.session);
        self.texts.actor_name = Some(actor.name.clone());
        self.texts.actor_sign_in_name = Some(actor.sign_in_name.clone());
        self.texts.actor_organization_name = Some(actor.organization_name.clone());
    }

    /// Marks it as refused.
    pub fn refused(&mut self, reason: Reason) {
        self.body.outcome = Outcome::Refused;
        self.body.reason = Some(reason.name().to_owned());
    }
}
