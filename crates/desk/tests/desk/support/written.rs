//! What people who may read the patient's notes write, signed and sealed like a workstation does.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use crate::ward::{TestWard, key};
use wl_ledger::control::{Action, Subject};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Hash};
use wl_seal::{RecordContext, seal_document};
use wl_vitals::writing::Writing;

impl TestWard {
    /// Somebody writes; answers the record's name.
    pub fn write(&mut self, author: &str, writing: &Writing) -> Hash {
        self.write_bytes(author, &writing.to_bytes())
    }

    /// The same, whatever the bytes are.
    pub fn write_bytes(&mut self, author: &str, plain: &[u8]) -> Hash {
        let subject = Subject::Patient(self.patient, Category::Notes);
        let by = key(author).id();
        if self.state().stream_of(&by, &subject).is_none() {
            let next = self.state().next_stream().unwrap();
            self.control(author, Action::OpenStream(next, subject));
            self.cut();
        }
        let stream = self.state().stream_of(&by, &subject).unwrap();
        let (epoch, keys) = &self.epochs[&Category::Notes];
        let context = RecordContext {
            chain: self.chain,
            patient: self.patient,
            category: Category::Notes,
            stream,
            seq: self.next_seq(stream),
            epoch: *epoch,
            kind: RecordKind::Note.code(),
        };
        let (epoch, sealed) = (*epoch, seal_document(keys.recipient(), &context, plain).unwrap());
        self.record(author, stream, epoch, RecordKind::Note, self.now, sealed);
        self.tail(stream).unwrap()
    }
}
