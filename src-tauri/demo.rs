//! The demo ward: a gateway, a hub and made-up patients in a process of their own, beside this program.
//!
//! Everything it writes lies in one directory that is never a real profile and is emptied before each start. The
//! process ends when its standard input closes, so it cannot outlive the window however that ends.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
    sync::Mutex,
};
use wl_desk::{
    Desk, Settings, StartDemo, cli,
    view::{ErrorCode, UiError},
};

/// The program of the demo ward; it lies beside this one.
const PROGRAM: &str = "wardlight-demo";
/// Longest line it may answer with.
const MAX_LINE_BYTES: u64 = 256 * 1024;
/// How long founding a hospital may take: seconds on a quiet machine, more on a busy one.
const FOUNDING: Duration = Duration::from_secs(120);
/// How long the ward may take to end by itself.
const ENDING: Duration = Duration::from_secs(5);

/// Where the demo's own files lie.
const PROFILE: &str = "profile";
const WARD: &str = "ward";
const REQUEST: &str = "request.txt";
const LOG: &str = "ward.log";

/// A running demo ward. Dropping it ends the process.
pub(crate) struct DemoWard {
    process: Arc<Mutex<Option<Child>>>,
    /// Keeps a second demo of this user from emptying the directory.
    _lock: File,
}

impl DemoWard {
    /// Founds a demo hospital and opens a desk on it, enrolled and unlocked.
    ///
    /// # Errors
    /// [`UiError`]: this build has no demo, one runs already, or it did not start.
    pub(crate) async fn open(settings: Settings, patients: Option<u16>) -> Result<(Desk, Self), UiError> {
        let directory = cli::default_profile().map(|profile| profile.with_file_name("wardlight-demo"));
        let directory =
            directory.ok_or_else(|| failed("There is no home directory for the demo's files."))?;
        let lock = clear(&directory).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => UiError::busy("A demo ward runs already."),
            _ => failed("The demo's directory cannot be emptied."),
        })?;
        let process = Arc::new(Mutex::new(None));
        let demo = Some(starter(directory.clone(), Arc::clone(&process), patients));
        let desk = Desk::open(&directory.join(PROFILE), Settings { demo, ..settings })?;
        desk.start_demo().await?;
        Ok((desk, Self { process, _lock: lock }))
    }

    /// Ends the ward: politely, and after some seconds without.
    pub(crate) async fn end(self) {
        let Some(mut process) = self.process.lock().await.take() else { return };
        drop(process.stdin.take());
        if tokio::time::timeout(ENDING, process.wait()).await.is_err()
            && let Err(error) = process.kill().await
        {
            tracing::warn!(%error, "the demo ward could not be ended");
        }
    }
}

/// Makes the directory or empties it, and holds it as long as the file lives.
fn clear(directory: &Path) -> io::Result<File> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let lock = open_private(&directory.join("lock"))?;
    lock.try_lock().map_err(io::Error::from)?;
    for folder in [PROFILE, WARD] {
        match fs::remove_dir_all(directory.join(folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(lock)
}

fn open_private(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(true).write(true).mode(0o600).open(path)
}

fn starter(directory: PathBuf, process: Arc<Mutex<Option<Child>>>, patients: Option<u16>) -> StartDemo {
    Box::new(move |request| {
        let (directory, process) = (directory.clone(), Arc::clone(&process));
        Box::pin(async move {
            let mut slot = process.lock().await;
            let child = slot.insert(spawn(&directory, &request, patients).await?);
            tokio::time::timeout(FOUNDING, read_answer(child))
                .await
                .map_err(|_| failed("The demo ward did not start in time."))?
        })
    })
}

async fn spawn(directory: &Path, request: &str, patients: Option<u16>) -> Result<Child, UiError> {
    let program = std::env::current_exe().map(|own| own.with_file_name(PROGRAM));
    let program = program.ok().filter(|path| path.is_file());
    let program = program.ok_or_else(|| failed("This build has no demo ward."))?;
    let cannot_write = |_| failed("The demo's files cannot be written.");
    let request_path = directory.join(REQUEST);
    let mut file = tokio::fs::File::from_std(open_private(&request_path).map_err(cannot_write)?);
    file.write_all(request.as_bytes()).await.map_err(cannot_write)?;
    file.flush().await.map_err(cannot_write)?;
    Command::new(program)
        .arg("--until-stdin-closes")
        .arg("--dir")
        .arg(directory.join(WARD))
        .arg("--request")
        .arg(request_path)
        .args(patients.map(|number| format!("--patients={number}")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(open_private(&directory.join(LOG)).map_err(cannot_write)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(|_| failed("The demo ward's program cannot be started."))
}

/// Reads the one line of JSON that the ward prints once it answers, and takes the enrolment answer out of it.
async fn read_answer(ward: &mut Child) -> Result<String, UiError> {
    let ended = || failed("The demo ward ended before it was ready.");
    let output = ward.stdout.take().ok_or_else(ended)?;
    let mut line = String::new();
    BufReader::new(output.take(MAX_LINE_BYTES)).read_line(&mut line).await.map_err(|_| ended())?;
    if !line.ends_with('\n') {
        return Err(ended());
    }
    let told: serde_json::Value =
        serde_json::from_str(&line).map_err(|_| failed("The demo ward's answer cannot be read."))?;
    let answer = told.get("answer").and_then(serde_json::Value::as_str);
    answer.map(str::to_owned).ok_or_else(|| failed("The demo ward gave no enrolment."))
}

fn failed(message: &str) -> UiError {
    UiError {
        code: ErrorCode::Unreachable,
        message: message.into(),
        hint: format!("Look at {LOG} in the folder wardlight-demo of your data folder."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_starts_from_nothing_and_alone() {
        let directory = std::env::temp_dir().join(format!("wardlight-demo-test-{}", std::process::id()));
        let former = directory.join(PROFILE).join("former");
        fs::create_dir_all(&former).unwrap();
        let lock = clear(&directory).unwrap();
        assert!(!former.exists(), "nothing of the demo before is left");
        assert_eq!(clear(&directory).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(lock);
        // A process that another test starts holds all open files for the moment before it becomes its program.
        let free = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            clear(&directory).is_ok()
        });
        assert!(free, "the lock ends with its holder");
        fs::remove_dir_all(&directory).unwrap();
    }

    async fn answer_of(script: &str) -> Result<String, UiError> {
        let mut child = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        read_answer(&mut child).await
    }

    #[tokio::test]
    async fn the_wards_line_is_read_with_care() {
        assert_eq!(
            answer_of(r#"echo '{"answer":"text","patients":12}'"#).await.ok().as_deref(),
            Some("text")
        );
        let table = [
            ("it ends at once", "true"),
            ("it ends within the line", r#"printf '{"answer":"text"}'"#),
            ("no JSON", "echo ready"),
            ("no answer", "echo '{}'"),
            ("a line without end", "yes x | tr -d '\\n' | head -c 400000"),
        ];
        for (what, script) in table {
            assert!(answer_of(script).await.is_err(), "{what}");
        }
    }
}
