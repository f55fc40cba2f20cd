//! Room on the disks that the server writes to.

use std::path::{Path, PathBuf};

/// How many bytes there must be: what is written in some minutes.
const LEAST: u64 = 4 << 20;

/// The first of these folders that nothing can be written to any more, as far as the system tells. Folders that are not
/// there yet do not count.
#[cfg(unix)]
pub fn full(folders: &[PathBuf]) -> Option<&Path> {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    let is_full = |folder: &Path| {
        statvfs(folder).is_ok_and(|disk| {
            disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST
                || disk.f_flag.contains(StatVfsMountFlags::RDONLY)
        })
    };
    let mut folders = folders.iter().map(PathBuf::as_path);
    folders.find(|folder| is_full(folder))
}

/// How many bytes there is room for in a folder; `None` if it is not there.
#[cfg(unix)]
pub fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Not known.
#[cfg(not(unix))]
pub fn room(_: &Path) -> Option<u64> {
    None
}

/// None that is known to be full.
#[cfg(not(unix))]
pub fn full(_: &[PathBuf]) -> Option<&Path> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::full;

    #[test]
    fn a_folder_that_cannot_be_written_is_full() {
        // There is no room in the system's own tables.
        let folders = ["/proc".into(), std::env::temp_dir()];
        assert_eq!(full(&folders), Some(std::path::Path::new("/proc")));
        assert_eq!(full(&["/nowhere/at/all".into()]), None);
    }
}
