//! How long nobody has answered.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use wavecrew_providers::{ErrorKind, ProviderError, Response};

/// So long a run goes on in which nobody has answered yet: whoever wrote a wrong address should not have to wait for long.
const BEFORE_THE_FIRST: Duration = Duration::from_secs(60);

/// How long nobody has answered, over all tasks of a run.
#[derive(Debug, Default)]
pub(super) struct Silence {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When somebody was first at rest since the last answer.
    since: Option<Instant>,
    is_answered: bool,
    /// So many tasks ask now.
    asking: usize,
}

/// A task that asks, until it is dropped.
pub(super) struct Asking<'a>(&'a Silence);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.state().asking -= 1;
    }
}

impl Silence {
    /// A task asks.
    pub(super) fn begin(&self) -> Asking<'_> {
        self.state().asking += 1;
        Asking(self)
    }

    /// Notes what came of it: an answer, or an error that says that somebody is there, ends the silence.
    pub(super) fn note(&self, answer: &Result<Response, ProviderError>) {
        let is_answered = match answer {
            Ok(_) => true,
            Err(error) => error.attempts() > 0 && !error.is_transient(),
        };
        if is_answered {
            let mut state = self.state();
            (state.since, state.is_answered) = (None, true);
        }
    }

    /// How long it has lasted, if that is too long to go on; `patience` is for those who have answered before. The
    /// first to ask begins it. As long as another task asks, somebody may be about to answer.
    pub(super) fn is_too_long(&self, patience: Duration) -> Option<Duration> {
        let mut state = self.state();
        let lasted = state.since.get_or_insert_with(Instant::now).elapsed();
        let patience = match state.is_answered {
            true => patience,
            false => patience.min(BEFORE_THE_FIRST),
        };
        (lasted >= patience && state.asking < 2).then_some(lasted)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether nobody was asked because whoever failed before is at rest: that is no attempt at a task.
pub(super) fn rests(error: &ProviderError) -> bool {
    let is_limited = |error: &ProviderError| error.kind() == ErrorKind::RateLimited;
    if error.attempts() > 0 || is_limited(error) {
        return false;
    }
    match error.failures() {
        [] => error.is_transient() && error.retry_after().is_some(),
        all => all.iter().any(rests) && !all.iter().any(is_limited),
    }
}
