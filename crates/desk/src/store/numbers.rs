//! The border to SQLite's types: newtypes leave as integers and bytes here and come back checked.

use super::StoreError;
use wl_ledger::{Height, Seq};

pub(super) fn height(height: Height) -> Result<i64, StoreError> {
    i64::try_from(height.0).map_err(|_| StoreError::Column("height"))
}

pub(super) fn height_of(value: i64) -> Result<Height, StoreError> {
    u64::try_from(value).map(Height).map_err(|_| StoreError::Column("height"))
}

pub(super) fn seq(seq: Seq) -> Result<i64, StoreError> {
    i64::try_from(seq.0).map_err(|_| StoreError::Column("seq"))
}

pub(super) fn seq_of(value: i64) -> Result<Seq, StoreError> {
    u64::try_from(value).map(Seq).map_err(|_| StoreError::Column("seq"))
}

pub(super) fn small(value: i64, column: &'static str) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| StoreError::Column(column))
}

pub(super) fn bytes<const N: usize>(value: &[u8], column: &'static str) -> Result<[u8; N], StoreError> {
    value.try_into().map_err(|_| StoreError::Column(column))
}
