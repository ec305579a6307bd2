//! Signals that ask a run to stop.

use std::sync::mpsc::Sender;

use wavecrew::exec::Control;

use crate::command::print;
use crate::exit::Exit;

/// The first interrupt lets running tasks end, the second drops them, the third ends the program. From
/// the return of this on none is missed, and a thread of its own hears them however busy the others are.
///
/// A signal that was ignored when the program was started stays so: `nohup` means that the run outlives its terminal.
pub fn hear(control: &Control) {
    let control = control.clone();
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(listen(&control, ready));
        }
    });
    // Without signals the system's own answer to them remains: the journal bears it.
    let _ = is_ready.recv();
}

#[cfg(unix)]
async fn listen(control: &Control, ready: Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let ignored = ignored();
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let (heard, mut signals) = tokio::sync::mpsc::channel(8);
    let heeded = |kind: &SignalKind| ignored >> (kind.as_raw_value() - 1) & 1 == 0;
    for mut signal in kinds
        .into_iter()
        .filter(heeded)
        .filter_map(|kind| signal(kind).ok())
    {
        let heard = heard.clone();
        tokio::spawn(async move {
            while signal.recv().await.is_some() && heard.send(()).await.is_ok() {}
        });
    }
    drop(heard);
    let _ = ready.send(());
    for time in 1_u8.. {
        if signals.recv().await.is_none() {
            return;
        }
        stop(control, time);
    }
}

/// The signals that this process ignores, the lowest bit for signal 1. Only Linux tells it without a call that has to
/// be trusted; elsewhere none counts as ignored.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

#[cfg(not(unix))]
async fn listen(control: &Control, ready: Sender<()>) {
    let _ = ready.send(());
    for time in 1_u8.. {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        stop(control, time);
    }
}

fn stop(control: &Control, time: u8) {
    match time {
        1 => {
            print::talk("stopping: running tasks may end; again to drop them");
            control.drain();
        }
        2 => {
            print::talk("dropping running tasks; again to leave at once");
            control.cancel();
        }
        _ => std::process::exit(Exit::Interrupted as i32),
    }
}
