//! Accepts an offer, in whole or in parts: delegation makes a grant, amends the open one, or renews one whose term
//! is over; subscriptions begin. One answer, one transaction. [`acceptance::accept`] decides what it changes.
//!
//! Accepting again on the same terms returns the present grant and the earlier operation, and writes nothing.

use entity::{
    ids::{GrantId, OrganizationId, PlanId, SubscriptionId},
    response,
    states::{Answer, OfferKind, Side},
};

use super::{before, known};
use crate::{
    domain::{
        acceptance::{self, Acceptance, GrantStep, ReadTerms, Terms, Wish},
        delivery::Addressee,
        record::time,
        values::Term,
    },
    operations::{Envelope, notice, prelude::*},
    store::{
        contacts,
        ends::EndResult,
        grants, offers,
        responses::{self, TakenParts},
        roles, subscriptions,
    },
};

/// The acceptance.
#[derive(Debug, Serialize)]
pub struct AcceptOffer {
    #[serde(flatten)]
    pub read: ReadTerms,
    #[serde(flatten)]
    pub wish: Wish,
}

impl Operation for AcceptOffer {
    const KIND: OperationKind = OperationKind::AcceptOffer;
    nothing_to_prepare!();

    async fn admit(&self, app: &App, _: &Envelope) -> Result<()> {
        known(app, &self.read.token).await
    }

    fn subject(&self) -> Subject {
        Subject::Offer(self.read.token.clone())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let offer = offers::answered(act, &self.read.token).await?;
        let (before, earlier) = before(act, &offer).await?;
        let (offered, grace) = (offer.to_answer()?, act.config().times.grant_grace());
        let (read, wish) = (&self.read, &self.wish);
        match acceptance::accept(&offered, read, wish, &before, act.now(), grace)? {
            Acceptance::Again(grant) => again(act, grant, earlier).await,
            Acceptance::New { grant, begins } => self.carry_out(act, &offer, grant, begins).await,
        }
    }
}

/// What the client has already, and the operation that made it.
async fn again(
    act: &Act<'_>,
    grant: Option<GrantId>,
    earlier: Option<response::Model>,
) -> Result<Effect> {
    let response = match grant {
        Some(grant) => responses::latest_of_grant(act, grant).await?,
        None => earlier,
    };
    let response =
        response.ok_or_else(|| Error::internal(anyhow::anyhow!("a grant without a response")))?;
    let ids = Ids {
        grant,
        response: Some(response.id),
        ..Ids::default()
    };
    Ok(Effect::again(response.operation_id, ids))
}

impl AcceptOffer {
    async fn carry_out(
        &self,
        act: &Act<'_>,
        offer: &offers::Row,
        step: Option<GrantStep>,
        begins: Option<Vec<(PlanId, i32)>>,
    ) -> Result<Effect> {
        let partner = offer.offer.partner_id;
        let delegation = step.is_some();
        let amends = matches!(step, Some(GrantStep::Amend(..)));
        let (grant, effect) = match step {
            Some(step) => grant_goes_on(act, offer, step).await?,
            None => (None, None),
        };
        let taken = TakenParts {
            grant,
            items: match begins {
                Some(begins) => subscribe(act, offer, begins).await?,
                None => Vec::new(),
            },
        };
        let told = offers::told(act, &offer.offer).await?;
        let of_grant = match (&effect, grant) {
            (Some(_), Some(grant)) => notices(act, partner, grant, amends, &told).await?,
            _ => Vec::new(),
        };
        let effect = effect.unwrap_or_else(|| Effect::on(offer.offer.id));
        let (response, counted) =
            responses::insert(act, offer, Answer::Accepted, None, &taken).await?;
        let ids = Ids {
            grant,
            response: Some(response),
            ..Ids::default()
        };
        let begun = taken.items.iter();
        let begun = begun.map(|(_, seats, subscription)| format!("{subscription}:{seats}"));
        let begun = begun.collect::<Vec<_>>().join(", ");
        let answered = told.into_iter();
        let answered = answered.map(|to| Delivery::Answered { response, to });
        Ok(effect
            .change(Key::Offer, offer.offer.id.to_string())
            .change(Key::Revision, self.read.revision.to_string())
            .change(Key::Digest, self.read.digest.as_str())
            .change(Key::Partner, partner.to_string())
            .change(Key::Delegation, if delegation { "TAKEN" } else { "NONE" })
            .change(Key::Subscriptions, begun)
            .maybe(Key::ContactDomain, contacts::domain(act).await?)
            .ids(ids)
            .counted(counted)
            .deliver(answered.chain(of_grant)))
    }
}

/// Tells the client's global admins of a grant that begins or goes on with other terms. Of the latter it also
/// tells the partner's, except those who are told of the answer anyway.
async fn notices(
    act: &Act<'_>,
    partner: OrganizationId,
    grant: GrantId,
    amends: bool,
    told: &[Addressee],
) -> Result<Vec<Delivery>> {
    let mut admins = match amends {
        true => roles::contacts_of_admins(act, partner).await?,
        false => Vec::new(),
    };
    admins.retain(|to| !told.iter().any(|one| one.is_at(&to.to)));
    let sides = [
        (Side::Client, roles::admin_contacts(act).await?),
        (Side::Partner, admins),
    ];
    Ok(notice::grant_changed(act, grant, sides))
}

/// Makes the grant, or lets it go on: its id, and the effect; no effect if it stays as it is.
async fn grant_goes_on(
    act: &Act<'_>,
    offer: &offers::Row,
    step: GrantStep,
) -> Result<(Option<GrantId>, Option<Effect>)> {
    let (id, effect, terms) = match step {
        GrantStep::Untouched(id) => return Ok((Some(id), None)),
        GrantStep::Amend(terms, standing) => {
            grants::amend(act, standing.grant, offer, &terms).await?;
            let effect = Effect::on(standing.grant)
                .change(Key::RoleCapBefore, standing.role_cap.as_str())
                .change(Key::TermBefore, standing.term)
                .change(Key::ExpiresAtBefore, time(standing.expires_at));
            (standing.grant, effect, terms)
        }
        GrantStep::Renew(terms, over) => {
            grants::amend(act, over.grant, offer, &terms).await?;
            let effect = Effect::on(over.grant)
                .change(Key::Renewed, "true")
                .change(Key::ExpiresAtBefore, time(over.expires_at));
            (over.grant, effect, terms)
        }
        GrantStep::Begin(terms, over) => {
            // A grant past its grace time, which the worker has not closed yet, ends here.
            let life = act.config().auth.enrol_link();
            let ended = match over {
                Some(over) => grants::end(act, over, None, life).await?,
                None => EndResult::default(),
            };
            let id = grants::insert(act, offer, &terms).await?;
            (id, Effect::on(id).after(ended), terms)
        }
    };
    let Terms {
        role_cap,
        term,
        expires_at,
    } = terms;
    let effect = effect
        .change(Key::RoleCap, role_cap.as_str())
        .change(Key::Term, term.text())
        .change(Key::ExpiresAt, time(expires_at));
    Ok((Some(id), Some(effect)))
}

/// Begins subscriptions of the offer.
async fn subscribe(
    act: &Act<'_>,
    offer: &offers::Row,
    begins: Vec<(PlanId, i32)>,
) -> Result<Vec<(PlanId, i32, SubscriptionId)>> {
    let trial = offer.offer.kind == OfferKind::Trial;
    let mut begun = Vec::new();
    for (id, seats) in begins {
        let plan = offer.items.iter().map(|(_, plan)| plan);
        let plan = plan.into_iter().find(|plan| plan.id == id);
        let plan = plan.ok_or_else(Error::not_found)?;
        let ends = match offer.offer.kind {
            OfferKind::Trial => Some(act.now() + act.config().times.trial()),
            OfferKind::Purchase | OfferKind::Delegation => Term::try_from(plan.term.as_str())
                .ok()
                .and_then(|term| term.end(act.now())),
        };
        let ends = ends.ok_or_else(|| Error::internal(anyhow::anyhow!("a plan without an end")))?;
        let subscription = subscriptions::insert(act, plan, seats, ends, trial).await?;
        begun.push((id, seats, subscription));
    }
    Ok(begun)
}
