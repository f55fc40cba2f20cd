//! The entry of the record about an act: who acted, by what authority, on what, and what changed.

use entity::{
    ids::SessionId,
    states::{AuthorityKind, Outcome},
};

use super::{
    effect::{Effect, Entry, Ids},
    operation::Envelope,
};
use crate::{
    app::App,
    domain::{
        described::Described,
        kind::{Concern, OperationKind},
        policy::{Permit, Target},
        record::{InHands, Subject, Texts},
        viewer::Caller,
    },
    store::{act::Act, record::Draft},
};

/// The entry about an act.
pub fn draft(app: &App, act: &Act<'_>, effect: &mut Effect, envelope: &Envelope) -> Draft {
    let permit: &Permit = act.permit();
    let authority = permit.authority();
    let facts = act.facts();
    let refusal = match &effect.entry {
        Entry::Refusal(denial) => Some(denial),
        _ => None,
    };
    let mut texts = Texts {
        target_name: effect.target_name.take(),
        ticket: envelope.ticket.clone().map(Into::into),
        note: envelope.note.clone().map(Into::into),
        ..Texts::default()
    };
    let mut draft = Draft {
        id: act.operation(),
        organization: act.account(),
        kind: permit.kind().spec().stable.into(),
        outcome: if refusal.is_some() {
            Outcome::Refused
        } else {
            Outcome::Done
        },
        reason: refusal.map(|denial| denial.reason.name().into()),
        at: act.now(),
        authority: authority.kind(),
        actor: None,
        actor_organization: None,
        session: None,
        hands: InHands::all(permit.hands()),
        // What a user in hands does to its own sign-in does not count as done under the grant; the entry names the
        // hands all the same.
        grant: match permit.kind().spec().concern {
            Concern::Personal => authority.grant(),
            _ => act.grant(),
        },
        role: authority.role(),
        target: effect.target.take().map(Subject::from),
        changes: std::mem::take(&mut effect.changes),
        texts: Texts::default(),
        salts: app.rng.bytes(),
        keeps_note: permit.kind().keeps_note(),
        restores: permit.kind() == OperationKind::RestoreRecord,
    };
    match (&facts.caller, &facts.target) {
        (Caller::User(actor), _) => {
            draft.actor = Some(actor.user);
            draft.actor_organization = Some(actor.organization);
            draft.session = Some(actor.session);
            texts.actor_name = Some(actor.name.clone());
            texts.actor_sign_in_name = Some(actor.sign_in_name.clone());
            texts.actor_organization_name = Some(actor.organization_name.clone());
        }
        (Caller::System(job), _) => texts.actor_name = Some(job.name().to_owned()),
        // By a secret: the person is the one whom the secret belongs to.
        (Caller::Anonymous, Target::User(user)) if authority.kind() == AuthorityKind::Anyone => {
            draft.actor = Some(user.id);
            draft.actor_organization = Some(user.organization);
            draft.session = effect_session(effect);
            texts.actor_name = Some(user.name.clone());
            texts.actor_sign_in_name = Some(user.sign_in_name.clone());
            texts.actor_organization_name =
                facts.account.as_ref().map(|account| account.name.clone());
        }
        (Caller::Anonymous, _) => {}
    }
    draft.texts = texts;
    draft
}

fn effect_session(effect: &Effect) -> Option<SessionId> {
    let Ids { session, .. } = effect.ids;
    session
}
