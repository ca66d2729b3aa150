//! Nothing honest is refused: any batch split, certificates on all headers or on the last, controls only or whole
//! blocks with records and bodies.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wl_ledger::block::LaneItem;
use wl_ledger::propose::{Proposer, Tail};
use wl_ledger::verify::Verifier;

use crate::build::{Chain, predecessor};
use crate::steps::{any_history, play};

fn without_certificate(item: &LaneItem) -> LaneItem {
    LaneItem { certificate: None, ..item.clone() }
}

/// Verifies every record of a chain under the state of its block and under the newest state, bodies included.
fn check_records(chain: &Chain) -> Result<usize, TestCaseError> {
    let (mut tails, mut count) = (BTreeMap::new(), 0);
    for (height, block) in chain.source.blocks().iter().enumerate() {
        let after = &chain.verifiers[height + 1];
        let admitted = after.tip().unwrap().admit(block.entries.clone()).unwrap();
        for entry in admitted.entries() {
            let wl_ledger::block::Entry::Record(bytes) = entry.entry() else { continue };
            let stream = wl_ledger::record::SignedRecord::parse(bytes).unwrap().header().stream;
            let before = predecessor(&tails, stream);
            let record = entry.record(after.state(), before).unwrap().unwrap();
            prop_assert_eq!(&entry.record(chain.end().state(), before), &Ok(Some(record.clone())));
            let body = chain.source.body(&record.hash()).unwrap();
            prop_assert_eq!(record.ciphertext(body), Ok(&body.ciphertext[..]));
            tails.insert(stream, Tail { seq: record.header().seq, hash: record.hash() });
            count += 1;
        }
    }
    Ok(count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_honest_chain_passes_whole_and_in_any_split(
        (setup, steps) in any_history(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6), sparse: bool,
    ) {
        let chain = Chain::new(play(setup, &steps));
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(chain.len())).collect();
        ends.extend([0, chain.len()]);
        ends.sort_unstable();
        let mut verifier = Verifier::new(chain.id());
        for pair in ends.windows(2) {
            let mut batch = chain.lane[pair[0]..pair[1]].to_vec();
            let inner = batch.len().saturating_sub(1);
            if sparse {
                batch[..inner].iter_mut().for_each(|item| *item = without_certificate(item));
            }
            prop_assert_eq!(verifier.advance(&batch), Ok(batch.len()));
            // The same again changes nothing.
            prop_assert_eq!(verifier.advance(&batch), Ok(0));
        }
        prop_assert_eq!(verifier.state().root(), chain.source.state().root());
        prop_assert_eq!(verifier.tip(), chain.end().tip());
        prop_assert!(check_records(&chain)? >= 3);
    }

    #[test]
    fn a_proposer_resumes_where_its_chain_ends((setup, steps) in any_history()) {
        let chain = Chain::new(play(setup, &steps));
        let resumed = Proposer::resume(chain.id(), &chain.lane, chain.tails()).unwrap();
        prop_assert_eq!(resumed.tip(), chain.source.proposer().tip());
        prop_assert_eq!(resumed.state().root(), chain.source.state().root());
        for (stream, tail) in chain.tails() {
            prop_assert_eq!(resumed.tail(stream), Some(&tail));
            prop_assert_eq!(chain.source.proposer().tail(stream), Some(&tail));
        }
    }
}
