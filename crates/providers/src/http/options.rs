//! Bounds of a call.

use std::time::Duration;

use super::Proxies;

/// How the network back-ends make their calls. All bounds are for one call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// The longest time until a connection stands, the TLS handshake included. Default 5 s.
    pub connect_timeout: Duration,
    /// The longest time from the start of a call to the last byte of its answer. Default 600 s.
    pub timeout: Duration,
    /// The longest time from the start of a call until its answer begins: with the head of a whole answer, which many
    /// servers send only when the model has said everything, or with the first event of a stream. A server may have to
    /// load its model first. Default 600 s, like the bound of the whole call.
    pub first_byte_timeout: Duration,
    /// The longest silence within an answer. In a stream only events with content break it: comments and pings, by which
    /// servers keep connections open, do not. Default 120 s.
    pub idle_timeout: Duration,
    /// The longest answer in bytes, counted after decompression. The text of a stream, and each of its events, is bounded
    /// by this; all of its events together by 16 times as much. Default 16 MiB.
    pub max_response_bytes: usize,
    /// The proxies to go through. Default: none.
    pub proxies: Proxies,
    /// Whether calls carry an `Idempotency-Key`: one that stays the same while a [`Retry`](crate::Retry) repeats a call
    /// with the same body, so that a server which knows such keys does, and charges for, the work once. An answer that came
    /// and was no good is asked for again under another one. A call that no wrapper has marked as one has none; [`Retry`](crate::Retry)
    /// does so, and [`Deadline`](crate::Deadline) for whatever is inside. Default: they do.
    pub idempotency_keys: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(600),
            first_byte_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(120),
            max_response_bytes: 16 << 20,
            proxies: Proxies::default(),
            idempotency_keys: true,
        }
    }
}

impl HttpOptions {
    /// Bounds the time until a connection stands.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Bounds the whole call.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Bounds the time until an answer begins.
    #[must_use]
    pub fn first_byte_timeout(mut self, timeout: Duration) -> Self {
        self.first_byte_timeout = timeout;
        self
    }

    /// Bounds the silence within an answer.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Bounds the answer.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Goes through these proxies.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Sends an `Idempotency-Key` with calls that may be repeated, or does not.
    #[must_use]
    pub fn idempotency_keys(mut self, send: bool) -> Self {
        self.idempotency_keys = send;
        self
    }
}
