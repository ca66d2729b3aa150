//! Which characters a short text may bear: a name, a bed, a reason on one line.

/// The explicit directional marks, embeddings, overrides and isolates of Unicode (UAX #9 §2): with one of them a name
/// could look like another one.
pub fn turns_direction(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether every character of one line shows as what it is: none controls anything, none turns the direction of what
/// follows.
pub fn is_plain_line(text: &str) -> bool {
    !text.chars().any(|character| character.is_control() || turns_direction(character))
}
