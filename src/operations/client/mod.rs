//! A client's consent: answers to offers, and what is done to its grants.

pub mod accept_offer;
pub mod clean_up_grant;
pub mod decline_offer;
pub mod end_grant;
pub mod export_record;
pub mod give_back_roles;
pub mod hold_grant;
pub mod lift_grant;
pub mod lower_grant;
pub mod shorten_grant;
pub mod update_account_rules;

use std::collections::BTreeSet;

use entity::{response, states::OfferKind};

use crate::{
    app::App,
    domain::{acceptance::PriorAnswers, reason::Reason, values::OfferToken},
    error::{Error, Result},
    store::{act::Act, from_rows, grants, offers, responses, subscriptions},
};

/// What the client took of the offer and granted to its partner before, and the answer by which it took
/// subscriptions.
async fn before(
    act: &Act<'_>,
    offer: &offers::Row,
) -> Result<(PriorAnswers, Option<response::Model>)> {
    let standing = grants::open(act, offer.offer.partner_id).await?;
    let earlier = responses::items_taken(act, offer.offer.id).await?;
    let taken = match &earlier {
        Some(earlier) => Some(responses::seats_taken(act, earlier).await?),
        None => None,
    };
    let before = PriorAnswers {
        standing: standing.map(from_rows::standing),
        taken,
        declined: None,
        tried: match offer.offer.kind {
            OfferKind::Trial => subscriptions::tried(act).await?,
            OfferKind::Purchase | OfferKind::Delegation => BTreeSet::new(),
        },
    };
    Ok((before, earlier))
}

/// Tells an address that the partner replaced from one that never was.
async fn known(app: &App, token: &OfferToken) -> Result<()> {
    match offers::was_replaced(&app.db.server(), token).await? {
        true => Err(Error::Failed(Reason::OfferReplaced)),
        false => Ok(()),
    }
}
