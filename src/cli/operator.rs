//! `mandate operator`.

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::open;
use crate::{
    app::App,
    config::Config,
    domain::{
        values::{DomainName, Email, Name, SignInName},
        viewer::Job,
    },
    operations::{self, Envelope, system, system::create_operator::CreateOperator},
    store::facts::Who,
};

/// What to do about operators.
#[derive(Debug, Subcommand)]
pub enum Operator {
    /// Add an operator: a global admin of the platform. Prints the enrolment link, once.
    Create {
        /// The part of the sign-in name before the @.
        #[arg(long)]
        sign_in_name: String,
        /// The operator's name.
        #[arg(long)]
        name: String,
        /// An email address, for later links.
        #[arg(long)]
        contact: String,
    },
}

impl Operator {
    /// Runs the command.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let Self::Create {
            sign_in_name,
            name,
            contact,
        } = self;
        let app = open(config).await?;
        system::ensure_platform(&app).await?;
        let (name, link) = create(&app, &sign_in_name, &name, &contact).await?;
        println!("Operator: {name}");
        println!("Enrolment link, shown this once: {link}");
        Ok(())
    }
}

/// Adds an operator: its sign-in name and its enrolment link.
pub async fn create(
    app: &App,
    sign_in_name: &str,
    name: &str,
    contact: &str,
) -> anyhow::Result<(String, String)> {
    let domain = format!("platform.{}", app.config.platform.domain);
    let sign_in_name = SignInName::new(sign_in_name, DomainName::try_from(domain.as_str())?)?;
    let operation = CreateOperator {
        display_name: Name::try_from(name)?,
        contact: Email::try_from(contact)?,
        sign_in_name: sign_in_name.clone(),
    };
    let who = Who::System(Job::Cli);
    let done = operations::run(app, who, Envelope::default(), operation).await?;
    app.anchors.flush(app.now()).await;
    let secret = done
        .secret
        .ok_or_else(|| anyhow::anyhow!("an operator without a link"))?;
    let link = format!(
        "{}/enrol/{}",
        app.config.http.public_url,
        secret.expose_secret()
    );
    Ok((sign_in_name.shown(), link))
}
