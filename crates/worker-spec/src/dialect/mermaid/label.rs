//! What Mermaid makes of a text: entity codes decoded, HTML made harmless.

use super::source::{ENTITY, ENTITY_END, ENTITY_NUMBER};

/// The text of a node, an edge or a subgraph as Mermaid hands it on.
pub(super) fn label(text: &str) -> String {
    let clean = sanitize(text.trim());
    let bare = clean
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(&clean);
    decode_entities(bare)
}

/// Entity codes such as `#quot;` as the characters that they mean.
pub(super) fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(ENTITY) {
        out.push_str(&rest[..at]);
        let body = &rest[at + ENTITY.len()..];
        let Some(end) = body.find(ENTITY_END) else {
            rest = &rest[at..];
            break;
        };
        let code = body[..end].trim_start_matches(ENTITY_NUMBER);
        match entity(code) {
            Some(c) => out.push(c),
            None => out.extend(["&", code, ";"]),
        }
        rest = &body[end + ENTITY_END.len()..];
    }
    out.push_str(rest);
    out
}

/// The text without HTML tags and with the few entities that HTML needs decoded: for people, and for names.
pub(super) fn for_people(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut rest = label;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = rest[at..].find('>').map(|end| &rest[at + 1..at + end]);
        match tag {
            Some(tag) if tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                if tag_name(tag).eq_ignore_ascii_case("br") {
                    out.push(' ');
                }
                rest = &rest[at + tag.len() + 2..];
            }
            _ => {
                out.push('<');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    let out = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The character that an entity code means: a number, or one of the names in common use.
fn entity(code: &str) -> Option<char> {
    if let Ok(number) = code.parse() {
        return char::from_u32(number);
    }
    Some(match code {
        "quot" => '"',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "deg" => '°',
        "plusmn" => '±',
        "times" => '×',
        "divide" => '÷',
        "micro" => 'µ',
        "para" => '¶',
        "sect" => '§',
        "middot" => '·',
        "bull" => '•',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "euro" => '€',
        "pound" => '£',
        "yen" => '¥',
        "cent" => '¢',
        "larr" => '←',
        "uarr" => '↑',
        "rarr" => '→',
        "darr" => '↓',
        "harr" => '↔',
        "rArr" => '⇒',
        "lArr" => '⇐',
        "hearts" => '♥',
        "spades" => '♠',
        "clubs" => '♣',
        "diams" => '♦',
        "check" => '✓',
        "cross" => '✗',
        "star" => '☆',
        "starf" => '★',
        "infin" => '∞',
        "ne" => '≠',
        "le" => '≤',
        "ge" => '≥',
        "asymp" => '≈',
        "sum" => '∑',
        "prod" => '∏',
        "radic" => '√',
        "alpha" => 'α',
        "beta" => 'β',
        "gamma" => 'γ',
        "delta" => 'δ',
        "epsilon" => 'ε',
        "lambda" => 'λ',
        "mu" => 'μ',
        "pi" => 'π',
        "sigma" => 'σ',
        "omega" => 'ω',
        "Delta" => 'Δ',
        "Omega" => 'Ω',
        "Sigma" => 'Σ',
        "num" => '#',
        "semi" => ';',
        "colon" => ':',
        "comma" => ',',
        "period" => '.',
        "excl" => '!',
        "quest" => '?',
        "percnt" => '%',
        "dollar" => '$',
        "commat" => '@',
        "ast" => '*',
        "plus" => '+',
        "equals" => '=',
        "lowbar" => '_',
        "lpar" => '(',
        "rpar" => ')',
        "lsqb" | "lbrack" => '[',
        "rsqb" | "rbrack" => ']',
        "lcub" | "lbrace" => '{',
        "rcub" | "rbrace" => '}',
        "vert" | "verbar" => '|',
        "sol" => '/',
        "bsol" => '\\',
        "grave" => '`',
        "Hat" => '^',
        "tilde" => '˜',
        _ => return None,
    })
}

/// Elements that stay; of others only what is in them does.
const ELEMENTS: [&str; 62] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that have no end.
const VOID: [&str; 5] = ["br", "hr", "img", "input", "wbr"];

/// Elements that go with all that is in them.
const GONE: [&str; 4] = ["script", "style", "iframe", "noscript"];

const ATTRIBUTES: [&str; 16] = [
    "align", "alt", "bgcolor", "class", "color", "dir", "face", "height", "href", "id", "lang",
    "size", "src", "style", "title", "width",
];

/// What an HTML sanitizer leaves of a text: text without a `<` as it is; else the tags that do no harm, closed and
/// in lower case, and `&`, `<` and `>` of the text as entities.
fn sanitize(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        escape(&rest[..at], &mut out);
        rest = &rest[at + 1..];
        let begins_tag = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!')
            || rest
                .strip_prefix('/')
                .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphabetic()));
        if !begins_tag {
            out.push_str("&lt;");
            continue;
        }
        // A tag without an end swallows the rest.
        let end = tag_end(rest).unwrap_or(rest.len());
        let tag = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let name = tag_name(tag).to_ascii_lowercase();
        if GONE.contains(&name.as_str()) {
            rest = after_element(rest, &name);
        } else if tag.starts_with('/') {
            close(&name, &mut open, &mut out);
        } else if ELEMENTS.contains(&name.as_str()) {
            out.push('<');
            out.push_str(&name);
            attributes(&tag[name.len()..], &mut out);
            out.push('>');
            if !VOID.contains(&name.as_str()) {
                open.push(name);
            }
        }
    }
    escape(rest, &mut out);
    for name in open.iter().rev() {
        out.extend(["</", name, ">"]);
    }
    out
}

fn tag_name(tag: &str) -> &str {
    let tag = tag.trim_start_matches('/');
    let end = tag
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(tag.len());
    &tag[..end]
}

/// The `>` that ends a tag, quotes passed over.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') if text[..at].ends_with('=') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn after_element<'t>(rest: &'t str, name: &str) -> &'t str {
    let lower = rest.to_ascii_lowercase();
    let Some(at) = lower.find(&format!("</{name}")) else {
        return "";
    };
    match rest[at..].find('>') {
        Some(end) => &rest[at + end + 1..],
        None => "",
    }
}

fn close(name: &str, open: &mut Vec<String>, out: &mut String) {
    if name == "br" {
        out.push_str("<br>");
    }
    let Some(at) = open.iter().rposition(|other| other == name) else {
        return;
    };
    for name in open.drain(at..).rev() {
        out.extend(["</", &name, ">"]);
    }
}

fn attributes(mut rest: &str, out: &mut String) {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=' || c == '/')
            .unwrap_or(rest.len())
            .max(rest.chars().next().map_or(1, char::len_utf8));
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(after.trim_start());
        }
        let harmless = !value.trim().to_ascii_lowercase().starts_with("javascript:");
        if ATTRIBUTES.contains(&name.as_str()) && harmless {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            out.extend([" ", &name, "=\"", &value, "\""]);
        }
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

fn escape(text: &str, out: &mut String) {
    for (at, c) in text.char_indices() {
        match c {
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '&' if is_entity(&text[at..]) => out.push('&'),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
}

fn is_entity(text: &str) -> bool {
    let body = text[1..].split(';').next().unwrap_or_default();
    body.len() + 1 < text.len() && matches!(body, "amp" | "lt" | "gt" | "nbsp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_made_harmless() {
        for (text, expected) in [
            ("latency < 10ms", "latency &lt; 10ms"),
            ("> 95%", "> 95%"),
            ("a & b", "a & b"),
            ("a & b<br/>c > d", "a &amp; b<br>c &gt; d"),
            ("<p>__start__</p>", "<p>__start__</p>"),
            ("<B>bold", "<b>bold</b>"),
            ("Vec<T>", "Vec"),
            ("x<script>alert(1)</script>y", "xy"),
            ("<a href='javascript:x' onclick='y'>z</a>", "<a>z</a>"),
            (
                "<a href='https://e.org/?a&b'>z</a>",
                "<a href=\"https://e.org/?a&amp;b\">z</a>",
            ),
            ("\"quoted\"", "quoted"),
        ] {
            assert_eq!(label(text), expected, "{text}");
        }
    }

    #[test]
    fn plain_text_for_people() {
        assert_eq!(
            for_people("Step 1<br>with <b>care</b> &lt; 5"),
            "Step 1 with care < 5"
        );
    }
}
