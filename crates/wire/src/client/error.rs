//! Why a request failed, in the words of the person who has to do something about it.

use core::error::Error;

use reqwest::StatusCode;
use rustls::{AlertDescription, CertificateError};

use crate::sse::EventError;
use crate::tls::TlsError;

/// Why a request failed. Addresses are left out: paths may hold pseudonyms.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not an https address, or a path that leads elsewhere.
    #[error("address is not an https address of this server")]
    Address,
    /// TLS was not configured.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The server holds another key than the one pinned: someone is in between, or the server was
    /// set up anew and a new enrolment file is needed.
    #[error("server shows another key than the one this installation trusts")]
    WrongServer,
    /// The server does not know this installation's key: not enrolled yet, or revoked.
    #[error("server does not accept this installation's transport key: it is not enrolled or was revoked")]
    KeyRefused,
    /// No connection, or none any more.
    #[error("server cannot be reached: {0}")]
    Unreachable(#[source] reqwest::Error),
    /// No answer in time.
    #[error("server did not answer in time")]
    Timeout,
    /// The answer is longer than allowed.
    #[error("answer is longer than {limit} bytes")]
    TooLarge {
        /// Bound in bytes.
        limit: usize,
    },
    /// The server refused.
    #[error("server answered {status}")]
    Status {
        /// Its status.
        status: StatusCode,
    },
    /// The event stream is broken.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl ClientError {
    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        match refusal(&error) {
            Some(Refusal::OurCheck) => Self::WrongServer,
            Some(Refusal::TheirAlert) => Self::KeyRefused,
            None if error.is_timeout() => Self::Timeout,
            None => Self::Unreachable(error),
        }
    }
}

/// Which side did not accept the other's key.
#[derive(Clone, Copy)]
enum Refusal {
    OurCheck,
    TheirAlert,
}

/// With TLS 1.3 a client learns that its certificate was refused only when it first reads.
const ALERTS: [rustls::Error; 2] = [
    rustls::Error::AlertReceived(AlertDescription::AccessDenied),
    rustls::Error::AlertReceived(AlertDescription::CertificateRequired),
];

/// Looks for a refusal down the chain of sources. An I/O error hides what it wraps from `source`.
fn refusal(error: &(dyn Error + 'static)) -> Option<Refusal> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref::<rustls::Error>() {
            return refusal_of(fault);
        }
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(inner) = wrapped {
            // HTTP/2 keeps only the text of an I/O error: compare with what rustls would say.
            let text = inner.to_string();
            if ALERTS.iter().any(|alert| alert.to_string() == text) {
                return Some(Refusal::TheirAlert);
            }
        }
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn refusal_of(fault: &rustls::Error) -> Option<Refusal> {
    if ALERTS.contains(fault) {
        return Some(Refusal::TheirAlert);
    }
    let ours = CertificateError::ApplicationVerificationFailure;
    (*fault == rustls::Error::InvalidCertificate(ours)).then_some(Refusal::OurCheck)
}
