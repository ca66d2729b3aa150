//! Streams: opened by their only author, closed by it or by the hub of the patient they are about.

use super::signers::{Act, absent};
use super::{State, StateError, Stream};
use crate::control::Subject;
use crate::{KeyId, Role, StreamId, UnixMillis};

impl State {
    pub(super) fn open_stream(
        &mut self,
        id: StreamId,
        subject: Subject,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_writer(&subject, &act.author, act.place.time)?;
        if self.next_stream() != Some(id) {
            return Err(StateError::NotNext("stream"));
        }
        absent(self.stream_of(&act.author, &subject).is_some(), "stream")?;
        let stream = Stream { author: act.author, subject, since: act.place.height, closed: None };
        self.put_stream(id, stream);
        Ok(())
    }

    fn need_writer(&self, subject: &Subject, author: &KeyId, time: UnixMillis) -> Result<(), StateError> {
        let member = self.active_member(author);
        let may = match subject {
            Subject::Patient(patient, category) => {
                let hub = self.patients.get(patient).ok_or(StateError::Unknown("patient"))?.hub;
                hub == *author || self.entitled(patient, *category, time).contains(author)
            }
            Subject::Mailbox(reader) => {
                if member.is_some() && !self.members.contains_key(reader) {
                    return Err(StateError::Unknown("key"));
                }
                member.is_some()
            }
            Subject::Access(patient) => {
                let hub = self.patients.get(patient).ok_or(StateError::Unknown("patient"))?.hub;
                hub == *author || member.is_some_and(|member| member.enrolment.role != Role::Hub)
            }
            Subject::Security => member.is_some(),
        };
        if may { Ok(()) } else { Err(StateError::MayNotWrite(*author)) }
    }

    pub(super) fn close_stream(&mut self, id: StreamId, act: &Act<'_>) -> Result<(), StateError> {
        let stream = self.streams.get(&id).copied().ok_or(StateError::Unknown("stream"))?;
        let by_hub = match stream.subject {
            Subject::Patient(patient, _) | Subject::Access(patient) => {
                self.need_patients_hub(&patient, &act.author).is_ok()
            }
            Subject::Mailbox(_) | Subject::Security => false,
        };
        if stream.author != act.author && !by_hub {
            return Err(StateError::NotPermitted);
        }
        if stream.closed.is_some() {
            return Err(StateError::Ended("stream"));
        }
        self.put_stream(id, Stream { closed: Some(act.place.height), ..stream });
        Ok(())
    }
}
