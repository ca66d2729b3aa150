//! A bedside monitor that says what the bench tells it: HL7 v2 over MLLP, one connection, each answer awaited.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wl_ledger::UnixMillis;
use wl_sim::hl7::{DeviceIdentity, mllp_framed};

/// Identifier and unit of a row.
pub(crate) type Row = (&'static str, &'static str);

pub(crate) const HEART_RATE: Row = ("147842^MDC_ECG_HEART_RATE^MDC", "264864^MDC_DIM_BEAT_PER_MIN^MDC");
pub(crate) const SYSTOLIC: Row = ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "266016^MDC_DIM_MMHG^MDC");

/// Six vitals that nobody is alarmed by.
pub(crate) const SIX: [(Row, &str); 6] = [
    (HEART_RATE, "72"),
    (("151562^MDC_RESP_RATE^MDC", "264928^MDC_DIM_RESP_PER_MIN^MDC"), "15"),
    (("150456^MDC_PULS_OXIM_SAT_O2^MDC", "262688^MDC_DIM_PERCENT^MDC"), "97"),
    (("149530^MDC_PULS_OXIM_PULS_RATE^MDC", "264864^MDC_DIM_BEAT_PER_MIN^MDC"), "72"),
    (("150344^MDC_TEMP^MDC", "268192^MDC_DIM_DEGC^MDC"), "36.8"),
    (("150023^MDC_PRESS_BLD_NONINV_MEAN^MDC", "266016^MDC_DIM_MMHG^MDC"), "90"),
];

pub(crate) struct Monitor {
    identity: DeviceIdentity,
    stream: TcpStream,
    sent: u64,
}

impl Monitor {
    pub(crate) async fn connect(identity: DeviceIdentity, to: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { identity, stream, sent: 0 })
    }

    /// Sends rows taken at one time, and waits for the answer.
    pub(crate) async fn send(&mut self, taken: UnixMillis, rows: &[(Row, &str)]) -> anyhow::Result<()> {
        self.sent += 1;
        let message = self.message(taken, rows);
        self.stream.write_all(&mllp_framed(message.as_bytes())).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(&[0x1c, 0x0d]) {
            let count = self.stream.read_buf(&mut answer).await?;
            anyhow::ensure!(count > 0, "the receiver hung up");
        }
        let accepted = answer.windows(6).any(|part| part == b"MSA|AA");
        anyhow::ensure!(accepted, "refused: {}", String::from_utf8_lossy(&answer));
        Ok(())
    }

    fn message(&self, taken: UnixMillis, rows: &[(Row, &str)]) -> String {
        let (device, number, stamp) = (self.identity, self.sent, stamp(taken));
        let mut text = format!(
            "MSH|^~\\&|BENCH^{device}^EUI-64|Wardlight|||{stamp}||ORU^R01^ORU_R01|{number}|P|2.6|||NE|AL||\
             UNICODE UTF-8\rPID|||^^^PID^MR\rOBR|1|{number}^BENCH^{device}^EUI-64|||||{stamp}\r"
        );
        for (place, ((code, unit), value)) in (1u32..).zip(rows) {
            let sub = code.split('^').next().unwrap_or_default();
            text.push_str(&format!("OBX|{place}|NM|{code}|1.1.1.{sub}|{value}|{unit}|||||R\r"));
        }
        text
    }
}

fn stamp(time: UnixMillis) -> String {
    let time = jiff::Timestamp::from_millisecond(time.0).expect("a time of this era");
    time.strftime("%Y%m%d%H%M%S%.3f+0000").to_string()
}
