//! Names of sections.

use crate::slip::is_slip_of;

/// The ten sections that every worker spec should have.
pub(super) const TEN: [&str; 10] = [
    "DELIVERABLES",
    "SUCCESS_CRITERIA",
    "BOUNDARIES",
    "DEPENDENCIES",
    "MITIGATION",
    "TEST_PROCESS",
    "TEST_RESULTS_FORMAT",
    "TASK_CLASSIFICATION",
    "RETROSPECTIVE",
    "PERFORMANCE_REQUIREMENTS",
];

/// Further names that specs share.
const FURTHER: [&str; 3] = [
    "RESOURCE_REQUIREMENTS",
    "RISK_ASSESSMENT",
    "QUALITY_METRICS",
];

/// Other wordings of the known names.
const SYNONYMS: [(&str, &str); 16] = [
    ("DELIVERABLE", "DELIVERABLES"),
    ("SUCCESS CRITERION", "SUCCESS_CRITERIA"),
    ("ACCEPTANCE CRITERIA", "SUCCESS_CRITERIA"),
    ("BOUNDARY", "BOUNDARIES"),
    ("DEPENDENCY", "DEPENDENCIES"),
    ("PREREQUISITES", "DEPENDENCIES"),
    ("RISK MITIGATION", "MITIGATION"),
    ("MITIGATIONS", "MITIGATION"),
    ("TEST PROCEDURE", "TEST_PROCESS"),
    ("TESTING PROCESS", "TEST_PROCESS"),
    ("TEST RESULT FORMAT", "TEST_RESULTS_FORMAT"),
    ("TEST RESULTS", "TEST_RESULTS_FORMAT"),
    ("CLASSIFICATION", "TASK_CLASSIFICATION"),
    ("RETROSPECTIVES", "RETROSPECTIVE"),
    ("PERFORMANCE REQUIREMENT", "PERFORMANCE_REQUIREMENTS"),
    ("PERFORMANCE", "PERFORMANCE_REQUIREMENTS"),
];

/// What a heading says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum SectionName {
    /// A known section, by its canonical name.
    Known(&'static str),
    /// Another name that is very close to a known one.
    Misspelt(&'static str),
    /// Any other name.
    Other,
    /// No name but an announcement: `[Standard sections]`.
    Placeholder,
}

/// The canonical name of a heading, if it is a known one. Numbers, signs and case play no part.
pub(super) fn known(heading: &str) -> Option<&'static str> {
    let name = bare(heading);
    let first = name.bytes().next()?.to_ascii_uppercase();
    if !b"ABCDMPQRST".contains(&first) {
        return None;
    }
    TEN.iter()
        .chain(&FURTHER)
        .find(|known| same(name, known))
        .or_else(|| {
            SYNONYMS
                .iter()
                .find(|(other, _)| same(name, other))
                .map(|(_, known)| known)
        })
        .copied()
}

/// What a heading of the sections' level says.
pub(in crate::dialect) fn section_name(heading: &str) -> SectionName {
    if let Some(name) = known(heading) {
        return SectionName::Known(name);
    }
    let name = bare(heading);
    if name.starts_with('[') && name.ends_with(']') {
        return SectionName::Placeholder;
    }
    // A slip of the pen is one or two letters, not another word.
    let written = name.replace([' ', '-'], "_");
    let close = |known: &&&str| is_slip_of(&written, known, 2);
    match TEN.iter().find(close) {
        Some(known) => SectionName::Misspelt(known),
        None => SectionName::Other,
    }
}

/// A heading without its number, its signs and its emphasis, in upper case.
pub(super) fn other_name(heading: &str) -> String {
    bare(heading).to_uppercase()
}

/// A heading without number, signs, emphasis, a closing colon and a closing remark in parentheses.
fn bare(heading: &str) -> &str {
    let mut name = heading.trim();
    loop {
        let before = name.len();
        name = name.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '(');
        name = without_number(name);
        if name.len() == before {
            break;
        }
    }
    name = name
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '*' | '_' | '#' | '：'));
    match name.rfind('(') {
        Some(open) if open > 0 && name.ends_with(')') => name[..open].trim_end(),
        _ => name,
    }
}

/// A heading behind its number: `3.`, `3-5.`, `3)`, `3.1`, `Section 3:`, `IV.`.
fn without_number(name: &str) -> &str {
    let head = match name.get(..7) {
        Some(word) if word.eq_ignore_ascii_case("section") => name[7..].trim_start(),
        _ => name,
    };
    let digits =
        head.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '–'));
    if digits.len() < head.len() && head.starts_with(|c: char| c.is_ascii_digit()) {
        return digits.trim_start_matches([')', ':', '.', ' ', '\t']);
    }
    let roman = head.trim_start_matches(['I', 'V', 'X']);
    match roman.strip_prefix(['.', ')']) {
        Some(rest) if roman.len() < head.len() && rest.starts_with(' ') => rest.trim_start(),
        _ => name,
    }
}

/// Whether a name is a canonical one, letter case and the kind of gap between words apart.
fn same(name: &str, canonical: &str) -> bool {
    let mut canonical = canonical.bytes();
    let mut gap = false;
    for byte in name.bytes() {
        if matches!(byte, b' ' | b'_' | b'-' | b'\t') {
            gap = true;
            continue;
        }
        if gap {
            gap = false;
            if canonical
                .next()
                .is_none_or(|other| !matches!(other, b'_' | b' '))
            {
                return false;
            }
        }
        if canonical
            .next()
            .is_none_or(|other| other != byte.to_ascii_uppercase())
        {
            return false;
        }
    }
    !gap && canonical.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_in_any_dress() {
        for heading in [
            "2. SUCCESS_CRITERIA",
            "SUCCESS CRITERIA",
            "✅ 12) **Success Criteria**:",
            "Section 2: success-criteria",
            "II. Success criteria (required)",
            "Acceptance Criteria",
        ] {
            assert_eq!(
                section_name(heading),
                SectionName::Known("SUCCESS_CRITERIA"),
                "{heading}"
            );
        }
    }

    #[test]
    fn other_headings() {
        assert_eq!(
            section_name("3-5. [Standard sections]"),
            SectionName::Placeholder
        );
        assert_eq!(section_name("IMPLEMENTATION NOTES"), SectionName::Other);
        assert_eq!(
            section_name("4. DEPENDANCIES"),
            SectionName::Misspelt("DEPENDENCIES")
        );
        assert_eq!(section_name(""), SectionName::Other);
        assert_eq!(
            other_name("## 11. Implementation notes:"),
            "IMPLEMENTATION NOTES"
        );
    }
}
