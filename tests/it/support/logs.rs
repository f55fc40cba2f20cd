//! Every log line of the run, kept for the tests that look for what must not be there.

use std::{
    io,
    sync::{Mutex, Once},
};

use tracing_subscriber::fmt::MakeWriter;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static START: Once = Once::new();

struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Keep {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// Starts keeping, once.
pub fn keep() {
    START.call_once(|| {
        tracing_subscriber::fmt()
            .with_env_filter("trace,sqlx=debug,sea_orm=debug,h2=off,hyper=off,mio=off")
            .with_writer(Keep)
            .with_ansi(false)
            .init();
    });
}

/// What was logged so far.
pub fn lines() -> String {
    String::from_utf8_lossy(&LINES.lock().unwrap()).into_owned()
}
