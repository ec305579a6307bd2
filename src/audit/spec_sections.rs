//! The sections that a document says every spec has, against those that the specs have.

use wavecrew_worker_spec::{Diagnostic, Plan, SpecForm, Statement, Subject, WorkerSpec};

use super::words::{counted, named};
use crate::codes;

/// Specs that are named as examples.
const MOST_NAMED: usize = 4;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for statement in &plan.statements {
        if statement.subject != Subject::SpecSections {
            continue;
        }
        let specs: Vec<&WorkerSpec> = plan
            .tasks
            .iter()
            .filter_map(|task| task.spec.as_deref())
            .filter(|spec| {
                spec.form == SpecForm::TenPoint && spec.location.file != statement.location.file
            })
            .collect();
        let stated: Vec<(usize, &str)> = statement
            .value
            .split(", ")
            .filter_map(|entry| {
                let (number, name) = entry.split_once(' ')?;
                Some((number.parse().ok()?, name))
            })
            .collect();
        found.extend(missing(statement, &stated, &specs));
        found.extend(numbered(statement, &stated, &specs));
    }
}

/// Specs that lack one of the sections.
fn missing(
    statement: &Statement,
    stated: &[(usize, &str)],
    specs: &[&WorkerSpec],
) -> Option<Diagnostic> {
    let lacks = |spec: &&&WorkerSpec| stated.iter().any(|(_, name)| spec.section(name).is_none());
    let short: Vec<&&WorkerSpec> = specs.iter().filter(lacks).collect();
    if short.is_empty() {
        return None;
    }
    let mut warning = Diagnostic::warning(
        codes::SPEC_SECTIONS,
        format!(
            "says that every spec has these {} sections; {} of {} lack some: {}",
            stated.len(),
            short.len(),
            counted(specs.len(), "spec"),
            named(short.iter().map(|spec| spec.id.as_str()))
        ),
    )
    .at(statement.location.clone())
    .help("write the sections, or say which specs have fewer");
    for spec in short.iter().take(MOST_NAMED) {
        let lacked = stated
            .iter()
            .filter(|(_, name)| spec.section(name).is_none());
        let lacked: Vec<&str> = lacked.map(|(_, name)| *name).collect();
        warning = warning.related(
            spec.location.clone(),
            format!("{} lacks {}", spec.id, named(lacked.into_iter())),
        );
    }
    Some(warning)
}

/// Sections that specs number in another way, where the document gives the numbers.
fn numbered(
    statement: &Statement,
    stated: &[(usize, &str)],
    specs: &[&WorkerSpec],
) -> Option<Diagnostic> {
    let mut others = Vec::new();
    for (at, (number, name)) in stated.iter().enumerate() {
        let other = specs.iter().find_map(|spec| {
            let section = spec.section(name)?;
            let own = number_of(&section.heading)?;
            (own != *number).then_some((*spec, section, own))
        });
        if let Some((spec, section, own)) = other {
            let place = statement.places.get(at).unwrap_or(&statement.location);
            others.push((*number, *name, place, spec, section, own));
        }
    }
    let (number, name, place, spec, section, own) = *others.first()?;
    let mut warning = Diagnostic::warning(
        codes::SPEC_SECTIONS,
        format!(
            "numbers {name} {number} in every spec; {} numbers it {own}",
            spec.id
        ),
    )
    .at(place.clone())
    .related(section.location.clone(), format!("it is {own} here"))
    .help("leave the numbers out, or number all specs alike: sections are known by their names");
    for (number, name, place, spec, _, own) in &others[1..] {
        warning = warning.related(
            (*place).clone(),
            format!("{name} is {number} here, and {own} in {}", spec.id),
        );
    }
    Some(warning)
}

/// The number that a heading begins with.
fn number_of(heading: &str) -> Option<usize> {
    let heading = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = heading.find(|c: char| !c.is_ascii_digit())?;
    let number = heading[..end].parse().ok()?;
    heading[end..].starts_with(['.', ')']).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn numbers_of_headings() {
        assert_eq!(number_of("12. RETROSPECTIVE"), Some(12));
        assert_eq!(number_of("3) Scope"), Some(3));
        assert_eq!(number_of("7-10. [Standard]"), None);
        assert_eq!(number_of("RETROSPECTIVE"), None);
    }
}
