//! The command line.

mod providers;
mod selection;
mod values;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use wavecrew::exec::Answer;

use self::providers::model_name;
pub use self::providers::{BudgetArgs, ProviderArgs};
pub use self::selection::SelectionArgs;
use self::values::{answer, percent, seconds, web_address};

/// Turn a Markdown plan into verified parallel work.
#[derive(Debug, Parser)]
#[command(
    name = "wavecrew",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with a plan
    Check(CheckArgs),
    /// Look whether providers can be asked
    Doctor(DoctorArgs),
    /// Say what a code such as WC0201 means, and how to mend it
    Explain(ExplainArgs),
    /// Apply the safe mends that `check` offers
    Fix(FixArgs),
    /// Print the graph of a plan
    Graph(GraphArgs),
    /// Write a first plan, or bring one along from documents of any form
    Init(InitArgs),
    /// Show a plan as it was read
    Inspect(InspectArgs),
    /// Compute waves, critical path and a schedule
    Plan(PlanArgs),
    /// Run a plan
    Run(RunArgs),
    /// Take up a run again
    Resume(ResumeArgs),
    /// Tell how a run went, as a page in Markdown
    Report(ReportArgs),
    /// Show the state of a run, live or ended
    Status(StatusArgs),
}

impl Command {
    /// Its name on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Check(_) => "check",
            Self::Doctor(_) => "doctor",
            Self::Explain(_) => "explain",
            Self::Fix(_) => "fix",
            Self::Graph(_) => "graph",
            Self::Init(_) => "init",
            Self::Inspect(_) => "inspect",
            Self::Plan(_) => "plan",
            Self::Run(_) => "run",
            Self::Resume(_) => "resume",
            Self::Report(_) => "report",
            Self::Status(_) => "status",
        }
    }

    /// Whether its output is read by a program, as JSON.
    pub fn wants_json(&self) -> bool {
        match self {
            Self::Check(args) => args.json || args.format == CheckFormat::Json,
            Self::Doctor(args) => args.json,
            Self::Explain(args) => args.json,
            Self::Fix(args) => args.json,
            Self::Graph(args) => args.json || args.format == GraphFormat::Json,
            Self::Init(args) => args.json,
            Self::Inspect(args) => args.json,
            Self::Plan(args) => args.json,
            Self::Run(args) => args.json,
            Self::Resume(args) => args.json,
            Self::Report(args) => args.json,
            Self::Status(args) => args.json,
        }
    }
}

/// Documents of one plan.
#[derive(Debug, Args)]
pub struct PlanPaths {
    /// Plan documents, worker specs, folders of them, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Which stated orders bind.
#[derive(Clone, Copy, Debug, Args)]
pub struct OrderArgs {
    /// Let every group (wave, batch, phase) wait for the one before it
    #[arg(long)]
    pub barriers: bool,
    /// Leave out dependencies on whole groups ("Phase 1-2 complete")
    #[arg(long)]
    pub ignore_groups: bool,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub plan: PlanPaths,
    #[command(flatten)]
    pub order: OrderArgs,
    /// Show the quality scores of the worker specs, worst first
    #[arg(long)]
    pub quality: bool,
    #[command(flatten)]
    pub gate: QualityArgs,
    #[command(flatten)]
    pub budget: BudgetArgs,
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: CheckFormat,
    /// Print JSON; the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The forms in which `check` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people: every complaint with the lines that it is about
    #[default]
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Whom to look at, as for `run`; all that are set up or installed if absent
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub provider: Vec<String>,
    /// A configuration file; `wavecrew.toml` in the current folder if absent and there
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code, as messages show it; the list of all if absent
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct FixArgs {
    #[command(flatten)]
    pub plan: PlanPaths,
    #[command(flatten)]
    pub order: OrderArgs,
    /// Add the deliverables of this file to the worker specs: a JSON object from id to path or paths, or lines `ID: path`
    #[arg(long, value_name = "FILE")]
    pub deliverables: Option<PathBuf>,
    /// Say what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The quality of worker specs.
#[derive(Debug, Args)]
pub struct QualityArgs {
    /// Refuse worker specs that score less than this, of 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_quality: Option<u8>,
    /// Let a model judge the worker specs, too: a provider as for `run`; each further one is a fallback
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = model_name)]
    pub judge: Vec<String>,
    /// The model that judges
    #[arg(long, value_name = "NAME", requires = "judge")]
    pub judge_model: Option<String>,
}

impl QualityArgs {
    /// Whether anything is asked about quality.
    pub fn is_asked(&self) -> bool {
        self.min_quality.is_some() || !self.judge.is_empty()
    }
}

#[derive(Debug, Args)]
pub struct GraphArgs {
    #[command(flatten)]
    pub plan: PlanPaths,
    /// How to print it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: GraphFormat,
    /// Print JSON; the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The forms in which `graph` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A flowchart, as Markdown pages show it
    #[default]
    Mermaid,
    /// For Graphviz
    Dot,
    /// The whole plan
    Json,
    /// Each task with what it waits for
    Text,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The file to write, or the folder to write `plan.md` in; nothing is overwritten
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Write what these documents say, instead of a first plan
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Plan documents, worker specs, folders of them, or `-` for standard input
    #[arg(
        value_name = "PATH",
        required_unless_present = "flowchart",
        conflicts_with = "flowchart"
    )]
    pub paths: Vec<PathBuf>,
    /// Print one Mermaid flowchart as read, instead of a plan
    #[arg(long, value_name = "FILE")]
    pub flowchart: Option<PathBuf>,
    /// List dependencies on groups as edges between tasks
    #[arg(long, conflicts_with = "flowchart")]
    pub expand_groups: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub plan: PlanPaths,
    /// Worker slots
    #[arg(long, value_name = "N", default_value = "8")]
    pub workers: NonZeroUsize,
    #[command(flatten)]
    pub order: OrderArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub plan: PlanPaths,
    /// The folder to work in; made if it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Name of the run; made up if absent
    #[arg(long, value_name = "ID")]
    pub run_id: Option<String>,
    #[command(flatten)]
    pub order: OrderArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
    #[command(flatten)]
    pub gate: QualityArgs,
    #[command(flatten)]
    pub how: HowArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub tell: TellArgs,
    #[command(flatten)]
    pub simulation: SimulationArgs,
    /// Print the events as JSON lines
    #[arg(long)]
    pub json: bool,
}

/// A run that only counts.
#[derive(Clone, Copy, Debug, Args)]
pub struct SimulationArgs {
    /// Only tell what the run would come to, by the stated estimates: nothing is called, written or spent
    #[arg(long)]
    pub simulate: bool,
    /// How many of 100 attempts have their work refused
    #[arg(long, value_name = "PERCENT", requires = "simulate", default_value_t = 0.0, value_parser = percent)]
    pub refused: f64,
    /// Equal seeds give equal simulations
    #[arg(long, value_name = "N", requires = "simulate", default_value_t = 0)]
    pub seed: u64,
}

/// How work is done; a resumed run goes on as it began unless told otherwise.
#[derive(Debug, Args)]
pub struct HowArgs {
    /// Tasks at a time [default: 8]
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
    #[command(flatten)]
    pub providers: ProviderArgs,
    /// What to do about failures: `mitigation`, `three-tries`, or a JSON file (docs/policies.md)
    #[arg(long, value_name = "NAME|FILE")]
    pub policy: Option<String>,
    /// Attempts at a task [default: 3, or what the policy says]
    #[arg(long, value_name = "N")]
    pub attempts: Option<NonZeroUsize>,
    /// Longest time for one answer, in seconds; tests have their own [default: 1200]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Longest time for one test command, in seconds [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub test_timeout: Option<Duration>,
    /// Let test commands start this program although it acts outside the root
    #[arg(long, value_name = "PROGRAM")]
    pub allow_program: Vec<String>,
    /// Start tasks whose dependencies failed, too
    #[arg(long)]
    pub despite_failures: bool,
    /// Count a task that is not checked as failed
    #[arg(long, conflicts_with = "accept_unchecked")]
    pub require_verified: bool,
}

/// Who is told while a run goes on. Not kept in the journal: addresses may be secret.
#[derive(Debug, Args)]
pub struct TellArgs {
    /// Run this command for every task that ends and every attempt that fails, and at the end of the run; the event is on its standard input
    #[arg(long, value_name = "COMMAND")]
    pub hook: Vec<String>,
    /// Post the same events to this address
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub webhook: Vec<String>,
    /// Time between two snapshots of the run's figures, in seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub snapshot_every: Option<Duration>,
}

/// What counts as success.
#[derive(Clone, Copy, Debug, Args)]
pub struct JudgeArgs {
    /// Exit 0 when none failed, although some are not checked
    #[arg(long)]
    pub accept_unchecked: bool,
}

#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The run to take up; the latest if absent
    #[arg(value_name = "ID")]
    pub run_id: Option<String>,
    /// The folder of the run
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Decide about a task that waits for an answer: `TASK=retry`, `skip`, `fail` or `abort`; `TASK=retry:WORDS` tells the
    /// next attempt these words
    #[arg(long, value_name = "TASK=ANSWER", value_parser = answer)]
    pub answer: Vec<(String, Answer)>,
    /// The documents of the plan, if they are not where they were, or others are to count [default: those that the run began with]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub plan: Vec<PathBuf>,
    /// Take up a run that did not begin on this machine, or whose folder was copied: its plan, its tests and its providers
    /// are then taken as its journal has them
    #[arg(long)]
    pub adopt: bool,
    #[command(flatten)]
    pub how: HowArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub tell: TellArgs,
    /// Print the events as JSON lines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run to tell of; the latest if absent
    #[arg(value_name = "ID")]
    pub run_id: Option<String>,
    /// The folder of the run
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The run to show; the latest if absent
    #[arg(value_name = "ID")]
    pub run_id: Option<String>,
    /// The folder of the run
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
