//! Files and folders that only their owner can read: keys, the database, mails.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// From now on, only the owner can read what this process makes, such as the database of SQLite and its log.
#[cfg(unix)]
pub fn only_for_owner() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// This is only done on Unix.
#[cfg(not(unix))]
pub fn only_for_owner() {}

/// Makes a folder and its parents; only the owner can enter those that are new.
pub fn create_dir(dir: &Path) -> io::Result<()> {
    let missing: Vec<PathBuf> = dir
        .ancestors()
        .take_while(|dir| !dir.exists())
        .map(Path::to_path_buf)
        .collect();
    fs::create_dir_all(dir)?;
    for dir in missing.iter().filter(|dir| !dir.as_os_str().is_empty()) {
        restrict(dir, 0o700)?;
    }
    Ok(())
}

/// Makes a new file that only its owner can read.
///
/// # Errors
/// When it exists, or cannot be made.
pub fn create_file(path: &Path) -> io::Result<fs::File> {
    let file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    restrict(path, 0o600)?;
    Ok(file)
}

/// Copies a file into a new one that only its owner can read, completely or not at all.
///
/// # Errors
/// When there is one already, or it cannot be written.
pub fn copy_new(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = fs::File::open(from)?;
    make_new(to, |file| io::copy(&mut from, file).map(drop))
}

/// Writes a file that only its owner can read, completely or not at all; a file that another server made first is
/// kept.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match make_new(path, |file| file.write_all(bytes)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes a file that is not there yet; what was written of it before an error is removed.
fn make_new(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    let (new, mut file) = temporary(path.parent().unwrap_or(Path::new(".")))?;
    let made = write(&mut file)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&new, path));
    fs::remove_file(&new)?;
    made
}

/// Replaces a file, completely or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (new, mut file) = temporary(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(new, path)
}

fn temporary(dir: &Path) -> io::Result<(PathBuf, fs::File)> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).map_err(io::Error::other)?;
    let path = dir.join(format!(".new-{}", hex::encode(bytes)));
    let file = create_file(&path)?;
    Ok((path, file))
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Whether nobody but its owner can read or write a file.
///
/// # Errors
/// When it is not there.
#[cfg(unix)]
pub fn is_private(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 == 0)
}

/// Whether nobody but its owner can add to a folder or remove from it.
///
/// # Errors
/// When it is not there.
#[cfg(unix)]
pub fn is_unwritable(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o022 == 0)
}

/// Whether nobody but its owner can read or write a file: this is only checked on Unix.
#[cfg(not(unix))]
pub fn is_private(_: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Whether nobody but its owner can change a folder: this is only checked on Unix.
#[cfg(not(unix))]
pub fn is_unwritable(_: &Path) -> io::Result<bool> {
    Ok(true)
}
