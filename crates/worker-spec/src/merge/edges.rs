//! Mentions of edges become edges.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::names::Names;
use crate::path::is_hidden;
use crate::{
    Code, Diagnostic, Edge, EdgeKind, EdgeMention, EdgeSource, Fragment, GroupDependency, Location,
    OrderField, Reference,
};

/// What tasks wait for.
pub(super) struct Waits {
    pub(super) edges: Vec<Edge>,
    /// Tasks, by index among the drafts, that wait for a group which they name like a task.
    pub(super) groups: Vec<(usize, GroupDependency)>,
}

/// Resolves all edges; what cannot be resolved is told.
pub(super) fn merge_edges(
    fragments: &[Fragment],
    names: &Names<'_>,
    not_counted: &HashSet<(usize, &str, usize)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Waits {
    let groups = fragments.iter().flat_map(|fragment| &fragment.groups);
    let mut merger = Merger {
        names,
        diagnostics,
        waits: Waits {
            edges: Vec::new(),
            groups: Vec::new(),
        },
        groups: groups.map(|group| group.id.as_str()).collect(),
        alone: fragments.len() == 1,
        known: HashMap::new(),
        unknown: Vec::new(),
    };
    for mention in fragments.iter().flat_map(|fragment| &fragment.edges) {
        let at = &mention.location;
        let is_of_other = |to| not_counted.contains(&(to, &*at.file, at.line));
        if not_counted.is_empty()
            || !names
                .resolve(&mention.to, mention.reference)
                .is_some_and(is_of_other)
        {
            merger.add(mention);
        }
    }
    merger.report_unknown();
    let fields: Vec<&OrderField> = fragments
        .iter()
        .flat_map(|fragment| &fragment.order_fields)
        .collect();
    merger.report_disagreements(&fields);
    merger.waits
}

struct Merger<'m, 'd> {
    names: &'m Names<'d>,
    diagnostics: &'m mut Vec<Diagnostic>,
    waits: Waits,
    /// The ids of the groups.
    groups: HashSet<&'m str>,
    /// There is one document only.
    alone: bool,
    known: HashMap<(usize, usize), usize>,
    unknown: Vec<Unknown<'m>>,
}

/// Unknown names in one place.
struct Unknown<'m> {
    mention: &'m EdgeMention,
    names: Vec<&'m str>,
}

impl<'m> Merger<'m, '_> {
    fn add(&mut self, mention: &'m EdgeMention) {
        let to = self.end(mention, &mention.to);
        if let Some(to) = to
            && let Some(name) = self.group(mention)
        {
            let dependency = GroupDependency {
                name,
                groups: Vec::new(),
                location: mention.location.clone(),
            };
            return self.waits.groups.push((to, dependency));
        }
        let from = self.end(mention, &mention.from);
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        if from == to {
            let id = self.names.id(from);
            self.diagnostics.push(
                Diagnostic::error(Code::SELF_DEPENDENCY, format!("{id} depends on itself"))
                    .at(mention.location.clone())
                    .help("name the task that was meant, or drop the dependency"),
            );
            return;
        }
        match self.known.get(&(from, to)) {
            None => {
                self.known.insert((from, to), self.waits.edges.len());
                self.waits.edges.push(Edge {
                    from: self.names.id(from).to_owned(),
                    to: self.names.id(to).to_owned(),
                    kind: mention.kind,
                    stated_in: vec![mention.stated_in],
                    locations: vec![mention.location.clone()],
                });
            }
            Some(&at) => self.join(at, mention),
        }
    }

    fn join(&mut self, at: usize, mention: &EdgeMention) {
        let edge = &mut self.waits.edges[at];
        if edge.kind != mention.kind {
            let message = format!(
                "{} -> {} is stated both as required and as optional",
                edge.from, edge.to
            );
            self.diagnostics.push(
                Diagnostic::note(Code::EDGE_DISAGREEMENT, message)
                    .at(mention.location.clone())
                    .related(edge.locations[0].clone(), "stated here too")
                    .help("it is planned with as required"),
            );
            edge.kind = EdgeKind::Hard;
        }
        if !edge.stated_in.contains(&mention.stated_in) {
            edge.stated_in.push(mention.stated_in);
        }
        if edge.locations.last() != Some(&mention.location) {
            edge.locations.push(mention.location.clone());
        }
    }

    /// The group that an edge begins at when no task is called so: `phase-2`, `Phase 2`; as dependencies name it.
    fn group(&self, mention: &EdgeMention) -> Option<String> {
        let name = mention.from.trim();
        if name.len() > 100 || self.names.resolve(name, mention.reference).is_some() {
            return None;
        }
        let id = name.to_lowercase().replace([' ', '_'], "-");
        let known = self.groups.contains(id.as_str());
        known.then(|| id.replacen('-', " ", 1))
    }

    /// The task of an edge's end; an unknown one is kept to be told.
    fn end(&mut self, mention: &'m EdgeMention, name: &'m str) -> Option<usize> {
        let found = self.names.resolve(name, mention.reference);
        let found = match without_hidden(name).filter(|_| !self.names.is_id(name)) {
            Some(seen) => {
                let found = found.or_else(|| self.names.resolve(&seen, mention.reference));
                self.report_hidden(mention, name, found);
                found
            }
            None => found,
        };
        if found.is_none() {
            match self.unknown.last_mut() {
                Some(last)
                    if last.mention.location == mention.location
                        && last.mention.to == mention.to =>
                {
                    last.names.push(name);
                }
                _ => self.unknown.push(Unknown {
                    mention,
                    names: vec![name],
                }),
            }
        }
        found
    }

    /// A name that is not what it looks like.
    fn report_hidden(&mut self, mention: &EdgeMention, name: &str, found: Option<usize>) {
        let Some(found) = found else { return };
        let message = format!(
            "`{}` holds a character that is not seen; it is read as {}",
            name.escape_debug(),
            self.names.id(found)
        );
        self.diagnostics.push(
            Diagnostic::warning(Code::BAD_ID, message)
                .at(mention.location.clone())
                .help("type the name anew"),
        );
    }

    fn report_unknown(&mut self) {
        for unknown in std::mem::take(&mut self.unknown) {
            let Unknown { mention, names } = unknown;
            let shown: Vec<String> = names
                .iter()
                .take(5)
                .map(|name| format!("`{}`", name.escape_debug()))
                .collect();
            let more = names.len() - shown.len();
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let shown = shown.join(", ") + &more;
            let waits = mention.to.escape_debug();
            let nearest = self.names.nearest(names[0]);
            let nearest = nearest.filter(|id| **id != mention.to);
            let diagnostic = if self.names.is_ambiguous(names[0], mention.reference) {
                let message =
                    format!("{shown} means several tasks, so what {waits} depends on is not known");
                Diagnostic::error(Code::AMBIGUOUS_NAME, message).help("name the task by its id")
            } else {
                match (mention.reference, nearest) {
                    (Reference::Elsewhere, _) if self.alone => {
                        let message = format!(
                            "{waits} depends on {shown}, which is in another document; it is taken for done"
                        );
                        Diagnostic::note(Code::UNKNOWN_DEPENDENCY, message)
                    }
                    (Reference::Id | Reference::Elsewhere, _) => {
                        let message = if names[0] == mention.to {
                            format!(
                                "{shown} waits for {}, and no document holds it",
                                mention.from.escape_debug()
                            )
                        } else {
                            format!("{waits} depends on {shown}, which no document holds")
                        };
                        Diagnostic::error(Code::UNKNOWN_DEPENDENCY, message)
                    }
                    // `UTF-8` and the like: nothing in the plan is called so, and nothing looks like it.
                    (Reference::Perhaps, None) if !self.names.is_formed_as_an_id(names[0]) => {
                        continue;
                    }
                    (Reference::Perhaps, _) => {
                        let message = format!(
                            "{waits} names {shown}, which no document holds; it is taken as a word"
                        );
                        Diagnostic::warning(Code::UNRESOLVED_DEPENDENCY, message)
                    }
                    (Reference::Words, _) => {
                        let message =
                            format!("{waits} depends on {shown}, which is the name of no task");
                        Diagnostic::warning(Code::UNRESOLVED_DEPENDENCY, message)
                    }
                }
            };
            let diagnostic = diagnostic.at(mention.location.clone());
            self.diagnostics
                .push(match (nearest, diagnostic.help.is_some()) {
                    (_, true) => diagnostic,
                    (Some(id), false) => diagnostic.help(format!("did you mean `{id}`?")),
                    (None, false) if mention.reference == Reference::Id => {
                        diagnostic.help("correct the name, or give the document that holds it, too")
                    }
                    (None, false) => {
                        diagnostic.help("name a task by its id or title, or drop what is no task")
                    }
                });
        }
    }

    /// Where one document states its edges in two forms, an edge of one form that the other one lacks, although it
    /// speaks of both ends, is told. Tables and lists speak of a task's dependencies where they have a field for them;
    /// a drawing may leave things out, so that what it lacks is a note.
    fn report_disagreements(&mut self, fields: &[&OrderField]) {
        let mut forms: HashMap<Arc<str>, HashMap<EdgeSource, Ends<'_>>> = HashMap::new();
        let edges = self.waits.edges.iter();
        for (edge, (source, location)) in
            edges.flat_map(|edge| places(edge).map(move |at| (edge, at)))
        {
            let file = forms.entry(Arc::clone(&location.file)).or_default();
            let ends = file.entry(source).or_default();
            ends.named.extend([edge.from.as_str(), edge.to.as_str()]);
            ends.waiting.insert(edge.to.as_str());
        }
        for field in fields.iter().filter(|field| !field.feeds) {
            let form = forms.get_mut(&field.location.file);
            let ends = form.and_then(|forms| forms.get_mut(&field.stated_in));
            let task = self.names.resolve(&field.task, Reference::Words);
            if let (Some(ends), Some(task)) = (ends, task) {
                let id = self.names.id(task);
                ends.waiting.insert(id);
                // A diagram speaks of every task that it draws.
                if field.stated_in == EdgeSource::Mermaid {
                    ends.named.insert(id);
                }
            }
        }
        for edge in self
            .waits
            .edges
            .iter()
            .filter(|edge| edge.stated_in.len() == 1)
        {
            let Some((source, location)) = places(edge).next() else {
                continue;
            };
            let mut lacking: Vec<EdgeSource> = forms[&location.file]
                .iter()
                .filter(|(form, ends)| {
                    let by_field = matches!(form, EdgeSource::Table | EdgeSource::List);
                    **form != source
                        && ends.named.contains(edge.from.as_str())
                        && ends.named.contains(edge.to.as_str())
                        && (!by_field || ends.waiting.contains(edge.to.as_str()))
                })
                .map(|(form, _)| *form)
                .collect();
            lacking.sort_unstable();
            if let Some(form) = lacking.first() {
                let message = format!(
                    "{} -> {} is stated in a {}, but not in the {} of this document",
                    edge.from,
                    edge.to,
                    form_name(source),
                    form_name(*form)
                );
                let diagnostic = match form {
                    EdgeSource::Tree => Diagnostic::note(Code::EDGE_DISAGREEMENT, message),
                    _ => Diagnostic::warning(Code::EDGE_DISAGREEMENT, message),
                };
                self.diagnostics.push(
                    diagnostic
                        .at(location.clone())
                        .help("it is planned with; state it in both places or in none"),
                );
            }
        }
    }
}

/// A name without characters that are not seen, or seen as a space; `None` when it holds none.
fn without_hidden(name: &str) -> Option<String> {
    let is_space = |c: char| c != ' ' && (c.is_whitespace() || matches!(c, '\u{a0}' | '\u{202f}'));
    let is_held =
        |c: char| is_hidden(c) || is_space(c) && !matches!(c, '\u{3000}' | '\t' | '\n' | '\r');
    if name.is_ascii() || !name.contains(is_held) {
        return None;
    }
    let seen = name.chars().filter(|c| !is_hidden(*c));
    Some(seen.map(|c| if is_held(c) { ' ' } else { c }).collect())
}

/// What one form of statement speaks of.
#[derive(Default)]
struct Ends<'e> {
    named: HashSet<&'e str>,
    /// The tasks of which it says what they wait for.
    waiting: HashSet<&'e str>,
}

/// The forms of statement that can be compared, with one place each. Sources and places of an edge are told apart
/// only when there is one source.
fn places(edge: &Edge) -> impl Iterator<Item = (EdgeSource, &Location)> {
    let comparable = |source: &&EdgeSource| {
        matches!(
            source,
            EdgeSource::Table
                | EdgeSource::Mermaid
                | EdgeSource::Json
                | EdgeSource::Tree
                | EdgeSource::List
        )
    };
    let first = &edge.locations[0];
    edge.stated_in
        .iter()
        .filter(comparable)
        .map(move |source| (*source, first))
}

fn form_name(source: EdgeSource) -> &'static str {
    match source {
        EdgeSource::Table => "table",
        EdgeSource::Header => "header",
        EdgeSource::Section => "section",
        EdgeSource::Mermaid => "Mermaid diagram",
        EdgeSource::Json => "JSON value",
        EdgeSource::List => "list",
        EdgeSource::Tree => "tree",
        EdgeSource::Group => "group",
        EdgeSource::Blocks => "field of what a task blocks",
        EdgeSource::Matrix => "matrix",
    }
}
