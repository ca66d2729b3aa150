//! A device that speaks HL7 over MLLP, and its messages.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wl_ledger::UnixMillis;
use wl_sim::hl7::mllp_framed;

/// A heart rate row: OBX-3, value and unit.
pub(crate) fn heart_rate(value: &str) -> [String; 3] {
    row("147842^MDC_ECG_HEART_RATE^MDC", value, "264864^MDC_DIM_BEAT_PER_MIN^MDC")
}

pub(crate) fn row(code: &str, value: &str, unit: &str) -> [String; 3] {
    [code.to_owned(), value.to_owned(), unit.to_owned()]
}

/// An observation report of numeric rows, all taken at one time. Without a record number it has no PID.
pub(crate) fn report(
    device: &str,
    mrn: Option<&str>,
    control: &str,
    taken: UnixMillis,
    rows: &[[String; 3]],
) -> Vec<u8> {
    let time = hl7_time(taken);
    let mut text = format!(
        "MSH|^~\\&|GW^{device}^EUI-64|W4|||{time}||ORU^R01^ORU_R01|{control}|P|2.6|||NE|AL||UNICODE UTF-8\r"
    );
    if let Some(mrn) = mrn {
        text.push_str(&format!("PID|||{mrn}^^^W4^MR||Fernweh^Zoraida\r"));
    }
    text.push_str(&format!("OBR|1|||182777000^monitoring of patient^SCT|||{time}\r"));
    for (number, [code, value, unit]) in rows.iter().enumerate() {
        text.push_str(&format!(
            "OBX|{}|NM|{code}|1.1.1.{}|{value}|{unit}|||||R|||{time}\r",
            number + 1,
            number + 1
        ));
    }
    text.into_bytes()
}

/// A time in UTC with milliseconds.
pub(crate) fn hl7_time(at: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap().strftime("%Y%m%d%H%M%S%.3f+0000").to_string()
}

/// One connection, made again when it breaks.
pub(crate) struct Device {
    hub: SocketAddr,
    stream: Option<TcpStream>,
}

impl Device {
    pub(crate) fn new(hub: SocketAddr) -> Self {
        Self { hub, stream: None }
    }

    /// Sends a message once and gives the answer.
    pub(crate) async fn send(&mut self, message: &[u8]) -> io::Result<String> {
        self.send_framed(&mllp_framed(message)).await
    }

    /// Sends bytes that are framed already, or wrongly.
    pub(crate) async fn send_framed(&mut self, framed: &[u8]) -> io::Result<String> {
        let exchanged = tokio::time::timeout(Duration::from_secs(20), self.exchange(framed)).await;
        let answer = exchanged.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    async fn exchange(&mut self, framed: &[u8]) -> io::Result<String> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.hub).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().expect("made above");
        stream.write_all(framed).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(&[0x1c, 0x0d]) {
            let mut chunk = [0; 1024];
            match stream.read(&mut chunk).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => answer.extend_from_slice(&chunk[..count]),
            }
        }
        Ok(String::from_utf8(answer).expect("ours is UTF-8"))
    }

    /// Sends a message that must be taken in.
    pub(crate) async fn must(&mut self, message: &[u8]) {
        let answer = self.send(message).await.expect("an answer");
        assert!(answer.contains("\rMSA|AA|"), "{answer}");
    }
}
