//! What `run` and `resume` share: settings, signals, the run itself and its end.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Runtime;
use wavecrew::exec::{Control, ControlState, EventKind, Policy, TaskIds};
use wavecrew::providers::BudgetLimits;
use wavecrew::{
    Config, Hook, Hooks, LeftOut, PlanGraph, PolicyOptions, ProgressFiles, ProviderChain, RunError,
    RunFolder, RunOptions, RunReport, SNAPSHOT_INTERVAL, Session, Snapshot, TaskEnd, read_policy,
    snapshots,
};

use crate::args::{HowArgs, JudgeArgs, TellArgs};
use crate::command::{interrupts, print, providers};
use crate::exit::Exit;
use crate::output::amount::counted;
use crate::output::budget::spending_text;
use crate::output::diagnostic::visible;
use crate::output::event::event_json;
use crate::output::mend::{causes, mends};
use crate::output::progress::Progress;
use crate::output::snapshot::snapshot_json;
use crate::output::status::nothing_left;
use crate::output::summary::{run_json, summary_json, summary_text};

/// Puts what the command line says over what is set, and the policy of the configuration file under it.
///
/// # Errors
///
/// As [`providers::apply`].
pub fn apply(how: &HowArgs, config: Option<&Config>, options: &mut RunOptions) -> Result<(), Exit> {
    providers::apply(&how.providers, options)?;
    if let Some(workers) = how.workers {
        options.workers = workers;
    }
    let named = how.policy.is_some() || config.is_some_and(Config::is_named);
    let of_file = config.and_then(Config::policy);
    if let Some(name) = how.policy.as_ref().or(of_file.as_ref()) {
        let policy = policy(name, named, options)?;
        // What a file names is beside it; the names of the policies that every run knows stand for no folder.
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        let switches = policy.switches();
        let settings = &mut options.provider_settings;
        settings.place_programs(switches.iter().map(String::as_str), folder);
        options.policy = Some(policy);
    }
    if let Some(attempts) = how.attempts {
        options.attempts = attempts.try_into().unwrap_or(std::num::NonZeroU32::MAX);
        if let Some(policy) = &mut options.policy {
            policy.max_attempts = options.attempts;
        }
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
    Ok(())
}

/// The policy of this name, or in this file; `named` unless only a file that was found has it.
fn policy(name: &str, named: bool, options: &RunOptions) -> Result<Policy, Exit> {
    let options = PolicyOptions {
        providers: &options.providers,
        settings: &options.provider_settings,
        named,
    };
    read_policy(name, options).map_err(|error| {
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
    chain: &ProviderChain,
    judge: JudgeArgs,
    tell: &TellArgs,
    json: bool,
) -> Exit {
    let resume = format!(
        "wavecrew resume {} --root {}",
        session.folder().id(),
        session.root().display()
    );
    let (others, left_out): (Vec<_>, Vec<_>) =
        (graph.left_out.iter()).partition(|task| task.is_not_selected());
    if !others.is_empty() {
        print::talk(&format!(
            "left out: {}, not selected",
            counted(others.len() as u64, "task")
        ));
    }
    for task in left_out {
        print::talk(&visible(&format!(
            "left out: {} ({})",
            task.id, task.reason
        )));
    }
    let control = Control::new();
    let worked = runtime.block_on(async {
        interrupts::hear(&control);
        let recovery = session.recover(graph).await?;
        for task in &recovery.put_back {
            print::talk(&visible(&format!(
                "{task} was under way when the run stopped; its files were put back"
            )));
        }
        if let Some(kept) = &recovery.kept {
            print::talk(&visible(&format!(
                "what stood in them is in {}",
                kept.display()
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
        let report = observed(session, graph, chain, &control, tell, json).await?;
        if json {
            print::json_line(&summary_json(
                session.folder().id(),
                graph,
                &report,
                chain.purse(),
            ));
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
    let said = match exit {
        Exit::Budget => out_of_budget(chain, &resume, &report),
        exit => next(exit, session.root(), &resume, &report, &graph.left_out),
    };
    for line in said.lines() {
        print::talk(&visible(line));
    }
    exit
}

/// Runs the plan, and lets everybody know who wants to.
async fn observed(
    session: &mut Session,
    graph: &PlanGraph,
    chain: &ProviderChain,
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
    session.set_others(chain.alone().clone());
    session.set_keys(chain.keys().clone());
    let mut ids = TaskIds::new(&graph.dag);
    let splits = session.splits().clone();
    let run = session.run(graph, chain.provider(), control.clone(), |event| {
        ids.note(event);
        progress.show(event, &ids);
        if let (Some(node), EventKind::Split { .. }) = (event.node, &event.kind)
            && let Some(how) = splits.how(ids.of(node))
        {
            progress.tell(&format!("{} is split {how}", ids.of(node)));
        }
        board
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .note(event);
        files.changed();
        hooks.note(event, || event_json(&ids, event));
    });
    let report = tokio::select! {
        report = run => report,
        never = snapshots => match never {},
    };
    progress.finish();
    if let Ok(report) = &report {
        board
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .conclude(report);
        files.changed();
    }
    if let Err(error) = files.finish() {
        print::talk(&visible(&format!(
            "progress files are not current: {error}"
        )));
    }
    let report = report?;
    hooks.send(summary_json(folder.id(), graph, &report, chain.purse()));
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
    if report.course.out_of_budget.is_some() {
        return Exit::Budget;
    }
    let failed: Vec<_> = report
        .tasks
        .iter()
        .filter(|task| task.end == TaskEnd::Failed)
        .collect();
    let unchecked = report.count(TaskEnd::NotChecked) + report.count(TaskEnd::Flaky);
    let done = report.count(TaskEnd::Verified) + unchecked;
    if failed.iter().any(|task| task.fatal)
        || (done == 0 && !failed.is_empty() && failed.iter().all(|task| task.no_answer))
    {
        return Exit::Configuration;
    }
    if report.course.stopped.is_some() {
        return Exit::NotVerified;
    }
    if !report.course.questions.is_empty() {
        return Exit::Paused;
    }
    // What was split is done by its parts.
    let unfinished = report.tasks.len() - done - report.count(TaskEnd::Split);
    let waiting = graph.left_out.iter().any(LeftOut::is_pending);
    if unfinished > 0 || waiting || (unchecked > 0 && !judge.accept_unchecked) {
        return Exit::NotVerified;
    }
    Exit::Fine
}

/// What a run says that may spend no more.
fn out_of_budget(chain: &ProviderChain, resume: &str, report: &RunReport) -> String {
    let left = match report.count(TaskEnd::Cancelled) {
        1 => "1 task is left to do".to_owned(),
        left => format!("{left} tasks are left to do"),
    };
    let why = chain.used_up().unwrap_or("nothing may be spent any more");
    let spent = spending_text(chain.purse());
    let next = match flags(chain.purse().limits()).as_slice() {
        [flag] => format!("`{resume} {flag}` with more goes on from here"),
        several => format!(
            "`{resume}` with more of what was used up goes on from here: `{}`",
            several.join("`, `")
        ),
    };
    format!("stopped by the budget: {why}; spent {spent}; {left}; next: {next}")
}

/// The flags that set the limits which there are.
fn flags(limits: &BudgetLimits) -> Vec<&'static str> {
    let set = [
        (limits.cost.is_some(), "--budget DOLLARS"),
        (limits.tokens.is_some(), "--budget-tokens N"),
        (limits.calls.is_some(), "--budget-calls N"),
    ];
    let set = set.into_iter().filter(|(is_set, _)| *is_set);
    set.map(|(_, flag)| flag).collect()
}

/// Which tasks wait for which answers, and how to give them.
fn paused(resume: &str, report: &RunReport) -> String {
    let mut said = String::from("paused; a person has to decide:\n");
    let mut flags = String::new();
    for open in &report.course.questions {
        match &open.task {
            Some(task) => {
                said.push_str(&format!("  {task}: {}\n", open.question));
                flags.push_str(&format!(" --answer '{task}=retry'"));
            }
            None => said.push_str(&format!("  the run: {}\n", open.question)),
        }
    }
    match flags.is_empty() {
        true => said.push_str(&format!("next: `{resume}` goes on with the run")),
        false => said.push_str(&format!(
            "next: `{resume}{flags}` goes on; retry:WORDS tells the next attempt something, and skip, fail and abort are \
             answers too"
        )),
    }
    said
}

/// What to do next; the files are in `root`, and `resume` is the command that takes the run up again.
fn next(exit: Exit, root: &Path, resume: &str, report: &RunReport, left_out: &[LeftOut]) -> String {
    let fatal = report.tasks.iter().find(|task| task.fatal);
    match exit {
        Exit::Fine if report.tasks.is_empty() => {
            format!("{}; nothing was run or checked", nothing_left(left_out))
        }
        Exit::Fine if report.count(TaskEnd::NotChecked) + report.count(TaskEnd::Flaky) == 0 => {
            format!(
                "every task is verified; next: look at the files in {}",
                root.display()
            )
        }
        Exit::Fine => {
            "no task failed; next: give what is not checked tests that can fail".to_owned()
        }
        Exit::Paused => paused(resume, report),
        Exit::Interrupted => format!("stopped; next: `{resume}` goes on from here"),
        Exit::Configuration => match fatal {
            Some(task) => format!(
                "stopped by {}: {}; next: mend that, then `{resume}` goes on from here",
                task.id, task.reason
            ),
            None => {
                let mends = mends(&causes(report));
                let mends = mends.unwrap_or_else(|| "no provider answers".to_owned());
                format!("{mends}; next: mend that, then `{resume}` goes on from here")
            }
        },
        _ if report.course.stopped.is_some() => {
            let reason = report.course.stopped.as_deref().unwrap_or_default();
            format!(
                "stopped: {reason}; next: look at what failed, then `{resume}` goes on from here"
            )
        }
        _ if report.count(TaskEnd::Failed) > 0 => {
            let mends = mends(&causes(report)).map(|mends| format!("{mends}; "));
            let mends = mends.unwrap_or_default();
            format!("{mends}next: mend what failed, then `{resume}` does only that again")
        }
        _ if report.count(TaskEnd::NotChecked) > 0 => not_checked(report),
        _ if report.count(TaskEnd::Flaky) > 0 => {
            "next: look at the flaky tests, or accept them with --accept-unchecked".to_owned()
        }
        _ => "next: take up the deferred tasks that others wait for".to_owned(),
    }
}

/// What to do about tasks that are not checked.
fn not_checked(report: &RunReport) -> String {
    const NAMED: usize = 5;
    let tasks = report.tasks.iter();
    let mut files: Vec<&str> = tasks
        .flat_map(|task| task.there_before.iter().map(String::as_str))
        .collect();
    let more = match files.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    files.truncate(NAMED);
    let left = match files.is_empty() {
        true => String::new(),
        false => format!(
            ", remove what was there before it ({}{more}) and begin a new run if an earlier run left that,",
            files.join(", ")
        ),
    };
    format!(
        "next: give what is not checked tests that fail without the work{left} or accept it with --accept-unchecked"
    )
}

/// The same number on every Unix.
#[cfg(unix)]
const SIGXFSZ: i32 = 25;
