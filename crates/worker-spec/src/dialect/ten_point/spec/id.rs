//! Where a spec's id is.

use std::borrow::Cow;

use super::super::header::{Field, field};
use super::super::outline::Outline;
use super::super::title::{id_of, id_of_file, parse_title};
use crate::ids::is_id;
use crate::markdown::BlockKind;
use crate::path::is_hidden;
use crate::{Code, Diagnostic, Document, HeaderField, Location};

/// The id that a spec's heading, its header or its front matter states; else the one in the name of a file that holds
/// nothing but the spec, which is told.
pub(super) fn spec_id<'o>(
    document: &Document,
    outline: &'o Outline<'_>,
    header: &[HeaderField],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Cow<'o, str>> {
    if let Some(title) = &outline.title {
        return Some(Cow::Borrowed(&title.id));
    }
    let stated = header
        .iter()
        .filter(|header| field(&header.name) == Field::Id);
    if let Some(id) = stated.filter_map(|header| stated_id(&header.value)).next() {
        return Some(id.into());
    }
    let id = id_of_file(document.name())?;
    let message = format!("no heading states an id, so the file's name gives it: {id}");
    let told = Diagnostic::note(Code::ID_OF_FILE, message)
        .at(super::spec_location(document, outline))
        .help(format!("begin the heading with it, as in `# {id}: Title`"));
    diagnostics.push(match heading_without_id(document, outline, &id) {
        Some(heading) => told.fix(heading, format!("{id}: ")),
        None => told,
    });
    Some(id.into())
}

/// Where an id can be put before the words of the heading so that both are read as they are now.
fn heading_without_id(document: &Document, outline: &Outline<'_>, id: &str) -> Option<Location> {
    let BlockKind::Heading { text, .. } = &document.markdown().blocks[outline.heading?].kind else {
        return None;
    };
    let heading = &document.text()[text.clone()];
    let with_id = format!("{id}: {heading}");
    let read = parse_title(&with_id)?;
    (read.id == id && read.title == heading).then(|| document.location(text.start..text.start))
}

/// What a field named "ID" states: an id of any form, or `Worker 7`.
fn stated_id(value: &str) -> Option<String> {
    let value = value.trim_matches(|c: char| c.is_whitespace() || "`*\"'".contains(c));
    id_of(value).or_else(|| is_id(value).then(|| value.trim_start_matches('#').to_owned()))
}

/// By which other names a spec may be meant: `07-parser` is 07 too.
pub(super) fn other_names(id: &str) -> Vec<String> {
    let digits = id.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && digits < id.len() {
        vec![id[..digits].to_owned()]
    } else {
        Vec::new()
    }
}

pub(super) fn without_id(heading: &str, location: Location) -> Diagnostic {
    let hidden = heading.contains(|c: char| c.is_control() || is_hidden(c));
    let long = heading
        .split_whitespace()
        .next()
        .is_some_and(|word| word.len() > 64);
    if hidden || long {
        let what = if hidden {
            "hidden or control characters"
        } else {
            "more than 64 bytes"
        };
        return Diagnostic::error(
            Code::BAD_ID,
            format!("the id of this worker spec holds {what}"),
        )
        .at(location)
        .help("an id is letters, digits, `_`, `-` and `.`, such as `WORKER_001`");
    }
    Diagnostic::warning(
        Code::NO_TASK,
        "sections of a worker spec, but no id: this is no worker",
    )
    .at(location)
    .help("begin the heading with an id, such as `# WORKER_001: Title`")
}
