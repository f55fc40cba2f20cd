//! Why the viewer may or may not do something.

use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::{
    domain::{
        kind::{Concern, OperationKind},
        policy::RequestFacts,
        reason::Reason,
        values::id::GlobalId,
    },
    error::Error,
    graphql::{context::Ask, enums::E, guard::SignedIn, id, object::AccessExplanation},
    operations::explain,
    store::facts::{Subject, TargetId},
};

/// What to explain: an operation in an account, or on a grant or an offer. If the operation touches a thing,
/// name that thing.
#[derive(InputObject)]
pub struct ExplainAccessInput {
    /// The operation that would be done.
    operation: E<OperationKind>,
    /// The account: the viewer's own organization, or a client. Leave it out only if you name a grant or an
    /// offer.
    account_id: Option<ID>,
    /// The user that it would touch.
    user_id: Option<ID>,
    /// The service that it would turn on or off for that user.
    service_id: Option<ID>,
    /// The device that it would touch.
    device_id: Option<ID>,
    /// The domain that it would touch.
    domain_id: Option<ID>,
    /// The client that it would touch, if the account is a partner.
    client_id: Option<ID>,
    /// The grant that it would touch.
    grant_id: Option<ID>,
    /// The token of the offer that it would answer: the last part of its URL.
    offer_token: Option<String>,
    /// The ticket that would be sent with it; an account may require one from delegates.
    ticket: Option<String>,
    /// The note that would be sent with it; an account may require one from delegates.
    note: Option<String>,
}

impl ExplainAccessInput {
    fn subject(&self) -> Result<Subject, Error> {
        let id =
            |id: &ID, field| GlobalId::decode(id).ok_or(Error::field(field, Reason::IdInvalid));
        let wrong = |field| Err(Error::field(field, Reason::IdInvalid));
        if let Some(token) = &self.offer_token {
            return Ok(Subject::Offer(token.as_str().into()));
        }
        if let Some(grant) = &self.grant_id {
            return match id(grant, "grantId")? {
                GlobalId::Grant(grant) => Ok(Subject::Grant(grant)),
                _ => wrong("grantId"),
            };
        }
        let Some(account) = &self.account_id else {
            return wrong("accountId");
        };
        let account = id::parse(account, "accountId")?;
        let mut targets = Vec::new();
        if let Some(user) = &self.user_id {
            let user = id::parse(user, "userId")?;
            targets.push(match &self.service_id {
                None => TargetId::User(user),
                Some(service) => match id(service, "serviceId")? {
                    GlobalId::Service(service) => TargetId::UserService(user, service),
                    _ => return wrong("serviceId"),
                },
            });
        }
        if let Some(device) = &self.device_id {
            match id(device, "deviceId")? {
                GlobalId::Device(device) => targets.push(TargetId::Device(device)),
                _ => return wrong("deviceId"),
            }
        }
        if let Some(domain) = &self.domain_id {
            match id(domain, "domainId")? {
                GlobalId::Domain(domain) => targets.push(TargetId::Domain(domain)),
                _ => return wrong("domainId"),
            }
        }
        if let Some(client) = &self.client_id {
            targets.push(TargetId::Client(id::parse(client, "clientId")?));
        }
        match targets.as_slice() {
            [] => Ok(Subject::Account(account, TargetId::None)),
            [target] => Ok(Subject::Account(account, *target)),
            _ => Err(Error::Input {
                field: "input",
                reason: Reason::InputInvalid,
                message: "An operation touches one thing: name one target.".to_owned(),
            }),
        }
    }
}

/// Reads of the policy.
#[derive(Default)]
pub struct AccessQuery;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl AccessQuery {
    /// Why the viewer may or may not do something: the same decision that the mutation would get, with
    /// the whole chain that leads to it.
    #[graphql(guard = "SignedIn")]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The operation to explain.")] input: ExplainAccessInput,
    ) -> Result<Option<AccessExplanation>> {
        let subject = input.subject()?;
        let given =
            |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        let request = RequestFacts {
            ticket: given(&input.ticket),
            note: given(&input.note),
            ..RequestFacts::default()
        };
        let (app, who) = (ctx.app(), ctx.asker());
        let mut explanation =
            explain::explain(app, &who, input.operation.0, subject, request).await?;
        // An account that the viewer may not know of is none, whatever else is named beside it. Where the decision is
        // about the account itself, it says so already.
        let beside = input.offer_token.is_some()
            || input.grant_id.is_some()
            || input.operation.0.spec().concern == Concern::Personal;
        if let Some(account) = input.account_id.as_ref().filter(|_| beside) {
            let account = id::parse(account, "accountId")?;
            if ctx.scope(account).await?.is_none() {
                explanation.hide();
            }
        }
        Ok(Some(AccessExplanation(explanation)))
    }
}
