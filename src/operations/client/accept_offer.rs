//! Accepts an offer: makes a grant, or amends the one that stands.
//!
//! Accepting again on the same terms gives the standing grant and the earlier operation, and writes
//! nothing. On other terms it takes `amend`.

use entity::{
    grant,
    states::{Answer, DelegatedRole},
};

use crate::{
    domain::{delivery::Delivery, kind::OperationKind, reason::Reason, values::Term},
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::Subject,
        grants::{self, Terms},
        offers, responses,
    },
};

/// The acceptance.
#[derive(Debug)]
pub struct AcceptOffer {
    /// The unguessable part of the offer's URL.
    pub token: String,
    /// The revision that was read.
    pub revision: i32,
    /// The digest that was read.
    pub digest: String,
    /// The client's role cap; the offer's where it says nothing.
    pub role_cap: Option<DelegatedRole>,
    /// The client's term; the offer's where it says nothing.
    pub term: Option<Term>,
    /// Whether a standing grant on other terms is to be replaced by these.
    pub amend: bool,
}

impl Operation for AcceptOffer {
    const KIND: OperationKind = OperationKind::AcceptOffer;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Offer(self.token.clone())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let offer = offers::answered(act, &self.token).await?;
        if offer.revision.revision != self.revision || offer.revision.digest != self.digest {
            return Err(Error::Failed(Reason::OfferChanged));
        }
        let offered = Term::try_from(offer.revision.term.as_str())
            .map_err(|invalid| Error::internal(anyhow::anyhow!(invalid)))?;
        let term = self.term.as_ref().unwrap_or(&offered);
        let terms = self.terms(act, &offer, term, &offered)?;
        let standing = grants::open(act, offer.offer.partner_id).await?;
        let (grant, effect) = match standing {
            Some(standing) if act.now() < standing.expires_at => {
                if is_same(&standing, &offer, &terms) {
                    return again(act, &standing).await;
                }
                if !self.amend {
                    return Err(Error::Failed(Reason::TermsDiffer));
                }
                grants::amend(act, standing.id, &offer, &terms).await?;
                let effect = Effect::on("grant", standing.id)
                    .change("role_cap_before", standing.role_cap.as_str())
                    .change("term_before", standing.term.clone())
                    .change(
                        "expires_at_before",
                        crate::domain::record::time(standing.expires_at),
                    );
                (standing.id, effect)
            }
            expired => {
                if let Some(expired) = expired {
                    grants::end(act, expired.id, None).await?;
                }
                let id = grants::insert(act, &offer, &terms).await?;
                (id, Effect::on("grant", id))
            }
        };
        let response = responses::insert(act, &offer, Answer::Accepted, None, Some(grant)).await?;
        let told = offers::told(act, &offer.offer).await?;
        let ids = Ids {
            grant: Some(grant),
            response: Some(response),
            ..Ids::default()
        };
        Ok(effect
            .change("offer", offer.offer.id.to_string())
            .change("revision", self.revision.to_string())
            .change("digest", self.digest.clone())
            .change("partner", offer.offer.partner_id.to_string())
            .change("role_cap", terms.role_cap.as_str())
            .change("term", terms.term.text())
            .change("expires_at", crate::domain::record::time(terms.expires_at))
            .ids(ids)
            .deliver(
                told.into_iter()
                    .map(|to| Delivery::Answered { response, to }),
            ))
    }
}

impl AcceptOffer {
    /// The client's choice, within what the offer asks for.
    fn terms<'a>(
        &self,
        act: &Act<'_>,
        offer: &offers::Row,
        term: &'a Term,
        offered: &Term,
    ) -> Result<Terms<'a>> {
        let role_cap = self.role_cap.unwrap_or(offer.revision.role_cap);
        if role_cap > offer.revision.role_cap {
            return Err(Error::field("roleCap", Reason::CapExceeded));
        }
        match (term.end(act.now()), offered.end(act.now())) {
            (Some(expires_at), Some(latest)) if expires_at <= latest => Ok(Terms {
                role_cap,
                term,
                expires_at,
            }),
            _ => Err(Error::field("term", Reason::TermExceeded)),
        }
    }
}

fn is_same(standing: &grant::Model, offer: &offers::Row, terms: &Terms<'_>) -> bool {
    standing.offer_id == offer.offer.id
        && standing.revision == offer.revision.revision
        && standing.role_cap == terms.role_cap
        && standing.term == terms.term.text()
        // The client may have shortened it since.
        && terms.term.end(standing.accepted_at) == Some(standing.expires_at)
}

/// The answer to an acceptance that changes nothing.
async fn again(act: &Act<'_>, standing: &grant::Model) -> Result<Effect> {
    let earlier = responses::latest_of_grant(act, standing.id)
        .await?
        .ok_or_else(|| Error::internal(anyhow::anyhow!("a grant without a response")))?;
    let ids = Ids {
        grant: Some(standing.id),
        response: Some(earlier.id),
        ..Ids::default()
    };
    Ok(Effect {
        ids,
        earlier: Some(earlier.operation_id),
        ..Effect::default()
    })
}
