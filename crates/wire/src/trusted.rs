//! Files that decide what is carried out: they are used only where nobody else could have put them there.
//!
//! The rule is held over the file, as its links lead to it, and over every folder above it: each belongs to root or to
//! this user, and nobody else may write it. A folder that everybody may write is borne where its sticky bit keeps others
//! from exchanging what lies in it, as in `/tmp`.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Distrust {
    /// The path says less than where the file lies: what it means would depend on where the program was started.
    #[error("the path is not absolute")]
    Relative,
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// Somebody else than root and this user may change it, or a folder above it.
    #[error("others may change it, or a folder above it")]
    Writable,
    /// It is no ordinary file.
    #[error("it is no ordinary file")]
    NoFile,
    /// It cannot be looked at.
    #[error("it cannot be looked at")]
    Io(#[from] io::Error),
}

/// Where a file really lies, if nobody but root and this user could have put or changed it.
///
/// # Errors
/// [`Distrust`].
pub fn only_ours(path: &Path) -> Result<PathBuf, Distrust> {
    if !path.is_absolute() {
        return Err(Distrust::Relative);
    }
    let real = path.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Distrust::Missing,
        _ => Distrust::Io(error),
    })?;
    if !real.metadata()?.is_file() {
        return Err(Distrust::NoFile);
    }
    let me = rustix::process::geteuid().as_raw();
    for one in real.ancestors() {
        if !is_ours(&one.metadata()?, me) {
            return Err(Distrust::Writable);
        }
    }
    Ok(real)
}

fn is_ours(found: &Metadata, me: u32) -> bool {
    const OTHERS_WRITE: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    let mode = found.mode();
    let is_kept = mode & OTHERS_WRITE == 0 || (found.is_dir() && mode & STICKY != 0);
    is_kept && (found.uid() == 0 || found.uid() == me)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_that_others_may_exchange_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let inner = root.join("lib");
        fs::create_dir(&inner).unwrap();
        mode(&inner, 0o755);
        let (file, link) = (inner.join("module.so"), root.join("link.so"));
        fs::write(&file, b"x").unwrap();
        mode(&file, 0o644);
        symlink(&file, &link).unwrap();
        assert_eq!(only_ours(&file).unwrap(), file);
        assert_eq!(only_ours(&link).unwrap(), file, "what is loaded is what was looked at");
        // (mode of the folder, mode of the file, whether it is used)
        let table = [
            (0o755, 0o664, false),
            (0o755, 0o646, false),
            (0o775, 0o644, false),
            (0o757, 0o644, false),
            (0o1777, 0o644, true),
            (0o700, 0o600, true),
            (0o755, 0o444, true),
        ];
        for (folder_mode, file_mode, is_used) in table {
            mode(&inner, folder_mode);
            mode(&file, file_mode);
            for path in [&file, &link] {
                let got = only_ours(path);
                let as_expected = match &got {
                    Ok(_) => is_used,
                    Err(Distrust::Writable) => !is_used,
                    Err(_) => false,
                };
                assert!(as_expected, "{folder_mode:o} {file_mode:o}: {got:?}");
            }
        }
    }

    #[test]
    fn only_an_absolute_path_of_an_ordinary_file_will_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"x").unwrap();
        mode(&file, 0o600);
        let below = file.join("below");
        for relative in ["module.so", "./module.so", "../module.so", ""] {
            assert!(matches!(only_ours(Path::new(relative)), Err(Distrust::Relative)), "{relative}");
        }
        for missing in [&folder.path().join("nothing"), &below] {
            assert!(matches!(only_ours(missing), Err(Distrust::Missing)), "{}", missing.display());
        }
        assert!(matches!(only_ours(folder.path()), Err(Distrust::NoFile)));
        assert!(matches!(only_ours(Path::new("/dev/null")), Err(Distrust::NoFile)));
    }
}
