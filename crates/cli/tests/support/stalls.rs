//! How much slower the machine is than it could be: no promise about time can be kept better than that.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Watches the machine by a thread that does the same again and again: some sums, and one sync.
pub(crate) struct Stalls {
    rounds: Arc<Mutex<Vec<Round>>>,
    over: Arc<AtomicBool>,
    watching: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy)]
struct Round {
    began: Instant,
    sums: Duration,
    sync: Duration,
}

const BETWEEN: Duration = Duration::from_millis(25);

impl Stalls {
    /// Watches the disk that `folder` is on.
    pub(crate) fn watch(folder: &Path) -> Self {
        let mut file = File::create(folder.join("stalls")).expect("there is room");
        let rounds = Arc::new(Mutex::new(Vec::new()));
        let over = Arc::new(AtomicBool::new(false));
        let (noted, ended) = (Arc::clone(&rounds), Arc::clone(&over));
        let watching = std::thread::spawn(move || {
            while !ended.load(Ordering::Acquire) {
                let began = Instant::now();
                let sum = (0..100_000_u64).fold(1, |sum: u64, next| {
                    std::hint::black_box(sum.wrapping_mul(31).wrapping_add(next))
                });
                std::hint::black_box(sum);
                let sums = began.elapsed();
                file.write_all(b".").expect("there is room");
                file.sync_data().expect("the disk works");
                let sync = began.elapsed() - sums;
                let round = Round { began, sums, sync };
                noted
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(round);
                std::thread::sleep(BETWEEN);
            }
        });
        Self {
            rounds,
            over,
            watching: Some(watching),
        }
    }

    /// What `time` comes to on this machine as it was between two moments: it is stretched as the sums
    /// were, against the best round ever, and what a sync took is added.
    pub(crate) fn stretched(&self, time: Duration, from: Instant, to: Instant) -> Duration {
        let rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        let best = rounds.iter().map(|round| round.sums).min();
        let then = rounds.iter().filter(|round| {
            let ended = round.began + round.sums + round.sync;
            ended + BETWEEN * 4 >= from && round.began <= to
        });
        let (mut slowest, mut longest) = (Duration::ZERO, Duration::ZERO);
        for round in then {
            slowest = slowest.max(round.sums);
            longest = longest.max(round.sync);
        }
        let slowdown = match best {
            Some(best) if !best.is_zero() => slowest.as_secs_f64() / best.as_secs_f64(),
            _ => 1.0,
        };
        time.mul_f64(slowdown.max(1.0)) + longest
    }
}

impl Drop for Stalls {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        if let Some(watching) = self.watching.take() {
            let _ = watching.join();
        }
    }
}
