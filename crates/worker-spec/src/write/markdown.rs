//! A plan in our own form.

mod checkpoint;
mod group;
mod layout;
mod spec;
mod task;
mod value;

use std::collections::HashMap;

use crate::plan_form::{
    KEY, OR_WHOLE, RISK_FIELDS, RISKS, RULE_FIELDS, RULES, RiskField, RuleField, STATEMENTS,
    SUBJECTS, TASKS, VERSION, name_of,
};
use crate::{Edge, Plan, Risk, Rule, Statement};

use layout::{Layout, Part};
use value::{heading_text, scalar};

/// Writes a plan in our own form: Markdown with the front matter `wavecrew: 1`, which
/// [`read`](crate::read()) takes back.
///
/// What is read back says the same ([`Plan::without_places`]), as long as the plan is one that
/// [`merge`](crate::merge()) can make: ids are distinct, a task is among the members of its group, its other groups of
/// the same kind come later, group dependencies are resolved, and what a worker spec depends on is in the plan.
/// Durations are whole milliseconds, and tokens at most 10^15. A worker spec is written from its sections; one without any, as a program may make it, gets sections made from
/// its other parts.
///
/// # Examples
///
/// ```
/// use wavecrew_worker_spec::{Document, read, write};
///
/// let text = "graph TD\n  A1[Parser] --> A2[Printer]\n";
/// let plan = read(&[Document::new("plan.mmd", text)]).value;
/// let written = write::to_markdown(&plan);
/// assert!(written.contains("### A2: Printer\n\n- depends on: A1\n"));
/// let again = read(&[Document::new("plan.md", written)]).value;
/// assert_eq!(again.without_places(), plan.without_places());
/// ```
pub fn to_markdown(plan: &Plan) -> String {
    let mut out = format!("---\n{KEY}: {VERSION}\n---\n");
    if let Some(title) = &plan.title {
        out.push_str(&format!("\n# {}\n", heading_text(title)));
    }
    let mut waits_for: HashMap<&str, Vec<&Edge>> = HashMap::new();
    for edge in &plan.edges {
        waits_for.entry(&edge.to).or_default().push(edge);
    }
    let layout = Layout::new(plan);
    for part in &layout.parts {
        match part {
            Part::Tasks => out.push_str(&format!("\n## {TASKS}\n")),
            Part::Group(group, members) => group::write(&mut out, group, members),
            Part::Task(task, group) => {
                let edges = waits_for
                    .get(task.id.as_str())
                    .map_or(&[][..], |edges| edges);
                task::write(&mut out, task, group.as_deref(), edges);
            }
            Part::Checkpoint(checkpoint) => checkpoint::write(&mut out, checkpoint, true),
        }
    }
    for checkpoint in &layout.checkpoints {
        checkpoint::write(&mut out, checkpoint, false);
    }
    rules(&mut out, &plan.rules);
    risks(&mut out, &plan.risks);
    statements(&mut out, &plan.statements);
    out
}

fn rules(out: &mut String, rules: &[Rule]) {
    if !rules.is_empty() {
        out.push_str(&format!("\n## {RULES}\n"));
    }
    for rule in rules {
        out.push_str(&format!("\n### {}\n", value::pattern(&rule.pattern)));
        let fields = [
            (RuleField::Agent, rule.agent.as_deref().map(scalar)),
            (RuleField::Model, rule.model.as_deref().map(scalar)),
        ];
        write_fields(out, &RULE_FIELDS, fields);
    }
}

fn risks(out: &mut String, risks: &[Risk]) {
    if !risks.is_empty() {
        out.push_str(&format!("\n## {RISKS}\n"));
    }
    for risk in risks {
        out.push_str(&format!("\n### {}\n", heading_text(&risk.risk)));
        let fields = [
            (
                RiskField::Likelihood,
                risk.likelihood.as_deref().map(scalar),
            ),
            (RiskField::Impact, risk.impact.as_deref().map(scalar)),
            (
                RiskField::Mitigation,
                risk.mitigation.as_deref().map(scalar),
            ),
        ];
        write_fields(out, &RISK_FIELDS, fields);
    }
}

/// The list of fields below a heading; those without a value are left out.
fn write_fields<F: PartialEq>(
    out: &mut String,
    table: &[(&'static str, F)],
    fields: impl IntoIterator<Item = (F, Option<String>)>,
) {
    let mut lead = "\n";
    for (field, value) in fields {
        if let Some(value) = value {
            out.push_str(&format!("{lead}- {}: {value}\n", name_of(table, field)));
            lead = "";
        }
    }
}

fn statements(out: &mut String, statements: &[Statement]) {
    if statements.is_empty() {
        return;
    }
    out.push_str(&format!("\n## {STATEMENTS}\n\n"));
    for statement in statements {
        let subject = name_of(&SUBJECTS, statement.subject);
        let group = statement.group.as_deref();
        let of = group.map_or_else(String::new, |group| {
            let or_whole = if statement.or_whole {
                format!(" {OR_WHOLE}")
            } else {
                String::new()
            };
            format!(" of {}{or_whole}", value::statement_name(group))
        });
        let case = statement.case.as_deref();
        let case = case.map_or_else(String::new, |case| {
            format!(" ({})", value::statement_name(case))
        });
        out.push_str(&format!(
            "- {subject}{of}{case}: {}\n",
            scalar(&statement.value)
        ));
    }
}
