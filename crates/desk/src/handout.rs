//! Files that people carry to somebody else: requests and answers. They hold no secret.

use std::path::{Path, PathBuf};
use wl_wire::files;

/// Longest `user-dirs.dirs` that is looked at.
const MAX_USER_DIRS: usize = 64 * 1024;

/// Where this person's downloads go, by the XDG user directories; none where there is no such directory.
pub fn downloads() -> Option<PathBuf> {
    let home = PathBuf::from(std::env::var_os("HOME")?);
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = config.unwrap_or_else(|| home.join(".config")).join("user-dirs.dirs");
    let told = files::read_bounded(&config, MAX_USER_DIRS).ok();
    let told = told.and_then(|bytes| downloads_of(&String::from_utf8(bytes).ok()?, &home));
    Some(told.unwrap_or_else(|| home.join("Downloads"))).filter(|path| path.is_dir())
}

/// The directory that a `user-dirs.dirs` names: absolute, or below `$HOME`. The home itself means that there is none.
fn downloads_of(text: &str, home: &Path) -> Option<PathBuf> {
    let value = text.lines().filter_map(|line| line.trim().strip_prefix("XDG_DOWNLOAD_DIR=")).next_back()?;
    let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    let path = match value.strip_prefix("$HOME") {
        Some(below) => home.join(below.trim_start_matches('/')),
        None => PathBuf::from(value),
    };
    (path.is_absolute() && path != home && path != home.join("")).then_some(path)
}

/// Saves a file under a name in the first directory that takes it. Returns where, or nothing if none does.
pub(crate) fn save(directories: &[&Path], name: &str, content: &[u8]) -> Option<PathBuf> {
    let paths = directories.iter().map(|directory| directory.join(name));
    paths.into_iter().find(|path| match files::write_durable(path, content) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "a file to hand out could not be saved");
            false
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_download_directory_is_read_as_the_desktop_writes_it() {
        let home = Path::new("/people/ana");
        let table = [
            ("XDG_DOWNLOAD_DIR=\"$HOME/Downloads\"\n", Some("/people/ana/Downloads")),
            ("# a comment\nXDG_DOWNLOAD_DIR=\"/srv/shared\"", Some("/srv/shared")),
            ("XDG_DOWNLOAD_DIR=\"$HOME/a\"\nXDG_DOWNLOAD_DIR=\"$HOME/b\"", Some("/people/ana/b")),
            ("XDG_DOWNLOAD_DIR=\"$HOME/\"", None),
            ("XDG_DOWNLOAD_DIR=\"Downloads\"", None),
            ("XDG_DOWNLOAD_DIR=$HOME/Downloads", None),
            ("XDG_MUSIC_DIR=\"$HOME/Music\"", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(downloads_of(text, home), expected.map(PathBuf::from), "{text}");
        }
    }

    #[test]
    fn a_text_goes_where_it_can_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing");
        let saved = save(&[&missing, folder.path()], "answer.txt", b"hello");
        assert_eq!(saved, Some(folder.path().join("answer.txt")));
        assert_eq!(std::fs::read_to_string(folder.path().join("answer.txt")).expect("the file"), "hello");
        assert_eq!(save(&[&missing], "answer.txt", b"hello"), None);
    }
}
