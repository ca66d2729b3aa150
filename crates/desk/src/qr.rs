//! A text as a QR code in the few SVG elements that the window keeps.

use qrcodegen::{QrCode, QrCodeEcc};

/// The code in black with its quiet zone, to be laid on a white ground, as SVG; or an empty text where it is too long for one code.
pub(crate) fn svg(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Low) else { return String::new() };
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
            }
        }
    }
    let side = code.size() + 8;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\"><path d=\"{path}\" fill=\"#000000\"/></svg>"
    )
}
