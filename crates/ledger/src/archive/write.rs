//! Writing an archive, section by section.

use super::format::{
    BodySection, END_TAG, Form, HistorySection, MAGIC, Manifest, RecordsSection, Section, SectionKind,
    ValueSection,
};
use crate::block::LaneItem;
use crate::{ChainId, Hash, codec};
use sha2::{Digest, Sha256};

/// Hands out the bytes of an archive in the order in which they must be appended, and keeps its digest.
///
/// It writes what it is given: the order of sections is told in `docs/spec/archive.md`, and whoever writes an archive
/// should judge it before handing it out.
pub struct Writer {
    digest: Sha256,
}

impl Writer {
    /// Starts the archive of a chain of so many blocks. Returns the first bytes.
    pub fn chain(chain: ChainId, blocks: u64) -> (Self, Vec<u8>) {
        Self::start(&Manifest { chain, form: Form::Chain, blocks })
    }

    /// Starts the proof of one value over so many blocks. Returns the first bytes.
    pub fn value(chain: ChainId, blocks: u64, value: &ValueSection) -> (Self, Vec<u8>) {
        let (mut writer, mut bytes) = Self::start(&Manifest { chain, form: Form::Value, blocks });
        bytes.extend(writer.section(value));
        (writer, bytes)
    }

    fn start(manifest: &Manifest) -> (Self, Vec<u8>) {
        let mut digest = Sha256::new();
        digest.update(END_TAG.as_bytes());
        digest.update(MAGIC);
        let mut writer = Self { digest };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(writer.section(manifest));
        (writer, bytes)
    }

    /// A header with its certificate and control transactions.
    pub fn lane(&mut self, item: &LaneItem) -> Vec<u8> {
        self.section(item)
    }

    /// The link of a proof's headers to its newest one.
    pub fn history(&mut self, lines: &[Hash]) -> Vec<u8> {
        self.section(&HistorySection::of(lines))
    }

    /// All records of one block.
    pub fn records(&mut self, records: &RecordsSection) -> Vec<u8> {
        self.section(records)
    }

    /// The body of one record.
    pub fn body(&mut self, body: &BodySection) -> Vec<u8> {
        self.section(body)
    }

    fn section<T: Section>(&mut self, content: &T) -> Vec<u8> {
        let content = codec::encode(content);
        let mut bytes = head(T::KIND, content.len());
        bytes.extend(content);
        self.digest.update(&bytes);
        bytes
    }

    /// The last bytes.
    pub fn end(mut self) -> Vec<u8> {
        let mut bytes = head(SectionKind::End, Hash::LEN);
        self.digest.update(&bytes);
        bytes.extend_from_slice(&self.digest.finalize());
        bytes
    }
}

fn head(kind: SectionKind, length: usize) -> Vec<u8> {
    let mut bytes = vec![kind.code()];
    // A longer section cannot be written; a reader refuses this one for its length.
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    bytes
}
