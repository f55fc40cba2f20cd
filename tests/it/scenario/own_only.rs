//! Devices, and the kinds that only an organization's own admins do.

use super::{
    Cast,
    answers::{Answered, Offer},
    client::*,
    delegated::Users,
};

/// A delegate is refused each of them.
pub(super) async fn refused(cast: &Cast, offer: &Offer, answered: &Answered, users: &Users) {
    let device = cast
        .anna
        .ok(
            RegisterDevice,
            register_device::Variables {
                account: cast.a.clone(),
            },
        )
        .await;
    let device = device.register_device.unwrap().device.unwrap().id;
    let retire = || retire_device::Variables {
        account: cast.a.clone(),
        device: device.clone(),
    };
    for delegate in [&cast.full, &cast.limited] {
        assert_eq!(
            delegate.fails(RetireDevice, retire()).await,
            "DELEGATION_NOT_SUPPORTED/DEVICE_MANAGEMENT"
        );
    }
    cast.anna.ok(RetireDevice, retire()).await;
    assert_eq!(
        cast.full
            .fails(
                CreateOffer,
                create_offer::Variables {
                    account: cast.a.clone(),
                    notify: None
                }
            )
            .await,
        "FORBIDDEN/OWN_ONLY"
    );
    let variables = assign_delegated::Variables {
        account: cast.a.clone(),
        user: users.tech.clone(),
        role: assign_delegated::DelegatedRole::FULL,
    };
    assert_eq!(
        cast.full.fails(AssignDelegated, variables).await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        cast.full
            .fails(
                RemoveDelegated,
                remove_delegated::Variables {
                    account: cast.a.clone(),
                    user: users.tech.clone()
                }
            )
            .await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        cast.full.fails(Accept, offer.accept(None)).await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        cast.full
            .fails(
                Hold,
                hold::Variables {
                    id: answered.grant.clone()
                }
            )
            .await,
        "FORBIDDEN/OWN_ONLY"
    );
    assert_eq!(
        cast.full
            .fails(Certify, certify::Variables { id: cast.a.clone() })
            .await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
}
