//! The stop of the process: it is asked for by a signal, and the process ends within a set time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// Tells that the process is to stop.
#[derive(Clone, Debug)]
pub struct Stop {
    asked: CancellationToken,
    within: Duration,
}

impl Stop {
    /// A stop that is asked for by cancelling `asked`; the process then ends within the time `within`.
    pub fn new(asked: CancellationToken, within: Duration) -> Self {
        Self { asked, within }
    }

    /// A stop that nobody asks for.
    pub fn never() -> Self {
        Self::new(CancellationToken::new(), Duration::MAX)
    }

    /// Cancelled when the stop is asked for.
    pub fn token(&self) -> &CancellationToken {
        &self.asked
    }

    /// Asks for it.
    pub fn ask(&self) {
        self.asked.cancel();
    }

    /// Whether it is asked for.
    pub fn is_asked(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Ends when it is asked for.
    pub async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// Ends when running work should have ended. A quarter of the time is then left for putting back what was
    /// not done.
    pub async fn overdue(&self) {
        self.asked().await;
        tokio::time::sleep(self.within / 4 * 3).await;
    }

    /// Ends when the process has to.
    pub async fn over(&self) {
        self.asked().await;
        tokio::time::sleep(self.within).await;
    }
}
