//! The facts of what a scope lists, made of rows that were read with it: a list says what may be done with each of its
//! rows without a statement for each.

use entity::user;

use crate::{
    domain::{
        certification::Certification,
        policy::{AccountFacts, Facts, Target},
        role::HeldRoles,
        viewer::{Actor, Caller},
        visibility::Scope,
    },
    store::from_rows,
};

/// What a decision on the scope's account rests on, with no target named.
pub fn account(actor: &Actor, scope: &Scope) -> Facts {
    let own = actor.organization == scope.account();
    let account = AccountFacts {
        platform: own && actor.platform,
        certification: if own {
            actor.certification
        } else {
            Certification::None
        },
        ..AccountFacts::bare(scope.account())
    };
    Facts {
        account: Some(account),
        grant: scope.grant().cloned(),
        responded: true,
        ..Facts::of(Caller::User(Box::new(actor.clone())))
    }
}

/// What a decision on a user of the scope's account rests on.
pub fn user(actor: &Actor, scope: &Scope, row: &user::Model, roles: HeldRoles) -> Facts {
    Facts {
        target: Target::User(from_rows::of_user(row.clone(), roles)),
        ..account(actor, scope)
    }
}
