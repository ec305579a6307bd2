//! The forms in which people write plans, behind one trait.

use crate::{Document, Fragment, Parsed};

mod arrows;
mod asserted;
mod backlog_task;
mod beads;
mod bmad_story;
mod gsd_plan;
mod gsd_roadmap;
mod json;
mod lists;
pub mod mermaid;
mod order_headings;
mod plan_json;
pub(crate) mod recipe;
mod task_json;
mod task_master;
mod task_yaml;
mod ten_point;
mod waiting;
mod wave_plan;
pub(crate) mod wavecrew_plan;
mod written_paths;

/// A form in which people write plans.
///
/// # Contract
///
/// `recognise` is quick and looks only at the document. `read` never panics, whatever the document holds; it reads
/// what belongs to its form and passes over the rest, so that several dialects can read one document. Names stay
/// as written; [`merge`](crate::merge()) resolves them.
pub trait Dialect: Send + Sync {
    /// A short name, for messages.
    fn name(&self) -> &'static str;

    /// Whether the document, or a part of it, is of this form.
    fn recognise(&self, document: &Document) -> Confidence;

    /// Reads it.
    fn read(&self, document: &Document) -> Parsed<Fragment>;

    /// Reads the document where the whole of it is of this form, and says how sure it is where not.
    ///
    /// For a dialect that finds out by looking at what it would read, so that it looks once.
    fn read_whole(&self, document: &Document) -> Result<Parsed<Fragment>, Confidence> {
        match self.recognise(document) {
            Confidence::Whole => Ok(self.read(document)),
            confidence => Err(confidence),
        }
    }

    /// Whether it reads the text as Markdown, so that a code fence that is never closed hides tasks from it. A dialect
    /// that reads front matter alone does not.
    fn reads_markdown(&self) -> bool {
        true
    }

    /// Whether the text below and beside a task is for its worker to read ([`Task::details`](crate::Task::details)). A
    /// dialect that has another place for that, or finds it itself, says no.
    fn tells_in_prose(&self) -> bool {
        self.reads_markdown()
    }
}

/// How sure a dialect is that a document is of its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Nothing of it is.
    No,
    /// It may be: read only when no other dialect is surer.
    Weak,
    /// It is, or a part of it is: every dialect that says so reads the document.
    Strong,
    /// The whole document is, and no other dialect shall read it.
    Whole,
}

/// Whether a document counts as a plan only because it has checkboxes and nothing that is more like one.
pub(crate) fn is_plan_for_want_of_better(document: &Document) -> bool {
    lists::is_for_want_of_better(document)
}

/// Reads a story that is the only document with tasks, where its boxes say more than that it is one task.
pub(crate) fn read_only_story(document: &Document) -> Option<Parsed<Fragment>> {
    bmad_story::read_alone(document)
}

/// All dialects of this crate, in the order in which they read.
pub fn dialects() -> &'static [&'static dyn Dialect] {
    &[
        &wavecrew_plan::WavecrewPlan,
        &plan_json::PlanJson,
        &beads::Beads,
        &recipe::Recipe,
        &task_master::TaskMaster,
        &task_json::TaskJson,
        &task_yaml::TaskYamlFile,
        &task_yaml::TaskYaml,
        &gsd_plan::GsdPlan,
        &backlog_task::BacklogTask,
        &bmad_story::BmadStory,
        &gsd_roadmap::GsdRoadmap,
        &ten_point::TenPoint,
        &lists::Lists,
        &wave_plan::WavePlan,
        &task_yaml::TaskFences,
    ]
}
