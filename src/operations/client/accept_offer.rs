//! Accepts an offer, in whole or in parts: delegation makes a grant, or amends the one that stands;
//! subscriptions begin. One answer, one transaction.
//!
//! Accepting again on the same terms gives what stands and the earlier operation, and writes
//! nothing. On other terms of delegation it takes `amend`; subscriptions are taken once.

use std::collections::HashMap;

use entity::{
    grant,
    ids::{GrantId, OrganizationId, PlanId, SubscriptionId},
    offer_item, response,
    states::{Answer, DelegatedRole, OfferKind, OfferPart, Side},
};

use crate::{
    domain::{
        record::time,
        values::{OfferToken, Term},
    },
    operations::{notice, prelude::*},
    store::{
        contacts,
        ends::Ended,
        grants::{self, Terms},
        offers,
        responses::{self, Taken},
        roles, subscriptions,
    },
};

/// The acceptance.
#[derive(Debug, Serialize)]
pub struct AcceptOffer {
    /// The unguessable part of the offer's URL.
    pub token: OfferToken,
    /// The revision that was read.
    pub revision: i32,
    /// The digest that was read.
    pub digest: String,
    /// The parts that are taken; all where it says nothing.
    pub accept: Option<Vec<OfferPart>>,
    /// Seats of plans that the client wants in another number than the offer's.
    pub seats: Vec<(PlanId, i32)>,
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
        let (delegation, items) = self.taken(&offer)?;
        let earlier = responses::items_taken(act, offer.offer.id).await?;
        let (mut taken, mut effect, mut same) = (Taken::default(), None, true);
        if delegation {
            let (id, of_grant) = self.grant(act, &offer).await?;
            taken.grant = Some(id);
            same = of_grant.is_none();
            effect = of_grant;
        }
        // Taken before with nothing new: the earlier answer stands for this one.
        let again = match &earlier {
            Some(earlier) if items => self.same_seats(act, &offer, earlier).await?,
            earlier => !items || earlier.is_some(),
        };
        if same && again {
            let response = match (taken.grant, earlier) {
                (Some(grant), _) => responses::latest_of_grant(act, grant).await?,
                (None, earlier) => earlier,
            };
            let response = response
                .ok_or_else(|| Error::internal(anyhow::anyhow!("a grant without a response")))?;
            let ids = Ids {
                grant: taken.grant,
                response: Some(response.id),
                ..Ids::default()
            };
            return Ok(Effect::again(response.operation_id, ids));
        }
        if items && earlier.is_some() {
            return Err(Error::Failed(Reason::SubscriptionsTaken));
        }
        if items {
            taken.items = self.subscribe(act, &offer).await?;
        }
        let told = offers::told(act, &offer.offer).await?;
        let of_grant = match (&effect, taken.grant) {
            (Some((_, amended)), Some(grant)) => {
                notices(act, offer.offer.partner_id, grant, *amended, &told).await?
            }
            _ => Vec::new(),
        };
        let effect = effect.map(|(effect, _)| effect);
        let effect = effect.unwrap_or_else(|| Effect::on(offer.offer.id));
        let response = responses::insert(act, &offer, Answer::Accepted, None, &taken).await?;
        let ids = Ids {
            grant: taken.grant,
            response: Some(response),
            ..Ids::default()
        };
        let begun = taken.items.iter();
        let begun = begun.map(|(_, seats, subscription)| format!("{subscription}:{seats}"));
        let begun = begun.collect::<Vec<_>>().join(", ");
        Ok(effect
            .change(Key::Offer, offer.offer.id.to_string())
            .change(Key::Revision, self.revision.to_string())
            .change(Key::Digest, self.digest.clone())
            .change(Key::Partner, offer.offer.partner_id.to_string())
            .change(Key::Delegation, if delegation { "TAKEN" } else { "NONE" })
            .change(Key::Subscriptions, begun)
            .maybe(Key::ContactDomain, contacts::domain(act).await?)
            .ids(ids)
            .deliver(
                told.into_iter()
                    .map(|to| Delivery::Answered { response, to })
                    .chain(of_grant),
            ))
    }
}

/// Tells the client's global admins of a grant that begins or goes on other terms, and of the latter the
/// partner's, but for those who are told of the answer.
async fn notices(
    act: &Act<'_>,
    partner: OrganizationId,
    grant: GrantId,
    amended: bool,
    told: &[String],
) -> Result<Vec<Delivery>> {
    let mut admins = match amended {
        true => roles::contacts_of_admins(act, partner).await?,
        false => Vec::new(),
    };
    admins.retain(|to| !told.iter().any(|one| one.eq_ignore_ascii_case(to)));
    let sides = [
        (Side::Client, roles::admin_contacts(act).await?),
        (Side::Partner, admins),
    ];
    Ok(notice::grant_changed(act, grant, sides))
}

impl AcceptOffer {
    /// Which parts are taken: delegation, subscriptions.
    fn taken(&self, offer: &offers::Row) -> Result<(bool, bool)> {
        let offered = (offer.delegation(), !offer.items.is_empty());
        let Some(parts) = &self.accept else {
            return Ok(offered);
        };
        let wants = |part| parts.contains(&part);
        let wanted = (
            wants(OfferPart::Delegation),
            wants(OfferPart::Subscriptions),
        );
        if (wanted.0 && !offered.0) || (wanted.1 && !offered.1) {
            return Err(Error::field("accept", Reason::PartNotOffered));
        }
        if wanted == (false, false) {
            return Err(Error::field("accept", Reason::NothingAccepted));
        }
        Ok(wanted)
    }

    /// How many seats are wanted of a plan that is offered.
    fn wanted(&self, item: &offer_item::Model) -> i32 {
        let chosen = self.seats.iter().find(|(id, _)| *id == item.plan_id);
        chosen.map_or(item.seats, |(_, seats)| *seats)
    }

    /// Whether the subscriptions wanted are those of an earlier answer.
    async fn same_seats(
        &self,
        act: &Act<'_>,
        offer: &offers::Row,
        earlier: &response::Model,
    ) -> Result<bool> {
        let taken = responses::seats_taken(act, earlier.id).await?;
        let wanted = offer.items.iter();
        let wanted = wanted.map(|(item, _)| (item.plan_id, self.wanted(item)));
        Ok(wanted.collect::<HashMap<_, _>>() == taken)
    }

    /// Makes the grant, or amends the one that stands: its id, and the effect with whether it amends;
    /// `None` where the grant stands as it was.
    async fn grant(
        &self,
        act: &Act<'_>,
        offer: &offers::Row,
    ) -> Result<(GrantId, Option<(Effect, bool)>)> {
        let offered = Term::try_from(offer.revision.term.as_str())
            .map_err(|invalid| Error::internal(anyhow::anyhow!(invalid)))?;
        let term = self.term.as_ref().unwrap_or(&offered);
        let terms = self.terms(act, offer, term, &offered)?;
        let standing = grants::open(act, offer.offer.partner_id).await?;
        let (id, effect, amended) = match standing {
            Some(standing) if act.now() < standing.expires_at => {
                if is_same(&standing, offer, &terms) {
                    return Ok((standing.id, None));
                }
                if !self.amend {
                    return Err(Error::Failed(Reason::TermsDiffer));
                }
                grants::amend(act, standing.id, offer, &terms).await?;
                let effect = Effect::on(standing.id)
                    .change(Key::RoleCapBefore, standing.role_cap.as_str())
                    .change(Key::TermBefore, standing.term.clone())
                    .change(Key::ExpiresAtBefore, time(standing.expires_at));
                (standing.id, effect, true)
            }
            // One day late is not the end of everything: the same grant goes on.
            Some(expired) if act.now() < expired.expires_at + act.config().times.grant_grace() => {
                grants::amend(act, expired.id, offer, &terms).await?;
                let effect = Effect::on(expired.id)
                    .change(Key::Renewed, "true")
                    .change(Key::ExpiresAtBefore, time(expired.expires_at));
                (expired.id, effect, false)
            }
            over => {
                // The worker has closed it, or is about to.
                let ended = match over {
                    Some(over) => {
                        grants::end(act, over.id, None, act.config().auth.enrol_link()).await?
                    }
                    None => Ended::default(),
                };
                let id = grants::insert(act, offer, &terms).await?;
                (id, Effect::on(id).after(ended), false)
            }
        };
        let effect = effect
            .change(Key::RoleCap, terms.role_cap.as_str())
            .change(Key::Term, terms.term.text())
            .change(Key::ExpiresAt, time(terms.expires_at));
        Ok((id, Some((effect, amended))))
    }

    /// Begins the offer's subscriptions, with the client's numbers of seats.
    async fn subscribe(&self, act: &Act<'_>, offer: &offers::Row) -> Result<TakenItems> {
        let trial = offer.offer.kind == OfferKind::Trial;
        let mut taken = Vec::new();
        let unknown = self.seats.iter().any(|(plan, _)| {
            let offered = offer.items.iter();
            !offered.map(|(item, _)| item.plan_id).any(|id| id == *plan)
        });
        if unknown {
            return Err(Error::field("seats", Reason::IdInvalid));
        }
        for (item, plan) in &offer.items {
            let seats = self.wanted(item);
            if trial && seats > item.seats {
                return Err(Error::field("seats", Reason::SeatsExceeded));
            }
            let ends = match offer.offer.kind {
                OfferKind::Trial => Some(act.now() + act.config().times.trial()),
                OfferKind::Purchase | OfferKind::Delegation => Term::try_from(plan.term.as_str())
                    .ok()
                    .and_then(|term| term.end(act.now())),
            };
            let ends =
                ends.ok_or_else(|| Error::internal(anyhow::anyhow!("a plan without an end")))?;
            let subscription = subscriptions::insert(act, plan, seats, ends, trial).await?;
            taken.push((plan.id, seats, subscription));
        }
        Ok(taken)
    }

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

type TakenItems = Vec<(PlanId, i32, SubscriptionId)>;

fn is_same(standing: &grant::Model, offer: &offers::Row, terms: &Terms<'_>) -> bool {
    standing.offer_id == offer.offer.id
        && standing.revision == offer.revision.revision
        && standing.role_cap == terms.role_cap
        && standing.term == terms.term.text()
        // The client may have shortened it since.
        && terms.term.end(standing.accepted_at) == Some(standing.expires_at)
}
