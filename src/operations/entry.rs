//! The entry of the record about an act: who acted, by what authority, on what, and what changed.

use entity::states::AuthorityKind;

use super::{
    effect::{Effect, Entry},
    operation::Envelope,
};
use crate::{
    app::App,
    domain::{
        kind::{Concern, OperationKind},
        policy::{Permit, Target},
        record::{InHands, TargetRef, Texts},
        viewer::Caller,
    },
    store::{act::Act, record::Draft},
};

/// The entry about an act.
pub fn draft(app: &App, act: &Act<'_>, effect: &mut Effect, envelope: &Envelope) -> Draft {
    let permit: &Permit = act.permit();
    let authority = permit.authority();
    let facts = act.facts();
    let kind = permit.kind();
    let mut draft = Draft::new(
        app,
        act.operation(),
        act.account(),
        kind.spec().stable,
        act.now(),
        authority.kind(),
    );
    draft.keeps_note = kind.keeps_note();
    draft.restores = kind == OperationKind::RestoreRecord;
    draft.texts = Texts {
        target_name: effect.target_name.take(),
        ticket: envelope.ticket.clone().map(Into::into),
        note: envelope.note.clone().map(Into::into),
        ..Texts::default()
    };
    if let Entry::Refusal(denial) = &effect.entry {
        draft.refused(denial.reason);
    }
    let body = &mut draft.body;
    body.hands = InHands::all(permit.hands());
    // What a user in hands does to its own sign-in does not count as done under the grant; the entry names the
    // hands all the same.
    body.grant = match kind.spec().concern {
        Concern::Personal => authority.grant(),
        _ => act.grant(),
    };
    body.role = authority.role();
    body.target = effect.target.take().map(TargetRef::from);
    body.changes = std::mem::take(&mut effect.changes);
    match (&facts.caller, &facts.target) {
        (Caller::User(actor), _) => draft.by(actor),
        (Caller::System(job), _) => draft.texts.actor_name = Some(job.name().to_owned()),
        // By a secret: the person is the one whom the secret belongs to.
        (Caller::Anonymous, Target::User(user)) if authority.kind() == AuthorityKind::Anyone => {
            body.actor = Some(user.id);
            body.actor_organization = Some(user.organization);
            body.session = effect.ids.session;
            let texts = &mut draft.texts;
            texts.actor_name = Some(user.name.clone());
            texts.actor_sign_in_name = Some(user.sign_in_name.clone());
            texts.actor_organization_name =
                facts.account.as_ref().map(|account| account.name.clone());
        }
        (Caller::Anonymous, _) => {}
    }
    draft
}
