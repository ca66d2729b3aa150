//! The way from the desk to the window: channels of tauri as plain functions, so that the desk never names tauri.

use crate::attention::Attention;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tauri::ipc::{Channel, InvokeResponseBody};
use wl_desk::{Delivery, Sink, view::UiEvent};

/// A window's end of `subscribe`.
pub(crate) type EventChannel = Channel<UiEvent>;

/// The windows that listen, each by its label: the desk speaks once, and every one of them hears the same.
#[derive(Clone, Default)]
pub(crate) struct Listeners(Arc<Mutex<BTreeMap<String, EventChannel>>>);

impl Listeners {
    /// A window listens from now on, in place of what it had before.
    pub(crate) fn add(&self, window: &str, channel: EventChannel) {
        self.all().insert(window.into(), channel);
    }

    /// A window is gone.
    pub(crate) fn remove(&self, window: &str) {
        self.all().remove(window);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, EventChannel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends to each window; one that cannot be reached any more is left out from then on.
    fn send(&self, event: &UiEvent) -> Delivery {
        let mut all = self.all();
        all.retain(|_, channel| channel.send(event.clone()).is_ok());
        if all.is_empty() { Delivery::Gone } else { Delivery::Sent }
    }
}

/// Sends each event as JSON to every window that listens.
pub(crate) fn event_sink(listeners: Listeners, attention: Arc<Attention>) -> Sink<UiEvent> {
    Box::new(move |mut event: UiEvent| {
        if let Some(frame) = &mut event.frame {
            attention.tell_sound(frame);
        }
        listeners.send(&event)
    })
}

/// Sends each frame of a waveform as it is; it arrives as an `ArrayBuffer`.
pub(crate) fn wave_sink(channel: Channel<InvokeResponseBody>) -> Sink<Vec<u8>> {
    Box::new(move |frame| delivery(channel.send(InvokeResponseBody::Raw(frame))))
}

fn delivery(sent: tauri::Result<()>) -> Delivery {
    match sent {
        Ok(()) => Delivery::Sent,
        Err(_) => Delivery::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn event() -> UiEvent {
        UiEvent { seq: 1, tags: vec![], frame: None, values: vec![], alarms: vec![] }
    }

    /// A window that counts what it hears, until it is gone.
    fn window(gone_after: usize) -> (EventChannel, Arc<AtomicUsize>) {
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        let channel = Channel::new(move |_| {
            if count.load(Ordering::Relaxed) >= gone_after {
                return Err(tauri::Error::WindowNotFound);
            }
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        (channel, heard)
    }

    #[test]
    fn every_window_hears_the_same_and_one_that_is_gone_stops_no_other() {
        let listeners = Listeners::default();
        assert!(listeners.send(&event()) == Delivery::Gone, "nobody listens");
        let (main, heard_by_main) = window(usize::MAX);
        let (wall, heard_by_wall) = window(1);
        listeners.add("main", main);
        listeners.add("wall", wall);
        for _ in 0..3 {
            assert!(listeners.send(&event()) == Delivery::Sent);
        }
        assert_eq!((heard_by_main.load(Ordering::Relaxed), heard_by_wall.load(Ordering::Relaxed)), (3, 1));
        let (again, heard_again) = window(usize::MAX);
        listeners.add("wall", again);
        assert!(listeners.send(&event()) == Delivery::Sent);
        listeners.remove("wall");
        assert!(listeners.send(&event()) == Delivery::Sent);
        assert_eq!((heard_by_main.load(Ordering::Relaxed), heard_again.load(Ordering::Relaxed)), (5, 1));
        listeners.remove("main");
        assert!(listeners.send(&event()) == Delivery::Gone, "all are gone");
    }
}
