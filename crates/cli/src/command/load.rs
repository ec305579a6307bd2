//! Reading a plan for a subcommand, and telling what is wrong with it.

use std::path::{Path, PathBuf};

use wavecrew::worker_spec::{Diagnostic, Document, Parsed, Plan, Severity};
use wavecrew::{GraphOptions, PlanGraph, ReadError, Selection, Session};

use crate::args::OrderArgs;
use crate::command::print;
use crate::exit::Exit;
use crate::output::diagnostic::{DiagnosticOut, Rendering, visible};

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
        tell(&self.documents, diagnostics);
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

/// Prints diagnostics about these documents to stderr.
fn tell<'a>(documents: &[Document], diagnostics: impl IntoIterator<Item = &'a Diagnostic>) {
    let rendering = Rendering::new(documents);
    for diagnostic in diagnostics {
        print::note(&DiagnosticOut::new(diagnostic));
        print::talk(&rendering.text(diagnostic));
        print::talk("");
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

/// The plan that a run began with, as its documents are now.
///
/// # Errors
///
/// [`Exit::InvalidPlan`] after what stops it has been told.
pub fn again(session: &Session) -> Result<Loaded, Exit> {
    let source = match session.read_plan() {
        Ok(source) => source,
        Err(error) => {
            match &error {
                ReadError::NotText(diagnostics) => tell(&[], diagnostics),
                error => print::failure(error),
            }
            name_anew(session);
            return Err(Exit::InvalidPlan);
        }
    };
    for name in &source.new {
        print::talk(&visible(&format!(
            "`{name}` is new in the plan's folder and no part of this run; `--plan` with all documents would take it in"
        )));
    }
    Ok(read(source.documents))
}

/// Says how a run is given another plan.
fn name_anew(session: &Session) {
    print::talk(&visible(&format!(
        "next: `wavecrew resume {} --root {} --plan PATH…` names the documents of the plan anew",
        session.folder().id(),
        session.root().display()
    )));
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

/// The part of the plan's graph that a run which is taken up again was begun for, as far as it is not done.
///
/// # Errors
///
/// [`Exit::InvalidPlan`] after the names have been told that the plan does not have any more.
pub fn select_again(
    loaded: &Loaded,
    graph: PlanGraph,
    session: &Session,
) -> Result<PlanGraph, Exit> {
    let selection = &session.options().selection;
    selection.rest_of(&loaded.plan, graph).map_err(|error| {
        print::failure(&error);
        name_anew(session);
        Exit::InvalidPlan
    })
}

/// Looks whether tasks would write over the plan itself in `root`.
///
/// # Errors
///
/// [`Exit::InvalidPlan`] after the errors have been told.
pub fn keep_apart(loaded: &Loaded, graph: &PlanGraph, root: &Path) -> Result<(), Exit> {
    let errors = wavecrew::overwritten_documents(root, &loaded.documents, graph);
    if errors.is_empty() {
        return Ok(());
    }
    loaded.tell(&errors);
    print::talk(
        "nothing is run: a run goes by its plan, and what says what to do must not change under it",
    );
    Err(Exit::InvalidPlan)
}

/// The graph options that the command line asks for.
pub fn options(order: OrderArgs) -> GraphOptions {
    GraphOptions {
        group_dependencies: !order.ignore_groups,
        barriers: order.barriers,
    }
}
