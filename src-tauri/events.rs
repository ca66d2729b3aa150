//! The way from the desk to the window: channels of tauri as plain functions, so that the desk never names tauri.

use crate::attention::Attention;
use std::sync::Arc;
use tauri::ipc::{Channel, InvokeResponseBody};
use wl_desk::{Delivery, Sink, view::UiEvent};

/// The window's end of `subscribe`.
pub(crate) type EventChannel = Channel<UiEvent>;

/// Sends each event as JSON.
pub(crate) fn event_sink(channel: EventChannel, attention: Arc<Attention>) -> Sink<UiEvent> {
    Box::new(move |mut event: UiEvent| {
        if let Some(frame) = &mut event.frame {
            attention.tell_sound(frame);
        }
        delivery(channel.send(event))
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
