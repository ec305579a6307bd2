//! What stands in `@{ … }`: a little YAML.

/// The values that say something about a node.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ShapeData {
    pub(super) shape: Option<String>,
    pub(super) label: Option<String>,
    /// Whether an icon or an image takes the place of the text.
    pub(super) has_picture: bool,
}

/// Reads the inside of the braces; the error says what is wrong with it.
pub(super) fn read(text: &str) -> Result<ShapeData, String> {
    let entries = if text.contains('\n') {
        block_entries(text)?
    } else {
        flow_entries(text)?
    };
    let mut data = ShapeData::default();
    for (index, (key, value)) in entries.iter().enumerate() {
        if entries[..index].iter().any(|(earlier, _)| earlier == key) {
            return Err(format!("`{key}` is given twice"));
        }
        let value = scalar(value);
        match key.as_str() {
            "shape" if !value.is_empty() => {
                if !is_shape(&value) {
                    return Err(format!("there is no shape `{value}`"));
                }
                data.shape = Some(value);
            }
            "label" if !value.is_empty() => data.label = Some(value),
            "icon" | "img" => data.has_picture |= !value.is_empty(),
            _ => {}
        }
    }
    Ok(data)
}

type Entry = (String, String);

/// `shape: rect, label: "a, b"`
fn flow_entries(text: &str) -> Result<Vec<Entry>, String> {
    split_outside_quotes(text)?
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| Ok(entry(part.trim())))
        .collect()
}

/// One `key: value` a line, all with the same indentation.
fn block_entries(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    let mut indentation = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let own = line.len() - line.trim_start().len();
        if *indentation.get_or_insert(own) != own {
            return Err("the lines within `@{ }` are not indented alike".to_owned());
        }
        let (key, value) = entry(line.trim());
        if value.ends_with(',') && !value.starts_with('"') {
            return Err("no comma at the end of a line within `@{ }`".to_owned());
        }
        entries.push((key, value));
    }
    Ok(entries)
}

fn entry(text: &str) -> Entry {
    let (key, value) = match text.split_once(": ") {
        Some((key, value)) => (key, value),
        None => (text.strip_suffix(':').unwrap_or(text), ""),
    };
    let key = key.trim().trim_matches(['"', '\'']);
    (key.to_owned(), value.trim().to_owned())
}

fn split_outside_quotes(text: &str) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, ',') => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            // A quote opens only where a value begins: `label: it's` has none.
            (None, '"' | '\'') if text[..at].trim_end().ends_with([':', ',', '{']) => {
                quote = Some(c);
            }
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    if quote.is_some() {
        return Err("a quote within `@{ }` is never closed".to_owned());
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn scalar(value: &str) -> String {
    let quoted = |quote: char| {
        value
            .strip_prefix(quote)
            .and_then(|inner| inner.strip_suffix(quote))
    };
    if let Some(inner) = quoted('"') {
        return inner
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\\\", "\\");
    }
    if let Some(inner) = quoted('\'') {
        return inner.replace("''", "'");
    }
    match value {
        "null" | "~" | "false" => String::new(),
        plain => plain.to_owned(),
    }
}

fn is_shape(name: &str) -> bool {
    SHAPES.binary_search(&name).is_ok()
}

/// The names of shapes that may be asked for, sorted.
const SHAPES: [&str; 140] = [
    "anchor",
    "bang",
    "bolt",
    "bow-rect",
    "bow-tie-rectangle",
    "brace",
    "brace-l",
    "brace-r",
    "braces",
    "card",
    "choice",
    "circ",
    "circle",
    "cloud",
    "collate",
    "com-link",
    "comment",
    "cross-circ",
    "crossed-circle",
    "curv-trap",
    "curved-trapezoid",
    "cyl",
    "cylinder",
    "das",
    "data-store",
    "database",
    "datastore",
    "db",
    "dbl-circ",
    "decision",
    "delay",
    "diam",
    "diamond",
    "disk",
    "display",
    "div-proc",
    "div-rect",
    "divided-process",
    "divided-rectangle",
    "doc",
    "docs",
    "document",
    "documents",
    "double-circle",
    "doublecircle",
    "event",
    "extract",
    "f-circ",
    "filled-circle",
    "flag",
    "flip-tri",
    "flipped-triangle",
    "fork",
    "fr-circ",
    "fr-rect",
    "framed-circle",
    "framed-rectangle",
    "h-cyl",
    "half-rounded-rectangle",
    "hex",
    "hexagon",
    "horizontal-cylinder",
    "hourglass",
    "icon",
    "in-out",
    "internal-storage",
    "inv-trapezoid",
    "join",
    "junction",
    "lean-l",
    "lean-left",
    "lean-r",
    "lean-right",
    "lightning-bolt",
    "lin-cyl",
    "lin-doc",
    "lin-proc",
    "lin-rect",
    "lined-cylinder",
    "lined-document",
    "lined-process",
    "lined-rectangle",
    "loop-limit",
    "manual",
    "manual-file",
    "manual-input",
    "notch-pent",
    "notch-rect",
    "notched-pentagon",
    "notched-rectangle",
    "note",
    "odd",
    "out-in",
    "paper-tape",
    "pill",
    "prepare",
    "priority",
    "proc",
    "process",
    "processes",
    "procs",
    "question",
    "rect",
    "rectangle",
    "rounded",
    "shaded-process",
    "sl-rect",
    "sloped-rectangle",
    "sm-circ",
    "small-circle",
    "st-doc",
    "st-rect",
    "stacked-document",
    "stacked-rectangle",
    "stadium",
    "start",
    "state",
    "stop",
    "stored-data",
    "subproc",
    "subprocess",
    "subroutine",
    "summary",
    "tag-doc",
    "tag-proc",
    "tag-rect",
    "tagged-document",
    "tagged-process",
    "tagged-rectangle",
    "terminal",
    "text",
    "trap-b",
    "trap-t",
    "trapezoid",
    "trapezoid-bottom",
    "trapezoid-top",
    "tri",
    "triangle",
    "win-pane",
    "window-pane",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_sorted() {
        assert!(SHAPES.is_sorted());
    }

    #[test]
    fn values() {
        let data = read(" shape: doc, label: \"a, b: c\" ").unwrap();
        assert_eq!(data.shape.as_deref(), Some("doc"));
        assert_eq!(data.label.as_deref(), Some("a, b: c"));
        assert_eq!(
            read("\n shape: doc\n label: It's on\n")
                .unwrap()
                .label
                .as_deref(),
            Some("It's on")
        );
        for wrong in [
            "shape: squiggle",
            "shape: Rect",
            "\n shape: rect,\n label: x\n",
            "a: 'x",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
