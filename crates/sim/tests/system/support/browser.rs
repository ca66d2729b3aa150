//! A browser for the patient's page.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A browser without script: it keeps one cookie and says where forms come from.
pub(crate) struct Browser {
    pub(crate) at: SocketAddr,
    pub(crate) cookie: Option<String>,
    pub(crate) origin: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(at: SocketAddr) -> Self {
        Self { at, cookie: None, origin: Some(format!("http://{at}")) }
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, host: &str, form: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        if let Some(cookie) = &self.cookie {
            request.push_str(&format!("Cookie: {cookie}\r\n"));
        }
        if method == "POST" {
            if let Some(origin) = &self.origin {
                request.push_str(&format!("Origin: {origin}\r\n"));
            }
            let length = form.len();
            request.push_str(&format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
            ));
        }
        request.push_str("\r\n");
        request.push_str(form);
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // A server that refuses a body may close before it is read whole.
        let _closed = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let set = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        if let Some(cookie) = set.and_then(|cookie| cookie.split(';').next()) {
            self.cookie = Some(cookie.to_owned());
        }
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let host = self.at.to_string();
        self.send("GET", path, &host, "").await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Answer {
        let host = self.at.to_string();
        self.send("POST", path, &host, form).await
    }
}

/// The hidden fields of the form on a page, as a browser sends them.
pub(crate) fn hidden(page: &str) -> String {
    let mut fields = Vec::new();
    for input in page.split("<input type=hidden name=\"").skip(1) {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        let (value, _) = rest.split_once('"').unwrap();
        fields.push(format!("{name}={}", encoded(&unescaped(value))));
    }
    // The first form of a page is the one to sign out.
    fields.dedup();
    fields.join("&")
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&amp;", "&")
}

/// A value as a form sends it.
pub(crate) fn encoded(value: &str) -> String {
    let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    value
        .bytes()
        .map(|byte| if safe(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
