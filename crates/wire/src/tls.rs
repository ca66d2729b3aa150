//! Mutual TLS 1.3 between pinned ed25519 keys (`docs/adr/0021-transport.md`).
//!
//! Both sides show a self-signed certificate that is nothing but a coat for a key. The client pins
//! one server key; the server asks whether the client's key is enrolled. rustls verifies that the
//! peer holds the key it shows. There is no certificate authority, no TLS 1.2, no resumption, no
//! early data and no other signature scheme.

mod verifier;

use core::fmt;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use wl_seal::TransportSeed;
use zeroize::Zeroizing;

use verifier::PinVerifier;

/// RFC 8410 §7: PKCS#8 of an ed25519 seed, without the seed.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The name in every certificate and handshake. Nobody compares it: the key is the identity.
const NAME: &str = "wardlight.invalid";

/// Why a TLS configuration was not made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate was not made.
    #[error("transport certificate was not made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// rustls refused the configuration.
    #[error("TLS was not configured: {0}")]
    Configuration(#[from] rustls::Error),
}

/// The public half of a transport key: what is certified on the chain and pinned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransportPublic([u8; 32]);

impl TransportPublic {
    /// Takes the 32 bytes of an ed25519 public key. Weak keys are refused where keys are enrolled.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for TransportPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TransportPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportPublic({self})")
    }
}

/// Says whether a transport key is enrolled now. Called at the handshake, for every request and
/// once a second on open connections, so it must answer from memory.
pub type KnownPeers = Arc<dyn Fn(&TransportPublic) -> bool + Send + Sync>;

/// An installation's transport key. It signs TLS handshakes and nothing else.
pub struct TransportKey {
    pkcs8: Zeroizing<[u8; 48]>,
    public: TransportPublic,
}

impl TransportKey {
    /// The key of a vault's transport seed.
    ///
    /// # Errors
    /// [`TlsError::Certificate`] if the key pair cannot be built, which no seed causes.
    pub fn from_seed(seed: &TransportSeed) -> Result<Self, TlsError> {
        let mut pkcs8 = Zeroizing::new([0; 48]);
        let bytes = PKCS8_PREFIX.iter().chain(seed.expose());
        pkcs8.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        let pair = key_pair(pkcs8.as_slice())?;
        let public = pair.public_key_raw().try_into().map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        Ok(Self { pkcs8, public: TransportPublic(public) })
    }

    /// The public half.
    pub fn public(&self) -> TransportPublic {
        self.public
    }

    fn certificate(&self) -> Result<CertificateDer<'static>, TlsError> {
        let pair = key_pair(self.pkcs8.as_slice())?;
        let params = rcgen::CertificateParams::new(vec![NAME.to_owned()])?;
        Ok(params.self_signed(&pair)?.der().clone())
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.pkcs8.to_vec()).into()
    }
}

fn key_pair(pkcs8: &[u8]) -> Result<rcgen::KeyPair, rcgen::Error> {
    rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(pkcs8), &rcgen::PKCS_ED25519)
}

/// TLS for a client that talks to exactly one server key.
///
/// # Errors
/// [`TlsError`].
pub fn client_config(key: &TransportKey, server: TransportPublic) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let accepts: KnownPeers = Arc::new(move |found| *found == server);
    let verifier = Arc::new(PinVerifier::new(&provider, accepts));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(vec![key.certificate()?], key.private())?;
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    config.enable_sni = false;
    config.alpn_protocols = alpn();
    Ok(config)
}

/// TLS for a server that talks to enrolled clients only.
///
/// # Errors
/// [`TlsError`].
pub fn server_config(key: &TransportKey, known: KnownPeers) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(PinVerifier::new(&provider, known));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![key.certificate()?], key.private())?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    config.alpn_protocols = alpn();
    Ok(config)
}

/// The key in a peer's certificate, after a handshake that proved it.
pub fn peer_of(certificates: Option<&[CertificateDer<'_>]>) -> Option<TransportPublic> {
    certificates?.first().and_then(verifier::key_of)
}

fn alpn() -> Vec<Vec<u8>> {
    vec![b"h2".to_vec(), b"http/1.1".to_vec()]
}
