//! Records a second that the gateway judges, certifies and commits with fsync, beside its own limit: the checks of the
//! same records alone, without a disk.
#![allow(missing_docs, clippy::expect_used)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::sync::Arc;
use wl_gateway::feed::Feed;
use wl_gateway::sequencer::solo::{Parts, solo};
use wl_gateway::sequencer::{Sequencer as _, Tip, Uninterrupted};
use wl_gateway::store::Store;
use wl_gateway::{clock, found, keys::Keys};
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::fixtures::{self, Setup, TestChain};
use wl_ledger::propose::Proposer;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::{Height, StreamId};
use wl_wire::messages::{Item, Receipt};

const RECORDS: usize = 1024;
/// About what six vitals of one message take, sealed.
const BODY: [u8; 96] = [7; 96];

fn next(chain: &mut TestChain) -> Item {
    let (record, body) = chain.draft("hub", StreamId(0), RecordKind::Frame, &BODY);
    let entry = Entry::Record(record.bytes().to_vec());
    chain.offer(entry.clone(), Some(&body)).expect("the fixture takes it");
    Item { entry, body: Some(body) }
}

fn ward_items(chain: &TestChain) -> Vec<Item> {
    let entries = chain.blocks().iter().skip(1).flat_map(|block| &block.entries);
    entries
        .map(|entry| {
            let body = match entry {
                Entry::Control(_) => None,
                Entry::Record(bytes) => {
                    chain.body(&SignedRecord::parse(bytes).expect("a record").hash()).cloned()
                }
            };
            Item { entry: entry.clone(), body }
        })
        .collect()
}

fn ingest(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let dir = tempfile::tempdir().expect("a directory");
    let genesis = Setup::default().genesis();
    let mut chain = TestChain::ward();
    let keys = Keys::from_seeds(
        *fixtures::hash("key/gateway").as_bytes(),
        *fixtures::hash("key/gateway/transport").as_bytes(),
    );
    let (sequencer, thread) = runtime.block_on(async {
        found::establish(dir.path(), &keys, &genesis, fixtures::START).await.expect("founded");
        let path = wl_gateway::Paths::of(dir.path()).database;
        let store = Store::open(&path, chain.chain()).await.expect("a store");
        let lane: Vec<LaneItem> = store.lane(Height(0), Height(0), usize::MAX).await.expect("a lane");
        let proposer = Proposer::resume(chain.chain(), &lane, []).expect("a chain");
        let (height, id, time) = proposer.tip().expect("a tip");
        let feed = Arc::new(Feed::new(Tip { height, id, time }, proposer.state()));
        let parts =
            Parts { proposer, key: keys.signing(), store: Arc::new(store), feed, clock: clock::system() };
        let (sequencer, task) = solo(parts, Uninterrupted);
        let handle = tokio::runtime::Handle::current();
        (sequencer, std::thread::spawn(move || handle.block_on(task)))
    });
    for item in ward_items(&chain) {
        let receipts = runtime.block_on(sequencer.submit(vec![item])).expect("receipts");
        assert!(matches!(receipts[..], [Receipt::Sealed(_)]), "{receipts:?}");
    }
    let mut group = criterion.benchmark_group("ingest");
    group.sample_size(20).throughput(Throughput::Elements(RECORDS as u64));
    group.bench_function("judged, certified, committed", |bencher| {
        bencher.iter_batched(
            || (0..RECORDS).map(|_| next(&mut chain)).collect::<Vec<_>>(),
            |items| runtime.block_on(sequencer.submit(items)).expect("receipts"),
            BatchSize::PerIteration,
        );
    });
    let author = fixtures::key("hub").public();
    let (id, mut previous) = (chain.chain(), chain.proposer().tail(StreamId(0)).expect("a tail").hash);
    let records: Vec<_> = (0..RECORDS)
        .map(|_| {
            let item = next(&mut chain);
            let record = SignedRecord::parse(item.entry.bytes()).expect("a record");
            let place = core::mem::replace(&mut previous, record.hash());
            (record, place, item.body.expect("a body"))
        })
        .collect();
    group.bench_function("limit: signature and body alone", |bencher| {
        bencher.iter(|| {
            for (record, previous, body) in &records {
                record.verify_body(body).expect("its body");
                record.verify(&author, &id, previous).expect("its signature");
            }
        });
    });
    group.finish();
    drop(sequencer);
    let _ended = thread.join();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
