//! What an offer is: its parts, its digest, its state, and what it means for a client.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    ids::{OfferId, OrganizationId, PlanId},
    states::{DelegatedRole, OfferKind},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::{
    described::Described,
    kind::{Concern, Delegation, OperationKind},
    role,
    values::{Price, price::totals, seats},
};

/// Prefix of what a digest covers.
pub const DIGEST_DOMAIN: &[u8] = b"mandate-offer-v1\n";

/// What a client consents to. The order of the fields is the canonical form of the digest.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal<'a> {
    pub offer: OfferId,
    pub revision: i32,
    /// The partner.
    pub partner: OrganizationId,
    /// The kind of offer.
    pub kind: OfferKind,
    pub parts: &'a [String],
    /// The most that is asked for.
    pub role_cap: DelegatedRole,
    /// ISO 8601 duration.
    pub term: &'a str,
    /// The partner's own words.
    pub message: Option<&'a str>,
}

impl Proposal<'_> {
    /// The canonical form: JSON with its fields in this order, no white space.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// SHA-256 over the canonical form, hex.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let canonical = self.canonical()?;
        Ok(hex::encode(
            Sha256::new()
                .chain_update(DIGEST_DOMAIN)
                .chain_update(canonical)
                .finalize(),
        ))
    }
}

/// A plan that an offer proposes, with its seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    pub plan: PlanId,
    pub seats: i32,
    /// The most seats that a client takes, if the partner said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<i32>,
}

/// How many times the seats of a purchase a client takes, if the partner did not say how many at most.
const TIMES: i32 = 10;

impl Item {
    /// The most seats that a client takes: of a trial those that are offered; of a purchase what the partner said, or ten
    /// times as many as are offered. For more, the partner confirms by another revision.
    pub fn most(&self, trial: bool) -> i32 {
        match trial {
            true => self.seats,
            false => self
                .most
                .unwrap_or(self.seats.saturating_mul(TIMES))
                .clamp(self.seats, seats::MOST),
        }
    }
}

/// A plan with its licences, as the texts of an offer tell it.
#[derive(Clone)]
pub struct OfferedPlan<'a> {
    /// The plan's name.
    pub plan: &'a str,
    /// How many licences.
    pub seats: i32,
    /// What it costs, as the catalogue says it.
    pub price: Option<&'a str>,
    /// What one licence costs, in numbers.
    pub seat_price: Option<Price>,
    /// For how long, as an ISO 8601 duration.
    pub term: &'a str,
}

/// What is offered costs so much together, for each currency and length of time; nothing for a trial, and where the
/// catalogue does not say it of all.
pub fn total<'a>(kind: OfferKind, items: impl IntoIterator<Item = OfferedPlan<'a>>) -> Vec<Price> {
    match kind {
        OfferKind::Trial => Vec::new(),
        _ => totals(items.into_iter().map(|item| (item.seats, item.seat_price))),
    }
}

/// The parts of an offer, as its digest names them.
pub fn parts(delegation: bool, items: &[Item]) -> Vec<String> {
    let mut parts: Vec<String> = items
        .iter()
        .map(|item| match item.most {
            None => format!("SUBSCRIPTION:{}:{}", item.plan, item.seats),
            Some(most) => format!("SUBSCRIPTION:{}:{}:{most}", item.plan, item.seats),
        })
        .collect();
    parts.sort_unstable();
    if delegation {
        parts.push("DELEGATION".to_owned());
    }
    parts
}

/// Whether the parts fit the kind.
pub fn fits(kind: OfferKind, delegation: bool, items: &[Item]) -> bool {
    let distinct = |items: &[Item]| {
        let plans: BTreeSet<_> = items.iter().map(|item| item.plan).collect();
        plans.len() == items.len()
    };
    match kind {
        OfferKind::Delegation => delegation && items.is_empty(),
        OfferKind::Trial => items.len() == 1,
        OfferKind::Purchase => !items.is_empty() && distinct(items),
    }
}

/// Whether an offer can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    /// It can be answered.
    Open,
    /// It has expired.
    Expired,
    /// The partner withdrew it.
    Withdrawn,
}

/// The state of an offer at `now`.
pub fn state(
    withdrawn_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> OfferState {
    match (withdrawn_at, expires_at) {
        (Some(_), _) => OfferState::Withdrawn,
        (None, Some(until)) if now >= until => OfferState::Expired,
        _ => OfferState::Open,
    }
}

impl Described for OfferState {
    const TYPE: &'static str = "OfferState";
    const ABOUT: &'static str =
        "Whether an offer can be answered. The partner must be certified, too.";

    fn all() -> &'static [Self] {
        &[Self::Open, Self::Expired, Self::Withdrawn]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Expired => "EXPIRED",
            Self::Withdrawn => "WITHDRAWN",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Open => "It can be answered.",
            Self::Expired => {
                "It has expired. Grants and subscriptions that it made stay as they are."
            }
            Self::Withdrawn => {
                "The partner withdrew it. Grants and subscriptions that it made stay as they are."
            }
        }
    }
}

/// What a delegated role may do, as the catalogue says it: one sentence a kind.
pub fn may_do(held: DelegatedRole) -> Vec<&'static str> {
    OperationKind::ALL
        .iter()
        .filter(|kind| kind.least_delegated().is_some_and(|least| held >= least))
        .map(|kind| kind.spec().about)
        .collect()
}

/// What no delegate does in an account.
pub fn never() -> Vec<OperationKind> {
    let is_never = |kind: &OperationKind| {
        let spec = kind.spec();
        match spec.delegation {
            Delegation::Delegable => false,
            Delegation::NotSupported => true,
            Delegation::OwnOnly => {
                spec.concern == Concern::Client && !spec.requirement.names_delegates()
            }
        }
    };
    OperationKind::ALL
        .iter()
        .copied()
        .filter(is_never)
        .collect()
}

/// The same, as the catalogue says it: one sentence a kind.
pub fn never_done() -> Vec<&'static str> {
    never().into_iter().map(|kind| kind.spec().about).collect()
}

/// What kinds are about, for who reads an offer: what can do most harm first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    SignIns,
    Roles,
    People,
    Domains,
    Services,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 5] = [
        Self::SignIns,
        Self::Roles,
        Self::People,
        Self::Domains,
        Self::Services,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIns => "SIGN_INS",
            Self::Roles => "ROLES",
            Self::People => "PEOPLE",
            Self::Domains => "DOMAINS",
            Self::Services => "SERVICES",
        }
    }

    /// The kinds in it that a delegate with this role may do.
    pub fn kinds(self, held: DelegatedRole) -> Vec<OperationKind> {
        let may = |kind: &OperationKind| kind.least_delegated().is_some_and(|least| held >= least);
        let kinds = OperationKind::ALL.iter().copied();
        kinds
            .filter(may)
            .filter(|kind| Self::of(*kind) == self)
            .collect()
    }

    /// The group of a kind that delegates do; one that nobody has placed yet is shown with the worst.
    fn of(kind: OperationKind) -> Self {
        use OperationKind as Kind;
        match kind {
            Kind::AssignAdminRole | Kind::RemoveAdminRole => Self::Roles,
            Kind::AddUser | Kind::UpdateProfile | Kind::DeleteUser | Kind::RestoreUser => {
                Self::People
            }
            Kind::AddDomain | Kind::VerifyDomain | Kind::SetDefaultDomain | Kind::RemoveDomain => {
                Self::Domains
            }
            Kind::AssignLicence | Kind::UnassignLicence | Kind::SetServiceAccess => Self::Services,
            _ => Self::SignIns,
        }
    }
}

/// The admin roles whose holders a delegate of this role may not touch; empty for FULL.
pub fn untouchable(held: DelegatedRole) -> Vec<&'static str> {
    let reach = role::targets(role::stands_for(held)).unwrap_or_default();
    role::RoleSet::ALL
        .iter()
        .filter(|role| !reach.contains(*role))
        .map(|role| role.as_str())
        .collect()
}

/// Where a partner sends its offers from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferPlace {
    /// For partners with many clients.
    PartnerOverview,
    /// For all others.
    BuildYourBusiness,
}

impl OfferPlace {
    /// The place for a partner that manages so many clients.
    pub fn of(clients: u64, overview_from: u64) -> Self {
        if clients >= overview_from {
            Self::PartnerOverview
        } else {
            Self::BuildYourBusiness
        }
    }

    /// The way there: the menus to open, one after the other.
    pub fn path(self) -> [&'static str; 2] {
        match self {
            Self::PartnerOverview => ["Partner overview", "Send delegated administration offers"],
            Self::BuildYourBusiness => ["Build your business", "Delegate admin offer"],
        }
    }
}

impl Described for OfferPlace {
    const TYPE: &'static str = "OfferPlace";
    const ABOUT: &'static str =
        "Where a partner sends its offers from, by the number of clients that it manages.";

    fn all() -> &'static [Self] {
        &[Self::PartnerOverview, Self::BuildYourBusiness]
    }

    fn name(self) -> &'static str {
        match self {
            Self::PartnerOverview => "PARTNER_OVERVIEW",
            Self::BuildYourBusiness => "BUILD_YOUR_BUSINESS",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::PartnerOverview => {
                "Partner overview > Send delegated administration offers: for partners with at least `offers.overview_from` clients (by default 100)."
            }
            Self::BuildYourBusiness => {
                "Build your business > Delegate admin offer: for partners with fewer clients."
            }
        }
    }
}
