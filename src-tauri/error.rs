//! How the shell itself refuses, in the window's own words.

use wl_desk::view::{ErrorCode, UiError};

/// The input cannot be read; `message` says which and why, without repeating it.
pub(crate) fn bad_input(message: impl Into<String>) -> UiError {
    UiError { code: ErrorCode::BadInput, message: message.into(), hint: String::new() }
}
