//! Listening to devices. Messages that wait at the same moment are stored in one transaction, so that one write to the
//! disk serves many; each is answered only after it.

use super::{Shared, fatal};
use crate::core::Arrival;
use crate::edge;
use crate::ingest::mllp::{self, MllpLimits, Received};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// Messages of one transaction at most: bounds how long the first of them waits for its answer.
const GROUP: usize = 64;
/// Connections at a time.
const CONNECTIONS: usize = 1024;

/// A message and where its answer goes.
struct Waiting {
    arrival: Arrival,
    answer: oneshot::Sender<Option<Vec<u8>>>,
}

/// Serves devices until the hub stops.
pub(super) async fn listen(shared: Arc<Shared>, listener: TcpListener) {
    let profile = shared.core.lock().await.profile();
    let (line, waiting) = mpsc::channel::<Waiting>(GROUP);
    let handler = move |received: Received, peer: SocketAddr| {
        let (line, profile) = (line.clone(), Arc::clone(&profile));
        async move {
            let arrival = Arrival::read(received, peer, edge::now(), &profile);
            let (answer, answered) = oneshot::channel();
            line.send(Waiting { arrival, answer }).await.ok()?;
            // Without an answer the hub could not make it durable and stops; the device sends again.
            answered.await.ok().flatten()
        }
    };
    let limits = MllpLimits { connections: CONNECTIONS, ..MllpLimits::default() };
    let stop = shared.stop.clone();
    let serve = mllp::serve_mllp(listener, Arc::new(handler), limits, async move { stop.cancelled().await });
    tokio::join!(serve, take_in(&shared, waiting));
}

/// Takes in what waits, until nobody can send any more.
async fn take_in(shared: &Shared, mut waiting: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let (arrivals, answers): (Vec<_>, Vec<_>) =
            group.drain(..).map(|one| (one.arrival, one.answer)).unzip();
        let taken = shared.core.lock().await.take(arrivals).await;
        match taken {
            Ok(replies) => {
                shared.queued.notify_one();
                for (answer, reply) in answers.into_iter().zip(replies) {
                    // A device that is gone by now sends again, and is answered then.
                    let _gone = answer.send(reply);
                }
            }
            Err(error) => return fatal(shared, &error),
        }
    }
}
