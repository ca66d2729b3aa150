//! HL7 v2 ORU messages (ER7 encoding), from received bytes to readings and back to the acknowledgement.
//!
//! What is accepted, answered and kept, and the habits of real gateways: `docs/spec/hl7.md`. The reader is pure, never
//! panics, bounds everything it counts, and accounts for every segment. One call decodes, one replies:
//!
//! ```
//! use wl_hub::ingest::hl7::{SourceProfile, Stamp, Verdict, decode, reply};
//! use wl_ledger::UnixMillis;
//!
//! let message = b"MSH|^~\\&|MON|W4|||20260110003100||ORU^R01|1|P|2.6\rPID|||7^^^W^MR\r\
//!     OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|62.8|/min^^UCUM|||||F\r";
//! let stamp = Stamp { at: UnixMillis(1_768_005_060_000), control_id: "A1" };
//! let answer = match decode(message, &SourceProfile::default()) {
//!     Ok(decoded) => {
//!         assert_eq!(decoded.readings().count(), 1);
//!         reply(&decoded.reply_to, &Verdict::Accepted, &stamp)
//!     }
//!     Err(refusal) => reply(&refusal.reply_to, &Verdict::Refused(refusal.reason), &stamp),
//! };
//! assert!(String::from_utf8(answer.unwrap_or_default()).unwrap_or_default().contains("MSA|AA|1"));
//! ```

mod ack;
mod charset;
pub mod er7;
mod escape;
mod header;
mod identity;
mod oru;
mod profile;
mod refusal;
mod time;

pub use ack::{Stamp, Verdict, reply};
pub use charset::{BadByte, Charset};
pub use header::ReplyTo;
pub use identity::{DeviceIdentity, Location, PatientIdentifier};
pub use oru::{
    Census, DecodedMessage, MessageKind, ObservedRow, Row, RowCode, RowKey, TimeSource, WaveRow, decode,
};
pub use profile::{AckCodes, CodeRule, Limits, SENTINELS, SamplingRule, SourceProfile, UnitRule};
pub use refusal::{Answer, Place, Reason, Refusal};
pub use time::{TimeError, Timestamp, UtcOffset, parse_timestamp};
