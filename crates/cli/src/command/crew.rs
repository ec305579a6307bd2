//! What `run` and `resume` share: settings, signals, the run itself and its end.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Runtime;
use wavecrew::exec::{Control, ControlState};
use wavecrew::providers::Provider;
use wavecrew::{
    Hook, Hooks, LeftOut, PlanGraph, ProgressFiles, RunError, RunFolder, RunOptions, RunReport,
    SNAPSHOT_INTERVAL, Session, Snapshot, TaskEnd, provider_chain, snapshots,
};

use crate::args::{HowArgs, JudgeArgs, TellArgs};
use crate::command::{interrupts, print};
use crate::exit::Exit;
use crate::output::diagnostic::visible;
use crate::output::event::event_json;
use crate::output::progress::Progress;
use crate::output::snapshot::snapshot_json;
use crate::output::summary::{run_json, summary_json, summary_text};

/// Puts what the command line says over what is set.
pub fn apply(how: &HowArgs, options: &mut RunOptions) {
    if let Some(workers) = how.workers {
        options.workers = workers;
    }
    if !how.provider.is_empty() {
        options.providers.clone_from(&how.provider);
    }
    if how.model.is_some() {
        options.model.clone_from(&how.model);
    }
    if let Some(attempts) = how.attempts {
        options.attempts = attempts.try_into().unwrap_or(std::num::NonZeroU32::MAX);
    }
    if let Some(timeout) = how.timeout {
        options.timeout = timeout;
    }
    if let Some(timeout) = how.test_timeout {
        options.test_timeout = timeout;
    }
    options
        .allowed_programs
        .extend(how.allow_program.iter().cloned());
    options.despite_failures |= how.despite_failures;
    options.require_verified |= how.require_verified;
}

/// The providers that the options name, configured from the environment.
///
/// # Errors
///
/// [`Exit::Configuration`] after what is wrong has been told.
pub fn provider(options: &RunOptions) -> Result<Arc<dyn Provider>, Exit> {
    provider_chain(&options.providers, |name| std::env::var(name).ok()).map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })
}

/// Files that a run has open at the least, whatever it does.
const OPEN_FILES: usize = 32;

/// What runs are driven by. Made before anything is written, so that a limit of the system that is met
/// is an error to be told.
///
/// # Errors
///
/// [`Exit::Configuration`] after the system's answer has been told.
pub fn runtime() -> Result<Runtime, Exit> {
    let null = "/dev/null";
    let opened: std::io::Result<Vec<_>> =
        (0..OPEN_FILES).map(|_| std::fs::File::open(null)).collect();
    let few = opened.err().filter(|_| cfg!(unix));
    if let Some(error) = few {
        print::talk(&format!(
            "error: failed to open `{null}` {OPEN_FILES} times: {error}; `ulimit -n` sets how many files may be open"
        ));
        return Err(Exit::Configuration);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let _here = runtime.enter();
        // A file that would grow beyond `ulimit -f` is an error to tell, not an end without a word.
        // Where this cannot be had, everything else works all the same.
        drop(signal(SignalKind::from_raw(SIGXFSZ)));
    }
    Ok(runtime)
}

/// Works through the plan and says how it ended.
pub fn work(
    runtime: Runtime,
    session: &mut Session,
    graph: &PlanGraph,
    provider: Arc<dyn Provider>,
    judge: JudgeArgs,
    tell: &TellArgs,
    json: bool,
) -> Exit {
    let resume = format!(
        "wavecrew resume {} --root {}",
        session.folder().id(),
        session.root().display()
    );
    for task in &graph.left_out {
        print::talk(&visible(&format!(
            "left out: {} ({})",
            task.id, task.reason
        )));
    }
    let control = Control::new();
    let worked = runtime.block_on(async {
        interrupts::hear(&control);
        let recovery = session.recover().await?;
        for task in &recovery.put_back {
            print::talk(&visible(&format!(
                "{task} was under way when the run stopped; its files were put back"
            )));
        }
        for (task, reason) in &recovery.gone {
            print::talk(&visible(&format!("{task} is done again: {reason}")));
        }
        for (task, reason) in &recovery.changed {
            print::talk(&visible(&format!(
                "{task} is not checked any more: {reason}"
            )));
        }
        if json {
            print::json_line(&run_json(session, graph.dag.len()));
        }
        let report = observed(session, graph, provider, &control, tell, json).await?;
        if json {
            print::json_line(&summary_json(session.folder().id(), graph, &report));
        } else {
            print::text(&summary_text(graph, &report));
        }
        Ok(report)
    });
    // Commands that are still being ended must not keep the program.
    runtime.shutdown_background();
    let report = match worked {
        Ok(report) => report,
        Err(error) => {
            let error: RunError = error;
            print::failure(&error);
            print::talk(&format!("nothing is lost; next: mend it, then `{resume}`"));
            return Exit::Configuration;
        }
    };
    let exit = judge_report(graph, &report, judge, control.state());
    print::talk(&visible(&next(exit, session.root(), &resume, &report)));
    exit
}

/// Runs the plan, and lets everybody know who wants to.
async fn observed(
    session: &mut Session,
    graph: &PlanGraph,
    provider: Arc<dyn Provider>,
    control: &Control,
    tell: &TellArgs,
    json: bool,
) -> Result<RunReport, RunError> {
    let (folder, meter) = (session.folder().clone(), session.meter().clone());
    let progress = Progress::new(&graph.dag, json);
    let board = Arc::new(Mutex::new(session.board(graph).await?));
    let files = ProgressFiles::start(folder.path(), Arc::clone(&board));
    let commands = tell.hook.iter().cloned().map(Hook::Command);
    let webhooks = tell.webhook.iter().cloned().map(Hook::Webhook);
    let mut hooks = Hooks::start(commands.chain(webhooks).collect());

    let every = tell.snapshot_every.unwrap_or(SNAPSHOT_INTERVAL);
    let snapshots = snapshots(&board, &meter, every, |snapshot| {
        progress.snapshot(snapshot);
        keep(&folder, snapshot);
    });
    let run = session.run(graph, provider, control.clone(), |event| {
        progress.show(event);
        board
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .note(event);
        files.changed();
        hooks.note(event, || event_json(&graph.dag, event));
    });
    let report = tokio::select! {
        report = run => report,
        never = snapshots => match never {},
    };
    progress.finish();
    if let Err(error) = files.finish() {
        print::talk(&visible(&format!(
            "progress files are not current: {error}"
        )));
    }
    let report = report?;
    hooks.send(summary_json(folder.id(), graph, &report));
    for error in hooks.finish().await {
        print::talk(&visible(&format!("hook: {error}")));
    }
    Ok(report)
}

/// Appends a snapshot to those of the run; the run goes on if that cannot be.
fn keep(folder: &RunFolder, snapshot: &Snapshot) {
    use std::io::Write as _;
    let path = folder.snapshots();
    let kept = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(format!("{}\n", snapshot_json(snapshot)).as_bytes()));
    if let Err(error) = kept {
        let path = path.display();
        print::talk(&visible(&format!(
            "a snapshot is not kept in `{path}`: {error}"
        )));
    }
}

fn judge_report(
    graph: &PlanGraph,
    report: &RunReport,
    judge: JudgeArgs,
    control: ControlState,
) -> Exit {
    if control != ControlState::Running && report.count(TaskEnd::Cancelled) > 0 {
        return Exit::Interrupted;
    }
    let failed: Vec<_> = report
        .tasks
        .iter()
        .filter(|task| task.end == TaskEnd::Failed)
        .collect();
    let done = report.count(TaskEnd::Verified) + report.count(TaskEnd::NotChecked);
    if failed.iter().any(|task| task.fatal)
        || (done == 0 && !failed.is_empty() && failed.iter().all(|task| task.no_answer))
    {
        return Exit::Configuration;
    }
    let unfinished = report.tasks.len() - done;
    let unchecked = report.count(TaskEnd::NotChecked);
    let waiting = graph.left_out.iter().any(LeftOut::is_pending);
    if unfinished > 0 || waiting || (unchecked > 0 && !judge.accept_unchecked) {
        return Exit::NotVerified;
    }
    Exit::Fine
}

/// What to do next; the files are in `root`, and `resume` is the command that takes the run up again.
fn next(exit: Exit, root: &Path, resume: &str, report: &RunReport) -> String {
    let fatal = report.tasks.iter().find(|task| task.fatal);
    match exit {
        Exit::Fine if report.tasks.is_empty() => {
            "the plan says that everything is done; nothing was run or checked".to_owned()
        }
        Exit::Fine if report.count(TaskEnd::NotChecked) == 0 => {
            format!("every task is verified; next: look at the files in {}", root.display())
        }
        Exit::Fine => "no task failed; next: give what is not checked tests that can fail".to_owned(),
        Exit::Interrupted => format!("stopped; next: `{resume}` goes on from here"),
        Exit::Configuration => match fatal {
            Some(task) => format!(
                "stopped by {}: {}; next: mend that, then `{resume}` goes on from here",
                task.id, task.reason
            ),
            None => format!("no provider answers; next: mend that, then `{resume}` goes on from here"),
        },
        _ if report.count(TaskEnd::Failed) > 0 => {
            format!("next: mend what failed, then `{resume}` does only that again")
        }
        _ if report.count(TaskEnd::NotChecked) > 0 => {
            "next: give what is not checked tests that can fail, or accept it with --accept-unchecked".to_owned()
        }
        _ => "next: take up the deferred tasks that others wait for".to_owned(),
    }
}

/// The same number on every Unix.
#[cfg(unix)]
const SIGXFSZ: i32 = 25;
