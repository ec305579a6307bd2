//! Documents that speak of their issues in prose, and give them in no list or table of their own.

use std::collections::HashSet;

use super::super::outline::Outline;
use super::super::rows::known_names;
use super::super::tail::Tail;
use super::super::task_names::{Form, task_name};
use super::names::{self, Names};
use super::{Reader, drawings, remarks};
use crate::markdown::BlockKind;
use crate::{Document, Fragment, TaskMention, TaskMentionKind};

/// Reads what the prose of a document says about tasks that only its drawings give: remarks beside them, and a critical path
/// whose tasks nothing else orders.
pub(in crate::dialect::wave_plan) fn read_prose(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
) {
    let known = known_names(&fragment.tasks);
    // What arrows leave open was told before.
    let mut told = Vec::new();
    let mut reader = Reader {
        document,
        names: Names::new(&known),
        fragment,
        diagnostics: &mut told,
        edges: 0,
        unread: Vec::new(),
    };
    remarks::read(document, outline, &mut reader);
    let waiting = reader.fragment.edges.iter().map(|edge| edge.to.clone());
    let waiting: HashSet<String> = waiting.collect();
    for drawing in drawings(document, outline)
        .iter()
        .filter(|drawing| drawing.is_claim)
    {
        let named = reader.names.all(drawing.text, drawing.start).tasks;
        let ordered = named.iter().filter(|(task, _)| waiting.contains(task));
        if ordered.count() * 2 < named.len() {
            reader.drawing(drawing);
        }
    }
}

/// Whether a document speaks of its issues in prose: the tasks that were found in it are mentioned only, and fewer than half
/// of the issues in its lists are among them.
pub(in crate::dialect::wave_plan) fn names_more_issues(
    document: &Document,
    outline: &Outline,
    tasks: &[TaskMention],
) -> bool {
    let only_mentioned = |task: &TaskMention| {
        task.kind == TaskMentionKind::Mention && task.estimate.is_none() && task.id.starts_with('#')
    };
    if !tasks.iter().all(only_mentioned) {
        return false;
    }
    let known: HashSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    let mut all = Fragment::default();
    issues(document, outline, &mut all);
    let named: HashSet<&str> = all.tasks.iter().map(|task| task.id.as_str()).collect();
    known.len() * 2 < named.len()
}

/// The issues that a document is about when drawings gave its tasks: every number in its lists.
pub(in crate::dialect::wave_plan) fn issues(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
) {
    let text = document.text();
    for (block, place) in document.markdown().blocks.iter().zip(&outline.places) {
        let BlockKind::Item(item) = &block.kind else {
            continue;
        };
        if place.example {
            continue;
        }
        let line = &text[item.text.clone()];
        for span in names::issues(line) {
            let rest = &line[span.end..];
            let named = task_name(&line[span.clone()]);
            if named.is_none_or(|name| name.form != Form::Issue) {
                continue;
            }
            let location =
                document.location(item.text.start + span.start..item.text.start + span.end);
            let mut task =
                TaskMention::new(&line[span.clone()], TaskMentionKind::Mention, location);
            // What stands behind a list of issues is said of all of them.
            let is_listed = line[..span.start].trim_end().ends_with([',', '&', '+']);
            task.title = rest
                .strip_prefix(" (")
                .and_then(|rest| rest.split_once(')'))
                .map(|(title, _)| Tail::new(title).title)
                .filter(|title| title.contains(char::is_alphabetic) && !is_listed);
            fragment.tasks.push(task);
        }
    }
}
