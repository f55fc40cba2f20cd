//! Declines an offer, of which nothing was taken. Declining again writes nothing; a later acceptance is
//! possible.

use entity::states::Answer;

use crate::{
    domain::values::{Message, OfferToken, text},
    operations::prelude::*,
    store::{
        contacts, grants, offers,
        responses::{self, Taken},
    },
};

/// The refusal.
#[derive(Debug, Serialize)]
pub struct DeclineOffer {
    /// The unguessable part of the offer's URL.
    pub token: OfferToken,
    /// The revision that was read.
    pub revision: i32,
    /// The digest that was read.
    pub digest: String,
    /// Why: told to the partner.
    pub reply: Option<Message>,
}

impl Operation for DeclineOffer {
    const KIND: OperationKind = OperationKind::DeclineOffer;

    type Prepared = ();

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        // It stands in a mail.
        let reply = self.reply.as_ref().map(Message::as_str);
        match reply.is_some_and(text::has_link) {
            true => Err(Error::field("reply", Reason::MessageWithLink)),
            false => Ok(()),
        }
    }

    fn subject(&self) -> Subject {
        Subject::Offer(self.token.clone())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let offer = offers::answered(act, &self.token).await?;
        if offer.revision.revision != self.revision || offer.revision.digest != self.digest {
            return Err(Error::Failed(Reason::OfferChanged));
        }
        let standing = grants::open(act, offer.offer.partner_id).await?;
        if standing
            .is_some_and(|grant| grant.offer_id == offer.offer.id && act.now() < grant.expires_at)
        {
            return Err(Error::Failed(Reason::GrantStands));
        }
        if responses::items_taken(act, offer.offer.id).await?.is_some() {
            return Err(Error::Failed(Reason::SubscriptionsTaken));
        }
        let earlier = responses::latest_to_offer(act, offer.offer.id).await?;
        if let Some(earlier) = earlier.filter(|earlier| {
            earlier.answer == Answer::Declined && earlier.revision == self.revision
        }) {
            let ids = Ids {
                response: Some(earlier.id),
                ..Ids::default()
            };
            return Ok(Effect::again(earlier.operation_id, ids));
        }
        let reply = self.reply.clone().map(String::from);
        let taken = Taken::default();
        let response = responses::insert(act, &offer, Answer::Declined, reply, &taken).await?;
        let told = offers::told(act, &offer.offer).await?;
        let ids = Ids {
            response: Some(response),
            ..Ids::default()
        };
        Ok(Effect::on(offer.offer.id)
            .change(Key::Revision, self.revision.to_string())
            .change(Key::Digest, self.digest.clone())
            .change(Key::Partner, offer.offer.partner_id.to_string())
            .maybe(Key::ContactDomain, contacts::domain(act).await?)
            .ids(ids)
            .deliver(
                told.into_iter()
                    .map(|to| Delivery::Answered { response, to }),
            ))
    }
}
