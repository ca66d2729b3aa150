//! Paths and lines of the public, read-only port (`docs/spec/public.md`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use wl_ledger::Hash;
use wl_ledger::merkle::MAX_PROOF;

/// GET the newest signed checkpoint with the words of witnesses, as text.
pub const CHECKPOINT: &str = "/public/v1/checkpoint";
/// GET `?from=HEIGHT&max=N`, answered by [`super::HeaderBatch`].
pub const HEADERS: &str = "/public/v1/headers";
/// GET `?from=SIZE&to=SIZE`: the lines of an RFC 6962 consistency proof.
pub const CONSISTENCY: &str = "/public/v1/consistency";
/// GET `?height=HEIGHT&size=SIZE`: the lines of an RFC 6962 inclusion proof.
pub const INCLUSION: &str = "/public/v1/inclusion";

/// Hashes as base64, one on each line.
pub fn write_lines(hashes: &[Hash]) -> String {
    hashes.iter().map(|hash| format!("{}\n", BASE64.encode(hash.as_bytes()))).collect()
}

/// Reads such lines; nothing where they are malformed or more than any proof has.
pub fn read_lines(bytes: &[u8]) -> Option<Vec<Hash>> {
    let text = core::str::from_utf8(bytes).ok()?;
    if text.is_empty() {
        return Some(Vec::new());
    }
    let lines = text.strip_suffix('\n')?.split('\n').take(MAX_PROOF + 1);
    let hash = |line| <[u8; Hash::LEN]>::try_from(BASE64.decode(line).ok()?).ok().map(Hash::from_bytes);
    let hashes: Vec<Hash> = lines.map(hash).collect::<Option<_>>()?;
    (hashes.len() <= MAX_PROOF).then_some(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_written_and_refused_otherwise() {
        for count in 0..=MAX_PROOF {
            let hashes: Vec<Hash> = (0..count).map(|at| Hash::from_bytes([at as u8; 32])).collect();
            let text = write_lines(&hashes);
            assert_eq!(read_lines(text.as_bytes()), Some(hashes));
        }
        let line = write_lines(&[Hash::from_bytes([1; 32])]);
        let table = [
            line.trim_end().to_owned(),
            format!("{line}\n"),
            format!("\n{line}"),
            line.replace('\n', "\r\n"),
            "AAAA\n".to_owned(),
            line.repeat(MAX_PROOF + 1),
        ];
        for text in table {
            assert_eq!(read_lines(text.as_bytes()), None, "{text:?}");
        }
    }
}
