//! What was used of an allowance in the last span of time.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::RateLimits;

/// A log of what was let through in the last span, so that no span of that length, wherever it begins, holds more than
/// is allowed. Buckets that refill and windows that begin anew let through up to twice as much.
#[derive(Debug)]
pub(super) struct Window {
    limits: RateLimits,
    log: VecDeque<Entry>,
    /// The number of the first entry; entries are numbered in order.
    first: u64,
    requests: u64,
    tokens: u64,
    /// The server asked for a pause.
    closed_until: Option<Instant>,
}

#[derive(Debug)]
struct Entry {
    at: Instant,
    requests: u64,
    tokens: u64,
}

impl Window {
    pub(super) fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            log: VecDeque::new(),
            first: 0,
            requests: 0,
            tokens: 0,
            closed_until: None,
        }
    }

    /// Whether a request of so many tokens could ever pass.
    pub(super) fn can_ever_hold(&self, tokens: u64) -> bool {
        self.limits.requests > 0 && tokens <= self.limits.tokens
    }

    /// Enters a request of so many tokens, or says when to come back. The number names the entry.
    pub(super) fn enter(&mut self, tokens: u64, now: Instant) -> Result<u64, Instant> {
        self.forget(now);
        if let Some(due) = self.due(tokens, now) {
            return Err(due);
        }
        self.requests += 1;
        self.tokens = self.tokens.saturating_add(tokens);
        self.log.push_back(Entry {
            at: now,
            requests: 1,
            tokens,
        });
        Ok(self.first + self.log.len() as u64 - 1)
    }

    /// Corrects an entry by what was really used. Says whether that made room.
    pub(super) fn settle(&mut self, number: u64, requests: u64, tokens: Option<u64>) -> bool {
        let Some(entry) = number
            .checked_sub(self.first)
            .and_then(|at| self.log.get_mut(usize::try_from(at).ok()?))
        else {
            return false;
        };
        let tokens = tokens.unwrap_or(entry.tokens);
        let room = tokens < entry.tokens || requests < entry.requests;
        self.tokens = self
            .tokens
            .saturating_sub(entry.tokens)
            .saturating_add(tokens);
        self.requests = self.requests - entry.requests + requests;
        entry.tokens = tokens;
        entry.requests = requests;
        room
    }

    /// Lets nothing through for so long.
    pub(super) fn close(&mut self, wait: Duration, now: Instant) {
        let until = now + wait.min(Duration::from_secs(365 * 86_400));
        self.closed_until = Some(self.closed_until.map_or(until, |old| old.max(until)));
    }

    /// When there is room; `None` when there is now.
    fn due(&self, tokens: u64, now: Instant) -> Option<Instant> {
        let mut due = self.closed_until.filter(|until| *until > now);
        let (mut requests, mut used) = (self.requests, self.tokens);
        let mut entries = self.log.iter();
        // The oldest entries leave first; count how many have to.
        while requests >= self.limits.requests || used.saturating_add(tokens) > self.limits.tokens {
            let entry = entries.next()?;
            requests -= entry.requests;
            used = used.saturating_sub(entry.tokens);
            due = due.max(Some(entry.at + self.span()));
        }
        due
    }

    fn forget(&mut self, now: Instant) {
        while let Some(entry) = self
            .log
            .front()
            .filter(|entry| entry.at + self.span() <= now)
        {
            self.requests -= entry.requests;
            self.tokens = self.tokens.saturating_sub(entry.tokens);
            self.log.pop_front();
            self.first += 1;
        }
    }

    fn span(&self) -> Duration {
        // An absurdly long span must not overflow the clock.
        let span = self.limits.span.saturating_add(self.limits.slack);
        span.min(Duration::from_secs(365 * 86_400))
    }
}
