//! When to give a call up.

use std::time::Duration;

use tokio::time::Instant;

use super::HttpOptions;
use crate::{ErrorKind, ProviderError, TimeoutPhase};

/// What an absurdly long bound is cut to, so that adding it to the clock cannot overflow.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// The bounds of one call, which has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    total: Duration,
    first_byte: Duration,
    idle: Duration,
    started: Instant,
    /// When content came last, as far as it was asked since; `None` before the first.
    heard: Option<Instant>,
    /// Content came, and the clock was not looked at yet.
    hears: bool,
}

impl Deadlines {
    pub(crate) fn start(options: &HttpOptions) -> Self {
        let bound = |time: Duration| time.min(LONGEST);
        Self {
            total: bound(options.timeout),
            first_byte: bound(options.first_byte_timeout),
            idle: bound(options.idle_timeout),
            started: Instant::now(),
            heard: None,
            hears: false,
        }
    }

    /// Content came: the time of silence begins when more is waited for. Pieces that came together do not look at the
    /// clock one by one, and a caller who is slow to take them is not the server's silence.
    pub(crate) fn hear(&mut self) {
        self.hears = true;
    }

    /// The moment at which the call is given up unless content comes.
    pub(crate) fn next(&mut self) -> Instant {
        if std::mem::take(&mut self.hears) {
            self.heard = Some(Instant::now());
        }
        let wait = match self.heard {
            None => self.started + self.first_byte,
            Some(heard) => heard + self.idle,
        };
        wait.min(self.started + self.total)
    }

    /// Why the call was given up, at the moment that [`next`](Self::next) told.
    pub(crate) fn missed(&self, provider: &str) -> ProviderError {
        let total = self.started + self.total;
        let (phase, message) = match self.heard {
            None if self.started + self.first_byte < total => (
                TimeoutPhase::FirstByte,
                format!("the answer did not begin within {:?}", self.first_byte),
            ),
            None => (
                TimeoutPhase::Total,
                format!("no answer after {:?}", self.total),
            ),
            Some(heard) if heard + self.idle < total => (
                TimeoutPhase::Idle,
                format!("nothing came for {:?} within the answer", self.idle),
            ),
            Some(_) => (
                TimeoutPhase::Total,
                format!("an unfinished answer after {:?}", self.total),
            ),
        };
        ProviderError::new(ErrorKind::Timeout, provider, message).with_timeout_phase(phase)
    }
}
