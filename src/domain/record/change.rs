//! What an entry says that changed: by name, redacted, without names of people.

use std::{
    collections::{BTreeMap, btree_map},
    str::FromStr,
};

use entity::ids::{OfferId, OrganizationId, PlanId, RecoveryId, ServiceId, SubscriptionId, UserId};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use uuid::Uuid;

use super::Target;

/// The name of a change. Its text is part of what is hashed: it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Key {
    /// Whether a service is turned on for the user.
    Access,
    /// How many addresses had the offer already.
    AlreadySent,
    /// That a role which was taken had been given by the account itself.
    Appointed,
    /// Why a recovery ended, or why a role no longer waits.
    Because,
    /// The user through whose contact a recovery was stopped.
    ByContactOf,
    /// Which parts of a profile changed.
    Changed,
    /// The domain name of the contact of whoever acted, or of the contact concerned.
    ContactDomain,
    /// How many days a term has left.
    DaysLeft,
    /// Whether delegates may turn a service on and off.
    Delegable,
    /// The delegated role that is held now.
    DelegatedRole,
    /// The delegated role that was held before.
    DelegatedRoleBefore,
    /// Whether an offer has delegation, or a client took it.
    Delegation,
    /// How a user comes to a new password.
    Delivery,
    /// The digest of the terms that were answered.
    Digest,
    /// The last hash of the form before.
    EarlierEnd,
    /// Whether that hash was signed.
    EarlierEndSigned,
    /// That a subscription was ended.
    Ended,
    /// How many entries, in all.
    Entries,
    /// The epoch of the record that begins with the entry.
    Epoch,
    /// When a term ends.
    ExpiresAt,
    /// When it ended before.
    ExpiresAtBefore,
    /// The first fault that was found in the form before.
    FirstFault,
    /// How many faults were found in the form before.
    Faults,
    /// The first global admin of an organization.
    FirstAdmin,
    /// How an export is written.
    Format,
    /// How many hands were taken over or closed.
    Hands,
    /// The hour that the entry is about.
    Hour,
    /// The initial domain name of an organization.
    InitialDomain,
    /// The subscriptions that an offer has.
    Items,
    /// The kind of an offer, or of what was refused.
    Kind,
    /// Whom it waits for before it takes effect.
    WaitsFor,
    /// How many users sign in with another name from now on.
    UsersRenamed,
    /// How many licences were freed.
    LicencesFreed,
    /// Users whose open links no longer work.
    LinksClosed,
    /// Users who were sent a link to a new password.
    LinksSent,
    /// The link of the last entry that was lost.
    LostLink,
    /// How many entries there were once, as far as anyone knows.
    LostSize,
    /// The name of a domain, or of an organization.
    Name,
    /// The name before.
    NameBefore,
    /// The offer that was answered.
    Offer,
    /// In the platform's record only: organizations that are not in the database any more, each with the number of
    /// entries that were seen of its record.
    OrganizationsGone,
    /// The partner of a grant.
    Partner,
    /// How users may come to a new password.
    PasswordDeliveries,
    /// How users could come to a new password before.
    PasswordDeliveriesBefore,
    /// Users whose password and sessions ended.
    PasswordsEnded,
    /// How many people a delegate was shown.
    PeopleShown,
    /// Someone of a partner.
    Person,
    /// The plan of a subscription.
    Plan,
    /// What a look-up of a domain name's proof found.
    Proof,
    /// The reason of the refusals that are counted.
    Reason,
    /// Whether delegates must write a note with every operation.
    ReasonRequired,
    /// Whether they had to do so before.
    ReasonRequiredBefore,
    /// The recovery concerned.
    Recovery,
    /// That an acceptance renewed a grant whose term was over.
    Renewed,
    /// How often it was refused again.
    Repeats,
    /// The revision of an offer.
    Revision,
    /// An admin role.
    Role,
    /// The most that a delegate may be.
    RoleCap,
    /// The most that a delegate could be before.
    RoleCapBefore,
    /// How many roles.
    Roles,
    /// Roles that were given back, each with the user.
    RolesGivenBack,
    /// Roles that were taken, each with the user.
    RolesTaken,
    /// Roles that waited for the act.
    RolesThatWaited,
    /// How many seats.
    Seats,
    /// How many seats before.
    SeatsBefore,
    /// To how many addresses an offer was sent.
    Sent,
    /// The service concerned.
    Service,
    /// What became of the session.
    Session,
    /// How many entries were set aside, since nothing that is signed proves them.
    SetAside,
    /// The side of a grant whose act it is.
    Side,
    /// Whether delegates may obtain the sign-in of admins.
    SignInsDelegable,
    /// Whether they could do so before.
    SignInsDelegableBefore,
    /// How an organization began that signed up by itself.
    SignUp,
    /// How many addresses had too many offers lately.
    Spared,
    /// The subscription concerned.
    Subscription,
    /// Subscriptions that began, each with its seats.
    Subscriptions,
    /// How many addresses want no offers.
    Suppressed,
    /// The tags of a client.
    Tags,
    /// The thing that the counted refusals were about, by id.
    Target,
    /// A term.
    Term,
    /// The term before.
    TermBefore,
    /// Whether delegates must name a ticket with every operation.
    TicketRequired,
    /// Whether they had to do so before.
    TicketRequiredBefore,
    /// What stays as it is until a link is redeemed.
    UntilRedeemed,
    /// The user concerned.
    User,
    /// That a role waits until the user is in nobody's hands.
    Waits,
}

impl Key {
    /// The name as it is recorded.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The things that a change of this name names by their ids; `None` if it names none.
    fn names(self, id: Uuid) -> Option<Target> {
        Some(match self {
            Self::Offer => Target::Offer(OfferId(id)),
            Self::Partner | Self::OrganizationsGone => Target::Organization(OrganizationId(id)),
            Self::FirstAdmin
            | Self::User
            | Self::ByContactOf
            | Self::Person
            | Self::RolesTaken
            | Self::RolesGivenBack
            | Self::PasswordsEnded
            | Self::LinksClosed
            | Self::LinksSent => Target::User(UserId(id)),
            Self::Recovery => Target::Recovery(RecoveryId(id)),
            Self::Subscription | Self::Subscriptions => Target::Subscription(SubscriptionId(id)),
            Self::Plan => Target::Plan(PlanId(id)),
            Self::Service => Target::Service(ServiceId(id)),
            _ => return None,
        })
    }
}

/// A part of the value of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A thing by its id, and what belongs to it: nothing, or a colon and a text.
    Thing(Target, &'a str),
    /// A text.
    Text(&'a str),
}

/// What separates the parts of a list.
pub const SEPARATOR: &str = ", ";

/// What changed, by name. A name that this release does not know is kept as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(BTreeMap<String, String>);

impl Changes {
    /// The value of a change.
    pub fn get(&self, key: Key) -> Option<&str> {
        self.0.get(key.name()).map(String::as_str)
    }

    /// The value of a change, parsed; `None` if it is not there, or is something else.
    pub fn parse<T: FromStr>(&self, key: Key) -> Option<T> {
        self.get(key)?.parse().ok()
    }

    /// Whether there is such a change.
    pub fn has(&self, key: Key) -> bool {
        self.get(key).is_some()
    }

    /// Adds a change.
    pub fn insert(&mut self, key: Key, value: impl Into<String>) {
        self.0.insert(key.name().to_owned(), value.into());
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, by name, as they are recorded.
    pub fn iter(&self) -> btree_map::Iter<'_, String, String> {
        self.0.iter()
    }

    /// All of them, by name, as they are shown: a value that names a thing by its id has the id as this API writes
    /// it.
    pub fn shown(&self) -> impl Iterator<Item = (&str, String)> {
        self.parts().map(|(name, parts)| {
            let parts = parts.into_iter().map(|part| match part {
                Part::Thing(thing, rest) => thing.id().encode() + rest,
                Part::Text(text) => text.to_owned(),
            });
            (name, parts.collect::<Vec<_>>().join(SEPARATOR))
        })
    }

    /// All of them, by name, each with the parts of its value.
    pub fn parts(&self) -> impl Iterator<Item = (&str, Vec<Part<'_>>)> {
        self.0.iter().map(|(name, value)| {
            let key = Key::from_str(name).ok();
            // Each part of a list has an id, and after a colon what belongs to it.
            let parts = value.split(SEPARATOR).map(|part| {
                let (id, rest) = part.split_at(part.find(':').unwrap_or(part.len()));
                let thing = || key?.names(id.parse().ok()?);
                thing().map_or(Part::Text(part), |thing| Part::Thing(thing, rest))
            });
            (name.as_str(), parts.collect())
        })
    }
}
