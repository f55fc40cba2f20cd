//! A compile-checked client that knows only `schema.graphql`, over real HTTP.

use graphql_client::{GraphQLQuery, Response};
use reqwest::Client;
use serde_json::Value;

type DateTime = chrono::DateTime<chrono::Utc>;
type Duration = String;

macro_rules! operations {
    ($($name:ident),+ $(,)?) => {$(
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "schema.graphql",
            query_path = "tests/it/scenario/queries.graphql",
            response_derives = "Debug, Clone, PartialEq",
            variables_derives = "Debug, Clone"
        )]
        pub struct $name;
    )+};
}

operations!(
    Enrol,
    RedeemReset,
    SignIn,
    Register,
    Certify,
    Suspend,
    Reinstate,
    AddUser,
    AssignDelegated,
    RemoveDelegated,
    AssignRole,
    Staff,
    CreateOffer,
    Preview,
    Accept,
    Decline,
    Responses,
    Clients,
    OneClient,
    AddDomain,
    Reset,
    Explain,
    RegisterDevice,
    RetireDevice,
    Record,
    Hold,
    Lift,
    End,
);

/// Someone who calls.
#[derive(Clone)]
pub struct Caller {
    /// Where the API is.
    pub url: String,
    /// The HTTP client.
    pub http: Client,
    /// The access token.
    pub token: Option<String>,
}

impl Caller {
    async fn send<Q: GraphQLQuery>(&self, variables: Q::Variables) -> Response<Q::ResponseData> {
        let mut request = self.http.post(&self.url).json(&Q::build_query(variables));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Runs an operation that must succeed.
    pub async fn ok<Q: GraphQLQuery>(&self, _: Q, variables: Q::Variables) -> Q::ResponseData {
        let response = self.send::<Q>(variables).await;
        assert!(response.errors.is_none(), "{:?}", response.errors);
        response.data.unwrap()
    }

    /// Runs an operation that must fail: its code and reason.
    pub async fn fails<Q: GraphQLQuery>(&self, _: Q, variables: Q::Variables) -> String {
        let errors = self.send::<Q>(variables).await.errors.expect("a refusal");
        assert_eq!(errors.len(), 1, "{errors:?}");
        let extensions = errors[0].extensions.as_ref().unwrap();
        let part = |name: &str| {
            extensions
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        format!("{}/{}", part("code"), part("reason"))
    }

    /// Runs an operation and gives the body as it came.
    pub async fn bytes<Q: GraphQLQuery>(&self, _: Q, variables: Q::Variables) -> String {
        let request = self.http.post(&self.url).json(&Q::build_query(variables));
        let request = request.bearer_auth(self.token.as_deref().unwrap_or_default());
        request.send().await.unwrap().text().await.unwrap()
    }
}
