//! Makes values of the domain layer from rows.

use entity::{account_rules, certification, grant, organization, user};

use crate::domain::{
    acceptance::OpenGrant,
    certification::Certification,
    grant::GrantFacts,
    hands::Hands,
    policy::{AccountFacts, UserTarget},
    role::{HeldRoles, RoleSet},
    rules::Rules,
};

/// The state of a certification, from its row.
pub fn certification_state(certification: Option<&certification::Model>) -> Certification {
    match certification {
        None => Certification::None,
        Some(row) if row.suspended_at.is_some() => Certification::Suspended,
        Some(_) => Certification::Current,
    }
}

/// What decides a grant's state, from its row.
pub fn grant_facts(row: &grant::Model, partner_certification: Certification) -> GrantFacts {
    GrantFacts {
        id: row.id,
        partner: row.partner_id,
        client: row.client_id,
        role_cap: row.role_cap,
        expires_at: row.expires_at,
        ended_at: row.ended_at,
        client_hold: row.client_hold_at.is_some(),
        partner_hold: row.partner_hold_at.is_some(),
        partner_certification,
    }
}

/// An organization, with its certification and its rules.
pub(in crate::store) fn account_facts(
    row: organization::Model,
    certification: Certification,
    rules: Option<&account_rules::Model>,
) -> AccountFacts {
    AccountFacts {
        id: row.id,
        platform: row.platform,
        certification,
        name: row.name,
        default_domain: row
            .default_domain
            .unwrap_or_else(|| row.initial_domain.clone()),
        initial_domain: row.initial_domain,
        rules: rules.map(rules_of).unwrap_or_default(),
    }
}

/// The rules that a row tells.
pub fn rules_of(row: &account_rules::Model) -> Rules {
    Rules {
        link_allowed: row.link_allowed,
        show_once_allowed: row.show_once_allowed,
        ticket_required: row.ticket_required,
        note_required: row.reason_required,
        sign_ins_delegable: row.sign_ins_delegable,
    }
}

/// A user as the target of a decision, without its hands.
pub fn of_user(row: user::Model, held: HeldRoles) -> UserTarget {
    UserTarget {
        id: row.id,
        organization: row.organization_id,
        roles: held.all,
        appointed: held.appointed,
        awaited: RoleSet::NONE,
        delegated_role: row.delegated_role,
        enrolled: row.enrolled_at.is_some(),
        contact_own: row.contact_own_at.is_some(),
        hands: Hands::default(),
        contact_verified: row.contact_verified_at.is_some(),
        secret_asleep: false,
        blocked: row.blocked_at.is_some(),
        blocked_by_own: row.blocked_at.is_some() && row.blocked_grant_id.is_none(),
        deleted: row.deleted_at.is_some(),
        deleted_by_own: row.deleted_at.is_some() && row.deleted_grant_id.is_none(),
        name: row.display_name,
        sign_in_name: row.sign_in_name,
    }
}

/// A grant that nobody has ended, as needed to decide about an answer to an offer of its partner.
pub fn standing(row: grant::Model) -> OpenGrant {
    OpenGrant {
        grant: row.id,
        offer: row.offer_id,
        revision: row.revision,
        role_cap: row.role_cap,
        term: row.term,
        accepted_at: row.accepted_at,
        expires_at: row.expires_at,
    }
}
