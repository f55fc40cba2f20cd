//! What tests stand on: the demo world on either database, and actors that call the real router.

pub mod actor;
pub mod app;
mod browser;
mod crowd;
pub mod dns;
mod input;
mod links;
pub mod logs;
mod mail;
pub mod postgres;
mod smtp;
pub mod world;

/// Every record of the database verifies.
pub async fn record_verifies(app: &TestApp) {
    for verified in mandate::cli::verify_database(&app.app, Vec::new(), true)
        .await
        .unwrap()
    {
        assert!(
            verified.verdict.faults.is_empty(),
            "{}: {:?}",
            verified.name,
            verified.verdict.faults
        );
    }
}

pub use actor::{Actor, errors, reason};
pub use app::{TestApp, demo_keys};
pub use browser::Browser;
pub use input::{NEW_PASSWORD, answer, give_role, grant, on, take_role, with};
pub use links::Link;
pub use mail::Mail;
pub use smtp::{Nobody, free_address, serve_smtp};

/// A test that runs on both databases.
macro_rules! both {
    ($name:ident) => {
        mod $name {
            use crate::support::TestApp;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = TestApp::sqlite().await;
                super::$name(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = TestApp::postgres().await else {
                    return;
                };
                super::$name(&app).await;
                app.finish().await;
            }
        }
    };
}

pub(crate) use both;
