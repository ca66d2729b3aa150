//! What a program that holds keys settles with the operating system first: no core file, no debugger of another
//! program, files for its owner only, memory that is not swapped where that is allowed, and panics that tell a place and
//! nothing of what was in it.

use rustix::fs::Mode;
use rustix::mm::MlockAllFlags;
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use std::io;

/// What could not be settled; the program runs nevertheless.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// The kernel may write core files.
    CoreFiles,
    /// Debuggers of this user may read its memory.
    Debuggers,
    /// Its memory may be swapped to disk.
    Swap,
}

/// Hardens this process. Call it first thing in `main`. Complaints go to standard error; swapping is none, because
/// only few users may forbid it.
pub fn harden() {
    for weakness in settle() {
        match weakness {
            Weakness::CoreFiles => eprintln!("wardlight: core files could not be switched off"),
            Weakness::Debuggers => eprintln!("wardlight: debuggers could not be kept away"),
            Weakness::Swap => {}
        }
    }
}

/// Does it, and tells what the operating system refused.
pub fn settle() -> Vec<Weakness> {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    std::panic::set_hook(Box::new(tell_place_only));
    // The limit also binds the processes that this one starts.
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let settled = [
        (rustix::process::setrlimit(Resource::Core, none).map_err(io::Error::from), Weakness::CoreFiles),
        (
            rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
                .map(drop)
                .map_err(io::Error::from),
            Weakness::Debuggers,
        ),
        (keep_in_memory(), Weakness::Swap),
    ];
    settled.into_iter().filter(|(done, _)| done.is_err()).map(|(_, weakness)| weakness).collect()
}

/// Whether this process may be swapped to disk, as the kernel tells it.
pub fn may_be_swapped() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
    locked.is_none_or(|amount| amount.trim().starts_with("0 "))
}

/// Under a limit, memory that is asked for later would be refused instead of locked: then nothing is locked at all.
fn keep_in_memory() -> io::Result<()> {
    if rustix::process::getrlimit(Resource::Memlock).current.is_some() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    Ok(rustix::mm::mlockall(all)?)
}

/// A panic's message may repeat what the program was working on.
fn tell_place_only(panic: &std::panic::PanicHookInfo<'_>) {
    match panic.location() {
        Some(place) => eprintln!("wardlight: a fault of the program at {}:{}", place.file(), place.line()),
        None => eprintln!("wardlight: a fault of the program"),
    }
}
