//! Hands: the ways in which someone of a partner may hold a user's sign-in.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::states::Way;

use super::OrganizationCard;
use crate::{
    domain::{record::InHands, values::id::GlobalId},
    graphql::{context::Ask, enums::E, loader::CardKey},
    store::hands::HandDetails,
};

/// One way in which someone of a partner may hold a user's sign-in. While there is one, what the user does
/// counts as done under that partner's grant too; the user can be given no role, and cannot consent to
/// anything.
#[derive(Description)]
pub struct Hand(pub HandDetails);

#[Object(use_type_description)]
impl Hand {
    /// Whether it is by the contact or by the password.
    async fn way(&self) -> E<Way> {
        E(self.0.hand.way)
    }

    /// The grant.
    async fn grant_id(&self) -> ID {
        GlobalId::Grant(self.0.hand.cause.grant).encode().into()
    }

    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Option<OrganizationCard>> {
        let key = CardKey(self.0.hand.cause.partner);
        let card = ctx.session().loader.load_one(key).await?;
        Ok(card.map(OrganizationCard))
    }

    /// The name of the partner's person; null if nobody knows who it was.
    async fn person(&self) -> Option<&str> {
        self.0.person.as_deref()
    }

    /// Since when there is this hand.
    async fn since(&self) -> DateTime<Utc> {
        self.0.since
    }

    /// Whether the grant is active and the person holds a delegated role. If so, the user's roles still count,
    /// as far as a delegate could do the same. If not, the user can only change its own password
    /// and end its own sessions.
    async fn active(&self) -> bool {
        self.0.hand.reach().is_some()
    }

    /// The entry of the record in which it began; null if the record does not say.
    async fn operation_id(&self) -> Option<ID> {
        let id = self.0.operation?;
        Some(GlobalId::Operation(id).encode().into())
    }
}

/// A hand that an actor was in, as the record has it.
#[derive(SimpleObject)]
pub struct RecordedHand {
    /// The grant.
    grant_id: ID,
    /// The id of the partner's person; null if nobody knows who it was.
    person_id: Option<ID>,
}

impl From<InHands> for RecordedHand {
    fn from(hand: InHands) -> Self {
        Self {
            grant_id: GlobalId::Grant(hand.grant).encode().into(),
            person_id: hand.person.map(|id| GlobalId::User(id).encode().into()),
        }
    }
}
