//! TLS, as the program was built.
//!
//! The client is always given a whole configuration of its own, so that no crypto provider has to be installed for the
//! process, and none is. One that the program did install is used, if that was before the first client: a configuration is
//! made once and shared, because reading the system's certificates takes long.

use std::sync::{Mutex, PoisonError};

use reqwest::ClientBuilder;

/// Whether `https://` addresses can be asked.
pub(super) const AVAILABLE: bool = cfg!(any(
    feature = "rustls",
    feature = "rustls-ring",
    feature = "native-tls"
));

/// The features that make it so.
pub(super) const FEATURES: &str = "`rustls`, `rustls-ring` or `native-tls`";

/// Gives the client its configuration. One that only speaks plain HTTP needs no certificates, which a small container may
/// not have.
///
/// # Errors
///
/// The system has no certificates that could be read, or the library refuses.
pub(super) fn apply(builder: ClientBuilder, needed: bool) -> Result<ClientBuilder, String> {
    backend::apply(builder, needed)
}

/// Makes a value once, and again only if it could not be made.
#[cfg_attr(
    not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")),
    allow(dead_code)
)]
fn shared<T: Clone>(
    place: &Mutex<Option<T>>,
    make: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = &*place {
        return Ok(value.clone());
    }
    Ok(place.insert(make()?).clone())
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
mod backend {
    use std::sync::{Arc, Mutex};

    use reqwest::ClientBuilder;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::crypto::CryptoProvider;
    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::Verifier;

    static WITH_ROOTS: Mutex<Option<ClientConfig>> = Mutex::new(None);
    static WITHOUT: Mutex<Option<ClientConfig>> = Mutex::new(None);

    pub(super) fn apply(builder: ClientBuilder, needed: bool) -> Result<ClientBuilder, String> {
        let config = match needed {
            true => super::shared(&WITH_ROOTS, || {
                let verifier = Verifier::new(provider()).map_err(|error| error.to_string())?;
                config(Some(Arc::new(verifier)))
            }),
            false => super::shared(&WITHOUT, || config(None)),
        };
        Ok(builder.tls_backend_preconfigured(config?))
    }

    fn config(verifier: Option<Arc<dyn ServerCertVerifier>>) -> Result<ClientConfig, String> {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let builder = match verifier {
            Some(verifier) => builder
                .dangerous()
                .with_custom_certificate_verifier(verifier),
            None => builder.with_root_certificates(RootCertStore::empty()),
        };
        Ok(builder.with_no_client_auth())
    }

    /// What the program chose for the process, or else what it was built with.
    fn provider() -> Arc<CryptoProvider> {
        #[cfg(feature = "rustls")]
        let own = rustls::crypto::aws_lc_rs::default_provider;
        #[cfg(not(feature = "rustls"))]
        let own = rustls::crypto::ring::default_provider;
        let chosen = CryptoProvider::get_default().cloned();
        chosen.unwrap_or_else(|| Arc::new(own()))
    }
}

#[cfg(all(
    feature = "native-tls",
    not(any(feature = "rustls", feature = "rustls-ring"))
))]
mod backend {
    use std::sync::Mutex;

    use native_tls::TlsConnector;
    use reqwest::ClientBuilder;

    static CONNECTOR: Mutex<Option<TlsConnector>> = Mutex::new(None);

    pub(super) fn apply(builder: ClientBuilder, _needed: bool) -> Result<ClientBuilder, String> {
        let connector = super::shared(&CONNECTOR, || {
            TlsConnector::new().map_err(|error| error.to_string())
        });
        Ok(builder.tls_backend_preconfigured(connector?))
    }
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
mod backend {
    use reqwest::ClientBuilder;

    pub(super) fn apply(builder: ClientBuilder, _needed: bool) -> Result<ClientBuilder, String> {
        Ok(builder)
    }
}
