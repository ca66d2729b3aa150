//! Seeds of what `seal` and `vitals` read.

use wl_ledger::{Category, ChainId, DeviceId, Epoch, Generation, PatientId, Seq, StreamId, UnixMillis};
use wl_seal::notice::{NoticeContext, seal_notice};
use wl_seal::share::{Threshold, seal_share};
use wl_seal::{
    AlarmContext, AlarmHeader, BedAlias, EpochContext, EpochSecret, GenerationContext, GenerationSecret,
    LockKey, Passphrase, ReadingIdentity, RecordContext, Vault, WorkFactor, seal_alarm_header, seal_document,
    seal_envelope, seal_record,
};
use wl_vitals::alarm::{AckComment, AlarmAck, AlarmEngine, AlarmEvent, AlarmId, Settings};
use wl_vitals::chunk::{Chunk, Sample, SeriesKey};
use wl_vitals::frame::{self, Waveform};
use wl_vitals::limits::adult;
use wl_vitals::news2::Scale;
use wl_vitals::writing::{
    Acceptance, Advice, AdviceKind, Answer, AnswerWord, Arrival, CoSignature, Delivery, Goal, HandOver,
    Illness, Note, NoteKind, Noted, Order, OrderStep, Ordered, Outcome, Programme, ProgrammeEnd,
    ProgrammeKind, Reply, Step, Withdrawal, Writing,
};
use wl_vitals::{Consciousness, Decimal, Frame, Parameter, Quality, Reading, Value};

use crate::Seeds;

const BASE: UnixMillis = UnixMillis(1_768_003_200_000);

pub(crate) fn add(seeds: &mut Seeds) {
    add_sealed(seeds);
    add_readings(seeds);
    add_alarms(seeds);
    add_writings(seeds);
}

fn push(seeds: &mut Seeds, target: &'static str, name: impl Into<String>, bytes: Vec<u8>) {
    seeds.entry(target).or_default().push((name.into(), bytes));
}

/// The same places and secrets as in the parsers' own file.
fn add_sealed(seeds: &mut Seeds) {
    let generation = GenerationContext {
        chain: ChainId::from_bytes([0x11; 32]),
        patient: PatientId::from_bytes([0x22; 16]),
        category: Category::Vitals,
        generation: Generation(3),
    };
    let record = RecordContext {
        chain: generation.chain,
        patient: generation.patient,
        category: generation.category,
        stream: StreamId(1),
        seq: Seq(9),
        epoch: Epoch(4),
        kind: 0,
    };
    let epoch = EpochContext { generation, epoch: record.epoch };
    let secret = EpochSecret::from_bytes([0x44; 32]);
    let keys = secret.keys(&epoch).unwrap();
    let nonce = [0x55; 24];
    for (name, plain) in [("empty", b"".as_slice()), ("short", b"HR 72"), ("long", &[7; 700])] {
        let sealed = seal_record(keys.record_key(), &nonce, &record, plain).unwrap();
        push(seeds, "sealed-record", name, sealed);
        push(seeds, "document", name, seal_document(keys.recipient(), &record, plain).unwrap());
    }
    let of_generation = GenerationSecret::from_bytes([0x33; 32]);
    let wrapped = of_generation.wrap_epoch(&epoch, &secret, &nonce).unwrap();
    push(seeds, "wrapped-epoch", "one", wrapped);
    let reader = ReadingIdentity::from_bytes([0x77; 32]).unwrap();
    push(seeds, "recipient", "one", reader.recipient().as_str().as_bytes().to_vec());
    push(seeds, "recipient", "hybrid", b"age1pq1qqqqqqqqqqqqqqqq".to_vec());
    push(seeds, "envelope", "one", seal_envelope(reader.recipient(), &generation, &of_generation).unwrap());
    let place = NoticeContext { chain: generation.chain, stream: record.stream, seq: record.seq, kind: 10 };
    push(seeds, "notice", "one", seal_notice(&[reader.recipient().clone()], &place, b"opened").unwrap());
    let threshold = Threshold::new(2, 3).unwrap();
    let shares = of_generation.split(threshold, |bytes: &mut [u8; 32]| {
        *bytes = [0x21; 32];
        Ok::<(), ()>(())
    });
    let share = &shares.unwrap()[0];
    push(seeds, "key-share", "one", seal_share(reader.recipient(), &generation, share).unwrap());
    let vault = Vault::from_entropy(&core::array::from_fn(|place| u8::try_from(place).unwrap())).unwrap();
    let passphrase = Passphrase::new("correct horse battery".to_owned()).unwrap();
    push(seeds, "vault", "one", vault.seal(&passphrase, WorkFactor::new(1).unwrap()).unwrap());
    let alarm = AlarmContext { chain: generation.chain, stream: record.stream, seq: record.seq };
    let header = AlarmHeader { priority: 2, bed: BedAlias::new("12").unwrap(), raised: BASE };
    let sealed = seal_alarm_header(&LockKey::from_bytes([0x66; 32]), &nonce, &alarm, &header).unwrap();
    push(seeds, "alarm-header", "one", sealed);
    let mut content = vec![0x83, 2, 0x62, b'1', b'2', 0x1b];
    content.extend_from_slice(&BASE.0.to_be_bytes());
    content.resize(64, 0);
    push(seeds, "alarm-header-content", "one", content);
    // {0: 1, 1: chain, 2: patient, 3: category, 4: generation, 5: secret}
    let mut content = vec![0xa6, 0, 1, 1, 0x58, 32];
    content.extend_from_slice(&[0x11; 32]);
    content.extend_from_slice(&[2, 0x50]);
    content.extend_from_slice(&[0x22; 16]);
    content.extend_from_slice(&[3, 0, 4, 3, 5, 0x58, 32]);
    content.extend_from_slice(&[0x33; 32]);
    push(seeds, "envelope-content", "one", content);
    // {0: 1, 1: signing, 2: reading, 3: transport, 4: database}
    let mut content = vec![0xa5, 0, 1];
    for (label, secret) in [(1, [1; 32]), (2, [0x77; 32]), (3, [3; 32]), (4, [4; 32])] {
        content.extend_from_slice(&[label, 0x58, 32]);
        content.extend_from_slice(&secret);
    }
    push(seeds, "vault-content", "one", content);
    // {0: 1, 1: patient, 2: seed}
    let mut content = vec![0xa3, 0, 1, 1, 0x50];
    content.extend_from_slice(&[0x22; 16]);
    content.extend_from_slice(&[2, 0x58, 32]);
    content.extend_from_slice(&[9; 32]);
    push(seeds, "consent-content", "one", content);
    // {0: 1, 1: chain, 2: patient, 3: category, 4: generation, 5: needed, 6: number, 7: share}
    let mut content = vec![0xa8, 0, 1, 1, 0x58, 32];
    content.extend_from_slice(&[0x11; 32]);
    content.extend_from_slice(&[2, 0x50]);
    content.extend_from_slice(&[0x22; 16]);
    content.extend_from_slice(&[3, 0, 4, 3, 5, 2, 6, 1, 7, 0x58, 32]);
    content.extend_from_slice(&[9; 32]);
    push(seeds, "share-content", "one", content);
    // {0: 1, 1: chain, 2: stream, 3: seq, 4: kind, 5: padded content}
    let mut content = vec![0xa6, 0, 1, 1, 0x58, 32];
    content.extend_from_slice(&[0x11; 32]);
    content.extend_from_slice(&[2, 1, 3, 9, 4, 10, 5, 0x58, 32, b'x', 0x80]);
    content.extend_from_slice(&[0; 30]);
    push(seeds, "notice-content", "one", content);
    // {0: 1, 1: backup, 2: hub, 3: recipient, 4: [digest, digest], 5: needed, 6: number, 7: share}
    let mut content = vec![0xa8, 0, 1, 1, 0x50];
    content.extend_from_slice(&[0x44; 16]);
    content.extend_from_slice(&[2, 0x50]);
    content.extend_from_slice(&[0x22; 16]);
    content.extend_from_slice(&[3, 0x78, 62]);
    content.extend_from_slice(reader.recipient().as_str().as_bytes());
    content.extend_from_slice(&[4, 0x82]);
    for digest in [[7; 32], [8; 32]] {
        content.extend_from_slice(&[0x58, 32]);
        content.extend_from_slice(&digest);
    }
    content.extend_from_slice(&[5, 2, 6, 1, 7, 0x58, 32]);
    content.extend_from_slice(&[9; 32]);
    push(seeds, "backup-share", "one", content);
}

fn number(parameter: Parameter, value: Decimal, second: i64) -> Reading {
    let info = parameter.info();
    Reading {
        code: info.code,
        channel: 0,
        value: Value::Number(value),
        unit: info.unit,
        taken: BASE.plus(second * 1_000),
        quality: Quality::Good,
    }
}

fn add_readings(seeds: &mut Seeds) {
    let level = Reading {
        value: Value::Consciousness(Consciousness::Voice),
        ..number(Parameter::Consciousness, Decimal::whole(0), 0)
    };
    let readings = vec![
        number(Parameter::HeartRate, Decimal::whole(72), 0),
        number(Parameter::Temperature, Decimal::tenths(368), 1),
        Reading { channel: 2, quality: Quality::Demo, ..number(Parameter::Spo2, Decimal::whole(97), 1) },
        level,
    ];
    for (name, readings) in [("none", vec![]), ("four", readings)] {
        let frame = Frame { device: DeviceId(7), received: BASE.plus(40), readings };
        push(seeds, "frame", name, frame::encode(&frame, BASE).unwrap());
    }
    let wave = Waveform {
        device: DeviceId(7),
        code: Parameter::HeartRate.code(),
        channel: 0,
        start: BASE,
        rate: 250_000,
        unit: Parameter::HeartRate.info().unit,
        gain: Decimal::tenths(25),
        baseline: 2048,
        quality: Quality::Good,
        samples: (0i16..100).map(|place| 2048 + (place * 37) % 301).collect(),
    };
    push(seeds, "waveform", "one", frame::encode_waveform(&wave, BASE).unwrap());
    let key = SeriesKey {
        device: DeviceId(3),
        code: Parameter::HeartRate.code(),
        channel: 0,
        unit: Parameter::HeartRate.info().unit,
        scale: 0,
        coded: false,
    };
    for (name, length, noise) in [("short", 5i64, 1i64), ("even", 200, 0), ("noisy", 400, 7_919)] {
        let samples = (0..length).map(|place| Sample {
            taken: BASE.plus(place * 1_000 + (place * noise) % 97),
            mantissa: i32::try_from(70 + (place * noise) % 53).unwrap(),
            quality: Quality::Good,
            seq: Seq(u64::try_from(place).unwrap()),
        });
        push(seeds, "chunk", name, Chunk::new(key, samples.collect()).unwrap().encode().unwrap());
    }
    for text in ["36.8", "-0.05", "120", "1e3"] {
        push(seeds, "decimal", text, text.as_bytes().to_vec());
    }
}

/// What a deterioration and its end say.
fn add_alarms(seeds: &mut Seeds) {
    let patient = PatientId::from_bytes([7; 16]);
    let mut engine =
        AlarmEngine::new(Settings { patient, limits: adult(Scale::One), interval: 1_000, same_limb: false });
    let mut told: Vec<AlarmEvent> = Vec::new();
    for second in 0..80 {
        let value = if second < 40 { 84 - second / 10 } else { 97 };
        let reading = number(Parameter::Spo2, Decimal::whole(i32::try_from(value).unwrap()), second);
        told.extend(engine.step(reading.taken, &[reading]));
    }
    for (place, event) in told.iter().enumerate() {
        push(seeds, "alarm-event", format!("{place}"), event.to_bytes());
    }
    push(seeds, "engine-snapshot", "one", engine.snapshot());
    let alarm = AlarmId::from_bytes([5; 16]);
    let acknowledgement = AlarmAck { alarm, at: BASE, comment: AckComment::Going };
    push(seeds, "alarm-acknowledgement", "one", acknowledgement.to_bytes());
}

/// One writing of each sort.
fn add_writings(seeds: &mut Seeds) {
    let (at, record) = (BASE, wl_ledger::Hash::from_bytes([0x5f; 32]));
    let text = || "Slept well.\nDrank 300 ml.".to_owned();
    let note = Note { at, kind: NoteKind::Nursing, amends: Some(record), text: text() };
    let hand_over = HandOver {
        at,
        to: wl_ledger::KeyId::from_bytes([7; 16]),
        illness: Illness::Watcher,
        verified: text(),
        summary: text(),
        actions: text(),
        situation: text(),
    };
    let all = [
        Writing::Note(note),
        Writing::CoSignature(CoSignature { at, record }),
        Writing::HandOver(hand_over),
        Writing::Acceptance(Acceptance { at, record, synthesis: text() }),
        Writing::Order(Order {
            at,
            ordered: Ordered::Observation { minutes: 60, observe: text() },
            note: None,
        }),
        Writing::Order(Order {
            at,
            ordered: Ordered::Oxygen { target: (88, 92), device: text() },
            note: Some(text()),
        }),
        Writing::OrderStep(OrderStep { at, record, step: Step::Queried, text: Some(text()) }),
        Writing::Advice(Advice { at, follows: None, kind: AdviceKind::Advice, until: None, text: text() }),
        Writing::Advice(Advice {
            at,
            follows: Some(record),
            kind: AdviceKind::Proposal,
            until: Some(at.plus(3_600_000)),
            text: text(),
        }),
        Writing::Withdrawal(Withdrawal { at, record, text: text() }),
        Writing::Delivery(Delivery { at, record, arrival: Arrival::Delivered, by: None }),
        Writing::Delivery(Delivery {
            at,
            record,
            arrival: Arrival::Read,
            by: Some(wl_ledger::KeyId::from_bytes([7; 16])),
        }),
        Writing::Reply(a_reply(Answer { at, record, word: AnswerWord::Asked, text: Some(text()) })),
        Writing::Reply(a_reply(Answer { at, record, word: AnswerWord::Accepted, text: None })),
        Writing::Noted(Noted { at, record }),
        Writing::Programme(Programme {
            at,
            replaces: Some(record),
            kind: ProgrammeKind::Prevention,
            title: text(),
            from: at,
            until: at.plus(86_400_000),
            goals: vec![Goal {
                parameter: Parameter::Weight,
                low: None,
                high: Some(Decimal { mantissa: 805, scale: -1 }),
                by: at.plus(3_600_000),
            }],
            text: None,
        }),
        Writing::ProgrammeEnd(ProgrammeEnd { at, record, outcome: Outcome::Partly, text: text() }),
    ];
    for (place, writing) in all.iter().enumerate() {
        push(seeds, "writing", format!("{place}"), writing.to_bytes());
    }
}

fn a_reply(answer: Answer) -> Reply {
    let key = wl_ledger::keys::SigningKey::from_seed(&[0x33; 32]);
    Reply::sign(answer, &ChainId::from_bytes([0x11; 32]), &PatientId::from_bytes([0x22; 16]), &key)
}
