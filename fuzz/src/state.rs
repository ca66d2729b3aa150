//! The table of transitions under arbitrary actions with valid signatures: what an enrolled but hostile person can send.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use minicbor::Decoder;
use serde_json::Value;
use wl_ledger::control::{Action, SignedTransaction, Transaction};
use wl_ledger::fixtures::key;
use wl_ledger::keys::SigningKey;
use wl_ledger::state::State;
use wl_ledger::{Category, Height, KeyId, Role, UnixMillis};

use crate::{Target, target};

pub(crate) const TARGETS: &[Target] = &[target("state", 4096, state)];

/// The hospital in which the actions happen: the base of the vectors of agreements, with everybody of its cast.
const VECTORS: &str = include_str!("../../docs/spec/vectors/agreements.json");
/// Most transactions of one input.
const MOST: usize = 24;
/// Block time between two transactions is at most 2^25 ms, about nine hours.
const MOST_MILLIS: u32 = 1 << 25;

/// What stands before the first action of an input.
struct Scene {
    state: State,
    keys: Vec<SigningKey>,
    height: Height,
    time: UnixMillis,
}

/// The vectors, as they are read by tests too.
pub fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap_or_default()
}

/// Whose keys sign, by the bit of an input's mask.
pub fn signers(vectors: &Value) -> Vec<String> {
    let names = list(&vectors["keys"]).iter().filter_map(|key| key["name"].as_str());
    names.take(16).map(str::to_owned).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A transaction of the vectors.
pub fn transaction(step: &Value) -> Option<SignedTransaction> {
    let digits = step["transaction"].as_str()?.as_bytes().as_chunks::<2>().0;
    let bytes = digits.iter().map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok());
    SignedTransaction::parse(&bytes.collect::<Option<Vec<u8>>>()?).ok()
}

fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let vectors = vectors();
        let (mut state, mut height, mut time) = (State::default(), Height(0), UnixMillis(0));
        for step in list(&vectors["base"]) {
            height = Height(step["height"].as_u64().unwrap_or_default());
            time = UnixMillis(step["time"].as_i64().unwrap_or_default());
            let is_applied =
                transaction(step).is_some_and(|signed| state.apply(&signed, height, time).is_ok());
            assert!(is_applied, "the base of the vectors does not apply");
        }
        let keys = signers(&vectors).iter().map(|name| key(name)).collect();
        Scene { state, keys, height, time }
    })
}

/// A sequence of `mask, author, milliseconds, action`, each applied one block later.
fn state(input: &[u8]) -> bool {
    let scene = scene();
    let (mut state, mut height, mut time) = (scene.state.clone(), scene.height, scene.time);
    let mut decoder = Decoder::new(input);
    let mut applied = 0;
    for _ in 0..MOST {
        let (Ok(mask), Ok(author), Ok(later)) = (decoder.u16(), decoder.u8(), decoder.u32()) else { break };
        let Ok(action) = decoder.decode::<Action>() else { break };
        height = Height(height.0 + 1);
        time = time.plus(i64::from(later % MOST_MILLIS));
        let keys = scene.keys.iter().enumerate();
        let mut signers: Vec<&SigningKey> =
            keys.filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, key)| key).collect();
        // The first of them is the author; who it is decides, for instance, whose agreement is passed on.
        let turn = usize::from(author) % signers.len().max(1);
        signers.rotate_left(turn);
        applied += usize::from(apply(&mut state, &signers, action, (height, time)));
    }
    applied > 0
}

fn apply(
    state: &mut State,
    signers: &[&SigningKey],
    action: Action,
    (height, time): (Height, UnixMillis),
) -> bool {
    let (Some(chain), Some(author)) = (state.chain(), signers.first().map(|key| key.id())) else {
        return false;
    };
    let number = state.next_number(&author);
    let transaction = Transaction { number, author: Some(author), made: time, action };
    let signed = SignedTransaction::sign(signers, &chain, transaction);
    // What does not pass the parser never reaches the state.
    let Ok(signed) = SignedTransaction::parse(signed.bytes()) else { return false };
    let before = (state.root(), state.transactions(), state.next_number(&author));
    match state.apply(&signed, height, time) {
        Err(_) => {
            let after = (state.root(), state.transactions(), state.next_number(&author));
            assert!(before == after, "a refused transaction left a trace");
            false
        }
        Ok(()) => {
            assert!(state.root() != before.0, "a transaction was carried out that no state root shows");
            assert!(state.apply(&signed, height, time).is_err(), "one transaction was carried out twice");
            check(state, time);
            true
        }
    }
}

/// What must hold in every state.
fn check(state: &State, time: UnixMillis) {
    let active: BTreeSet<KeyId> =
        state.members().filter(|(_, member)| member.is_active()).map(|(key, _)| *key).collect();
    let admins = state
        .members()
        .filter(|(_, member)| member.is_active() && member.enrolment.role == Role::Admin)
        .count();
    assert!(admins > 0, "nobody is left who may administer");
    for (patient, _) in state.patients() {
        for category in (0..=u8::MAX).map_while(Category::from_code) {
            let readers = state.entitled(patient, category, time);
            assert!(readers.is_subset(&active), "a key that is not in force may read");
        }
    }
}
