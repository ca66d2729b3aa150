//! Where this person compares: kept in the database, so that nobody changes it from outside.

use super::{Store, StoreError};
use crate::second::Sources;
use wl_ledger::checkpoint::Witness;
use wl_ledger::codec;

/// Longest encoded setting.
const MAX_BYTES: usize = 64 * 1024;

/// The stored form: addresses, then verifier keys.
#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Stored {
    #[n(0)]
    addresses: Vec<String>,
    #[n(1)]
    witnesses: Vec<String>,
}

impl Store {
    /// The second sources; none where none were set.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sources(&self) -> Result<Sources, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE name = 'sources'")
            .fetch_optional(&self.readers)
            .await?;
        let Some((value,)) = row else { return Ok(Sources::default()) };
        let stored: Stored = codec::decode(&value, MAX_BYTES).map_err(|_| StoreError::Column("sources"))?;
        let witnesses = stored.witnesses.iter().map(|text| Witness::parse(text));
        let witnesses = witnesses.collect::<Result<_, _>>().map_err(|_| StoreError::Column("sources"))?;
        Ok(Sources { addresses: stored.addresses, witnesses })
    }

    /// Sets the second sources.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_sources(&self, sources: &Sources) -> Result<(), StoreError> {
        let witnesses = sources.witnesses.iter().map(ToString::to_string).collect();
        let stored = Stored { addresses: sources.addresses.clone(), witnesses };
        let mut writer = self.writer().await;
        sqlx::query("INSERT OR REPLACE INTO meta (name, value) VALUES ('sources', ?)")
            .bind(codec::encode(&stored))
            .execute(&mut *writer)
            .await?;
        Ok(())
    }
}
