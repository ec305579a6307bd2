//! Tables that are about tasks without listing them: rules by patterns of ids, and risks.

use super::cells::{is_nothing, plain};
use super::columns::{Column, column};
use super::outline::Outline;
use crate::markdown::{BlockKind, TableRow};
use crate::{Document, Fragment, Risk, Rule};

/// Reads all such tables.
pub(super) fn read(document: &Document, outline: &Outline, fragment: &mut Fragment) {
    let markdown = document.markdown();
    for (block, place) in markdown.blocks.iter().zip(&outline.places) {
        let BlockKind::Table(table) = &block.kind else {
            continue;
        };
        if place.example {
            continue;
        }
        let mut rows = markdown.rows(table);
        let Some(heading) = rows.next() else { continue };
        let names: Vec<String> = heading
            .cells
            .iter()
            .map(|cell| plain(&document.text()[cell.clone()]).to_lowercase())
            .collect();
        if let Some(columns) = RiskColumns::new(&names) {
            fragment
                .risks
                .extend(rows.filter_map(|row| columns.risk(document, &row)));
        } else if let Some(columns) = RuleColumns::new(&names) {
            fragment
                .rules
                .extend(rows.filter_map(|row| columns.rule(document, &row)));
        }
    }
}

/// The text of a cell; `None` when it is empty or says that there is nothing.
fn value(document: &Document, row: &TableRow<'_>, at: Option<usize>) -> Option<String> {
    let cell = row.cells.get(at?)?;
    let text = &document.text()[cell.clone()];
    (!is_nothing(text)).then(|| plain(text).into_owned())
}

/// Where the first of some names stands.
fn position(names: &[String], wanted: &[&str]) -> Option<usize> {
    names
        .iter()
        .position(|name| wanted.contains(&name.as_str()))
}

struct RiskColumns {
    risk: usize,
    likelihood: Option<usize>,
    impact: Option<usize>,
    mitigation: Option<usize>,
}

impl RiskColumns {
    /// A table of risks names the risk and says something about it.
    fn new(names: &[String]) -> Option<RiskColumns> {
        let columns = RiskColumns {
            risk: position(
                names,
                &[
                    "risk",
                    "risks",
                    "risk description",
                    "threat",
                    "リスク",
                    "风险",
                    "위험",
                    "риск",
                ],
            )?,
            likelihood: position(
                names,
                &[
                    "likelihood",
                    "probability",
                    "prob",
                    "chance",
                    "可能性",
                    "確率",
                    "概率",
                    "확률",
                ],
            ),
            impact: position(
                names,
                &["impact", "severity", "effect", "影響", "影响", "영향"],
            ),
            mitigation: position(
                names,
                &[
                    "mitigation",
                    "mitigations",
                    "mitigation strategy",
                    "response",
                    "contingency",
                    "countermeasure",
                    "対策",
                    "应对措施",
                    "缓解措施",
                    "대응",
                ],
            ),
        };
        let says = columns.likelihood.or(columns.impact).or(columns.mitigation);
        says.map(|_| columns)
    }

    fn risk(&self, document: &Document, row: &TableRow<'_>) -> Option<Risk> {
        Some(Risk {
            risk: value(document, row, Some(self.risk))?,
            likelihood: value(document, row, self.likelihood),
            impact: value(document, row, self.impact),
            mitigation: value(document, row, self.mitigation),
            location: document.location(row.cells[self.risk].clone()),
        })
    }
}

struct RuleColumns {
    pattern: usize,
    agent: Option<usize>,
    model: Option<usize>,
}

impl RuleColumns {
    /// A table of rules gives patterns an agent or a model.
    fn new(names: &[String]) -> Option<RuleColumns> {
        let pattern = position(
            names,
            &[
                "pattern",
                "task pattern",
                "tasks",
                "task ids",
                "ids",
                "id pattern",
                "prefix",
                "category",
                "series",
                "task type",
                "タスク",
            ],
        )?;
        let of = |wanted: Column| {
            let mut columns = names.iter().map(|name| column(name));
            columns.position(|column| column == wanted)
        };
        let columns = RuleColumns {
            pattern,
            agent: position(names, &["subagent type", "agent type", "agent"])
                .or_else(|| of(Column::Agent))
                .or_else(|| of(Column::Owner)),
            model: of(Column::Model),
        };
        (columns.agent.is_some() || columns.model.is_some()).then_some(columns)
    }

    /// A row whose first cell has a wildcard; other rows of such a table are about other things.
    fn rule(&self, document: &Document, row: &TableRow<'_>) -> Option<Rule> {
        let cell = row.cells.get(self.pattern)?;
        // Emphasis is written with stars as well: only one within or at the end of a word is a wildcard.
        let written = document.text()[cell.clone()].replace("**", "");
        let pattern = written
            .split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | '(' | ')'))
            .map(|word| word.replace('\\', ""))
            .find(|word| {
                word.len() > 1 && word.contains(['*', '?']) && word.contains(char::is_alphanumeric)
            })?;
        let rule = Rule {
            pattern,
            agent: value(document, row, self.agent),
            model: value(document, row, self.model),
            location: document.location(cell.clone()),
        };
        (rule.agent.is_some() || rule.model.is_some()).then_some(rule)
    }
}
