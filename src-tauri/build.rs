//! Stages the pages, gives every command its own permission and keeps the database's symbols inside the program.

use std::{fs, io, path::Path};

#[path = "commands/names.rs"]
mod names;

/// Parts of `ui/` that serve the people who work on it and have no business in the application. The mock host is one
/// of them: a window without its desk must fail, and never show made-up patients.
const NOT_SHIPPED: [&str; 9] = [
    "ui/test",
    "ui/node_modules",
    "ui/package.json",
    "ui/package-lock.json",
    "ui/jsconfig.json",
    "ui/.npmrc",
    "ui/js/bindings",
    "ui/js/host/mock.js",
    "ui/js/host/mockward.js",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // WebKitGTK brings its own SQLite. Without this option the program would export the symbols of the bundled
    // SQLCipher, and the system's libraries would silently bind to them.
    println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    println!("cargo:rerun-if-changed=ui");
    stage_pages()?;
    let commands = tauri_build::AppManifest::new().commands(names::COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}

/// Copies `ui/` without [`NOT_SHIPPED`] to `gen/ui`, which tauri.conf.json embeds.
fn stage_pages() -> io::Result<()> {
    let staged = Path::new("gen/ui");
    match fs::remove_dir_all(staged) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    copy_folder(Path::new("ui"), staged)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if NOT_SHIPPED.iter().any(|left_out| entry.path() == Path::new(left_out)) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            // The copy keeps its source's time, or cargo would take each build for a change.
            let modified = entry.metadata()?.modified()?;
            fs::File::options().write(true).open(&target)?.set_modified(modified)?;
        }
    }
    Ok(())
}
