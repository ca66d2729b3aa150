//! Second sources: where this workstation compares what its gateway shows it (`docs/adr/0092-second-sources.md`).
//!
//! Each is asked at the own newest height and at its own, so that another history shows, and also that the gateway keeps
//! blocks back. A source that fails is said to be silent; nothing else waits for it.

use crate::edge;
use crate::session::{Session, stopped};
use crate::store::StoreError;
use crate::sync::{Input, View};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wl_ledger::Height;
use wl_ledger::block::LaneItem;
use wl_ledger::checkpoint::Witness;
use wl_wire::client::ClientLimits;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::CertifiedHeader;
use wl_wire::public::PublicClient;

/// How often second sources are asked: well within the minute that is promised.
const EVERY: Duration = Duration::from_secs(30);
/// Addresses that may be set.
pub const MAX_SOURCES: usize = 8;
/// Witnesses that may be set.
pub const MAX_WITNESSES: usize = 16;
/// Longest address.
pub const MAX_ADDRESS_BYTES: usize = 256;

/// Where this workstation compares, as its person has set it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sources {
    /// Addresses of public ports.
    pub addresses: Vec<String>,
    /// Witnesses whose word about checkpoints counts.
    pub witnesses: Vec<Witness>,
}

/// Who is asked.
#[derive(Clone)]
pub(crate) enum Source {
    /// Another gateway of the chain, by the address that genesis names.
    Gateway(String, GatewayClient),
    /// A public port.
    Public(String),
}

/// Asks all sources in turns until `stop` says true.
///
/// # Errors
/// [`StoreError`]: evidence could not be kept.
pub(crate) async fn watch(
    session: Arc<Session>,
    gateways: Vec<Source>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), StoreError> {
    loop {
        let addresses = session.core().await.sources.addresses.clone();
        let set = addresses.into_iter().map(Source::Public);
        for source in gateways.iter().cloned().chain(set) {
            let (name, views) = tokio::select! {
                () = stopped(&mut stop) => return Ok(()),
                asked = ask(&session, source) => asked,
            };
            let inputs = match views {
                Some(views) => views.into_iter().map(|view| Input::SecondView(name.clone(), view)).collect(),
                None => vec![Input::SecondSilent(name)],
            };
            for input in inputs {
                // What comes back is for the gateway's driver, and comparing asks nothing of it.
                session.step(input, edge::now()).await?;
            }
        }
        tokio::select! {
            () = stopped(&mut stop) => return Ok(()),
            () = session.asking.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// What a source says at our newest height and at its own. None where it does not answer.
async fn ask(session: &Session, source: Source) -> (String, Option<Vec<View>>) {
    let ours = session.core().await.engine.verifier().tip().map_or(Height(0), |tip| tip.height());
    match source {
        Source::Gateway(name, client) => {
            let views = ask_gateway(&client, ours).await;
            (name, views)
        }
        Source::Public(address) => {
            let views = ask_public(&address, ours).await;
            (address, views)
        }
    }
}

async fn ask_public(address: &str, ours: Height) -> Option<Vec<View>> {
    let client = PublicClient::new(address, ClientLimits::default()).ok()?;
    let mut views = Vec::new();
    let batch = client.headers(ours, 1).await.ok()?;
    views.extend(batch.headers.into_iter().map(View::Head));
    if batch.tip != ours {
        let newest = client.headers(batch.tip, 1).await.ok()?;
        views.extend(newest.headers.into_iter().map(View::Head));
    }
    // A mirror may serve headers only; a checkpoint is where the words of witnesses stand.
    views.extend(client.checkpoint().await.ok().map(View::Checkpoint));
    Some(views)
}

async fn ask_gateway(client: &GatewayClient, ours: Height) -> Option<Vec<View>> {
    let batch = client.lane(ours, 1).await.ok()?;
    let mut views: Vec<View> = batch.items.into_iter().filter_map(head_of).collect();
    if batch.tip != ours {
        let newest = client.lane(batch.tip, 1).await.ok()?;
        views.extend(newest.items.into_iter().filter_map(head_of));
    }
    views.extend(client.checkpoint().await.ok().map(View::Checkpoint));
    Some(views)
}

fn head_of(item: LaneItem) -> Option<View> {
    let certificate = item.certificate?;
    Some(View::Head(CertifiedHeader { header: item.header.into(), certificate }))
}
