//! A plan in JSON, as [`write::to_json`](crate::write::to_json()) writes it.

use std::collections::HashMap;

use serde_json::Value as Plain;

use crate::json::{Kind, Value};
use crate::places::Places;
use crate::plan_form::{JSON_KEY, JSON_VERSION};
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, Edge, EdgeMention, EdgeSource, Fragment,
    Location, Parsed, Plan, Reference, Task, TaskMention, TaskMentionKind,
};

const SCHEMA: &str = "`docs/plan.schema.json` states the form";

/// An object with `wavecrew_plan`.
#[derive(Debug)]
pub(super) struct PlanJson;

impl Dialect for PlanJson {
    fn name(&self) -> &'static str {
        "wavecrew plan in JSON"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match root(document) {
            Some(_) => Confidence::Whole,
            None => Confidence::No,
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut parsed = Parsed::default();
        let (Some(json), Some(root)) = (document.json(), root(document)) else {
            return parsed;
        };
        json.report(document, &mut parsed.diagnostics);
        version(document, root, &mut parsed.diagnostics);
        let mut plan: Plan = match serde_json::from_str(document.text()) {
            Ok(plan) => plan,
            // What breaks the rules of JSON itself is told already.
            Err(error) if error.is_syntax() || error.is_eof() => return parsed,
            Err(error) => {
                parsed.diagnostics.push(refused(document, &error));
                return parsed;
            }
        };
        unknown_keys(document, root, &plan, &mut parsed.diagnostics);
        place_all(document, root, &mut plan);
        tasks_without_id(document, root, &mut plan, &mut parsed.diagnostics);
        parsed.value = fragment(plan);
        parsed
    }

    fn reads_markdown(&self) -> bool {
        false
    }
}

/// The object, if it is a plan.
fn root(document: &Document) -> Option<&Value> {
    match document.json()?.roots.as_slice() {
        [root] if root.get(JSON_KEY).is_some() => Some(root),
        _ => None,
    }
}

fn version(document: &Document, root: &Value, diagnostics: &mut Vec<Diagnostic>) {
    let Some(version) = root.get(JSON_KEY) else {
        return;
    };
    if version.name() != Some(&JSON_VERSION.to_string()) {
        diagnostics.push(
            Diagnostic::error(
                Code::BAD_VALUE,
                format!("this is no version of the form that is known; it is read as version {JSON_VERSION}"),
            )
            .at(document.location(version.span.clone()))
            .help(format!("write `\"{JSON_KEY}\": {JSON_VERSION}`")),
        );
    }
}

/// A value of another type than the form has.
fn refused(document: &Document, error: &serde_json::Error) -> Diagnostic {
    let text = document.text();
    let line = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let start: usize = line.map(str::len).sum();
    // The column counts bytes, from 1, of the byte behind the value.
    let at = text.floor_char_boundary((start + error.column().saturating_sub(1)).min(text.len()));
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    Diagnostic::error(Code::BAD_VALUE, format!("no plan can be read: {message}"))
        .at(document.location(at..at))
        .help(SCHEMA)
}

/// Tells keys that no part of a plan has, so that a misspelt one is not lost without a word.
fn unknown_keys(document: &Document, root: &Value, plan: &Plan, diagnostics: &mut Vec<Diagnostic>) {
    let Ok(known) = serde_json::to_value(plan) else {
        return;
    };
    let mut pairs = vec![(root, &known)];
    while let Some((written, known)) = pairs.pop() {
        match (&written.kind, known) {
            (Kind::Object(members), Plain::Object(known)) => {
                for member in members {
                    match known.get(&*member.key) {
                        Some(known) => pairs.push((&member.value, known)),
                        None if std::ptr::eq(written, root) && &*member.key == JSON_KEY => {}
                        None if member.key.starts_with('$') => {}
                        None => diagnostics.push(unknown_key(
                            document,
                            member.key_span.clone(),
                            &member.key,
                            known.keys().map(String::as_str),
                        )),
                    }
                }
            }
            (Kind::Array(items), Plain::Array(known)) => pairs.extend(items.iter().zip(known)),
            _ => {}
        }
    }
    diagnostics.sort_by_key(|diagnostic| {
        let location = diagnostic.location.as_ref();
        location.map(|location| location.span.start)
    });
}

fn unknown_key<'k>(
    document: &Document,
    span: std::ops::Range<usize>,
    key: &str,
    known: impl Iterator<Item = &'k str>,
) -> Diagnostic {
    let near = known
        .map(|known| (strsim::osa_distance(known, key), known))
        .filter(|(distance, known)| distance * 3 <= known.len())
        .min();
    let diagnostic = Diagnostic::warning(
        Code::MISSPELT_FIELD,
        format!("`{}` is no key of this part of a plan", key.escape_debug()),
    )
    .at(document.location(span.clone()));
    match near {
        Some((_, near)) => diagnostic
            .help(format!("write `{near}`"))
            .fix(document.location(span), format!("\"{near}\"")),
        None => diagnostic.help(SCHEMA),
    }
}

/// Puts every place where its part stands in this document.
fn place_all(document: &Document, root: &Value, plan: &mut Plan) {
    fn place<P: Places>(document: &Document, root: &Value, key: &str, parts: &mut [P]) {
        let items = root.get(key).map(Value::items).unwrap_or_default();
        for (part, item) in parts.iter_mut().zip(items) {
            let location = document.location(item.span.clone());
            part.places(&mut |place| location.clone_into(place));
        }
    }
    let whole = document.location(root.span.clone());
    plan.places(&mut |place| whole.clone_into(place));
    place(document, root, "tasks", &mut plan.tasks);
    place(document, root, "edges", &mut plan.edges);
    place(document, root, "groups", &mut plan.groups);
    place(document, root, "checkpoints", &mut plan.checkpoints);
    place(document, root, "statements", &mut plan.statements);
    place(document, root, "rules", &mut plan.rules);
    place(document, root, "risks", &mut plan.risks);
    // An edge that states no place stands here all the same.
    let edges = root.get("edges").map(Value::items).unwrap_or_default();
    for (edge, item) in plan.edges.iter_mut().zip(edges) {
        edge.locations = vec![document.location(item.span.clone())];
    }
}

/// Leaves out tasks that nothing can name.
fn tasks_without_id(
    document: &Document,
    root: &Value,
    plan: &mut Plan,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut items = root
        .get("tasks")
        .map(Value::items)
        .unwrap_or_default()
        .iter();
    plan.tasks.retain(|task| {
        let item = items.next();
        let nameless = item.filter(|_| task.id.trim().is_empty());
        if let Some(item) = nameless {
            diagnostics.push(
                Diagnostic::error(Code::BAD_ID, "this task has no id")
                    .at(document.location(item.span.clone()))
                    .help("give it an `id` that no other task has"),
            );
        }
        nameless.is_none()
    });
}

fn fragment(mut plan: Plan) -> Fragment {
    // The first group that lists a task says itself that the task is in it, and where in its order.
    let mut first: HashMap<&str, &str> = HashMap::new();
    for group in &plan.groups {
        for task in &group.tasks {
            first.entry(task).or_insert(&group.id);
        }
    }
    for task in &mut plan.tasks {
        if task.group.as_deref() == first.get(&*task.id).copied() {
            task.group = None;
        }
    }
    let edges = plan.edges.into_iter().flat_map(mentions);
    Fragment {
        title: plan.title,
        tasks: plan.tasks.into_iter().map(mention).collect(),
        edges: edges.collect(),
        groups: plan.groups,
        checkpoints: plan.checkpoints,
        statements: plan.statements,
        figures: plan.figures,
        rules: plan.rules,
        risks: plan.risks,
        ..Fragment::default()
    }
}

/// An edge, once for every kind of place that stated it.
fn mentions(edge: Edge) -> Vec<EdgeMention> {
    let sources = match edge.stated_in.is_empty() {
        true => vec![EdgeSource::Json],
        false => edge.stated_in,
    };
    let mention = |(stated_in, location): (EdgeSource, Location)| EdgeMention {
        from: edge.from.clone(),
        to: edge.to.clone(),
        reference: Reference::Id,
        kind: edge.kind,
        stated_in,
        location,
    };
    let places = edge.locations.into_iter().cycle();
    sources.into_iter().zip(places).map(mention).collect()
}

fn mention(task: Task) -> TaskMention {
    let kind = match task.spec {
        Some(_) => TaskMentionKind::Spec,
        None => TaskMentionKind::Definition,
    };
    TaskMention {
        aliases: task.aliases,
        title: (!task.title.is_empty()).then_some(task.title),
        groups: task.group.into_iter().collect(),
        estimate: task.estimate,
        tokens: task.tokens,
        model: task.model,
        agent: task.agent,
        parallel: task.parallel,
        complexity: task.complexity,
        details: task.details,
        status: Some(task.status),
        claims: task.claims,
        claimed_at: task.claimed_at,
        depends_on_groups: task.depends_on_groups,
        spec: task.spec,
        ..TaskMention::new(task.id, kind, task.location)
    }
}
