//! A risk: what may go wrong as heading, and what is known about it.

use std::ops::Range;

use super::fields::{Known, fields};
use super::heading::Heading;
use super::value;
use crate::plan_form::{RISK_FIELDS, RiskField};
use crate::{Diagnostic, Document, Risk};

const KNOWN: Known<RiskField> = Known {
    owner: "a risk",
    fields: &RISK_FIELDS,
    synonym: |name| match name {
        "probability" => Some(RiskField::Likelihood),
        _ => None,
    },
    repeated: &[],
};

/// Reads a risk. `blocks` are those between its heading and the next one.
pub(super) fn read(
    document: &Document,
    heading: &Heading<'_>,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Risk {
    let mut risk = Risk {
        risk: value::text(heading.text, 0).text,
        likelihood: None,
        impact: None,
        mitigation: None,
        location: document.location(heading.span.clone()),
    };
    for line in fields(document, blocks, &KNOWN, diagnostics) {
        let stated = value::text(line.value, line.at).stated();
        match line.field {
            RiskField::Likelihood => risk.likelihood = stated,
            RiskField::Impact => risk.impact = stated,
            RiskField::Mitigation => risk.mitigation = stated,
        }
    }
    risk
}
