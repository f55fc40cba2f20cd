//! Makes an offer of delegated administration: one URL for any number of clients.

use entity::{ids::OrganizationId, states::DelegatedRole};

use crate::{
    auth::secret,
    domain::{
        kind::OperationKind,
        values::{Email, Message, Term},
    },
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        offers::{self, NewOffer},
    },
};

/// The offer to be made.
#[derive(Debug)]
pub struct CreateOffer {
    /// The partner.
    pub account: OrganizationId,
    /// The most that is asked for.
    pub role_cap: DelegatedRole,
    /// The term.
    pub term: Term,
    /// The partner's own words.
    pub message: Option<Message>,
    /// Who is told of responses, besides its maker; each once.
    pub notify: Vec<Email>,
}

impl Operation for CreateOffer {
    const KIND: OperationKind = OperationKind::CreateOffer;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let new = NewOffer {
            role_cap: self.role_cap,
            term: &self.term,
            message: self.message.as_ref(),
            notify: &self.notify,
            token: secret::public_token(act.rng()),
        };
        let offer = offers::insert(act, &new).await?;
        let ids = Ids {
            offer: Some(offer),
            ..Ids::default()
        };
        Ok(Effect::on("offer", offer)
            .change("role_cap", self.role_cap.as_str())
            .change("term", self.term.text())
            .ids(ids))
    }
}
