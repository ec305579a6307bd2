//! `wavecrew inspect`: the plan as it was read.

use serde::Serialize;
use wavecrew::worker_spec::{Diagnostic, Edge, EdgeKind, Group, Plan, Risk, Rule, Status, Task};

use super::SCHEMA_VERSION;
use super::diagnostic::DiagnosticOut;

/// The machine form of a plan.
#[derive(Debug, Serialize)]
pub struct InspectOut<'a> {
    schema_version: u32,
    kind: &'static str,
    plan: PlanOut<'a>,
    diagnostics: Vec<DiagnosticOut<'a>>,
}

#[derive(Debug, Serialize)]
struct PlanOut<'a> {
    title: Option<&'a str>,
    tasks: Vec<TaskOut<'a>>,
    edges: Vec<EdgeOut<'a>>,
    groups: Vec<GroupOut<'a>>,
    rules: Vec<RuleOut<'a>>,
    risks: Vec<RiskOut<'a>>,
}

#[derive(Debug, Serialize)]
struct TaskOut<'a> {
    id: &'a str,
    aliases: &'a [String],
    title: &'a str,
    group: Option<&'a str>,
    estimate_seconds: Option<u64>,
    tokens: Option<u64>,
    model: Option<&'a str>,
    agent: Option<&'a str>,
    parallel: bool,
    complexity: Option<&'a str>,
    status: Status,
    claims: &'a [String],
    details: Option<&'a str>,
    deliverables: Vec<&'a str>,
    result_files: Vec<&'a str>,
    sections: Vec<&'a str>,
    test_commands: Vec<&'a str>,
    depends_on_groups: Vec<&'a str>,
    file: &'a str,
    line: usize,
}

#[derive(Debug, Serialize)]
struct EdgeOut<'a> {
    from: &'a str,
    to: &'a str,
    kind: EdgeKind,
    stated_in: Vec<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct GroupOut<'a> {
    id: &'a str,
    title: &'a str,
    stated_tasks: Option<usize>,
    tasks: &'a [String],
}

#[derive(Debug, Serialize)]
struct RuleOut<'a> {
    pattern: &'a str,
    agent: Option<&'a str>,
    model: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct RiskOut<'a> {
    risk: &'a str,
    likelihood: Option<&'a str>,
    impact: Option<&'a str>,
    mitigation: Option<&'a str>,
    file: &'a str,
    line: usize,
}

impl<'a> InspectOut<'a> {
    /// `group_edges` are listed after the edges between tasks.
    pub fn new(plan: &'a Plan, group_edges: &'a [Edge], diagnostics: &'a [Diagnostic]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "plan",
            plan: PlanOut {
                title: plan.title.as_deref(),
                tasks: plan.tasks.iter().map(task).collect(),
                edges: plan.edges.iter().chain(group_edges).map(edge).collect(),
                groups: plan.groups.iter().map(group).collect(),
                rules: plan.rules.iter().map(rule).collect(),
                risks: plan.risks.iter().map(risk).collect(),
            },
            diagnostics: diagnostics.iter().map(DiagnosticOut::new).collect(),
        }
    }
}

fn task(task: &Task) -> TaskOut<'_> {
    let spec = task.spec.as_deref();
    TaskOut {
        id: &task.id,
        aliases: &task.aliases,
        title: &task.title,
        group: task.group.as_deref(),
        estimate_seconds: task.estimate.map(|estimate| estimate.as_secs()),
        tokens: task.tokens,
        model: task.model.as_deref(),
        agent: task.agent.as_deref(),
        parallel: task.parallel,
        complexity: task.complexity.as_deref(),
        status: task.status,
        claims: &task.claims,
        details: task.details.as_deref(),
        deliverables: spec
            .map(|spec| {
                spec.deliverables
                    .iter()
                    .map(|file| file.path.as_str())
                    .collect()
            })
            .unwrap_or_default(),
        result_files: spec
            .map(|spec| {
                spec.result_files
                    .iter()
                    .map(|file| file.path.as_str())
                    .collect()
            })
            .unwrap_or_default(),
        sections: spec
            .map(|spec| {
                spec.sections
                    .iter()
                    .map(|section| section.name.as_str())
                    .collect()
            })
            .unwrap_or_default(),
        test_commands: spec
            .map(|spec| {
                let commands = spec.tests.iter().flat_map(|fence| &fence.commands);
                commands.map(|command| command.text.as_str()).collect()
            })
            .unwrap_or_default(),
        depends_on_groups: task
            .depends_on_groups
            .iter()
            .map(|group| group.name.as_str())
            .collect(),
        file: &task.location.file,
        line: task.location.line,
    }
}

fn edge(edge: &Edge) -> EdgeOut<'_> {
    EdgeOut {
        from: &edge.from,
        to: &edge.to,
        kind: edge.kind,
        stated_in: edge
            .stated_in
            .iter()
            .map(|source| serde_json::json!(source))
            .collect(),
    }
}

fn group(group: &Group) -> GroupOut<'_> {
    GroupOut {
        id: &group.id,
        title: &group.title,
        stated_tasks: group.stated_tasks,
        tasks: &group.tasks,
    }
}

fn rule(rule: &Rule) -> RuleOut<'_> {
    RuleOut {
        pattern: &rule.pattern,
        agent: rule.agent.as_deref(),
        model: rule.model.as_deref(),
    }
}

fn risk(risk: &Risk) -> RiskOut<'_> {
    RiskOut {
        risk: &risk.risk,
        likelihood: risk.likelihood.as_deref(),
        impact: risk.impact.as_deref(),
        mitigation: risk.mitigation.as_deref(),
        file: &risk.location.file,
        line: risk.location.line,
    }
}
