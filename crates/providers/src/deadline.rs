//! Ends calls that take too long.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream;
use tokio::time::{Instant, timeout_at};

use crate::{
    ErrorKind, Provider, ProviderError, Request, Response, ResponseStream, StreamEvent,
    TimeoutPhase,
};

/// A provider that ends calls which take too long, on the tokio clock.
///
/// The deadline travels on with the request ([`CallLimits`](crate::CallLimits)): wrappers inside begin no wait that
/// would end after it, and tell in good time why instead. A deadline that the request brings along and that is earlier
/// holds as well.
///
/// A stream is ended too when its first piece ([`first_piece`](Self::first_piece)) or the next one
/// ([`idle`](Self::idle)) is late. What a server sends to stay connected is no piece.
///
/// # Order
///
/// `Deadline` of [`Retry`](crate::Retry) bounds a request with all its repetitions; `Retry` of `Deadline` bounds each.
///
/// # Errors
///
/// [`ErrorKind::Timeout`], with its [phase](ProviderError::timeout_phase). Its [attempts](ProviderError::attempts) are the
/// calls that had failed before, and the one that is given up, if one was under way.
#[derive(Clone, Debug)]
pub struct Deadline<P> {
    inner: P,
    total: Duration,
    first_piece: Option<Duration>,
    idle: Option<Duration>,
}

impl<P> Deadline<P> {
    /// Gives a call so long in all.
    pub fn new(inner: P, total: Duration) -> Self {
        Self {
            inner,
            total,
            first_piece: None,
            idle: None,
        }
    }

    /// Gives a stream so long to its first piece. Models that are loaded first take minutes to it.
    #[must_use]
    pub fn first_piece(mut self, wait: Duration) -> Self {
        self.first_piece = Some(wait);
        self
    }

    /// Gives a stream so long from piece to piece.
    #[must_use]
    pub fn idle(mut self, wait: Duration) -> Self {
        self.idle = Some(wait);
        self
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Deadline<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let before = request.tally.failed();
        let (request, end) = self.bounded(request);
        timeout_at(end, self.inner.complete(&request))
            .await
            .unwrap_or_else(|_| {
                Err(self.late(TimeoutPhase::Total, request.tally.made_since(before)))
            })
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let before = request.tally.failed();
        let (request, end) = self.bounded(request);
        let (first, phase) = sooner(end, self.first_piece, TimeoutPhase::FirstByte);
        let begun = async { self.inner.stream(&request).await?.begun().await };
        let Ok(stream) = timeout_at(first, begun).await else {
            return Err(self.late(phase, request.tally.made_since(before)));
        };
        // Nobody asks again after the first piece.
        let calls = request.tally.made_since(before);
        let events = stream::unfold(Some(stream?), move |stream| async move {
            let mut stream = stream?;
            let (next, phase) = sooner(end, self.idle, TimeoutPhase::Idle);
            match timeout_at(next, stream.next()).await {
                Ok(Some(Ok(StreamEvent::Text(piece)))) => {
                    Some((Ok(StreamEvent::Text(piece)), Some(stream)))
                }
                Ok(event) => Some((event?, None)),
                // Dropping the stream ends the call.
                Err(_) => Some((Err(self.late(phase, calls)), None)),
            }
        });
        Ok(ResponseStream::new(self.name(), events))
    }
}

impl<P: Provider> Deadline<P> {
    /// The request with the deadline, and the deadline.
    fn bounded<'r>(&self, request: &'r Request) -> (Cow<'r, Request>, Instant) {
        let limits = request.limits.deadline(after(self.total));
        let end = limits.deadline.unwrap_or_else(|| after(self.total));
        if limits == request.limits && request.tally.is_kept() {
            return (Cow::Borrowed(request), end);
        }
        // The copy is made: a wrapper inside that repeats the call need not make another.
        let mut request = request.clone().limits(limits.identified());
        request.tally = request.tally.kept();
        (Cow::Owned(request), end)
    }

    fn late(&self, phase: TimeoutPhase, calls: u32) -> ProviderError {
        let message = match phase {
            TimeoutPhase::FirstByte => {
                format!("within {:?}", self.first_piece.unwrap_or(self.total))
            }
            TimeoutPhase::Idle => format!("within {:?}", self.idle.unwrap_or(self.total)),
            _ => "the deadline passed".to_owned(),
        };
        ProviderError::new(ErrorKind::Timeout, self.name(), message)
            .with_timeout_phase(phase)
            .with_attempts(calls)
    }
}

/// The end of this wait, or the deadline if that is sooner.
fn sooner(end: Instant, wait: Option<Duration>, phase: TimeoutPhase) -> (Instant, TimeoutPhase) {
    match wait.map(after) {
        Some(at) if at < end => (at, phase),
        _ => (end, TimeoutPhase::Total),
    }
}

/// So long from now; an absurdly long time must not overflow the clock.
fn after(wait: Duration) -> Instant {
    const YEARS: Duration = Duration::from_secs(30 * 365 * 86_400);
    Instant::now() + wait.min(YEARS)
}
