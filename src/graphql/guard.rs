//! Guards: the first filter of every root field. The executor decides again, in full, about what they let
//! through. A field without a guard of its own gets [`Nobody`].

use std::time::Instant;

use async_graphql::{Context, Guard, Name, Value, indexmap::IndexMap};

use super::context::Ask;
use crate::{
    domain::{kind::OperationKind, policy, values::id::GlobalId},
    error::Error,
    operations::{Envelope, refuse},
    store::facts::{Subject, TargetId},
};

/// A signed-in user with at least the delegated role, or the admin role of its own, that the kind's line in the
/// catalogue names. A refusal is recorded like any other.
pub struct Requires(pub OperationKind);

impl Guard for Requires {
    async fn check(&self, ctx: &Context<'_>) -> async_graphql::Result<()> {
        let actor = ctx.viewer()?;
        let Err(denial) = policy::half(self.0, actor) else {
            return Ok(());
        };
        let (who, (subject, envelope)) = (ctx.asker(), named(ctx));
        let began = Instant::now();
        let refused = refuse::refuse_early(ctx.app(), self.0, &who, subject, denial, &envelope);
        let refused = refused.await;
        ctx.app().metrics.act(self.0, &refused, began.elapsed());
        Ok(refused?)
    }
}

/// The account or the grant that the arguments name, and the ticket and note sent with them.
fn named(ctx: &Context<'_>) -> (Subject, Envelope) {
    let input = ctx.field().arguments().ok().and_then(|arguments| {
        arguments
            .into_iter()
            .find(|(name, _)| name == "input")
            .map(|(_, value)| value)
    });
    let Some(Value::Object(input)) = input else {
        return (Subject::Own, Envelope::default());
    };
    let text = |name| text(&input, name);
    let envelope = Envelope::parse(text("ticket"), text("note"), None).unwrap_or_default();
    (subject(&input), envelope)
}

fn text<'a>(input: &'a IndexMap<Name, Value>, name: &str) -> Option<&'a str> {
    match input.get(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// What an input names.
pub fn subject(input: &IndexMap<Name, Value>) -> Subject {
    let id = |name| text(input, name).and_then(GlobalId::decode);
    let account = id("accountId").or(id("organizationId"));
    let target = ["userId", "deviceId", "domainId", "clientId"].map(id);
    let target = target.into_iter().flatten().next();
    let target = target.map_or(TargetId::None, |id| match id {
        GlobalId::User(user) => TargetId::User(user),
        GlobalId::Device(device) => TargetId::Device(device),
        GlobalId::Domain(domain) => TargetId::Domain(domain),
        GlobalId::Client(client) => TargetId::Client(client),
        _ => TargetId::None,
    });
    match (account.and_then(GlobalId::account), id("grantId")) {
        (Some(account), _) => Subject::Account(account, target),
        (None, Some(GlobalId::Grant(grant))) => Subject::Grant(grant),
        _ => Subject::Own,
    }
}

/// Any signed-in user.
pub struct SignedIn;

impl Guard for SignedIn {
    async fn check(&self, ctx: &Context<'_>) -> async_graphql::Result<()> {
        ctx.viewer()?;
        Ok(())
    }
}

/// Anyone, signed in or not: for what a link or a secret opens.
pub struct Public;

impl Guard for Public {
    async fn check(&self, _: &Context<'_>) -> async_graphql::Result<()> {
        Ok(())
    }
}

/// Nobody: the guard of a root field for which none was written. It fails in another way than guards refuse,
/// for signed-in callers too, so that a test finds the field.
pub struct Nobody;

impl Guard for Nobody {
    async fn check(&self, ctx: &Context<'_>) -> async_graphql::Result<()> {
        let field = ctx.field().name();
        Err(Error::internal(anyhow::anyhow!("the root field {field} has no guard")).into())
    }
}
