//! Filters of lists: the inputs of the schema, and the store's filters that they become.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use entity::{
    ids::OrganizationId,
    states::{AdminRole, DelegatedRole, OfferKind, Outcome, Side},
};
use uuid::Uuid;

use super::{context::Ask, enums::E, scalar::maybe_time};
use crate::{
    domain::{
        described::Described,
        grant::GrantState,
        kind::OperationKind,
        offer::OfferState,
        reason::Reason,
        values::{Search, id::GlobalId},
    },
    error::{Error, Result},
    graphql::id,
    store::{clients, directory, offers, organizations, record::search},
};

/// A text to be searched for; a blank text does not filter.
fn search(text: Option<String>, field: &'static str) -> Result<Option<String>> {
    let text = text.filter(|text| !text.trim().is_empty());
    let parsed = text.map(|text| Search::try_from(text.as_str())).transpose();
    let parsed = parsed.map_err(|invalid| Error::input(field, invalid))?;
    Ok(parsed.map(String::from))
}

/// Which users to list. A field that is left out does not filter.
#[derive(Clone, Debug, Default, InputObject)]
pub struct UserFilter {
    /// Part of the display name or of the sign-in name, in any case.
    search: Option<String>,
    /// Users who hold this admin role.
    admin_role: Option<E<AdminRole>>,
    /// Users who hold this delegated role; no users if the viewer may not see delegated roles.
    delegated_role: Option<E<DelegatedRole>>,
    /// True: users whose sign-in is blocked. False: users whose sign-in is not blocked.
    blocked: Option<bool>,
    /// True: users who were deleted and can still be restored. False: users who are not deleted.
    #[graphql(default)]
    deleted: bool,
}

impl UserFilter {
    /// What the store is asked.
    ///
    /// # Errors
    /// When the search is too long.
    pub fn parse(filter: Option<Self>) -> Result<directory::Filter> {
        let filter = filter.unwrap_or_default();
        Ok(directory::Filter {
            search: search(filter.search, "search")?,
            role: filter.admin_role.map(|role| role.0),
            delegated_role: filter.delegated_role.map(|role| role.0),
            blocked: filter.blocked,
            deleted: filter.deleted,
        })
    }
}

/// Which entries of a record to list. A field that is left out does not filter.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OperationFilter {
    /// Kinds of operation that were done or refused: any of these.
    kinds: Option<Vec<E<OperationKind>>>,
    /// How the operation ended.
    outcome: Option<E<Outcome>>,
    /// The user who acted.
    actor_id: Option<ID>,
    /// The thing that was touched, such as a user, a domain name, a device, a grant or an offer.
    target_id: Option<ID>,
    /// The organization whose people acted, by its initial domain.
    partner: Option<String>,
    /// The grant under which it was done, or in whose hands the actor was.
    grant_id: Option<ID>,
    /// True: acts that rested on a grant. False: all other acts.
    delegated: Option<bool>,
    /// The ticket that was sent with it, in full.
    ticket: Option<String>,
    /// Part of the note that the actor wrote, in any case.
    note: Option<String>,
    /// From this moment on.
    from: Option<DateTime<Utc>>,
    /// Before this moment.
    to: Option<DateTime<Utc>>,
}

impl OperationFilter {
    /// What the store is asked.
    ///
    /// # Errors
    /// When an id is not one of its kind, or a text is too long.
    pub async fn parse(ctx: &impl Ask, filter: Option<Self>) -> Result<search::Filter> {
        let filter = filter.unwrap_or_default();
        let grant = match filter.grant_id.as_ref().map(|id| GlobalId::decode(id)) {
            None => None,
            Some(Some(GlobalId::Grant(id))) => Some(id),
            Some(_) => return Err(Error::field("grantId", Reason::IdInvalid)),
        };
        let target = match filter.target_id.as_ref().map(|id| GlobalId::decode(id)) {
            None => None,
            Some(Some(id)) => Some(id.uuid()),
            Some(None) => return Err(Error::field("targetId", Reason::IdInvalid)),
        };
        let actor_organization = match search(filter.partner, "partner")? {
            None => None,
            Some(domain) => {
                let domain = domain.to_ascii_lowercase();
                let found = organizations::by_initial_domain(ctx.app().db.read(), &domain).await?;
                // If there is no such organization, nothing matches.
                Some(found.unwrap_or(OrganizationId(Uuid::nil())))
            }
        };
        let names = |kinds: Vec<OperationKind>| {
            let names = kinds.into_iter().map(|kind| kind.spec().stable.to_owned());
            names.collect()
        };
        Ok(search::Filter {
            kinds: filter.kinds.map(plain).map(names),
            outcome: filter.outcome.map(|outcome| outcome.0),
            actor: filter
                .actor_id
                .as_ref()
                .map(|id| id::parse(id, "actorId"))
                .transpose()?,
            actor_organization,
            target,
            grant,
            delegated: filter.delegated,
            ticket: search(filter.ticket, "ticket")?,
            note: search(filter.note, "note")?,
            from: maybe_time(filter.from, "from")?,
            to: maybe_time(filter.to, "to")?,
        })
    }
}

/// Which clients to list. A field that is left out does not filter.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ClientFilter {
    /// Beginnings of words of the name, or of the initial domain, in any case, with or without accents: each word that is
    /// asked for has to be there.
    search: Option<String>,
    /// States of the latest grant: any of these.
    states: Option<Vec<E<GrantState>>>,
    /// Clients whose latest grant's term ends before this moment.
    expires_before: Option<DateTime<Utc>>,
    /// Clients that bear this tag of the viewer's organization.
    tag: Option<String>,
}

impl ClientFilter {
    /// What the store is asked.
    ///
    /// # Errors
    /// When the search is too long.
    pub fn parse(filter: Option<Self>) -> Result<clients::Filter> {
        let filter = filter.unwrap_or_default();
        Ok(clients::Filter {
            search: search(filter.search, "search")?,
            states: filter.states.map(plain),
            expires_before: maybe_time(filter.expires_before, "expiresBefore")?,
            tag: search(filter.tag, "tag")?.map(|tag| tag.to_lowercase()),
        })
    }
}

/// Which offers to list. A field that is left out does not filter.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OfferFilter {
    /// Kinds: any of these.
    kinds: Option<Vec<E<OfferKind>>>,
    /// States: any of these.
    states: Option<Vec<E<OfferState>>>,
    /// Part of the message, of the office or of a plan's name, in any revision and in any case.
    search: Option<String>,
}

impl OfferFilter {
    /// What the store is asked.
    ///
    /// # Errors
    /// When the search is too long.
    pub fn parse(filter: Option<Self>) -> Result<offers::Filter> {
        let filter = filter.unwrap_or_default();
        Ok(offers::Filter {
            kinds: filter.kinds.map(plain),
            states: filter.states.map(plain),
            search: search(filter.search, "search")?,
        })
    }
}

/// Which grants to list. A field that is left out does not filter.
#[derive(Clone, Debug, Default, InputObject)]
pub struct GrantFilter {
    /// States: any of these.
    states: Option<Vec<E<GrantState>>>,
    /// CLIENT: grants that the viewer's organization gave. PARTNER: grants that were given to it.
    side: Option<E<Side>>,
}

impl GrantFilter {
    /// The states and the side.
    pub fn parse(filter: Option<Self>) -> (Option<Vec<GrantState>>, Option<Side>) {
        let filter = filter.unwrap_or_default();
        (filter.states.map(plain), filter.side.map(|side| side.0))
    }
}

/// The values, each once, so that a long list does not make a long statement.
fn plain<T: PartialEq>(values: Vec<E<T>>) -> Vec<T> {
    let mut distinct = Vec::new();
    for E(value) in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// The order of clients.
impl Described for clients::Sort {
    const TYPE: &'static str = "ClientOrder";
    const ABOUT: &'static str = "The order of clients.";

    fn all() -> &'static [Self] {
        &[Self::Oldest, Self::Name, Self::Expiry]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Oldest => "OLDEST",
            Self::Name => "NAME",
            Self::Expiry => "EXPIRY",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Oldest => "The oldest organization first.",
            Self::Name => "By name.",
            Self::Expiry => "By the end of the latest grant's term, the soonest first.",
        }
    }
}
