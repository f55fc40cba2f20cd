//! A partner's own affairs: its staff, its offers, and its tags on clients.

pub mod assign_delegated_role;
pub mod close_prepared;
pub mod create_offer;
pub mod edit_offer;
pub mod export_client_record;
pub mod remove_delegated_role;
pub mod rotate_offer;
pub mod send_offer;
pub mod set_client_tags;
pub mod take_over;
pub mod withdraw_offer;

use chrono::{DateTime, Utc};
use entity::states::OfferKind;

use crate::{
    domain::{
        offer,
        reason::Reason,
        record::Key,
        values::{Message, Name},
    },
    error::{Error, Result},
    operations::{Effect, texts},
    store::offers::Proposed,
};

/// Checks what an offer proposes, as far as that needs no database.
fn check(kind: OfferKind, proposed: &Proposed) -> Result<()> {
    if !offer::fits(kind, proposed.delegation.is_some(), &proposed.items) {
        return Err(Error::field("items", Reason::PartsInvalid));
    }
    let parts = [
        ("message", proposed.message.as_ref().map(Message::as_str)),
        ("office", proposed.office.as_ref().map(Name::as_str)),
    ];
    texts::without_links(parts)
}

/// Checks that an offer's expiry, if it has one, is in the future.
fn check_until(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    match until {
        Some(until) if until <= now => Err(Error::Input {
            field: "expiresAt",
            reason: Reason::InputInvalid,
            message: "An offer ends in the future.".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Adds to the entry what an offer proposes.
fn proposes(effect: Effect, proposed: &Proposed) -> Effect {
    let effect = match &proposed.delegation {
        Some((cap, term)) => effect
            .change(Key::RoleCap, cap.as_str())
            .change(Key::Term, term.text()),
        None => effect.change(Key::Delegation, "NONE"),
    };
    if proposed.items.is_empty() {
        return effect;
    }
    let items = offer::parts(false, &proposed.items);
    effect.change(Key::Items, items.join(", "))
}
