#![doc = include_str!("../README.md")]

#[cfg(feature = "dag")]
pub use wavecrew_dag as dag;
#[cfg(feature = "exec")]
pub use wavecrew_exec as exec;
#[cfg(feature = "providers")]
pub use wavecrew_providers as providers;
#[cfg(feature = "sandbox")]
pub use wavecrew_sandbox as sandbox;
#[cfg(feature = "validate")]
pub use wavecrew_validate as validate;
#[cfg(feature = "worker-spec")]
pub use wavecrew_worker_spec as worker_spec;

#[cfg(feature = "plan")]
mod audit;
#[cfg(feature = "plan")]
pub mod codes;
#[cfg(feature = "crew")]
mod crew;
#[cfg(feature = "plan")]
mod deliverable_map;
#[cfg(feature = "plan")]
mod documents;
#[cfg(feature = "plan")]
mod forecast;
#[cfg(feature = "plan")]
mod graph;
#[cfg(feature = "crew")]
mod json_answer;
#[cfg(feature = "crew")]
mod plain_file;
#[cfg(feature = "crew")]
mod provider_chain;
#[cfg(feature = "plan")]
mod quality;
#[cfg(feature = "crew")]
mod run;
#[cfg(feature = "plan")]
mod selection;

#[cfg(feature = "plan")]
pub use audit::{audit, overwritten_documents};
#[cfg(feature = "crew")]
pub use crew::{
    CallMeter, CrewError, CrewOptions, CrewWorker, Delivered, Permit, Proposals, SplitBy, Splits,
    TaskEvidence, TaskOutput, TestRunner, Unanswered, UndoLog, fingerprint,
};
#[cfg(feature = "plan")]
pub use deliverable_map::{DeliverableEntry, DeliverableMap, DeliverableMapError};
#[cfg(feature = "plan")]
pub use documents::{
    MAX_DOCUMENT_BYTES, MAX_FILES, MAX_FOLDER_DEPTH, ReadError, STDIN, read_documents,
};
#[cfg(feature = "plan")]
pub use forecast::{Forecast, ForecastError, forecast};
#[cfg(feature = "plan")]
pub use graph::{GraphOptions, LeftOut, PlanGraph, Unit, graph, owned_paths};
#[cfg(feature = "crew")]
pub use provider_chain::{
    BackEndSettings, ChainOptions, Choice, Complexity, ConfigFile, KnownKeys, Origin,
    PROVIDER_NAMES, PerProvider, ProviderChain, ProviderSettings, Route, SettingsError, TokenPrice,
    UnknownPrice, dollars, is_provider_name, is_without_model, origins, probe_provider,
    provider_chain, providers_without_model, unknown_price, unknown_prices,
};
#[cfg(feature = "plan")]
pub use quality::{
    Finding, JudgedBy, Judgement, ModelJudgement, rate_plan, rate_spec, refusal, refusals, unscored,
};
#[cfg(feature = "crew")]
pub use quality::{JudgeOptions, judge_spec};
#[cfg(all(feature = "crew", feature = "tracing"))]
pub use run::Traces;
#[cfg(feature = "crew")]
pub use run::{
    Board, BoardTask, BudgetOutlook, CONFIG_FILE, Chances, Config, ConfigError, Course, Evidence,
    Hook, HookError, Hooks, Latency, PRESETS, PlanSource, PolicyError, PolicyOptions,
    ProgressFiles, ProviderSpent, Recovery, Reserve, RunError, RunFolder, RunOptions, RunReport,
    RunStatus, SNAPSHOT_INTERVAL, Session, Share, Simulation, Snapshot, Spent, TaskEnd, TaskReport,
    TaskSpent, TaskState, TaskStatus, WaitingFor, markdown_line, read_policy, simulate_run,
    snapshots,
};
#[cfg(feature = "plan")]
pub use selection::{Selection, SelectionError};
