//! The commands that hand out files for outsiders to check.

use super::{Answer, Desk};
use crate::proof;
use crate::view::{ExportView, UiError};
use crate::ward::RecordRef;
use std::path::Path;

fn record_of(text: &str) -> Answer<RecordRef> {
    text.parse().map_err(|()| UiError::bad_input("The record is not named as stream.number."))
}

impl Desk {
    /// The proof of a record as bytes (`docs/spec/archive.md`).
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn proof(&self, record_ref: &str) -> Answer<Vec<u8>> {
        let record = record_of(record_ref)?;
        proof::of_record(&*self.shared.open_session().await?, record).await
    }

    /// Saves the proof of a record as a file to carry.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn export_proof(&self, record_ref: String) -> Answer<ExportView> {
        let proof = self.proof(&record_ref).await?;
        let saved_as = self.shared.hand_out(&format!("wardlight-record-{record_ref}.wlproof"), &proof);
        Ok(ExportView { saved_as })
    }

    /// Writes the archive of the whole chain, as far as it is held here, to a file.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn archive_to(&self, path: &Path) -> Answer<()> {
        proof::of_chain(&*self.shared.open_session().await?, path).await
    }

    /// Saves the archive of the whole chain as a file to carry.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn export_archive(&self) -> Answer<ExportView> {
        let session = self.shared.open_session().await?;
        let chain = session.core().await.chain().to_string();
        let name: String = chain.chars().take(8).collect();
        let path = self.shared.handouts().join(format!("wardlight-chain-{name}.wlarchive"));
        proof::of_chain(&session, &path).await?;
        Ok(ExportView { saved_as: path.display().to_string() })
    }
}
