//! What this process uses of the machine.

use std::time::Duration;

/// What is used at a moment; zero where the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Bytes that are resident in memory.
    pub memory: u64,
    /// Open files and connections.
    pub files: usize,
    /// How many of them may be open.
    pub files_most: u64,
    /// Processor time since the process began.
    pub processor: Duration,
}

/// What is used now, as `/proc` tells it (proc(5)).
#[cfg(target_os = "linux")]
pub fn used() -> Used {
    use rustix::{
        param::{clock_ticks_per_second, page_size},
        process::{Resource, getrlimit},
    };
    let read =
        |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    let field = |text: &str, place: usize| -> u64 {
        let field = text.split_whitespace().nth(place);
        field.and_then(|field| field.parse().ok()).unwrap_or(0)
    };
    // The name of the program stands in parentheses, and may have spaces; what is counted stands behind it.
    let stat = read("stat");
    let stat = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = field(stat, 11) + field(stat, 12);
    let open = std::fs::read_dir("/proc/self/fd");
    Used {
        memory: field(&read("statm"), 1) * page_size() as u64,
        files: open.map_or(0, Iterator::count),
        files_most: getrlimit(Resource::Nofile).current.unwrap_or(0),
        processor: Duration::from_millis(ticks * 1000 / clock_ticks_per_second().max(1)),
    }
}

/// Nothing is known.
#[cfg(not(target_os = "linux"))]
pub fn used() -> Used {
    Used::default()
}
