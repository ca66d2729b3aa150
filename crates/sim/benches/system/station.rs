//! A workstation without a window.

use crate::report::processor_time;
use anyhow::Context as _;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use wl_desk::profile::Profile;
use wl_desk::view::UiError;
use wl_desk::{Delivery, Desk, Settings};
use wl_ledger::Role;
use wl_ledger::control::ProvenEnrolment;
use wl_seal::{Passphrase, WorkFactor};
use wl_sim::hospital::PASSPHRASE;
use wl_wire::enrolment::{Answer, read_answer, write_answer};
use zeroize::Zeroizing;

/// The words that make this program a workstation of its own process: one catches up and ends, one stays.
pub(crate) const CATCH_UP: &str = "catch-up";
pub(crate) const STAY: &str = "stay";

pub(crate) struct Station {
    directory: PathBuf,
    request: ProvenEnrolment,
}

impl Station {
    pub(crate) fn new(directory: &Path, role: Role) -> Self {
        let profile = Profile::open(directory).expect("a profile");
        let mut entropy = Zeroizing::new([0u8; 128]);
        getrandom::fill(entropy.as_mut_slice()).expect("random bytes");
        let passphrase = Passphrase::new(PASSPHRASE.to_owned()).expect("a passphrase");
        let work = WorkFactor::new(4).expect("a work factor");
        let request = profile.create_keys("Bench", role, &passphrase, &entropy, work).expect("keys");
        Self { directory: directory.to_owned(), request }
    }

    pub(crate) fn request(&self) -> ProvenEnrolment {
        self.request.clone()
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Loads the answer and unlocks.
    pub(crate) async fn enter(&self, answer: &Answer) -> anyhow::Result<Desk> {
        enter(&self.directory, answer).await
    }

    /// Lets a process of its own enter and catch up, so that nothing but the workstation is on its bill.
    pub(crate) async fn catch_up_alone(&self, answer: &Answer, records: u64) -> anyhow::Result<CaughtUp> {
        let file = self.directory.with_extension("answer");
        std::fs::write(&file, write_answer(answer))?;
        let output = tokio::process::Command::new(std::env::current_exe()?)
            .arg(CATCH_UP)
            .arg(&self.directory)
            .arg(&file)
            .arg(records.to_string())
            .output()
            .await?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let line = String::from_utf8(output.stdout)?;
        let figures: Vec<f64> = line.split_whitespace().filter_map(|one| one.parse().ok()).collect();
        let [wall, processor, headers] = figures.as_slice() else { anyhow::bail!("no figures in {line}") };
        Ok(CaughtUp { wall: *wall, processor: *processor, headers: *headers })
    }

    /// Lets a process of its own enter, follow and stay.
    pub(crate) fn stay_alone(&self, answer: &Answer) -> anyhow::Result<Staying> {
        let file = self.directory.with_extension("answer");
        std::fs::write(&file, write_answer(answer))?;
        let mut process = tokio::process::Command::new(std::env::current_exe()?)
            .arg(STAY)
            .arg(&self.directory)
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().context("its output")?;
        Ok(Staying { process, answers: BufReader::new(output).lines() })
    }
}

/// A workstation in a process of its own that stays and tells what it uses.
pub(crate) struct Staying {
    process: Child,
    answers: Lines<BufReader<ChildStdout>>,
}

/// What a workstation's process uses.
pub(crate) struct Used {
    /// Its share of the machine's memory (PSS) in MiB.
    pub(crate) memory: f64,
    /// Processor time so far, in seconds.
    pub(crate) processor: f64,
}

impl Staying {
    /// What the process uses once it has opened so many records.
    pub(crate) async fn at(&mut self, records: u64) -> anyhow::Result<Used> {
        let input = self.process.stdin.as_mut().context("its input")?;
        input.write_all(format!("{records}\n").as_bytes()).await?;
        let line = self.answers.next_line().await?.context("the workstation's process has ended")?;
        let figures: Vec<f64> = line.split_whitespace().filter_map(|one| one.parse().ok()).collect();
        let [memory, processor] = figures.as_slice() else { anyhow::bail!("no figures in {line}") };
        Ok(Used { memory: *memory, processor: *processor })
    }

    /// Lets it close its profile and end.
    pub(crate) async fn leave(mut self) -> anyhow::Result<()> {
        drop(self.process.stdin.take());
        anyhow::ensure!(self.process.wait().await?.success(), "the workstation did not end in order");
        Ok(())
    }
}

/// What catching up took, in seconds.
pub(crate) struct CaughtUp {
    pub(crate) wall: f64,
    pub(crate) processor: f64,
    /// Of the wall time, what passed until the first record was opened.
    pub(crate) headers: f64,
}

/// The workstation's own process: `DIRECTORY ANSWER RECORDS`.
pub(crate) async fn catch_up(arguments: &[&str]) -> anyhow::Result<()> {
    let [directory, answer, records] = arguments else { anyhow::bail!("a directory, an answer, a number") };
    let answer = read_answer(&std::fs::read_to_string(answer)?).context("the answer")?;
    let records: u64 = records.parse()?;
    let (begun, used) = (Instant::now(), processor_time());
    let desk = enter(Path::new(directory), &answer).await?;
    let first = opened(&desk, 1).await;
    opened(&desk, records).await;
    let (wall, processor) = (begun.elapsed().as_secs_f64(), processor_time() - used);
    println!("{wall} {processor} {}", first.duration_since(begun).as_secs_f64());
    desk.close().await.map_err(said)
}

/// The workstation that stays: `DIRECTORY ANSWER`, then a number of records a line.
pub(crate) async fn stay(arguments: &[&str]) -> anyhow::Result<()> {
    let [directory, answer] = arguments else { anyhow::bail!("a directory and an answer") };
    let answer = read_answer(&std::fs::read_to_string(answer)?).context("the answer")?;
    let desk = enter(Path::new(directory), &answer).await?;
    // A window listens to it.
    desk.subscribe(Box::new(|_| Delivery::Sent)).await.map_err(said)?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        opened(&desk, line.parse()?).await;
        println!("{} {}", own_memory()?, processor_time());
    }
    desk.close().await.map_err(said)
}

/// This process's share of the machine's memory (PSS) in MiB; pages that several processes share count in part.
fn own_memory() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no share is told")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Waits until so many records are opened.
pub(crate) async fn opened(desk: &Desk, records: u64) -> Instant {
    loop {
        let report = desk.report().await.expect("a session");
        assert_eq!(report.verification_failures, 0, "the bench's own records verify");
        if report.records_opened >= records {
            return Instant::now();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn enter(directory: &Path, answer: &Answer) -> anyhow::Result<Desk> {
    let desk =
        Desk::open(directory, Settings { lock_when_idle: false, ..Settings::default() }).map_err(said)?;
    desk.load_enrolment(write_answer(answer)).await.map_err(said)?;
    desk.unlock(SecretString::from(PASSPHRASE)).await.map_err(said)?;
    Ok(desk)
}

/// What the desk says, as an error of a bench.
pub(crate) fn said(error: UiError) -> anyhow::Error {
    anyhow::anyhow!("{} {}", error.message, error.hint)
}
