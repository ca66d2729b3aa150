//! Putting the proof of one value together.

use super::format::{BodySection, ValueSection};
use super::write::Writer;
use crate::block::LaneItem;
use crate::header::Header;
use crate::merkle;
use crate::record::Body;
use crate::verify::Verifier;
use crate::{Hash, Height};

/// The heights whose headers the proof of a record needs: those with control transactions, the record's own and the
/// newest certified one, ascending.
pub fn heights_for(controls: impl IntoIterator<Item = Height>, record: Height, head: Height) -> Vec<Height> {
    let mut heights: Vec<Height> = controls.into_iter().filter(|height| *height <= head).collect();
    heights.extend([Height(0), record, head]);
    heights.sort_unstable();
    heights.dedup();
    heights
}

/// Writes the proof of one record. `lane` holds the items at [`heights_for`], the last of them certified; `verifier` has
/// verified them. Costs a hash for each header of the chain. Gives nothing where `lane` does not fit the verifier.
pub fn value_proof(
    verifier: &Verifier,
    value: &ValueSection,
    lane: &[LaneItem],
    body: Option<Body>,
) -> Option<Vec<u8>> {
    let heights: Vec<u64> = lane
        .iter()
        .map(|item| Header::parse(&item.header).ok().map(|header| header.height.0))
        .collect::<Option<_>>()?;
    let (head, others) = heights.split_last()?;
    verifier.header(Height(*head))?;
    let before = verifier.headers_from(Height(0)).take_while(|header| header.height().0 < *head);
    let leaves: Vec<Hash> = before.map(|header| merkle::leaf_hash(header.id().as_bytes())).collect();
    // Genesis alone has no history.
    let lines = if leaves.is_empty() { Vec::new() } else { merkle::multiproof(&leaves, others)? };
    let (mut writer, mut bytes) = Writer::value(verifier.chain(), u64::try_from(lane.len()).ok()?, value);
    for item in lane {
        bytes.extend(writer.lane(item));
    }
    bytes.extend(writer.history(&lines));
    if let Some(Body { salt, ciphertext }) = body {
        let (height, index) = (value.height, value.index);
        bytes.extend(writer.body(&BodySection { height, index, salt, ciphertext }));
    }
    bytes.extend(writer.end());
    Some(bytes)
}
