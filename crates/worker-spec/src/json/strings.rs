//! Strings.

use std::ops::Range;

use super::Problem;

/// More problems than anybody mends in one string.
const MOST_PROBLEMS: usize = 8;

/// A string that has been read.
pub(super) struct Text {
    pub(super) text: String,
    /// With the quotes.
    pub(super) span: Range<usize>,
}

/// Reads the string at a place, which holds a quote; moves behind it.
pub(super) fn string(text: &str, at: &mut usize, problems: &mut Vec<Problem>) -> Text {
    let start = *at;
    let most = problems.len() + MOST_PROBLEMS;
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let first = problems.len();
    if quote == b'\'' {
        let message = "a string stands in single quotes";
        problems.push(Problem::syntax(
            start..start + 1,
            message,
            "use double quotes",
        ));
    }
    *at += 1;
    let mut out = String::new();
    let mut breaks = Breaks::default();
    loop {
        problems.truncate(most);
        let rest = &bytes[*at..];
        let plain = rest
            .iter()
            .position(|&byte| byte == quote || byte == b'\\' || byte < 0x20)
            .unwrap_or(rest.len());
        out.push_str(&text[*at..*at + plain]);
        *at += plain;
        match bytes.get(*at) {
            None => {
                problems.push(unclosed(start..line_end(text, start)));
                break;
            }
            Some(&byte) if byte == quote => {
                *at += 1;
                break;
            }
            Some(b'\\') => escape(text, at, &mut out, problems),
            Some(b'\n' | b'\r') => {
                if !breaks.string_goes_on(text, *at, quote) {
                    problems.push(unclosed(start..*at));
                    break;
                }
                if !std::mem::replace(&mut breaks.told, true) {
                    let message = "a string goes over the end of the line";
                    problems.push(
                        Problem::syntax(*at..*at, message, "write \\n for the line break")
                            .related(start..start + 1, "the string begins here"),
                    );
                }
                out.push(char::from(bytes[*at]));
                *at += 1;
            }
            Some(&byte) => {
                let (message, help) = if byte == b'\t' {
                    (
                        "a tab stands in a string".to_owned(),
                        "write \\t".to_owned(),
                    )
                } else {
                    let message = format!("the control character U+{byte:04X} stands in a string");
                    (message, format!("write \\u{byte:04x}, or leave it out"))
                };
                problems.push(Problem::syntax(*at..*at + 1, message, help));
                out.push(char::from(byte));
                *at += 1;
            }
        }
    }
    // Where nothing else is wrong and nothing is escaped, the quotes alone can be put right.
    let whole = &text[start..*at];
    if let [problem] = &mut problems[first..]
        && quote == b'\''
        && !whole.contains(['"', '\\'])
    {
        problem.fix = Some((start..*at, format!("\"{out}\"").into()));
    }
    Text {
        text: out,
        span: start..*at,
    }
}

/// What is known about the lines of one string.
#[derive(Default)]
struct Breaks {
    /// The next quote and whether a string may end there; looked for once per quote.
    next: Option<(usize, bool)>,
    told: bool,
}

impl Breaks {
    /// Whether a string whose line has ended goes on: the next quote is followed by what follows a string. Else that
    /// quote begins another string, and this one was never closed.
    fn string_goes_on(&mut self, text: &str, at: usize, quote: u8) -> bool {
        if let Some((end, goes_on)) = self.next
            && at < end
        {
            return goes_on;
        }
        let bytes = text.as_bytes();
        let mut end = at;
        while let Some(found) = memchr::memchr(quote, &bytes[end..]) {
            end += found;
            let slashes = bytes[at..end].iter().rev().take_while(|&&b| b == b'\\');
            if slashes.count() % 2 == 0 {
                break;
            }
            end += 1;
        }
        let goes_on = bytes.get(end) == Some(&quote)
            && text[end + 1..]
                .trim_start()
                .chars()
                .next()
                .is_none_or(|c| matches!(c, ',' | ':' | ']' | '}'));
        self.next = Some((end, goes_on));
        goes_on
    }
}

fn unclosed(span: Range<usize>) -> Problem {
    let end = span.end;
    Problem::syntax(
        span,
        "this string is never closed",
        "add a `\"` where it ends",
    )
    .related(end..end, "the line ends here")
}

fn line_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    from + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Reads an escape; `at` is at its backslash.
fn escape(text: &str, at: &mut usize, out: &mut String, problems: &mut Vec<Problem>) {
    let start = *at;
    let Some(c) = text[start + 1..].chars().next() else {
        *at = text.len();
        return;
    };
    *at += 1 + c.len_utf8();
    let plain = match c {
        '"' | '\\' | '/' => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            unicode(text, at, out, problems);
            return;
        }
        _ => {
            let message = format!("`\\{}` is no escape of JSON", c.escape_debug());
            let help = "write \\\\ for a backslash";
            problems.push(Problem::syntax(start..*at, message, help));
            if c != '\'' {
                out.push('\\');
            }
            // A line break is looked at by itself.
            if matches!(c, '\n' | '\r') {
                *at -= 1;
                return;
            }
            c
        }
    };
    out.push(plain);
}

/// Reads `\u0041`, or a pair of them; `at` is behind the `u`.
fn unicode(text: &str, at: &mut usize, out: &mut String, problems: &mut Vec<Problem>) {
    let start = *at - 2;
    let Some(first) = four_digits(text, *at) else {
        let help = "write four digits or letters from a to f after \\u, or \\\\ for a backslash";
        problems.push(Problem::syntax(
            start..*at,
            "`\\u` without four hexadecimal digits",
            help,
        ));
        out.push_str("\\u");
        return;
    };
    *at += 4;
    let second = || {
        let rest = text[*at..].strip_prefix("\\u")?;
        four_digits(rest, 0).filter(|second| (0xDC00..0xE000).contains(second))
    };
    let code = match first {
        0xD800..0xDC00 => second().map(|second| {
            *at += 6;
            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        }),
        _ => Some(first),
    };
    match code.and_then(char::from_u32) {
        Some(c) => out.push(c),
        None => {
            let message = "half of a pair of surrogates, which is no character";
            let help = "write the character itself, or both halves";
            problems.push(Problem::syntax(start..*at, message, help));
            out.push('\u{fffd}');
        }
    }
}

fn four_digits(text: &str, at: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at + 4)?;
    digits
        .iter()
        .all(u8::is_ascii_hexdigit)
        .then(|| u32::from_str_radix(&text[at..at + 4], 16).ok())?
}
