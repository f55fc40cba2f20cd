//! What an account asks of whoever acts in it.

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

/// What the account asks of who acts in it: what is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateAccountRulesInput {
    /// The account: the viewer's own organization.
    account_id: ID,
    /// How a user may come to a new password after a reset; none forbids resets.
    password_deliveries: Option<Vec<E<PasswordDelivery>>>,
    /// Whether delegates must name a ticket with every operation.
    ticket_required: Option<bool>,
    /// Whether delegates must write a note with every operation.
    note_required: Option<bool>,
    /// Whether delegates may come by the sign-in of users who hold an admin role, and change contacts that the
    /// account's own admins set or confirmed.
    sign_ins_delegable: Option<bool>,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    UpdateAccountRulesPayload, "What `updateAccountRules` did.",
    organization: Organization = "The organization, with its rules.",
);

/// Writes of an account's rules.
#[derive(Default)]
pub struct RulesMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl RulesMutation {
    /// Say which password deliveries are allowed in the account, and what delegates must give for its
    /// record.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::UpdateAccountRules)")]
    async fn update_account_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: UpdateAccountRulesInput,
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
