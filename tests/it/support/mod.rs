//! What tests stand on: the demo world on either database, and actors that call the real router.

pub mod actor;
pub mod app;
mod browser;
pub mod dns;
pub mod logs;
mod mail;
pub mod postgres;
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
pub use mail::Mail;

/// A test that runs on both databases.
macro_rules! both {
    ($($(#[$attr:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn test($app: &$crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = $crate::support::TestApp::sqlite().await;
                test(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = $crate::support::TestApp::postgres().await else { return };
                test(&app).await;
                app.finish().await;
            }
        }
    )+};
}

pub(crate) use both;
