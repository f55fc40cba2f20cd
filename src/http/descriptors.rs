//! How many connections this process may hold open: each needs a descriptor, and the database, files and mail need some
//! too. Without descriptors nobody could be told so, and nothing could be written.

/// Descriptors for everything but connections of clients.
#[cfg(unix)]
const OTHERS: u64 = 128;

/// How many connections there is room for, at most `wanted`: the soft limit of the process is raised as far as its hard
/// limit lets it.
#[cfg(unix)]
pub fn room(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = (wanted as u64).saturating_add(OTHERS);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < needed) {
        let raised = Rlimit {
            current: Some(limit.maximum.map_or(needed, |most| most.min(needed))),
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "The limit of open files was not raised.");
        }
    }
    let current = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let room = fitting(wanted, current);
    if room < wanted {
        tracing::warn!(
            "http.connections is {wanted}, but this process may open {current} files: it takes {room} connections. Raise \
             the limit (`ulimit -n`, LimitNOFILE) to at least {needed}."
        );
    }
    room
}

/// How many connections there is room for.
#[cfg(not(unix))]
pub fn room(wanted: usize) -> usize {
    wanted
}

/// How many of the connections fit beside the rest: half of a limit that is very low.
#[cfg(unix)]
fn fitting(wanted: usize, descriptors: u64) -> usize {
    let room = descriptors
        .saturating_sub(OTHERS)
        .max(descriptors / 2)
        .max(1);
    usize::try_from(room).map_or(wanted, |room| room.min(wanted))
}

#[cfg(all(test, unix))]
mod tests {
    use super::fitting;

    #[test]
    fn connections_leave_room_for_the_rest() {
        assert_eq!(fitting(4000, 1024), 896);
        assert_eq!(fitting(4000, 200), 100);
        assert_eq!(fitting(100, 1024), 100);
        assert_eq!(fitting(100, u64::MAX), 100);
    }
}
