//! Messages, TLS and HTTP glue shared by hub, gateway and desk.

pub mod client;
pub mod enrolment;
pub mod files;
pub mod gateway;
pub mod identity;
pub mod messages;
pub mod serve;
pub mod sse;
pub mod tls;
