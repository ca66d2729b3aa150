//! Reading an archive section by section. It says how many bytes it wants and is given them.

use super::chain::ChainStage;
use super::format::{END_TAG, Form, HEAD_BYTES, MAGIC, Manifest, SectionKind};
use super::report::{Need, Problem, Report};
use super::value::ValueStage;
use crate::{ChainId, Hash, Height, codec};
use sha2::{Digest, Sha256};

/// What the asker knows or wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Expectations {
    /// The chain it must be, from an enrolment file or a person. Without it the genesis in the file is believed.
    pub chain: Option<ChainId>,
    /// A header that the chain must hold, so that one cut short or another branch shows.
    pub head: Option<(Height, Hash)>,
    /// How much of a chain must be there.
    pub need: Need,
    /// Whether to audit the grants of keys too (`crate::audit`); of a chain only.
    pub audit: bool,
}

/// A problem at a height.
pub(super) type Trouble = (Option<Height>, Problem);

/// What a section is given to, after the manifest.
#[derive(Clone)]
enum Stage {
    Start,
    Chain(Box<ChainStage>),
    Value(Box<ValueStage>),
}

#[derive(Clone, Copy)]
enum Next {
    Magic,
    Head,
    Section(SectionKind, usize),
    Nothing,
    Finished,
}

/// Judges one archive in bounded memory. A copy goes on from where this one stands.
#[derive(Clone)]
pub struct Judge {
    expect: Expectations,
    digest: Sha256,
    byte: u64,
    section_at: u64,
    next: Next,
    stage: Stage,
    report: Report,
}

/// Judges an archive that lies in memory.
pub fn judge(bytes: &[u8], expect: Expectations) -> Report {
    let mut judge = Judge::new(expect);
    let mut rest = bytes;
    while judge.wants() > 0 {
        let (now, later) = rest.split_at(judge.wants().min(rest.len()));
        judge.give(now);
        rest = later;
    }
    judge.finish()
}

impl Judge {
    /// A judge that was given nothing yet.
    pub fn new(expect: Expectations) -> Self {
        let mut digest = Sha256::new();
        digest.update(END_TAG.as_bytes());
        Self {
            expect,
            digest,
            byte: 0,
            section_at: 0,
            next: Next::Magic,
            stage: Stage::Start,
            report: Report::default(),
        }
    }

    /// How many bytes to give next; 0 once the verdict stands. The length is bounded by the kind of section, and must
    /// be read, not reserved: the file may be shorter than it claims.
    pub fn wants(&self) -> usize {
        match self.next {
            Next::Magic => MAGIC.len(),
            Next::Head => HEAD_BYTES,
            Next::Section(_, length) => length,
            Next::Nothing => 1,
            Next::Finished => 0,
        }
    }

    /// Gives the next bytes: as many as wanted, fewer only where the file ends.
    pub fn give(&mut self, bytes: &[u8]) {
        let wanted = self.wants();
        let done = match self.next {
            Next::Magic if bytes.len() >= wanted => self.magic(bytes),
            // The beginning of an archive is cut off; anything else never was one.
            Next::Magic if !MAGIC.starts_with(bytes) => Err((None, Problem::NotAnArchive)),
            Next::Nothing if bytes.is_empty() => {
                self.next = Next::Finished;
                Ok(())
            }
            Next::Nothing => Err((None, Problem::Trailing)),
            Next::Finished => Ok(()),
            _ if bytes.len() < wanted => Err((None, Problem::CutOff)),
            Next::Magic => Err((None, Problem::CutOff)),
            Next::Head => self.head(bytes),
            Next::Section(kind, _) => self.section(kind, bytes),
        };
        self.byte = self.byte.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if let Err((height, problem)) = done {
            self.stop(height, problem);
        }
    }

    fn stop(&mut self, height: Option<Height>, problem: Problem) {
        let is_cut_off = problem == Problem::CutOff;
        self.report.add(self.section_at, height, problem);
        self.next = Next::Finished;
        // What came before the cut may be worse than cut off.
        if let (true, Stage::Chain(stage)) = (is_cut_off, &mut self.stage)
            && let Err((height, problem)) = stage.cut(self.section_at, &mut self.report)
        {
            self.report.add(self.section_at, height, problem);
        }
    }

    /// The verdict. Asking before the end counts as a file that was cut off.
    pub fn finish(mut self) -> Report {
        if self.wants() > 0 {
            self.stop(None, Problem::CutOff);
        }
        self.report
    }

    fn magic(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        if bytes != MAGIC {
            return Err((None, Problem::NotAnArchive));
        }
        self.digest.update(bytes);
        self.next = Next::Head;
        Ok(())
    }

    fn head(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.section_at = self.byte;
        let [code, length @ ..] = bytes else { return Err((None, Problem::CutOff)) };
        let length = <[u8; 4]>::try_from(length).map_err(|_| (None, Problem::CutOff))?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let kind = SectionKind::of(*code).ok_or((None, Problem::UnknownSection(*code)))?;
        // A section of nothing is no CBOR; refused here, because nothing could be asked for.
        if length > kind.limit() || length == 0 || (kind == SectionKind::End && length != Hash::LEN) {
            return Err((None, Problem::TooLong { kind, length }));
        }
        self.digest.update(bytes);
        self.next = Next::Section(kind, length);
        Ok(())
    }

    fn section(&mut self, kind: SectionKind, bytes: &[u8]) -> Result<(), Trouble> {
        self.next = Next::Head;
        if kind == SectionKind::End {
            return self.end(bytes);
        }
        self.digest.update(bytes);
        let at = self.section_at;
        match &mut self.stage {
            Stage::Start => self.start(kind, bytes),
            Stage::Chain(stage) => stage.take(kind, bytes, at, &mut self.report),
            Stage::Value(stage) => stage.take(kind, bytes, at, &mut self.report),
        }
    }

    fn start(&mut self, kind: SectionKind, bytes: &[u8]) -> Result<(), Trouble> {
        if kind != SectionKind::Manifest {
            return Err((None, Problem::Misplaced(kind)));
        }
        let manifest: Manifest = parse(kind, bytes)?;
        self.report.chain = Some(manifest.chain);
        if let Some(wanted) = self.expect.chain
            && wanted != manifest.chain
        {
            return Err((None, Problem::OtherChain { wanted, found: manifest.chain }));
        }
        self.stage = match manifest.form {
            Form::Chain => Stage::Chain(Box::new(ChainStage::new(&manifest, self.expect))),
            Form::Value => Stage::Value(Box::new(ValueStage::new(&manifest, self.expect))),
        };
        Ok(())
    }

    fn end(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        if self.digest.clone().finalize().as_slice() != bytes {
            return Err((None, Problem::Digest));
        }
        let at = self.section_at;
        match &mut self.stage {
            Stage::Start => return Err((None, Problem::Misplaced(SectionKind::End))),
            Stage::Chain(stage) => stage.end(at, &mut self.report)?,
            Stage::Value(stage) => stage.end(at, &mut self.report)?,
        }
        self.next = Next::Nothing;
        Ok(())
    }
}

/// Parses the content of a section.
pub(super) fn parse<T>(kind: SectionKind, bytes: &[u8]) -> Result<T, Trouble>
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    codec::decode(bytes, kind.limit()).map_err(|source| (None, Problem::Malformed { kind, source }))
}
