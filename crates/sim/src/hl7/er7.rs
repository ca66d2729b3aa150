//! The vertical-bar encoding: fields by their number, empty ones left empty, segments ended by CR.

/// A message under construction.
pub(super) struct Er7 {
    text: String,
}

impl Er7 {
    pub(super) fn begin() -> Self {
        Self { text: String::with_capacity(2_048) }
    }

    /// Adds a segment. Fields come in ascending number; those not named stay empty, and none follow the last filled.
    pub(super) fn segment(&mut self, name: &str, fields: &[(usize, String)]) {
        self.text.push_str(name);
        // MSH-1 is the bar itself and MSH-2 the other four delimiters.
        let mut written = if name == "MSH" {
            self.text.push_str("|^~\\&");
            2
        } else {
            0
        };
        for (number, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            while written < *number {
                self.text.push('|');
                written += 1;
            }
            self.text.push_str(value);
        }
        self.text.push('\r');
    }

    /// The bytes, in UTF-8 or in ISO 8859-1; the people and texts of this crate exist in both.
    pub(super) fn bytes(self, latin1: bool) -> Vec<u8> {
        if latin1 {
            self.text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
        } else {
            self.text.into_bytes()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_at_their_numbers() {
        let mut out = Er7::begin();
        out.segment("MSH", &[(3, "A".into()), (7, "T".into())]);
        out.segment("PID", &[(3, "N".into()), (5, String::new())]);
        out.segment("OBX", &[(1, "1".into()), (11, "X".into())]);
        assert_eq!(out.bytes(false), b"MSH|^~\\&|A||||T\rPID|||N\rOBX|1||||||||||X\r");
    }

    #[test]
    fn latin_1_is_one_byte_a_letter() {
        let mut out = Er7::begin();
        out.segment("PID", &[(5, "Søren".into())]);
        assert_eq!(out.bytes(true), b"PID|||||S\xf8ren\r");
    }
}
