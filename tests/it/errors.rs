//! Every reason that the catalogue of errors names, provoked over the API: a new reason without its
//! line here does not compile, and one without its sample fails.

mod devices;
mod domains;
mod grants;
mod hands;
mod licences;
mod offers;
mod platform;
mod recovery;
mod requests;
mod sign_in;
mod users;

use std::pin::Pin;

use chrono::TimeDelta;
use mandate::domain::{described::Described, reason::Reason};
use serde_json::{Value, json};

use crate::support::{TestApp, both, reason, with};

/// Calls one mutation as someone of the demo world: the reason of its failure.
async fn call(app: &TestApp, who: &str, field: &str, input: Value) -> String {
    let actor = if who.is_empty() {
        app.anonymous()
    } else {
        app.sign_in(who).await
    };
    reason(&actor.mutate(field, input, "__typename").await)
}

/// Calls one mutation that must succeed.
async fn done(app: &TestApp, who: &str, field: &str, input: Value) -> Value {
    app.sign_in(who)
        .await
        .done(field, input, "__typename")
        .await
}

async fn domain(app: &TestApp, name: &str) -> Value {
    json!({ "accountId": app.account("contoso").await, "name": name })
}

async fn organization(app: &TestApp, slug: &str) -> Value {
    json!({ "organizationId": app.account(slug).await, "message": "Why." })
}

fn without_reason(mut input: Value) -> Value {
    input.as_object_mut().unwrap().remove("message");
    input
}

async fn rules(app: &TestApp, rule: &str, value: impl Into<Value>) {
    let input = json!({ "accountId": app.account("contoso").await });
    done(app, "carla", "updateAccountRules", with(input, rule, value)).await;
}

/// Provokes a reason, by its sample among those that have to do with the same: what came of it.
fn provoke(app: &TestApp, wanted: Reason) -> Pin<Box<dyn Future<Output = String> + '_>> {
    match wanted {
        Reason::NotSignedIn
        | Reason::TokenInvalid
        | Reason::CredentialsInvalid
        | Reason::SessionInvalid
        | Reason::LinkInvalid
        | Reason::PasswordChangeRequired
        | Reason::FreshSignInRequired
        | Reason::SignInBlocked
        | Reason::PasswordWeak => Box::pin(sign_in::provoke(app, wanted)),
        Reason::RoleRequired
        | Reason::RoleGivenByDelegate
        | Reason::TargetSelf
        | Reason::TargetPrivileged
        | Reason::SecretGuarded
        | Reason::NoVerifiedContact
        | Reason::ResetPending
        | Reason::DeliveryNotAllowed
        | Reason::UserDeleted
        | Reason::UserNotDeleted
        | Reason::AlreadyBlocked
        | Reason::NotBlocked
        | Reason::LastGlobalAdmin
        | Reason::RoleHeld
        | Reason::RoleNotHeld
        | Reason::NameTaken
        | Reason::DomainUnknown => Box::pin(users::provoke(app, wanted)),
        Reason::InHands
        | Reason::AdminGuarded
        | Reason::ContactGuarded
        | Reason::ContactChanged
        | Reason::NotInHands
        | Reason::PersonStands
        | Reason::ContactNotConfirmable
        | Reason::SeveralGrants
        | Reason::RecentlyRecovered
        | Reason::Dismissed
        | Reason::ContactAsleep
        | Reason::NobodyToEnrol
        | Reason::SignInByDelegate
        | Reason::ContactOfPartner => Box::pin(hands::provoke(app, wanted)),
        Reason::NotGlobalAdmin
        | Reason::AdminCanHelp
        | Reason::RecoveryOpen
        | Reason::RecoveryOver
        | Reason::AlreadyApproved
        | Reason::SameOperator
        | Reason::OperatorTooNew => Box::pin(recovery::provoke(app, wanted)),
        Reason::DomainNotProven
        | Reason::DomainLookupFailed
        | Reason::AlreadyVerified
        | Reason::DomainInitial
        | Reason::DomainNotVerified
        | Reason::DomainResting
        | Reason::DomainInUse
        | Reason::DomainIsDefault
        | Reason::DomainReserved
        | Reason::PublicSuffix => Box::pin(domains::provoke(app, wanted)),
        Reason::SubscriptionOver
        | Reason::NoSeatLeft
        | Reason::SeatsInUse
        | Reason::LicenceHeld
        | Reason::LicenceNotHeld
        | Reason::ServiceNotLicensed => Box::pin(licences::provoke(app, wanted)),
        Reason::DeviceManagement | Reason::AlreadyWiped | Reason::AlreadyRetired => {
            Box::pin(devices::provoke(app, wanted))
        }
        Reason::RoleLimited
        | Reason::OwnOnly
        | Reason::GrantHeld
        | Reason::GrantExpired
        | Reason::GrantEnded
        | Reason::TicketRequired
        | Reason::NoteRequired
        | Reason::CapNotLower
        | Reason::EndNotEarlier
        | Reason::AlreadyHeld
        | Reason::NotHeld
        | Reason::GrantOver
        | Reason::GrantStands => Box::pin(grants::provoke(app, wanted)),
        Reason::OwnOffer
        | Reason::OfferChanged
        | Reason::OfferWithdrawn
        | Reason::OfferExpired
        | Reason::PartsInvalid
        | Reason::PlanNotSold
        | Reason::MessageWithLink
        | Reason::PartNotOffered
        | Reason::NothingAccepted
        | Reason::SubscriptionsTaken
        | Reason::TermsDiffer
        | Reason::CapExceeded
        | Reason::TrialTaken
        | Reason::OfferReplaced
        | Reason::SeatsExceeded
        | Reason::TermExceeded
        | Reason::MailQuota
        | Reason::NameConfusable
        | Reason::SignUpNotOffered => Box::pin(offers::provoke(app, wanted)),
        Reason::NotCertified
        | Reason::AlreadyCertified
        | Reason::AlreadySuspended
        | Reason::NotSuspended
        | Reason::AlreadyEnrolled
        | Reason::NotGivenUp
        | Reason::RecordNotTrusted => Box::pin(platform::provoke(app, wanted)),
        Reason::NoSuchThing
        | Reason::InputInvalid
        | Reason::IdInvalid
        | Reason::IdempotencyKeyReused
        | Reason::DuplicateMutationKey
        | Reason::TooManyRequests => Box::pin(requests::provoke(app, wanted)),
        // The socket's own: `live` provokes it.
        Reason::TooManySubscriptions => Box::pin(std::future::ready(String::new())),
    }
}

async fn every_reason_is_provoked(app: &TestApp) {
    for wanted in Reason::all() {
        let fresh = app.fresh().await;
        fresh.app.clock.advance(TimeDelta::seconds(1));
        let why = provoke(&fresh, *wanted).await;
        fresh.finish().await;
        if *wanted != Reason::TooManySubscriptions {
            assert_eq!(why, format!("{}/{}", wanted.code().name(), wanted.name()));
        }
    }
}

both!(every_reason_is_provoked);
