//! A session without a network and without a clock: time is what the test says.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use crate::ward::{TestWard, request};
use tempfile::TempDir;
use wl_desk::profile::Profile;
use wl_desk::session::{Contact, Core, Session};
use wl_desk::sync::{Input, Output};
use wl_ledger::{Height, Role, UnixMillis};
use wl_seal::{Passphrase, WorkFactor};
use wl_wire::enrolment::write_answer;
use wl_wire::messages::BlockBatch;
use zeroize::Zeroizing;

/// A nurse's session on a ward that shares with her.
pub struct Seat {
    pub session: Session,
    pub profile: Profile,
    _folder: TempDir,
}

impl Seat {
    pub async fn take(now: UnixMillis) -> (Self, TestWard) {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::open(folder.path()).unwrap();
        let passphrase = Passphrase::new("correct horse battery".to_owned()).unwrap();
        let entropy = Zeroizing::new(core::array::from_fn(|at| at as u8));
        let work = WorkFactor::new(4).unwrap();
        let person = profile.create_keys("Ines Calder", Role::Nurse, &passphrase, &entropy, work).unwrap();
        let mut ward = TestWard::found(now, request("admin", Role::Admin), "127.0.0.1:1");
        ward.admit(&person, None);
        profile.load_answer(&write_answer(&ward.answer())).unwrap();
        let core = Core::start(&profile, profile.unlock(&passphrase).unwrap(), now).await.unwrap();
        let session = Session::new(core);
        let seat = Self { session, profile, _folder: folder };
        seat.follow(&ward, now, |_| true).await;
        (seat, ward)
    }

    /// Connects and fetches everything from a gateway that serves the blocks it likes.
    pub async fn follow(&self, ward: &TestWard, now: UnixMillis, serves: impl Fn(Height) -> bool) {
        self.session.core().await.set_contact(Contact::Reached);
        let mut inputs = vec![Input::Connect];
        while let Some(input) = inputs.pop() {
            for output in self.session.step(input, now).await.unwrap() {
                match output {
                    Output::AskLane { from, max } => inputs.push(Input::Lane(ward.lane(from, max))),
                    Output::AskBlocks { from, to } => {
                        let mut batch = ward.batch(from, to);
                        batch.blocks.retain(|block| serves(block.height));
                        inputs.push(Input::Blocks(BlockBatch { blocks: batch.blocks }));
                    }
                    _ => {}
                }
            }
        }
    }

    /// The newest block comes over the live stream.
    pub async fn live(&self, ward: &TestWard, now: UnixMillis) {
        self.step(Input::Live(vec![ward.live(ward.tip())]), now).await;
    }

    pub async fn step(&self, input: Input, now: UnixMillis) {
        self.session.step(input, now).await.unwrap();
    }
}
