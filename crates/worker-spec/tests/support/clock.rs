//! A clock for tests that hold how long something may take.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long this thread has been at work: without the time for which a busy machine let it wait, where the system tells
/// it (Linux); the time of the day elsewhere.
pub(crate) fn worked() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    told.and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(|| start.elapsed(), Duration::from_nanos)
}
