//! What a gateway refuses to start on.

use crate::support::*;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use wl_gateway::store::StoreError;
use wl_gateway::{Config, Paths, StartError, run};
use wl_ledger::fixtures::TestChain;
use wl_ledger::verify::VerifyError;

async fn stopped_ward() -> TempDir {
    let dir = founded().await;
    let gateway = Gateway::start(dir.path()).await;
    submit_ward(&gateway.client("admin"), &TestChain::ward()).await;
    gateway.stop().await;
    dir
}

async fn refusal(dir: &Path) -> StartError {
    match run(Config::new(dir, loopback()), CancellationToken::new()).await {
        Ok(_) => panic!("it must not start"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_database_does_not_start() {
    type Row = (&'static str, fn(&StartError) -> bool);
    let table: [Row; 5] = [
        (
            "UPDATE blocks SET certificate = (SELECT certificate FROM blocks WHERE height = 1) WHERE height = (SELECT max(height) FROM blocks)",
            |error| matches!(error, StartError::Chain(VerifyError::Certificate { .. })),
        ),
        ("UPDATE blocks SET header = zeroblob(9) WHERE height = 2", |error| {
            matches!(error, StartError::Chain(VerifyError::HeaderMalformed(_)))
        }),
        ("DELETE FROM blocks WHERE height = 1", |error| {
            matches!(error, StartError::Chain(_) | StartError::Store(StoreError::Range(_)))
        }),
        ("DELETE FROM entries WHERE place = (SELECT max(place) FROM entries)", |error| {
            matches!(error, StartError::Chain(VerifyError::EntryCount { .. } | VerifyError::Gap { .. }))
        }),
        ("UPDATE chain SET chain = zeroblob(32)", |error| {
            matches!(error, StartError::Store(StoreError::OtherChain(_)))
        }),
    ];
    for (change, expected) in table {
        let dir = stopped_ward().await;
        let options =
            SqliteConnectOptions::new().filename(Paths::of(dir.path()).database).foreign_keys(false);
        let mut connection = options.connect().await.expect("the database");
        sqlx::query(change).execute(&mut connection).await.expect("the change");
        sqlx::Connection::close(connection).await.expect("closed");
        let error = refusal(dir.path()).await;
        assert!(expected(&error), "{change}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_file_a_second_process_and_an_empty_directory_are_told_apart() {
    let dir = stopped_ward().await;
    let mut file =
        std::fs::OpenOptions::new().write(true).open(Paths::of(dir.path()).database).expect("the file");
    file.seek(SeekFrom::Start(4096)).expect("page 2");
    file.write_all(&[0xff; 4096]).expect("torn");
    drop(file);
    let error = refusal(dir.path()).await;
    assert!(matches!(error, StartError::Store(StoreError::Damaged(_))), "{error:?}");
    assert!(error.to_string().contains("backup"), "{error}");

    std::fs::write(Paths::of(dir.path()).database, b"this is no database at all, and long enough to be read")
        .expect("written");
    let error = refusal(dir.path()).await;
    assert!(matches!(error, StartError::Store(StoreError::Damaged(_))), "{error:?}");

    let dir = founded().await;
    let gateway = Gateway::start(dir.path()).await;
    assert!(matches!(refusal(dir.path()).await, StartError::Locked(_)));
    gateway.stop().await;

    let empty = tempfile::tempdir().expect("a directory");
    assert!(matches!(refusal(empty.path()).await, StartError::NotFounded(_)));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn exposed_keys_and_foreign_keys_do_not_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = founded().await;
    let keys = Paths::of(dir.path()).keys;
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o640)).expect("exposed");
    assert!(matches!(refusal(dir.path()).await, StartError::Keys(_)));
    wl_gateway::keys::Keys::from_seeds([1; 32], [2; 32]).write(&keys).expect("written");
    assert!(matches!(refusal(dir.path()).await, StartError::NotAValidator));
}
