//! Which records the state lets in.

use super::{AdmissionError, State, Stream};
use crate::control::Subject;
use crate::keys::PublicKey;
use crate::record::RecordHeader;
use crate::{Epoch, Height, UnixMillis};

impl State {
    /// Whether the state lets a record into the block at `height` with block time `time`, and whose signature it
    /// must bear. A later state of the same chain gives the same answer as the one right after that block.
    pub fn admit(
        &self,
        header: &RecordHeader,
        height: Height,
        time: UnixMillis,
    ) -> Result<(&Stream, &PublicKey), AdmissionError> {
        let id = header.stream;
        let stream = self.streams.get(&id).ok_or(AdmissionError::UnknownStream(id))?;
        let author = self
            .members
            .get(&stream.author)
            .filter(|member| member.active_at(height) && stream.since <= height)
            .ok_or(AdmissionError::AuthorNotInForce(id))?;
        if stream.closed.is_some_and(|closed| closed <= height) {
            return Err(AdmissionError::StreamClosed(id));
        }
        if !self.has_epoch(&stream.subject, header.epoch, height) {
            return Err(AdmissionError::UnknownEpoch(id, header.epoch));
        }
        let ahead = header.taken.since(time);
        if ahead > crate::limits::MAX_FUTURE_MILLIS {
            return Err(AdmissionError::FromTheFuture(id, ahead));
        }
        if header.seen > height {
            return Err(AdmissionError::SeenTooHigh(id));
        }
        Ok((stream, &author.enrolment.sign))
    }

    /// Whether a record about this subject may name this epoch. A mailbox has none of its own: its records name the
    /// generation of what they hold.
    fn has_epoch(&self, subject: &Subject, epoch: Epoch, height: Height) -> bool {
        match subject {
            Subject::Patient(patient, category) => {
                self.epoch_at(patient, *category, epoch).is_some_and(|opened| opened.since <= height)
            }
            Subject::Mailbox(_) => true,
            Subject::Access(_) | Subject::Security => epoch == Epoch(0),
        }
    }
}
