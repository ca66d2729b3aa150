//! The way from the desk to the window: channels of tauri as plain functions, so that the desk never names tauri.

use tauri::ipc::{Channel, InvokeResponseBody};
use wl_desk::view::UiEvent;

/// Whether the window still listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It was handed over.
    Sent,
    /// The page is gone; the desk forgets the subscription.
    Gone,
}

/// Takes messages until it answers [`Delivery::Gone`].
pub type Sink<T> = Box<dyn Fn(T) -> Delivery + Send + Sync>;

/// Sends each event as JSON.
pub(crate) fn event_sink(channel: Channel<UiEvent>) -> Sink<UiEvent> {
    Box::new(move |event| delivery(channel.send(event)))
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
