//! Progress: a bar on a terminal, plain lines otherwise, JSON lines where they are asked for.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use wavecrew::Snapshot;
use wavecrew::dag::Dag;
use wavecrew::exec::{Event, EventKind, TaskIds};
use wavecrew::worker_spec::Task;

use super::diagnostic::visible;
use super::event::{event_json, event_line};
use super::snapshot::{snapshot_json, snapshot_line};
use crate::command::print;

/// Shows the events of a run as they come.
pub struct Progress<'a> {
    dag: &'a Dag<Task>,
    json: bool,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// A bar if stderr is a terminal and no JSON is asked for.
    pub fn new(dag: &'a Dag<Task>, json: bool) -> Self {
        let target = if json {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(dag.len() as u64), target);
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} tasks, {elapsed}")
            .expect("the template is one of ours");
        bar.set_style(style);
        Self { dag, json, bar }
    }

    /// Shows one event.
    pub fn show(&self, event: &Event, ids: &TaskIds) {
        if let EventKind::Split { parts, .. } = &event.kind {
            self.bar.inc_length(parts.len() as u64);
        }
        if event.kind.is_final() {
            self.bar.inc(1);
        }
        if self.json {
            print::json_line(&event_json(ids, event));
            return;
        }
        if let Some(line) = event_line(self.dag, ids, event) {
            self.line(line);
        }
    }

    /// Says what no event does; to stderr, whatever the form of the events.
    pub fn tell(&self, text: &str) {
        self.line(visible(text).replace('\n', " "));
    }

    fn line(&self, line: String) {
        if self.bar.is_hidden() {
            print::talk(&line);
        } else {
            self.bar.println(line);
        }
    }

    /// Shows the figures of the run so far.
    pub fn snapshot(&self, snapshot: &Snapshot) {
        if self.json {
            print::json_line(&snapshot_json(snapshot));
        } else {
            self.line(snapshot_line(snapshot));
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
