//! Declines an offer of which nothing was taken. Declining again writes nothing; a later acceptance is
//! possible.

use entity::states::Answer;

use super::{before, known};
use crate::{
    domain::{
        acceptance::{self, ReadTerms},
        values::Message,
    },
    operations::{Envelope, prelude::*},
    store::responses::{self, TakenParts},
};

/// The refusal.
#[derive(Debug, Serialize)]
pub struct DeclineOffer {
    pub read: ReadTerms,
    /// Why: told to the partner.
    pub reply: Option<Message>,
}

impl Operation for DeclineOffer {
    const KIND: OperationKind = OperationKind::DeclineOffer;

    type Prepared = ();

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        // The reply is quoted in a mail.
        texts::without_links([("reply", self.reply.as_ref().map(Message::as_str))])
    }

    async fn admit(&self, app: &App, _: &Envelope) -> Result<()> {
        known(app, &self.read.token).await
    }

    fn subject(&self) -> Subject {
        Subject::Offer(self.read.token.clone())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let offer = offers::answered(act, &self.read.token).await?;
        let (mut before, _) = before(act, &offer).await?;
        let latest = responses::latest_to_offer(act, offer.offer.id).await?;
        let declined = latest.filter(|latest| latest.answer == Answer::Declined);
        before.declined = declined.as_ref().map(|declined| declined.revision);
        let offered = offer.to_answer()?;
        let is_new = acceptance::decline(&offered, &self.read, &before, act.now())?;
        if let Some(declined) = declined.filter(|_| !is_new) {
            let ids = Ids {
                response: Some(declined.id),
                ..Ids::default()
            };
            return Ok(Effect::again(declined.operation_id, ids));
        }
        let reply = self.reply.clone().map(String::from);
        let taken = TakenParts::default();
        let (response, counted) =
            responses::insert(act, &offer, Answer::Declined, reply, &taken).await?;
        let told = offers::told(act, &offer.offer).await?;
        let ids = Ids {
            response: Some(response),
            ..Ids::default()
        };
        Ok(Effect::on(offer.offer.id)
            .change(Key::Revision, self.read.revision.to_string())
            .change(Key::Digest, self.read.digest.as_str())
            .change(Key::Partner, offer.offer.partner_id.to_string())
            .maybe(Key::ContactDomain, contacts::domain(act).await?)
            .ids(ids)
            .counted(counted)
            .deliver(
                told.into_iter()
                    .map(|to| Delivery::Answered { response, to }),
            ))
    }
}
