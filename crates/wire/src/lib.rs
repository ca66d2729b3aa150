//! Messages, TLS and HTTP glue shared by hub, gateway and desk.

pub mod access;
pub mod client;
pub mod enrolment;
pub mod files;
pub mod gateway;
pub mod identity;
pub mod messages;
pub mod process;
pub mod public;
pub mod security;
pub mod serve;
pub mod sse;
pub mod tls;
pub mod trusted;
