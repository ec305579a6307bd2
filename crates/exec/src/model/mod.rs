//! Models of all that threads share, for loom: each is run once for every order in which its threads may take
//! their steps, with at most two switches that no thread asked for (`LOOM_MAX_PREEMPTIONS` says otherwise).
//!
//! A run is one future, polled by one thread at a time, so there is little: what steers a run from outside
//! ([`control`]), what workers leave for it and look up in it ([`desk`], [`outputs`]), and that whatever another
//! thread does wakes it ([`run`]). A journal belongs to its run and is shared with nobody.

mod control;
mod desk;
mod outputs;
mod run;

use std::sync::Arc;

use loom::thread;

/// More than loom gives to its threads: a run does not fit on that.
const STACK: usize = 1 << 20;

/// Runs a model through all its orders.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(2);
    // A whole run takes more steps than loom expects of a model.
    builder.max_branches = 20_000;
    let model = Arc::new(model);
    builder.check(move || {
        let model = Arc::clone(&model);
        let roomy = thread::Builder::new().stack_size(STACK);
        let run = roomy.spawn(move || model()).expect("loom has room");
        run.join().expect("nothing panics");
    });
}
