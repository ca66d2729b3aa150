//! The commands about whether everybody is shown the same.

use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, Moment};
use crate::second::{MAX_ADDRESS_BYTES, MAX_SOURCES, MAX_WITNESSES, Sources};
use crate::sync::{Input, View};
use crate::view::{ComparisonRow, HandoutView, IntegrityView, UiError};
use wl_ledger::Height;
use wl_ledger::checkpoint::{Checkpoint, Note, Witness};
use wl_wire::client::ClientLimits;
use wl_wire::enrolment::{read_head, write_head};
use wl_wire::messages::CertifiedHeader;
use wl_wire::public::PublicClient;

/// What a view from a colleague's file is called.
const FILE: &str = "file";

impl Desk {
    /// Second sources, how they compare, and the evidence that is kept.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn integrity(&self) -> Answer<IntegrityView> {
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        Ok(present::integrity_view(&Moment::new(&mut core, edge::now())))
    }

    /// Sets where this workstation compares, and compares at once.
    ///
    /// # Errors
    /// [`UiError`] for an address or a verifier key that cannot be used.
    pub async fn set_sources(&self, addresses: Vec<String>, witnesses: Vec<String>) -> Answer<IntegrityView> {
        if addresses.len() > MAX_SOURCES || witnesses.len() > MAX_WITNESSES {
            return Err(UiError::bad_input("At most 8 addresses and 16 witnesses can be set."));
        }
        for address in &addresses {
            if address.len() > MAX_ADDRESS_BYTES
                || PublicClient::new(address, ClientLimits::default()).is_err()
            {
                return Err(UiError::bad_input("An address is not like http://HOST:PORT or https://HOST."));
            }
        }
        let known = witnesses.iter().map(|text| Witness::parse(text.trim())).collect::<Result<_, _>>();
        let witnesses = known.map_err(|_| UiError::bad_input("A witness is not named as NAME+HASH+KEY."))?;
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        let store = core.store().ok_or_else(UiError::locked)?;
        let sources = Sources { addresses, witnesses };
        store.set_sources(&sources).await?;
        core.engine.know_witnesses(sources.witnesses.clone());
        core.compared.retain(|source, _| source == FILE || sources.addresses.contains(source));
        core.sources = sources;
        drop(store);
        drop(core);
        session.asking.notify_one();
        session.stepped();
        self.integrity().await
    }

    /// Compares a colleague's file, a head or a checkpoint, with what was verified here.
    ///
    /// # Errors
    /// [`UiError`] for a file that is neither.
    pub async fn compare_file(&self, text: String) -> Answer<ComparisonRow> {
        let session = self.shared.open_session().await?;
        let view = match read_head(&text) {
            Ok(head) => View::Head(head),
            Err(_) if Note::parse(text.as_bytes()).is_ok() => View::Checkpoint(text.into_bytes()),
            Err(_) => return Err(UiError::bad_input("The file is neither a head nor a checkpoint.")),
        };
        session.step(Input::SecondView(FILE.to_owned(), view), edge::now()).await?;
        let core = session.core().await;
        let comparison = core.compared.get(FILE).ok_or_else(|| UiError::not_found("comparison"))?;
        Ok(present::comparison_row(comparison))
    }

    /// Saves the newest certified header for a colleague to compare.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn export_head(&self) -> Answer<HandoutView> {
        let session = self.shared.open_session().await?;
        let (store, tip) = {
            let core = session.core().await;
            let tip = core.engine.verifier().tip().map(|tip| tip.height());
            (core.store().ok_or_else(UiError::locked)?, tip.ok_or_else(|| UiError::not_found("head"))?)
        };
        // The newest header is always certified: a batch ends with one, and so does each live block.
        let item = store.lane_item(tip).await?.ok_or_else(|| UiError::not_found("head"))?;
        let certificate = item.certificate.ok_or_else(|| UiError::not_found("head"))?;
        let text = write_head(&CertifiedHeader { header: item.header.into(), certificate });
        let saved_as = self.shared.hand_out(&format!("wardlight-head-{tip}.txt"), text.as_bytes());
        Ok(HandoutView { saved_as, summary: format!("Certified header {tip}."), text })
    }

    /// Saves the gateway's newest signed checkpoint, after comparing it with what was verified here.
    ///
    /// # Errors
    /// [`UiError`]; a checkpoint over another history is kept as evidence and not handed out.
    pub async fn export_checkpoint(&self) -> Answer<HandoutView> {
        self.shared.open_session().await?;
        let client = self.shared.client().await?;
        let bytes =
            client.checkpoint().await.map_err(|_| UiError::unreachable("The gateway gave no checkpoint."))?;
        let session = self.shared.open_session().await?;
        let (chain, validators) = {
            let core = session.core().await;
            (core.chain(), core.engine.verifier().validators().clone())
        };
        let said = Checkpoint::verify(&bytes, &chain, &validators).map_err(|_| {
            UiError::refused("The gateway's checkpoint is not signed by this hospital's gateways.")
        })?;
        let size = said.get().size;
        let source = "gateway".to_owned();
        session.step(Input::SecondView(source.clone(), View::Checkpoint(bytes)), edge::now()).await?;
        let verdict = session.core().await.compared.get(&source).map(|one| one.verdict.clone());
        if matches!(verdict, Some(crate::sync::Verdict::Differs(_)) | None) {
            return Err(UiError::refused("The gateway signed another history than the one it shows here."));
        }
        let text = said.note().to_string();
        let saved_as = self.shared.hand_out(&format!("wardlight-checkpoint-{size}.txt"), text.as_bytes());
        Ok(HandoutView { saved_as, summary: format!("Checkpoint over {size} headers."), text })
    }

    /// Saves a bundle of one piece of evidence, which `wardlight-verify` and anybody else can judge.
    ///
    /// # Errors
    /// [`UiError`] where nobody signed a contradiction.
    pub async fn export_evidence(&self, id: i64) -> Answer<HandoutView> {
        let session = self.shared.open_session().await?;
        let bundle = session.core().await.evidence_bundle(id).await?;
        let bundle = bundle.ok_or_else(|| {
            UiError::not_found("signed contradiction in this evidence; it cannot be proved to others")
        })?;
        let height = match bundle.verdict.at {
            wl_ledger::evidence::Contradiction::Header(height) => height,
            wl_ledger::evidence::Contradiction::History(size) => Height(size),
        };
        let signers: Vec<String> = bundle.verdict.signers.iter().map(ToString::to_string).collect();
        let name = format!("wardlight-{height}.wlevidence");
        let saved_as = self.shared.hand_out(&name, &bundle.bytes);
        let summary = format!("Proves {}, both signed by {}.", bundle.verdict.at, signers.join(", "));
        Ok(HandoutView { saved_as, summary, text: String::new() })
    }
}
