//! Reading a plan for a subcommand, and telling what is wrong with it.

use std::path::PathBuf;

use wavecrew::worker_spec::{Diagnostic, Document, Parsed, Plan, Severity};
use wavecrew::{GraphOptions, PlanGraph, ReadError, Selection};

use crate::args::OrderArgs;
use crate::command::print;
use crate::exit::Exit;
use crate::output::diagnostic::Rendering;

/// A plan with the documents that it was read from.
pub struct Loaded {
    pub documents: Vec<Document>,
    pub plan: Plan,
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Adds what the audit finds.
    pub fn audit(&mut self, options: GraphOptions) {
        self.diagnostics
            .extend(wavecrew::audit(&self.plan, options));
    }

    /// Whether something is wrong that keeps the plan from being run.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Prints diagnostics to stderr, the given ones only.
    pub fn tell<'a>(&'a self, diagnostics: impl IntoIterator<Item = &'a Diagnostic>) {
        let rendering = Rendering::new(&self.documents);
        for diagnostic in diagnostics {
            print::talk(&rendering.text(diagnostic));
            print::talk("");
        }
    }

    /// The errors among the diagnostics.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// `3 errors, 12 warnings`.
    pub fn counts(&self) -> String {
        let of = |severity| {
            self.diagnostics
                .iter()
                .filter(|d| d.severity == severity)
                .count()
        };
        let counted = |count: usize, name: &str| {
            format!("{count} {name}{}", if count == 1 { "" } else { "s" })
        };
        format!(
            "{}, {}",
            counted(of(Severity::Error), "error"),
            counted(of(Severity::Warning), "warning")
        )
    }
}

/// Reads the documents; says what stops it.
///
/// # Errors
///
/// The exit code, when the documents cannot be read at all.
pub fn load(paths: &[PathBuf]) -> Result<Loaded, Exit> {
    let loaded = load_or_complain(paths)?;
    if loaded.documents.is_empty() {
        loaded.tell(&loaded.diagnostics);
        return Err(Exit::InvalidPlan);
    }
    Ok(loaded)
}

/// As [`load`], but documents that are no text are complaints like others: a machine that reads the output gets them in
/// the form that it asked for. Nothing is read of a plan of which a document is missing.
///
/// # Errors
///
/// As those of [`load`] that are about no document.
pub fn load_or_complain(paths: &[PathBuf]) -> Result<Loaded, Exit> {
    match wavecrew::read_documents(paths) {
        Err(ReadError::NotText(diagnostics)) => Ok(Loaded {
            documents: Vec::new(),
            plan: Plan::default(),
            diagnostics,
        }),
        Err(error) => {
            print::failure(&error);
            Err(Exit::InvalidPlan)
        }
        Ok(documents) => Ok(read(documents)),
    }
}

fn read(documents: Vec<Document>) -> Loaded {
    let Parsed {
        value: plan,
        diagnostics,
    } = wavecrew::worker_spec::read(&documents);
    Loaded {
        documents,
        plan,
        diagnostics,
    }
}

/// Builds the graph of a plan that has no errors; tells them otherwise.
///
/// # Errors
///
/// [`Exit::InvalidPlan`] after the errors have been told.
pub fn graph(loaded: &Loaded, order: OrderArgs) -> Result<PlanGraph, Exit> {
    graph_with(loaded, options(order))
}

/// As [`graph`], with options that were chosen before.
///
/// # Errors
///
/// [`Exit::InvalidPlan`] after the errors have been told.
pub fn graph_with(loaded: &Loaded, options: GraphOptions) -> Result<PlanGraph, Exit> {
    if loaded.has_errors() {
        loaded.tell(loaded.errors());
        print::talk(&format!(
            "the plan has {}; `wavecrew check` shows all",
            loaded.counts()
        ));
        return Err(Exit::InvalidPlan);
    }
    wavecrew::graph(&loaded.plan, options).map_err(|diagnostics| {
        loaded.tell(&diagnostics);
        Exit::InvalidPlan
    })
}

/// The part of the plan's graph that is meant.
///
/// # Errors
///
/// [`Exit::Usage`] after the names that mean nothing have been told.
pub fn select(loaded: &Loaded, graph: PlanGraph, selection: &Selection) -> Result<PlanGraph, Exit> {
    selection.of(&loaded.plan, graph).map_err(|error| {
        print::failure(&error);
        Exit::Usage
    })
}

/// The graph options that the command line asks for.
pub fn options(order: OrderArgs) -> GraphOptions {
    GraphOptions {
        group_dependencies: !order.ignore_groups,
        barriers: order.barriers,
    }
}
