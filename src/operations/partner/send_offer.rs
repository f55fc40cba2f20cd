//! Sends an offer by email: once to each address until the offer's URL is replaced, and not to addresses that
//! want no offers. The platform limits how many mails a partner sends within 24 hours, and how many of them go
//! to one address.

use chrono::TimeDelta;

use crate::{
    domain::{offer::OfferState, values::Email},
    operations::prelude::*,
    store::sendings,
};

/// The offer, and to whom.
#[derive(Debug, Serialize)]
pub struct SendOffer {
    pub on: OnOffer,
    pub addresses: Vec<Email>,
}

/// How many mails may be sent within 24 hours.
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// For one partner.
    partner: u64,
    /// To one address, for one partner.
    address: u64,
}

impl Operation for SendOffer {
    const KIND: OperationKind = OperationKind::SendOffer;
    type Prepared = Quotas;

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<Quotas> {
        let most = app.config.offers.mails_per_call;
        if self.addresses.is_empty() || self.addresses.len() > most {
            return Err(Error::Input {
                field: "addresses",
                reason: Reason::InputInvalid,
                message: format!("An offer is sent to 1 to {most} addresses at once."),
            });
        }
        Ok(Quotas {
            partner: app.config.offers.mails_per_day,
            address: app.config.offers.mails_per_address_per_day,
        })
    }

    async fn apply(&self, act: &Act<'_>, quotas: &Quotas) -> Result<Effect> {
        let row = offers::standing(act, self.on.offer).await?;
        if row.state(act.now()) == OfferState::Expired {
            return Err(Error::Failed(Reason::OfferExpired));
        }
        let sent = sendings::insert(act, &row.offer, &self.addresses, quotas.address).await?;
        if sendings::recent(act, TimeDelta::days(1)).await? > quotas.partner {
            return Err(Error::Failed(Reason::MailQuota));
        }
        let deliveries = sent.sendings.iter();
        let deliveries = deliveries.map(|sending| Delivery::Offer { sending: *sending });
        Ok(Effect::on(row.offer.id)
            .change(Key::Sent, sent.sendings.len().to_string())
            .change(Key::AlreadySent, sent.already.to_string())
            .change(Key::Suppressed, sent.suppressed.to_string())
            .change(Key::Spared, sent.spared.to_string())
            .deliver(deliveries.collect::<Vec<_>>()))
    }
}
