//! Who may see what: the relation of an actor to an organization, and the views it opens.
//!
//! The store's finders take a [`Scope`], and only this file makes one.

use chrono::{DateTime, Utc};
use entity::{
    ids::{OrganizationId, UserId},
    states::{AdminRole, DelegatedRole},
};

use crate::domain::{
    grant::{GrantFacts, GrantState},
    hands::Left,
    role::RoleSet,
    viewer::Actor,
};

/// What an actor is to an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Its own organization.
    Own {
        /// Its admin roles there.
        roles: RoleSet,
        /// Whether it holds a delegated role for the organization's clients.
        delegated: bool,
        /// Whether the organization itself gave it a role of USER_ADMIN or above.
        trusted: bool,
        /// Whether it has a password of its own, and nobody else may hold its sign-in.
        free: bool,
        /// If a partner may hold its sign-in: it sees no more than a delegate with this role does.
        lent: Option<DelegatedRole>,
    },
    /// A client, under an active grant, with the lesser of the actor's role and the grant's cap.
    ActiveGrant(DelegatedRole),
    /// A client whose grant is held.
    HeldGrant,
    /// A client whose grant expired or was ended.
    PastGrant(GrantState),
    /// A client, or an organization that answered an offer, for the partner's global admin without a delegated role.
    PartnerAdmin,
    /// Any organization, for an operator.
    Operator,
    /// No relation: the organization does not exist for the actor.
    Stranger,
}

/// A part of an organization that can be seen or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Id, name, initial domain, certified or not.
    Card,
    /// When it was certified or suspended, and why.
    Certification,
    /// Names and sign-in names of users.
    Users,
    /// Domains, licences, and the rest of what the directory says of users.
    Directory,
    /// Admin roles of users.
    Roles,
    /// Recovery contacts of users.
    Contacts,
    /// In whose hands users are.
    Hands,
    /// Services and their links.
    Services,
    /// Managed devices.
    Devices,
    /// Delegated roles of the organization's own users.
    Staff,
    /// Offers made, the responses to them, the clients.
    Offers,
    /// Grants: all grants of one's own organization, or those between it and a client.
    Grants,
    /// The people of partners who can act under the grants that the organization gave.
    Delegates,
    /// Which partners have an active grant now.
    Administrators,
    /// The whole record.
    Record,
    /// The record's entries of acts by one's own organization.
    OwnActs,
    /// The rules of the account for those who act in it.
    Rules,
    /// Subscriptions, with their seats.
    Subscriptions,
    /// The recovery of one of its global admins.
    Recovery,
}

impl View {
    /// Every view.
    pub const ALL: &'static [Self] = &[
        Self::Card,
        Self::Certification,
        Self::Users,
        Self::Directory,
        Self::Roles,
        Self::Contacts,
        Self::Hands,
        Self::Services,
        Self::Devices,
        Self::Staff,
        Self::Offers,
        Self::Grants,
        Self::Delegates,
        Self::Administrators,
        Self::Record,
        Self::OwnActs,
        Self::Rules,
        Self::Subscriptions,
        Self::Recovery,
    ];
}

/// True when the relation opens the view.
pub fn sees(relation: Relation, view: View) -> bool {
    use View::{
        Administrators, Card, Certification, Contacts, Directory, Grants, Offers, OwnActs,
        Recovery, Roles, Rules, Services, Subscriptions, Users,
    };
    match relation {
        Relation::Own {
            lent: Some(role), ..
        } if view != Card && !sees(Relation::ActiveGrant(role), view) => false,
        Relation::Own {
            roles,
            delegated,
            trusted,
            free,
            ..
        } => {
            if view == View::Hands {
                return trusted;
            }
            if view == Administrators {
                return free;
            }
            if roles.contains(AdminRole::GlobalAdmin) {
                return true;
            }
            let reader = roles.reaches(AdminRole::PasswordAdmin)
                || roles.contains(AdminRole::DirectoryReader);
            match view {
                Card => true,
                Users | Directory | Roles | Subscriptions => reader,
                Contacts | Services => roles.reaches(AdminRole::UserAdmin),
                Rules | Recovery => roles.reaches(AdminRole::PasswordAdmin),
                Offers => delegated,
                _ => false,
            }
        }
        Relation::ActiveGrant(DelegatedRole::Full) => matches!(
            view,
            Card | Grants
                | Users
                | Directory
                | Roles
                | Contacts
                | Services
                | Subscriptions
                | OwnActs
                | Rules
        ),
        Relation::ActiveGrant(DelegatedRole::Limited) => {
            matches!(view, Card | Grants | Users | Roles | OwnActs | Rules)
        }
        Relation::HeldGrant | Relation::PastGrant(_) | Relation::PartnerAdmin => {
            matches!(view, Card | Grants | OwnActs)
        }
        Relation::Operator => matches!(view, Card | Certification | Subscriptions | Recovery),
        Relation::Stranger => false,
    }
}

/// The relation of `actor` to `account`. `grant` is the one between the actor's organization and the account,
/// the latest if there were several; `responded` says whether the account ever answered an offer of the actor's
/// organization.
pub fn relation(
    actor: &Actor,
    account: OrganizationId,
    grant: Option<&GrantFacts>,
    responded: bool,
    now: DateTime<Utc>,
) -> Relation {
    if actor.organization == account {
        return own_relation(actor);
    }
    if actor.must_change || !actor.hands.is_empty() {
        return Relation::Stranger;
    }
    if actor.is_operator() {
        return Relation::Operator;
    }
    let grant =
        grant.filter(|grant| grant.partner == actor.organization && grant.client == account);
    match (grant, actor.delegated_role) {
        (Some(grant), Some(role)) => match grant.state(now) {
            GrantState::Active => Relation::ActiveGrant(role.min(grant.role_cap)),
            GrantState::Held => Relation::HeldGrant,
            over => Relation::PastGrant(over),
        },
        (grant, _) if actor.is_global_admin() && (grant.is_some() || responded) => {
            Relation::PartnerAdmin
        }
        _ => Relation::Stranger,
    }
}

/// What an actor is to its own organization. With a temporary password, or in the hands of a partner whose
/// grant is not active, it sees only itself.
fn own_relation(actor: &Actor) -> Relation {
    let left = actor.hands.left();
    let roles = match actor.must_change || left == Left::Nothing {
        true => RoleSet::NONE,
        // An admin made by a delegate, or in a delegate's hands, sees no more than the delegate.
        false if actor.roles.contains(AdminRole::GlobalAdmin) && !actor.is_global_admin() => {
            let others = actor.roles.iter();
            let others = others.filter(|role| *role != AdminRole::GlobalAdmin);
            others.chain([AdminRole::UserAdmin]).collect()
        }
        false => actor.roles,
    };
    let free = !actor.must_change && left == Left::All;
    Relation::Own {
        roles,
        delegated: free && actor.delegated_role.is_some(),
        trusted: free && actor.appointed.reaches(AdminRole::UserAdmin),
        free,
        lent: match left {
            Left::Delegate(role) => Some(role),
            Left::All | Left::Nothing => None,
        },
    }
}

/// The right of one viewer to read in one organization.
#[derive(Clone, Debug)]
pub struct Scope {
    account: OrganizationId,
    viewer: UserId,
    organization: OrganizationId,
    relation: Relation,
    grant: Option<GrantFacts>,
}

/// Whose entries of a record are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOf {
    /// Everyone's.
    All,
    /// The acts of one organization's people.
    People(OrganizationId),
    /// Only one's own acts.
    Oneself,
}

impl Scope {
    /// The organization that may be read.
    pub fn account(&self) -> OrganizationId {
        self.account
    }

    /// The viewer.
    pub fn viewer(&self) -> UserId {
        self.viewer
    }

    /// The viewer's organization.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// What the viewer is to it.
    pub fn relation(&self) -> Relation {
        self.relation
    }

    /// The latest grant between the viewer's organization and it.
    pub fn grant(&self) -> Option<&GrantFacts> {
        self.grant.as_ref()
    }

    /// True when it is seen as a client: by a partner, not from inside or by an operator.
    pub fn is_client(&self) -> bool {
        match self.relation {
            Relation::ActiveGrant(_)
            | Relation::HeldGrant
            | Relation::PastGrant(_)
            | Relation::PartnerAdmin => true,
            Relation::Own { .. } | Relation::Operator | Relation::Stranger => false,
        }
    }

    /// True when the view is open.
    pub fn sees(&self, view: View) -> bool {
        sees(self.relation, view)
    }

    /// True when the view is open for this user; everyone may see what is known of oneself.
    pub fn sees_of_user(&self, view: View, user: UserId) -> bool {
        self.viewer == user || self.sees(view)
    }

    /// Whose entries of the record are seen.
    pub fn record_of(&self) -> RecordOf {
        if self.sees(View::Record) {
            RecordOf::All
        } else if self.sees(View::OwnActs) {
            RecordOf::People(self.organization)
        } else {
            RecordOf::Oneself
        }
    }
}

/// The scope of `actor` in `account`; `None` for a stranger, to whom it does not exist.
pub fn scope(
    actor: &Actor,
    account: OrganizationId,
    grant: Option<&GrantFacts>,
    responded: bool,
    now: DateTime<Utc>,
) -> Option<Scope> {
    let relation = relation(actor, account, grant, responded, now);
    (relation != Relation::Stranger).then_some(Scope {
        account,
        viewer: actor.user,
        organization: actor.organization,
        relation,
        grant: grant.cloned(),
    })
}

/// The scope of `actor` in its own organization.
pub fn own(actor: &Actor) -> Scope {
    Scope {
        account: actor.organization,
        viewer: actor.user,
        organization: actor.organization,
        relation: own_relation(actor),
        grant: None,
    }
}

/// The right to list a partner's clients, offers and grants.
#[derive(Clone, Debug)]
pub struct PartnerScope {
    partner: OrganizationId,
    certified: bool,
}

impl PartnerScope {
    /// The partner.
    pub fn partner(&self) -> OrganizationId {
        self.partner
    }

    /// Whether its certification is current; if not, all its grants are held.
    pub fn certified(&self) -> bool {
        self.certified
    }
}

/// The partner scope of `actor`; `None` for an actor who is no global admin and holds no delegated role.
pub fn partner(actor: &Actor) -> Option<PartnerScope> {
    own(actor).sees(View::Offers).then_some(PartnerScope {
        partner: actor.organization,
        certified: actor.certification.is_current(),
    })
}

/// The right to list every organization's card and certification.
#[derive(Clone, Debug)]
pub struct PlatformScope(());

/// The platform scope of `actor`; `None` for an actor who is no operator.
pub fn platform(actor: &Actor) -> Option<PlatformScope> {
    (actor.is_operator() && !actor.must_change).then_some(PlatformScope(()))
}
