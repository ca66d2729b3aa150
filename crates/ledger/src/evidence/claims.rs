//! What a statement claims, once its signatures are checked.

use super::{Contradiction, EvidenceError, MAX_RUN, Run, Statement};
use crate::checkpoint::Checkpoint;
use crate::codec::CodecError;
use crate::header::{Certificate, Header, ValidatorSet, header_id};
use crate::heartbeat::verify_heartbeat;
use crate::merkle::leaf_hash;
use crate::{ChainId, Hash, Height, KeyId};
use std::collections::{BTreeMap, BTreeSet};

/// Header ids by height, history roots by number of headers, and who signed for all of it.
#[derive(Default)]
pub(super) struct Claims {
    ids: BTreeMap<Height, Hash>,
    roots: BTreeMap<u64, Hash>,
    pub(super) signers: BTreeSet<KeyId>,
}

impl Claims {
    pub(super) fn of(
        statement: &Statement,
        chain: &ChainId,
        validators: &ValidatorSet,
    ) -> Result<Self, EvidenceError> {
        match statement {
            Statement::Headers(run) => Self::of_run(run, chain, validators),
            Statement::Checkpoint(note) => {
                let verified = Checkpoint::verify(note, chain, validators)?;
                let (size, root) = (verified.get().size, verified.get().root);
                let signers = verified.signers().iter().copied().collect();
                Ok(Self { roots: BTreeMap::from([(size, root)]), signers, ..Self::default() })
            }
            Statement::Heartbeat(bytes) => {
                let verified = verify_heartbeat(bytes, chain, |author| validators.get(author).copied())?;
                let heartbeat = verified.get();
                let ids = BTreeMap::from([(heartbeat.height, heartbeat.header)]);
                Ok(Self { ids, signers: BTreeSet::from([heartbeat.author]), ..Self::default() })
            }
        }
    }

    /// Every header of the run is vouched for: the certified one names it through its chain of predecessors.
    fn of_run(run: &Run, chain: &ChainId, validators: &ValidatorSet) -> Result<Self, EvidenceError> {
        if run.headers.len() > MAX_RUN {
            return Err(CodecError::OutOfBounds { field: "headers" }.into());
        }
        let mut claims = Self::default();
        let mut frontier = run.frontier.clone();
        let mut last: Option<(Height, Hash)> = None;
        for (index, bytes) in run.headers.iter().enumerate() {
            let header = Header::parse(bytes).map_err(|source| EvidenceError::Header { index, source })?;
            let follows =
                last.is_none_or(|(height, id)| height.next() == Some(header.height) && header.previous == id);
            if header.chain != *chain || !follows {
                return Err(EvidenceError::Run { index });
            }
            let id = header_id(bytes);
            claims.ids.insert(header.height, id);
            claims.roots.insert(header.height.0, header.history_root);
            if let Some(frontier) = &mut frontier {
                if frontier.len() != header.height.0 || frontier.root() != header.history_root {
                    return Err(EvidenceError::Frontier);
                }
                frontier.append(leaf_hash(id.as_bytes()));
                claims.roots.insert(frontier.len(), frontier.root());
            }
            last = Some((header.height, id));
        }
        let (height, id) = last.ok_or(EvidenceError::Run { index: 0 })?;
        let certificate = Certificate::parse(&run.certificate)?;
        certificate.verify(validators, chain, height, &id)?;
        claims.signers = certificate.signatures.iter().map(|(signer, _)| *signer).collect();
        Ok(claims)
    }

    /// The first point at which two claims cannot both be true.
    pub(super) fn against(&self, other: &Self) -> Option<Contradiction> {
        let ids =
            self.ids.iter().find(|(height, id)| other.ids.get(*height).is_some_and(|theirs| theirs != *id));
        let roots = self
            .roots
            .iter()
            .find(|(size, root)| other.roots.get(*size).is_some_and(|theirs| theirs != *root));
        let header = ids.map(|(height, _)| Contradiction::Header(*height));
        header.or_else(|| roots.map(|(size, _)| Contradiction::History(*size)))
    }
}
