//! Server-sent events, bounded (WHATWG HTML §9.2.6, the parsing and interpretation of event streams).

use std::collections::VecDeque;

/// Bounds of a stream of events, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct EventLimits {
    /// One line.
    pub line: usize,
    /// The data of one event.
    pub event: usize,
}

impl Default for EventLimits {
    /// Room for a block with a full body in base64.
    fn default() -> Self {
        Self { line: 12 * 1024 * 1024, event: 16 * 1024 * 1024 }
    }
}

/// One event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its type; `message` if the server named none.
    pub event: String,
    /// The last id the server sent, this event's included. Send it as `Last-Event-ID` to resume.
    pub id: Option<String>,
    /// Its data; several data lines are joined by line feeds.
    pub data: String,
}

/// Why a stream of events was given up.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum EventError {
    /// A line is longer than allowed.
    #[error("a line of the event stream is longer than {limit} bytes")]
    LineTooLong {
        /// Bound in bytes.
        limit: usize,
    },
    /// An event's data are longer than allowed.
    #[error("an event is longer than {limit} bytes")]
    EventTooLong {
        /// Bound in bytes.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("event stream is not UTF-8")]
    Encoding,
}

/// Turns bytes, in pieces of any size, into events.
pub struct EventParser {
    limits: EventLimits,
    line: Vec<u8>,
    /// The last byte was a carriage return, so a line feed that follows belongs to it.
    after_return: bool,
    /// Nothing was read yet: a byte order mark may come.
    at_start: bool,
    event: String,
    data: Option<String>,
    id: Option<String>,
    ready: VecDeque<Event>,
}

impl EventParser {
    /// A parser at the start of a stream.
    pub fn new(limits: EventLimits) -> Self {
        Self {
            limits,
            line: Vec::new(),
            after_return: false,
            at_start: true,
            event: String::new(),
            data: None,
            id: None,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next bytes. After an error the stream is of no use.
    ///
    /// # Errors
    /// [`EventError`].
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), EventError> {
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (head, tail) = bytes.split_at(end);
            self.extend(head)?;
            self.end_line()?;
            bytes = match tail {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_return = true;
                    &[]
                }
                [_, rest @ ..] => rest,
                [] => &[],
            };
        }
        self.extend(bytes)
    }

    /// The next whole event.
    pub fn next_event(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), EventError> {
        if self.line.len().saturating_add(bytes.len()) > self.limits.line {
            return Err(EventError::LineTooLong { limit: self.limits.line });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), EventError> {
        let line = core::mem::take(&mut self.line);
        let text = core::str::from_utf8(&line).map_err(|_| EventError::Encoding)?;
        let text = if self.at_start { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        self.at_start = false;
        self.take_line(text)?;
        self.line = line;
        self.line.clear();
        Ok(())
    }

    fn take_line(&mut self, line: &str) -> Result<(), EventError> {
        if line.is_empty() {
            self.end_event();
            return Ok(());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => self.take_data(value)?,
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            // A comment (its field is empty: the keep-alive), `retry`, or a field of a later version.
            _ => {}
        }
        Ok(())
    }

    fn take_data(&mut self, value: &str) -> Result<(), EventError> {
        let so_far = self.data.as_ref().map_or(0, |data| data.len() + 1);
        if so_far.saturating_add(value.len()) > self.limits.event {
            return Err(EventError::EventTooLong { limit: self.limits.event });
        }
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
        Ok(())
    }

    fn end_event(&mut self) {
        let event = core::mem::take(&mut self.event);
        let Some(data) = self.data.take() else { return };
        let event = if event.is_empty() { "message".to_owned() } else { event };
        self.ready.push_back(Event { event, id: self.id.clone(), data });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(pieces: &[&[u8]], limits: EventLimits) -> Result<Vec<Event>, EventError> {
        let mut parser = EventParser::new(limits);
        for piece in pieces {
            parser.push(piece)?;
        }
        Ok(core::iter::from_fn(|| parser.next_event()).collect())
    }

    fn event(event: &str, id: Option<&str>, data: &str) -> Event {
        Event { event: event.into(), id: id.map(Into::into), data: data.into() }
    }

    #[test]
    fn the_standards_cases_come_out_right() {
        let table: [(&str, Vec<Event>); 9] = [
            ("data: YHOO\ndata: +2\ndata: 10\n\n", vec![event("message", None, "YHOO\n+2\n10")]),
            (": keep-alive\n\n:\n\ndata: x\n\n", vec![event("message", None, "x")]),
            (
                "event: block\nid: 7\ndata: a\n\ndata:b\n\n",
                vec![event("block", Some("7"), "a"), event("message", Some("7"), "b")],
            ),
            ("data\n\ndata\ndata\n\ndata:", vec![event("message", None, ""), event("message", None, "\n")]),
            (
                "data:test\n\ndata: test\n\n",
                vec![event("message", None, "test"), event("message", None, "test")],
            ),
            ("\u{feff}data: bom\r\n\r\n", vec![event("message", None, "bom")]),
            ("id: 1\n\nevent: lonely\n\ndata: x\r\r", vec![event("message", Some("1"), "x")]),
            ("id: bad\0id\ndata: x\nretry: 10\nother: y\n\n", vec![event("message", None, "x")]),
            ("data: unfinished", vec![]),
        ];
        for (text, expected) in table {
            assert_eq!(parse(&[text.as_bytes()], EventLimits::default()), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn lines_and_events_are_bounded_and_must_be_utf8() {
        let limits = EventLimits { line: 16, event: 20 };
        let endless = [b"data: ".as_slice(), &[b'x'; 11]].concat();
        assert_eq!(parse(&[&endless], limits), Err(EventError::LineTooLong { limit: 16 }));
        let many = b"data: 123456789\n".repeat(3);
        assert_eq!(parse(&[&many], limits), Err(EventError::EventTooLong { limit: 20 }));
        assert_eq!(parse(&[b"data: \xff\n"], limits), Err(EventError::Encoding));
        assert_eq!(parse(&[b": c\n".repeat(1000).as_slice()], limits), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn where_the_pieces_are_cut_makes_no_difference(
            fields in proptest::collection::vec(("(data|event|id|:|other)", "[ -~äß]{0,12}", "(\r\n|\n|\r|\n\n|\r\n\r\n)"), 0..30),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..20),
        ) {
            let text: String = fields.iter().map(|(field, value, end)| format!("{field}: {value}{end}")).collect();
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let bytewise: Vec<&[u8]> = bytes.chunks(1).collect();
            let whole = parse(&[bytes], EventLimits::default());
            prop_assert_eq!(&parse(&pieces, EventLimits::default()), &whole);
            prop_assert_eq!(&parse(&bytewise, EventLimits::default()), &whole);
        }
    }
}
