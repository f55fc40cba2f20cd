//! Mutations of many rows in one call: each row is an act of its own, with an outcome of its own.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};

use super::users::{AddUserPayload, NewUserInput};
use crate::{
    domain::{
        kind::OperationKind,
        reason::{Code, Reason},
    },
    error::Error,
    graphql::{context::Ask, enums::E, guard::Requires, id, mutation::Common},
    operations,
};

/// Most rows of one call.
const MOST: usize = 100;

/// The users to be added.
#[derive(InputObject)]
pub struct AddUsersInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The users, at most 100.
    users: Vec<NewUserInput>,
    #[graphql(flatten)]
    common: Common,
}

/// What `addUsers` did.
#[derive(SimpleObject)]
pub struct AddUsersPayload {
    /// One outcome for each row, in the order of the rows.
    rows: Vec<AddUserRow>,
}

/// The outcome of one row.
#[derive(Union)]
#[expect(
    clippy::large_enum_variant,
    reason = "made one at a time and handed on at once"
)]
pub enum AddUserRow {
    /// The user was added.
    Added(AddUserPayload),
    /// It was not.
    Failed(RowError),
}

/// Why a row was not carried out. This does not affect other rows.
#[derive(SimpleObject)]
pub struct RowError {
    /// The class, as in `extensions.code`.
    code: E<Code>,
    /// The reason, as in `extensions.reason`.
    reason: Option<E<Reason>>,
    /// The field of the row that is not acceptable; null if the reason is another.
    field: Option<&'static str>,
    /// What is wrong, and what would cure it.
    message: String,
}

impl From<Error> for RowError {
    fn from(error: Error) -> Self {
        error.log();
        let field = match &error {
            Error::Input { field, .. } => Some(*field),
            _ => None,
        };
        Self {
            code: E(error.code()),
            reason: error.reason().map(E),
            field,
            message: error.message(),
        }
    }
}

/// Mutations of many rows.
#[derive(Default)]
pub struct BulkMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl BulkMutation {
    /// Add up to 100 users in one call. Each row is an act of its own, with its own entry in the record and its
    /// own outcome: if the call is sent again with the same `idempotencyKey`, rows that were done are answered
    /// again, and the others are tried again.
    ///
    /// Least role: USER_ADMIN of the account, or FULL under a grant.
    #[graphql(
        guard = "Requires(OperationKind::AddUser)",
        complexity = "1 + input.users.len() * (1 + child_complexity)"
    )]
    async fn add_users(
        &self,
        ctx: &Context<'_>,
        input: AddUsersInput,
    ) -> Result<Option<AddUsersPayload>> {
        if input.users.is_empty() || input.users.len() > MOST {
            return Err(Error::Input {
                field: "users",
                reason: Reason::InputInvalid,
                message: format!("Between 1 and {MOST} users are added in one call."),
            }
            .into());
        }
        let account = id::parse(&input.account_id, "accountId")?;
        let envelope = input.common.envelope(ctx)?;
        let mut rows = Vec::with_capacity(input.users.len());
        let mut acts = Vec::with_capacity(input.users.len());
        for (index, user) in input.users.into_iter().enumerate() {
            let mut envelope = envelope.clone();
            if let Some(key) = &mut envelope.idempotency_key {
                key.push_str(&format!("#{index}"));
            }
            rows.push(match user.operation(ctx, account) {
                Ok(operation) => {
                    acts.push((envelope, operation));
                    None
                }
                Err(error) => Some(AddUserRow::Failed(error.into())),
            });
        }
        let mut ended = operations::run_all(ctx.app(), ctx.who(), acts)
            .await?
            .into_iter();
        let rows = rows.into_iter().filter_map(|row| {
            row.or_else(|| {
                ended.next().map(|done| match done {
                    Ok(done) => AddUserRow::Added(done.into()),
                    Err(error) => AddUserRow::Failed(error.into()),
                })
            })
        });
        let rows = rows.collect();
        Ok(Some(AddUsersPayload { rows }))
    }
}
