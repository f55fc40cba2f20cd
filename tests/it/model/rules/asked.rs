//! What the policy is asked, and by whom.

use entity::{
    ids::{HandId, SessionId},
    states::DelegatedRole,
};
use mandate::domain::{
    certification::Certification,
    grant::GrantState,
    hands::{Hand, Hands},
    kind::OperationKind,
    policy::{self, AccountFacts, Facts, Permit, RequestFacts, Target, UserTarget},
    role::RoleSet,
    rules::Rules as AccountRules,
    viewer::{Actor, Caller, GivenRole},
};
use uuid::Uuid;

use super::{super::By, CLIENT, Rules, moment, partner, person, user_id};

impl Rules {
    pub(super) fn hands_of(&self, user: usize) -> Hands {
        let hands = self.users[user].hands.iter().map(|held| {
            let (state, role_cap) = self.grant(held.cause.grant);
            Hand {
                id: HandId(Uuid::nil()),
                way: held.way,
                cause: held.cause,
                renewed_at: moment(held.renewed),
                state,
                role_cap,
                person_role: self.role_now(held.cause.person),
            }
        });
        Hands(hands.collect())
    }

    pub(super) fn target(&self, user: usize) -> UserTarget {
        let row = &self.users[user];
        let hands = self.hands_of(user);
        UserTarget {
            id: user_id(user),
            organization: CLIENT,
            roles: row.roles.iter().map(|(role, _)| *role).collect(),
            awaited: RoleSet::NONE,
            appointed: row
                .roles
                .iter()
                .filter(|(_, cause)| cause.is_none())
                .map(|(role, _)| *role)
                .collect(),
            delegated_role: None,
            enrolled: row.enrolled,
            contact_verified: row.verified,
            contact_own: row.contact_own,
            secret_asleep: row.temporary && hands.secret_asleep(Some(moment(row.changed))),
            hands,
            blocked: row.blocked.is_some(),
            blocked_by_own: row.blocked == Some(true),
            deleted: row.deleted.is_some(),
            deleted_by_own: row.deleted == Some(true),
            name: String::new(),
            sign_in_name: String::new(),
        }
    }

    /// Who acts; `None` where nobody can sign in.
    pub(super) fn actor(&self, by: By) -> Option<Actor> {
        let bare = |user, organization| Actor {
            user,
            session: SessionId(Uuid::nil()),
            organization,
            platform: false,
            certification: Certification::Current,
            must_change: false,
            roles: RoleSet::NONE,
            appointed: RoleSet::NONE,
            given: Vec::new(),
            dormant: RoleSet::NONE,
            hands: Hands::default(),
            fresh: true,
            recovered: false,
            delegated_role: None,
            name: String::new(),
            sign_in_name: String::new(),
            organization_name: String::new(),
        };
        match by {
            By::Delegate(party) => Some(Actor {
                delegated_role: self.role_of(party),
                ..bare(person(party), partner(party.partner()))
            }),
            By::As(user, _) => {
                let row = &self.users[user];
                let target = self.target(user);
                let opens = self.opens(OperationKind::SignIn, target.clone());
                if !row.password || target.blocked || target.deleted || !opens {
                    return None;
                }
                let given: Vec<GivenRole> = row
                    .roles
                    .iter()
                    .filter_map(|(role, cause)| Some((*role, (*cause)?)))
                    .filter(|(_, cause)| {
                        self.grant(cause.grant) == (GrantState::Active, DelegatedRole::Full)
                            && self.role_now(cause.person) == Some(DelegatedRole::Full)
                    })
                    .map(|(role, cause)| GivenRole { role, cause })
                    .collect();
                let counts = given.iter().map(|given| given.role).collect::<RoleSet>();
                Some(Actor {
                    must_change: row.temporary,
                    roles: target.appointed.union(counts),
                    appointed: target.appointed,
                    dormant: target.roles,
                    given,
                    hands: target.hands,
                    fresh: true,
                    recovered: row.recovered,
                    ..bare(user_id(user), CLIENT)
                })
            }
        }
    }

    pub(super) fn decide(
        &self,
        kind: OperationKind,
        actor: Actor,
        target: Target,
        shown: bool,
    ) -> Option<Permit> {
        let own = actor.organization == CLIENT;
        let number = usize::from(actor.organization == partner(1));
        let facts = Facts {
            caller: Caller::User(Box::new(actor)),
            account: Some(AccountFacts {
                rules: AccountRules {
                    show_once_allowed: true,
                    sign_ins_delegable: true,
                    ..AccountRules::default()
                },
                ..AccountFacts::bare(CLIENT)
            }),
            grant: (!own).then(|| self.facts_of(number)),
            responded: true,
            contact_of_partner: false,
            let_in: false,
            target,
            service: None,
            request: RequestFacts {
                shown_secret: shown,
                ..RequestFacts::default()
            },
        };
        policy::decide(kind, &facts, moment(self.step)).ok()
    }

    /// Whether the policy lets a secret of this user open what it is for.
    pub(super) fn opens(&self, kind: OperationKind, target: UserTarget) -> bool {
        let facts = Facts {
            caller: Caller::Anonymous,
            account: Some(AccountFacts::bare(CLIENT)),
            grant: None,
            responded: false,
            contact_of_partner: false,
            let_in: false,
            target: Target::User(target),
            service: None,
            request: RequestFacts::default(),
        };
        policy::decide(kind, &facts, moment(self.step)).is_ok()
    }
}
