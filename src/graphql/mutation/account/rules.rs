//! The rules of an account for those who act in it.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::PasswordDelivery;

use crate::{
    domain::kind::OperationKind,
    graphql::{
        enums::E,
        guard::Requires,
        id,
        mutation::{Common, payload::payload, run},
        object::Organization,
    },
    operations::client::update_account_rules::UpdateAccountRules,
};

/// The account's rules for those who act in it. A field that is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateAccountRulesInput {
    /// The account: the viewer's own organization.
    account_id: ID,
    /// The ways in which a user may get a new password after a reset. An empty list forbids resets.
    password_deliveries: Option<Vec<E<PasswordDelivery>>>,
    /// Whether delegates must name a ticket with every operation.
    ticket_required: Option<bool>,
    /// Whether delegates must write a note with every operation.
    note_required: Option<bool>,
    /// Whether delegates may obtain the sign-in of users who hold an admin role that the account itself gave,
    /// and change contacts that the account's own admins set or confirmed. Never the sign-in or contact of
    /// guarded users.
    sign_ins_delegable: Option<bool>,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    UpdateAccountRulesPayload, "What `updateAccountRules` did.",
    organization: Organization = "The organization, with its rules.",
);

/// Mutations of an account's rules.
#[derive(Default)]
pub struct RulesMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl RulesMutation {
    /// Set the account's rules: which password deliveries are allowed, what delegates must give for the record,
    /// and whether they may obtain the sign-in of admins.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::UpdateAccountRules)")]
    async fn update_account_rules(
        &self,
        ctx: &Context<'_>,
        input: UpdateAccountRulesInput,
    ) -> Result<Option<UpdateAccountRulesPayload>> {
        let operation = UpdateAccountRules {
            account: id::parse(&input.account_id, "accountId")?,
            deliveries: input
                .password_deliveries
                .map(|all| all.into_iter().map(|delivery| delivery.0).collect()),
            ticket_required: input.ticket_required,
            note_required: input.note_required,
            sign_ins_delegable: input.sign_ins_delegable,
        };
        run(ctx, input.common, operation).await
    }
}
