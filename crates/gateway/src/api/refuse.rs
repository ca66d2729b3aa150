//! Answers that are not success: a status and one sentence, never content of the request.

use crate::store::StoreError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use wl_ledger::codec;
use wl_wire::messages::CONTENT_TYPE;

/// Why a request is not served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// The request is malformed.
    Malformed(&'static str),
    /// There is nothing at this height yet.
    NotFound,
    /// The peer's requests come too fast.
    TooFast,
    /// Too much is under way.
    Busy,
    /// The gateway is stopping.
    Stopping,
    /// Not done in time.
    TooSlow,
    /// A fault of the gateway; its log says which.
    Internal,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Malformed(what) => (StatusCode::BAD_REQUEST, what),
            Self::NotFound => (StatusCode::NOT_FOUND, "no block at this height yet"),
            Self::TooFast => (StatusCode::TOO_MANY_REQUESTS, "too many requests; wait a second"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy; send again in a second"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping; send again"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the request took too long"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "fault of the gateway; see its log"),
        };
        let mut response = (status, text).into_response();
        if matches!(self, Self::TooFast | Self::Busy | Self::Stopping) {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "reading failed");
        Self::Internal
    }
}

/// A body in our encoding.
pub(super) fn encoded<T: minicbor::Encode<()>>(value: &T) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], codec::encode(value))
        .into_response()
}
