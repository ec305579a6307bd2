use super::kind::Kind;

/// What the words before a span say that the span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Absent,
    Remove,
    First,
    Last,
    Line,
    Contains,
    Title,
    Heading,
    Under,
    Item,
    Numbered,
    Check,
    Columns,
    Row,
    Block,
    Key,
    Prints,
    Runs,
    Takes,
    Flag,
    Function,
    Target,
    Needs,
}

type Cue = (&'static str, Role);

const COMMON: &[Cue] = &[
    ("not contain", Role::Absent),
    ("contains no", Role::Absent),
    ("contain no", Role::Absent),
    ("never contains", Role::Absent),
    ("not include", Role::Absent),
    ("includes no", Role::Absent),
    ("not mention", Role::Absent),
    ("mentions no", Role::Absent),
    ("no longer contains", Role::Absent),
    ("is free of", Role::Absent),
    ("without the text", Role::Absent),
    ("without the line", Role::Absent),
    ("not have the line", Role::Absent),
    ("not contain the line", Role::Absent),
    ("not contain the text", Role::Absent),
    ("not contain the word", Role::Absent),
    ("not contain the string", Role::Absent),
    ("remove the line", Role::Remove),
    ("removes the line", Role::Remove),
    ("remove the lines", Role::Remove),
    ("first line", Role::First),
    ("starts with", Role::First),
    ("start with", Role::First),
    ("starts with the line", Role::First),
    ("begins with", Role::First),
    ("begin with", Role::First),
    ("begins with the line", Role::First),
    ("shebang", Role::First),
    ("shebang line", Role::First),
    ("last line", Role::Last),
    ("ends with", Role::Last),
    ("end with", Role::Last),
    ("ends with the line", Role::Last),
    ("line", Role::Line),
    ("lines", Role::Line),
    ("line starting with", Role::Line),
    ("line that starts with", Role::Line),
    ("line beginning with", Role::Line),
    ("lines starting with", Role::Line),
    ("sentence", Role::Line),
    ("sentences", Role::Line),
    ("paragraph", Role::Line),
    ("contains", Role::Contains),
    ("contain", Role::Contains),
    ("containing", Role::Contains),
    ("includes", Role::Contains),
    ("include", Role::Contains),
    ("mentions", Role::Contains),
    ("mention", Role::Contains),
    ("says", Role::Contains),
    ("say", Role::Contains),
    ("states", Role::Contains),
    ("shows", Role::Contains),
    ("text", Role::Contains),
    ("phrase", Role::Contains),
    ("word", Role::Contains),
    ("words", Role::Contains),
    ("string", Role::Contains),
    ("links to", Role::Contains),
    ("link to", Role::Contains),
    ("refers to", Role::Contains),
];

const DOCUMENT: &[Cue] = &[
    ("title", Role::Title),
    ("titled", Role::Title),
    ("top heading", Role::Title),
    ("heading", Role::Heading),
    ("headings", Role::Heading),
    ("section", Role::Heading),
    ("sections", Role::Heading),
    ("subsection", Role::Heading),
    ("subsections", Role::Heading),
    ("under", Role::Under),
    ("under the heading", Role::Under),
    ("in section", Role::Under),
    ("in the section", Role::Under),
    ("below", Role::Under),
    ("below the heading", Role::Under),
    ("lists", Role::Item),
    ("list", Role::Item),
    ("listing", Role::Item),
    ("list of", Role::Item),
    ("list with", Role::Item),
    ("bullet", Role::Item),
    ("bullets", Role::Item),
    ("bullet points", Role::Item),
    ("item", Role::Item),
    ("items", Role::Item),
    ("entry", Role::Item),
    ("entries", Role::Item),
    ("numbered list", Role::Numbered),
    ("numbered list of", Role::Numbered),
    ("numbered list with", Role::Numbered),
    ("ordered list", Role::Numbered),
    ("steps", Role::Numbered),
    ("checklist", Role::Check),
    ("checklist with", Role::Check),
    ("task list", Role::Check),
    ("checkbox", Role::Check),
    ("checkboxes", Role::Check),
    ("column", Role::Columns),
    ("columns", Role::Columns),
    ("row", Role::Row),
    ("rows", Role::Row),
    ("code block", Role::Block),
];

const KEYED: &[Cue] = &[
    ("key", Role::Key),
    ("keys", Role::Key),
    ("field", Role::Key),
    ("fields", Role::Key),
    ("property", Role::Key),
    ("properties", Role::Key),
    ("setting", Role::Key),
    ("settings", Role::Key),
    ("variable", Role::Key),
    ("variables", Role::Key),
    ("sets", Role::Key),
    ("set", Role::Key),
    ("maps", Role::Key),
    ("defines", Role::Key),
    ("has", Role::Key),
    ("table", Role::Heading),
    ("tables", Role::Heading),
    ("section", Role::Heading),
    ("sections", Role::Heading),
    ("in table", Role::Under),
    ("in the table", Role::Under),
    ("in section", Role::Under),
    ("in the section", Role::Under),
    ("under", Role::Under),
    ("under the key", Role::Under),
    ("in the object", Role::Under),
    ("lists", Role::Item),
    ("list of", Role::Item),
    ("array of", Role::Item),
    ("list with", Role::Item),
    ("array with", Role::Item),
    ("items", Role::Item),
    ("entries", Role::Item),
    ("elements", Role::Item),
];

const SHELL: &[Cue] = &[
    ("prints", Role::Prints),
    ("print", Role::Prints),
    ("printing", Role::Prints),
    ("outputs", Role::Prints),
    ("writes", Role::Prints),
    ("echoes", Role::Prints),
    ("runs", Role::Runs),
    ("executes", Role::Runs),
    ("invokes", Role::Runs),
    ("argument", Role::Takes),
    ("arguments", Role::Takes),
    ("parameter", Role::Takes),
    ("with", Role::Flag),
    ("given", Role::Flag),
    ("option", Role::Flag),
    ("flag", Role::Flag),
    ("called with", Role::Flag),
    ("function", Role::Function),
    ("functions", Role::Function),
    ("variable", Role::Key),
    ("variables", Role::Key),
    ("sets", Role::Key),
    ("exports", Role::Key),
];

const MAKE: &[Cue] = &[
    ("target", Role::Target),
    ("targets", Role::Target),
    ("rule", Role::Target),
    ("runs", Role::Runs),
    ("executes", Role::Runs),
    ("depends on", Role::Needs),
    ("needs", Role::Needs),
    ("variable", Role::Key),
    ("variables", Role::Key),
    ("sets", Role::Key),
];

/// Nouns after a span that say what it is, as in "the `## Usage` section".
const AFTER: &[(&str, Role, &[Kind])] = &[
    (
        "section",
        Role::Heading,
        &[Kind::Markdown, Kind::Text, Kind::Toml, Kind::Ini],
    ),
    ("heading", Role::Heading, &[Kind::Markdown, Kind::Text]),
    ("table", Role::Heading, &[Kind::Toml, Kind::Ini]),
    ("line", Role::Line, &[]),
    ("appears", Role::Contains, &[]),
    ("occurs", Role::Contains, &[]),
    ("is listed", Role::Contains, &[]),
    ("is mentioned", Role::Contains, &[]),
    ("is present", Role::Contains, &[]),
    ("is contained", Role::Contains, &[]),
    ("is included", Role::Contains, &[]),
    ("is in", Role::Contains, &[]),
    ("column", Role::Columns, &[Kind::Markdown, Kind::Csv]),
    ("columns", Role::Columns, &[Kind::Markdown, Kind::Csv]),
    ("argument", Role::Takes, &[Kind::Shell]),
    ("parameter", Role::Takes, &[Kind::Shell]),
    ("option", Role::Flag, &[Kind::Shell]),
    ("flag", Role::Flag, &[Kind::Shell]),
    ("function", Role::Function, &[Kind::Shell]),
    ("target", Role::Target, &[Kind::Makefile]),
    ("key", Role::Key, KEYED_KINDS),
    ("field", Role::Key, KEYED_KINDS),
    ("setting", Role::Key, KEYED_KINDS),
];

const KEYED_KINDS: &[Kind] = &[
    Kind::Json,
    Kind::Toml,
    Kind::Yaml,
    Kind::Ini,
    Kind::Properties,
    Kind::Env,
];

/// The role that the words before a span give it in a file of this kind: the last cue decides,
/// and of two that end together the longer one.
pub(super) fn role_before(words: &str, kind: Kind) -> Option<Role> {
    let own: &[Cue] = match kind {
        Kind::Markdown | Kind::Text | Kind::Csv => DOCUMENT,
        Kind::Shell => SHELL,
        Kind::Makefile => MAKE,
        _ if kind.is_keyed() => KEYED,
        _ => &[],
    };
    last_cue(words, &[COMMON, own])
}

/// True if some kind of file would take a span after these words as content.
pub(super) fn is_content(words: &str) -> bool {
    let role = last_cue(words, &[COMMON, DOCUMENT, SHELL, MAKE]);
    role.is_some_and(|role| !matches!(role, Role::Under | Role::Flag)) && !names_a_place(words)
}

/// The role that the noun after a span gives it.
pub(super) fn role_after(words: &str, kind: Kind) -> Option<Role> {
    let words = words.trim_start().to_ascii_lowercase();
    if words.starts_with("code block") || words.starts_with("block") {
        return None;
    }
    AFTER.iter().find_map(|(noun, role, kinds)| {
        let fits = kinds.is_empty() || kinds.contains(&kind);
        let rest = words.strip_prefix(noun)?;
        let ends = !rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '-');
        (fits && ends).then_some(*role)
    })
}

/// "… the line `x` is in `a.md`": the last words point to a file again.
fn names_a_place(words: &str) -> bool {
    let words = words.trim_end().to_ascii_lowercase();
    [" in", " to the file", " of", " file", "file:"]
        .iter()
        .any(|end| words.ends_with(end))
        || words == "in"
}

fn last_cue(words: &str, tables: &[&[Cue]]) -> Option<Role> {
    let words = words.to_ascii_lowercase();
    let cues = tables.iter().flat_map(|table| table.iter());
    let found = cues.filter_map(|(phrase, role)| {
        let end = last_word_match(&words, phrase)?;
        Some((end, phrase.len(), *role))
    });
    found
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, role)| role)
}

/// Where the last occurrence of `phrase` between word boundaries ends.
pub(super) fn last_word_match(words: &str, phrase: &str) -> Option<usize> {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut until = words.len();
    while let Some(start) = words[..until].rfind(phrase) {
        let end = start + phrase.len();
        let open = !words[..start].chars().next_back().is_some_and(is_word);
        let closed = !words[end..].chars().next().is_some_and(is_word);
        if open && closed {
            return Some(end);
        }
        until = end - 1;
        while !words.is_char_boundary(until) {
            until -= 1;
        }
    }
    None
}
