//! A rule: a pattern of ids as heading, and who works on these tasks.

use std::ops::Range;

use super::fields::{Known, fields};
use super::heading::Heading;
use super::value;
use crate::plan_form::{RULE_FIELDS, RuleField};
use crate::{Diagnostic, Document, Rule};

const KNOWN: Known<RuleField> = Known {
    owner: "a rule",
    fields: &RULE_FIELDS,
    synonym: |_| None,
    repeated: &[],
};

/// Reads the rules of a heading, one for each pattern that it names. `blocks` are those between it and the next one.
pub(super) fn read(
    document: &Document,
    heading: &Heading<'_>,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> impl Iterator<Item = Rule> + use<> {
    let (mut agent, mut model) = (None, None);
    for line in fields(document, blocks, &KNOWN, diagnostics) {
        let stated = value::text(line.value, line.at).stated();
        match line.field {
            RuleField::Agent => agent = stated,
            RuleField::Model => model = stated,
        }
    }
    let location = document.location(heading.span.clone());
    let patterns = value::list(heading.text, 0).into_iter();
    patterns.map(move |pattern| Rule {
        pattern: pattern.text,
        agent: agent.clone(),
        model: model.clone(),
        location: location.clone(),
    })
}
