//! The whole main job, over real HTTP, from an empty database.

mod answers;
mod cast;
mod client;
mod delegated;
mod ending;
mod own_only;

use std::time::Duration;

use mandate::{http, operations::system, stop::Stop};
use reqwest::Client;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::{cast::Cast, client::*};
use crate::support::{Link, NEW_PASSWORD, TestApp, both};

struct Story<'a> {
    app: &'a TestApp,
    base: String,
    http: Client,
}

impl Story<'_> {
    fn anonymous(&self) -> Caller {
        Caller {
            url: format!("{}/graphql", self.base),
            http: self.http.clone(),
            token: None,
        }
    }

    async fn sign_in(&self, name: &str) -> Caller {
        let variables = sign_in::Variables {
            name: name.into(),
            password: NEW_PASSWORD.into(),
        };
        let data = self.anonymous().ok(SignIn, variables).await;
        Caller {
            token: Some(data.sign_in.unwrap().access_token),
            ..self.anonymous()
        }
    }

    /// Redeems the link that was mailed to this contact, and signs in.
    async fn enrol(&self, contact: &str, name: &str) -> Caller {
        let variables = enrol::Variables {
            secret: Link::Enrol.mailed(self.app, contact).await,
            password: NEW_PASSWORD.into(),
        };
        self.anonymous().ok(Enrol, variables).await;
        self.sign_in(name).await
    }

    /// Registers an organization and enrols its first global admin: its id and that admin.
    async fn organization(&self, operator: &Caller, slug: &str) -> (String, Caller) {
        let contact = format!("admin@{slug}.example");
        let variables = register::Variables {
            name: slug.to_uppercase(),
            slug: slug.into(),
            contact: contact.clone(),
        };
        let data = operator
            .ok(Register, variables)
            .await
            .register_organization
            .unwrap();
        let organization = data.organization.unwrap();
        assert_eq!(
            organization.initial_domain,
            format!("{slug}.mandate.example")
        );
        let admin = self
            .enrol(&contact, &format!("admin@{slug}.mandate.example"))
            .await;
        (organization.id, admin)
    }

    /// Adds a user and enrols it: its id and itself.
    async fn user(
        &self,
        admin: &Caller,
        account: &str,
        slug: &str,
        name: &str,
    ) -> (String, Caller) {
        let contact = format!("{name}@{slug}.example");
        let variables = add_user::Variables {
            account: account.into(),
            name: format!("{name} of {slug}"),
            sign_in: name.into(),
            contact: contact.clone(),
            ticket: None,
        };
        let user = admin
            .ok(AddUser, variables)
            .await
            .add_user
            .unwrap()
            .user
            .unwrap();
        let caller = self.enrol(&contact, &user.sign_in_name).await;
        (user.id, caller)
    }
}

fn reset(account: &str, user: &str) -> reset::Variables {
    reset::Variables {
        account: account.into(),
        user: user.into(),
        ticket: Some("T-7".into()),
    }
}

async fn the_main_job(app: &TestApp) {
    let app = &app.empty().await;
    system::ensure_platform(&app.app).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stop = Stop::new(CancellationToken::new(), Duration::from_secs(20));
    let serving = tokio::spawn(http::serve(app.app.clone(), listener, stop.clone()));
    let http = Client::builder()
        .timeout(Duration::from_secs(20))
        .cookie_store(true)
        .build()
        .unwrap();
    let story = Story { app, base, http };

    let cast = Cast::gather(&story).await;
    let offer = answers::made(&cast).await;
    let answered = answers::given(&story, &cast, &offer).await;
    let users = delegated::done(&story, &cast, &offer, &answered).await;
    own_only::refused(&cast, &offer, &answered, &users).await;
    ending::read(&cast, &answered).await;
    ending::ended(&cast, &offer, &answered, &users).await;
    ending::verified(app, &cast).await;

    stop.ask();
    serving.await.unwrap();
    app.finish().await;
}

both!(the_main_job);
