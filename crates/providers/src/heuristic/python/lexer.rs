//! A light reading of Python: enough to cut a module into its parts and to tell code from prose.

/// One statement line, which may span several lines of text.
#[derive(Clone, Debug)]
pub(super) struct Logical<'a> {
    /// Index of the first line of text.
    pub(super) start: usize,
    /// Index after the last line of text.
    pub(super) end: usize,
    pub(super) indent: usize,
    pub(super) tokens: Vec<Token<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    Number,
    String,
    Operator(char),
}

impl<'a> Logical<'a> {
    pub(super) fn word(&self, index: usize) -> Option<&'a str> {
        match self.tokens.get(index) {
            Some(Token::Name(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn opens_block(&self) -> bool {
        self.tokens.last() == Some(&Token::Operator(':'))
    }

    /// True for a string that stands alone, as a docstring does.
    pub(super) fn is_string(&self) -> bool {
        self.tokens == [Token::String]
    }
}

/// Cuts a text into statement lines; `None` if strings, brackets or signs are not Python.
pub(super) fn lex(text: &str) -> Option<Vec<Logical<'_>>> {
    let mut lexer = Lexer {
        text,
        at: 0,
        line: 0,
        depth: Vec::new(),
        lines: Vec::new(),
        current: None,
    };
    while lexer.at < text.len() {
        lexer.step()?;
    }
    lexer.finish_line();
    lexer.depth.is_empty().then_some(lexer.lines)
}

/// Cuts a text and checks what a light reading can check: indentation, headers with bodies, no
/// words side by side, nothing that only a function may hold.
pub(super) fn lex_module(text: &str) -> Option<Vec<Logical<'_>>> {
    let lines = lex(text)?;
    let is_module = is_indented_well(&lines) && lines.iter().all(is_statement);
    is_module.then_some(lines)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    depth: Vec<char>,
    lines: Vec<Logical<'a>>,
    current: Option<Logical<'a>>,
}

impl<'a> Lexer<'a> {
    fn step(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let sign = rest.chars().next()?;
        match sign {
            '\n' => {
                self.at += 1;
                if self.depth.is_empty() {
                    self.finish_line();
                }
                self.line += 1;
            }
            '\t' => return None,
            ' ' | '\r' | '\u{c}' => self.at += 1,
            '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
            '\\' => {
                let next = rest[1..].chars().next();
                self.at += 2;
                self.line += 1;
                return (next == Some('\n')).then_some(());
            }
            '"' | '\'' => self.string(0)?,
            _ if sign.is_ascii_digit() => self.number(rest)?,
            _ if rest.starts_with("...") => self.push(Token::Number, 3),
            _ if sign.is_alphabetic() || sign == '_' => self.name(rest)?,
            '(' | '[' | '{' => {
                self.push(Token::Operator(sign), 1);
                self.depth.push(closer(sign));
            }
            ')' | ']' | '}' => {
                if self.depth.pop() != Some(sign) {
                    return None;
                }
                self.push(Token::Operator(sign), 1);
            }
            _ if "+-*/%@&|^~<>=!:;,.".contains(sign) => self.push(Token::Operator(sign), 1),
            _ => return None,
        }
        Some(())
    }

    fn push(&mut self, token: Token<'a>, length: usize) {
        let (line, start) = (self.line, self.at);
        let current = self.current.get_or_insert_with(|| {
            let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
            Logical {
                start: line,
                end: line + 1,
                indent: start - line_start,
                tokens: Vec::new(),
            }
        });
        current.tokens.push(token);
        current.end = line + 1;
        self.at += length;
    }

    fn finish_line(&mut self) {
        self.lines.extend(self.current.take());
    }

    fn number(&mut self, rest: &str) -> Option<()> {
        let mut length = 0;
        let mut before = ' ';
        for sign in rest.chars() {
            let signed = matches!(before, 'e' | 'E') && matches!(sign, '+' | '-');
            if !(sign.is_alphanumeric() || matches!(sign, '_' | '.') || signed) {
                break;
            }
            before = sign;
            length += sign.len_utf8();
        }
        is_number(&rest[..length]).then(|| self.push(Token::Number, length))
    }

    fn name(&mut self, rest: &'a str) -> Option<()> {
        let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
        let length = rest.find(|sign| !is_part(sign)).unwrap_or(rest.len());
        let name = &rest[..length];
        if is_string_prefix(name) && rest[length..].starts_with(['"', '\'']) {
            return self.string(length);
        }
        self.push(Token::Name(name), length);
        Some(())
    }

    fn string(&mut self, prefix: usize) -> Option<()> {
        let rest = &self.text[self.at + prefix..];
        let quote = rest.chars().next()?;
        let triple = quote.to_string().repeat(3);
        let is_triple = rest.starts_with(&triple);
        let mark = if is_triple { triple } else { quote.to_string() };
        let mut end = mark.len();
        loop {
            let tail = &rest[end..];
            if tail.starts_with(&mark) {
                break;
            }
            match tail.chars().next()? {
                '\\' => end += 1 + tail[1..].chars().next()?.len_utf8(),
                '\n' if !is_triple => return None,
                sign => end += sign.len_utf8(),
            }
        }
        let length = prefix + end + mark.len();
        let newlines = self.text[self.at..self.at + length].matches('\n').count();
        self.push(Token::String, length);
        self.line += newlines;
        if let Some(current) = &mut self.current {
            current.end = self.line + 1;
        }
        Some(())
    }
}

/// True for a literal as Python reads it: `10`, `1_000`, `0x1F`, `2.5e-3`, `1j`.
fn is_number(text: &str) -> bool {
    let all = |digits: &str, fits: fn(&char) -> bool| {
        let grouped = digits.replace('_', "");
        let tidy = !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
        !grouped.is_empty() && tidy && grouped.chars().all(|sign| fits(&sign))
    };
    let lower = text.to_ascii_lowercase();
    for (prefix, fits) in [
        ("0x", char::is_ascii_hexdigit as fn(&char) -> bool),
        ("0o", |sign: &char| ('0'..='7').contains(sign)),
        ("0b", |sign: &char| matches!(sign, '0' | '1')),
    ] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return all(digits, fits);
        }
    }
    let is_digits = |digits: &str| all(digits, char::is_ascii_digit);
    let real = lower.strip_suffix('j').unwrap_or(&lower);
    let (base, exponent) = match real.split_once('e') {
        Some((base, exponent)) => (base, Some(exponent.trim_start_matches(['+', '-']))),
        None => (real, None),
    };
    let (whole, part) = match base.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (base, None),
    };
    let is_plain = real.len() == lower.len() && exponent.is_none() && part.is_none();
    let padded =
        is_plain && whole.len() > 1 && whole.starts_with('0') && whole.contains(|sign| sign != '0');
    is_digits(whole)
        && !padded
        && part.is_none_or(|part| part.is_empty() || is_digits(part))
        && exponent.is_none_or(is_digits)
}

fn closer(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn is_string_prefix(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(
        name.as_str(),
        "r" | "b" | "u" | "f" | "rb" | "br" | "fr" | "rf"
    )
}

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "type", "while", "with", "yield",
];

const HEADERS: &[&str] = &[
    "def", "class", "if", "elif", "else", "for", "while", "try", "except", "finally", "with",
    "async", "match", "case",
];

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) && !matches!(name, "match" | "case" | "type")
}

fn is_indented_well(lines: &[Logical]) -> bool {
    let mut levels = vec![0];
    let mut opened = false;
    for line in lines {
        if opened {
            if line.indent <= *levels.last().expect("the first level stays") {
                return false;
            }
            levels.push(line.indent);
        } else {
            while levels.len() > 1 && line.indent < *levels.last().expect("the first level stays") {
                levels.pop();
            }
            if levels.last() != Some(&line.indent) {
                return false;
            }
        }
        let returns = matches!(
            line.word(0),
            Some("return" | "yield" | "await" | "break" | "continue")
        );
        if line.indent == 0 && returns {
            return false;
        }
        opened = line.opens_block();
    }
    !opened
}

fn is_statement(line: &Logical) -> bool {
    let is_header = line.word(0).is_some_and(|word| HEADERS.contains(&word));
    let first_is_name = matches!(line.tokens.first(), Some(Token::Name(_)));
    let has_outer_colon = outer(line).any(|token| *token == Token::Operator(':'));
    if has_outer_colon && !first_is_name || line.opens_block() && !is_header {
        return false;
    }
    if matches!(line.word(0), Some("def" | "class")) && !has_outer_colon {
        return false;
    }
    let ends_open = matches!(
        line.tokens.last(),
        Some(Token::Operator(
            '=' | '+' | '-' | '/' | '.' | '%' | '<' | '>'
        ))
    );
    !ends_open && line.tokens.windows(2).all(|pair| fits(pair[0], pair[1]))
}

/// Tokens outside all brackets.
fn outer<'a>(line: &'a Logical<'a>) -> impl Iterator<Item = &'a Token<'a>> {
    let mut depth = 0_usize;
    line.tokens.iter().filter(move |token| {
        match token {
            Token::Operator('(' | '[' | '{') => depth += 1,
            Token::Operator(')' | ']' | '}') => depth -= 1,
            _ => return depth == 0,
        }
        false
    })
}

/// Two words or numbers side by side are prose, unless one is a keyword.
fn fits(left: Token, right: Token) -> bool {
    let is_operand = |token: Token| match token {
        Token::Name(name) => !KEYWORDS.contains(&name),
        Token::Number | Token::String => true,
        Token::Operator(_) => false,
    };
    if left == Token::String && right == Token::String {
        return true;
    }
    !(is_operand(left) && is_operand(right))
}
