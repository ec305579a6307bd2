//! Names of sections.

use super::wordings;
use crate::slip::{Letters, slip_of_one};

/// The sections that specs share, by their canonical names: first the ten that every worker spec should have.
pub(super) const KNOWN: [&str; 13] = [
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
    "RESOURCE_REQUIREMENTS",
    "RISK_ASSESSMENT",
    "QUALITY_METRICS",
];

/// The ten sections that every worker spec should have.
pub(super) fn ten() -> &'static [&'static str] {
    &KNOWN[..10]
}

/// A section that specs share, as a heading names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its place in [`KNOWN`].
    pub(super) at: u8,
    /// Whether the wording is seldom used for anything else.
    pub(super) sure: bool,
}

impl Known {
    /// The canonical name.
    pub(super) fn name(self) -> &'static str {
        KNOWN[usize::from(self.at)]
    }
}

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

/// The known section that the [`bare`] name of a heading means. Case plays no part.
pub(super) fn known(name: &str) -> Option<Known> {
    let found = wordings::find(name).or_else(|| {
        // "Tests: unit and integration", "Deliverables — two files".
        static MARKS: Marks<5> = Marks::new([": ", "：", " — ", " – ", " - "]);
        let (head, _) = MARKS.split(name)?;
        wordings::find(head)
    });
    let found = found.or_else(|| {
        // "Scope & Constraints": both are names.
        static MARKS: Marks<5> = Marks::new([" & ", " and ", " AND ", " + ", "/"]);
        let (first, second) = MARKS.split(name)?;
        let (first, _) = (wordings::find(first)?, wordings::find(second)?);
        Some(first)
    });
    found.map(|(at, sure)| Known { at, sure })
}

/// Marks at which a name is cut.
struct Marks<const N: usize> {
    marks: [&'static str; N],
    /// Which bytes a mark begins with.
    begins: [bool; 256],
}

impl<const N: usize> Marks<N> {
    const fn new(marks: [&'static str; N]) -> Self {
        let mut begins = [false; 256];
        let mut at = 0;
        while at < N {
            begins[marks[at].as_bytes()[0] as usize] = true;
            at += 1;
        }
        Marks { marks, begins }
    }

    /// What is before and behind the first mark. (`str::find` prepares itself at length, which a heading does not repay.)
    fn split<'n>(&self, name: &'n str) -> Option<(&'n str, &'n str)> {
        let bytes = name.as_bytes();
        let mut places = (0..bytes.len()).filter(|at| self.begins[usize::from(bytes[*at])]);
        places.find_map(|at| {
            // The second byte tells most marks apart.
            let mark = self.marks.iter().find(|mark| {
                let mark = mark.as_bytes();
                (mark.len() == 1 || bytes.get(at + 1) == mark.get(1))
                    && bytes[at..].starts_with(mark)
            })?;
            Some((&name[..at], &name[at + mark.len()..]))
        })
    }
}

/// What a heading of the sections' level says.
pub(in crate::dialect) fn section_name(heading: &str) -> SectionName {
    let name = bare(heading);
    match known(name) {
        Some(known) => SectionName::Known(known.name()),
        None => other(name),
    }
}

/// What the bare name of a heading says that is no known section.
pub(super) fn other(name: &str) -> SectionName {
    if is_placeholder(name) {
        return SectionName::Placeholder;
    }
    near(name).map_or(SectionName::Other, |near| {
        SectionName::Misspelt(near.name())
    })
}

/// Whether a bare name only announces sections.
pub(super) fn is_placeholder(name: &str) -> bool {
    name.starts_with('[') && name.ends_with(']')
}

/// The one of the ten sections that an unknown bare name nearly is: a slip of the pen is one or two letters, not another
/// word.
pub(super) fn near(name: &str) -> Option<Known> {
    // The shortest of the ten has 10 letters, the longest 24.
    if !(8..=26).contains(&name.len()) {
        return None;
    }
    static LETTERS: [Letters<'static>; KNOWN.len()] = Letters::of_all(KNOWN);
    let at = slip_of_one(name, &LETTERS[..ten().len()], |_| 2)?;
    Some(Known {
        at: at as u8,
        sure: true,
    })
}

/// A heading without number, signs, emphasis, a closing colon and a closing remark in parentheses.
pub(in crate::dialect) fn bare(heading: &str) -> &str {
    let mut name = heading.trim();
    loop {
        name = name.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '(');
        let numbered = name.len();
        name = without_number(name);
        if name.len() == numbered {
            break;
        }
    }
    name = name.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | ']' | '）'));
    if !name.ends_with([')', '）']) {
        return name;
    }
    match name.rfind(['(', '（']) {
        Some(open) if open > 0 => name[..open].trim_end(),
        _ => name,
    }
}

/// A heading behind its number: `3.`, `3-5.`, `3)`, `(3)`, `3.1`, `Section 3:`, `IV.`, `B)`.
fn without_number(name: &str) -> &str {
    let initial = name.bytes().next().map(|byte| byte.to_ascii_lowercase());
    let word = ["section", "part", "step"].iter().find(|word| {
        initial == word.bytes().next()
            && name
                .get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
            && name[word.len()..]
                .trim_start()
                .starts_with(|c: char| c.is_ascii_digit())
    });
    let head = word.map_or(name, |word| name[word.len()..].trim_start());
    if head.starts_with(|c: char| c.is_ascii_digit()) {
        let rest =
            head.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '–'));
        return rest.trim_start_matches([')', ':', '.', ' ', '\t']);
    }
    if let Some((number, rest)) = name.strip_prefix('(').and_then(|name| name.split_once(')')) {
        return if is_ordinal(number) { rest } else { name };
    }
    // No ordinal is longer than five letters.
    let mut start = name.bytes().take(6);
    match start.position(|byte| matches!(byte, b'.' | b')' | b':')) {
        Some(end) if is_ordinal(&name[..end]) && name[end + 1..].starts_with(' ') => {
            name[end + 1..].trim_start()
        }
        _ => name,
    }
}

/// `7`, `iv`, `B`.
fn is_ordinal(text: &str) -> bool {
    let roman = |byte: u8| matches!(byte.to_ascii_uppercase(), b'I' | b'V' | b'X');
    match text.as_bytes() {
        [letter] if letter.is_ascii_alphanumeric() => true,
        [] => false,
        bytes => {
            bytes.len() <= 5
                && (bytes.iter().all(u8::is_ascii_digit) || bytes.iter().all(|&byte| roman(byte)))
        }
    }
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
            "iv) Definition of Done",
            "B. Acceptance",
            "(3) Success criteria",
            "§3 Success criteria ✅",
            "2️⃣ Done when",
            "Acceptance Criteria — what a reviewer looks at",
            "Acceptance criteria / Definition of done",
        ] {
            assert_eq!(
                section_name(heading),
                SectionName::Known("SUCCESS_CRITERIA"),
                "{heading}"
            );
        }
    }

    #[test]
    fn wordings_of_every_section() {
        for (headings, name) in [
            ("Files to modify|Outputs|📦 Deliverable", "DELIVERABLES"),
            (
                "In scope|Out of Scope|Constraints|Scope & constraints",
                "BOUNDARIES",
            ),
            ("Depends on|Prerequisites|Blocked by", "DEPENDENCIES"),
            ("Risks|Fallback|Rollback plan", "MITIGATION"),
            (
                "Tests|Testing|Test Plan|Verification|How to test|Validation commands",
                "TEST_PROCESS",
            ),
            ("Reporting|Result format", "TEST_RESULTS_FORMAT"),
        ] {
            for heading in headings.split('|') {
                assert_eq!(section_name(heading), SectionName::Known(name), "{heading}");
            }
        }
    }

    #[test]
    fn other_headings() {
        assert_eq!(
            section_name("3-5. [Standard sections]"),
            SectionName::Placeholder
        );
        assert_eq!(
            section_name("4. DEPENDANCIES"),
            SectionName::Misspelt("DEPENDENCIES")
        );
        for heading in [
            "IMPLEMENTATION NOTES",
            "",
            "Test and deploy",
            "Files of the old parser",
            "Tester",
            "A test",
        ] {
            assert_eq!(section_name(heading), SectionName::Other, "{heading}");
        }
        assert_eq!(bare("## 11. Implementation notes:"), "Implementation notes");
    }
}
