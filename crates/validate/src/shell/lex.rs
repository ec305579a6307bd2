use std::collections::VecDeque;

/// One word as the shell would see it before expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The text with quotes taken away; expansions stay as written.
    pub text: String,
    /// Whether any part was quoted: a quoted `if` is no keyword.
    pub quoted: bool,
    /// Whether the value depends on a variable, a substitution or a file name pattern.
    pub expands: bool,
    /// The scripts of `$(…)` and backticks in it.
    pub scripts: Vec<String>,
}

impl Word {
    /// Whether this is exactly the unquoted word.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        !self.quoted && !self.expands && self.text == keyword
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// A control or redirection operator.
    Op(&'static str),
    Newline,
    /// `[[ … ]]` or `(( … ))`, as written.
    Condition(String),
    /// The text of a here-document; it follows its `<<` and delimiter word.
    Heredoc {
        text: String,
        expands: bool,
    },
}

const OPERATORS: [&str; 21] = [
    "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "|&", "<<", ">>", "<&", ">&", "<>", ">|",
    "&>", ";", "&", "|", "(", ")",
];

/// Words after which a command begins.
const OPENERS: [&str; 9] = [
    "if", "then", "elif", "else", "while", "until", "do", "{", "!",
];

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// Here-documents announced on this line: index of the placeholder token, delimiter, whether
    /// it was quoted, whether tabs are stripped.
    pending: VecDeque<(usize, String, bool, bool)>,
    /// How often a `((` or `[[` turned out to be none.
    misses: usize,
}

/// More `((` that close nowhere than any script has; bounds the time.
const MISSES: usize = 64;

/// Splits a script into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        pending: VecDeque::new(),
        misses: 0,
    };
    lexer.run()?;
    Ok(lexer.tokens)
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' => {
                    self.bump();
                }
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\n' => {
                    self.bump();
                    self.tokens.push(Token::Newline);
                    self.heredocs()?;
                }
                '#' => {
                    let line = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.at += line;
                }
                _ => self.token()?,
            }
        }
        if self.pending.is_empty() {
            Ok(())
        } else {
            Err("a here-document is not closed".into())
        }
    }

    fn token(&mut self) -> Result<(), String> {
        let rest = self.rest();
        if self.at_command() && (rest.starts_with("((") || rest.starts_with("[[")) {
            if let Some(length) = condition_length(rest) {
                self.tokens
                    .push(Token::Condition(rest[..length].to_owned()));
                self.at += length;
                return Ok(());
            }
            self.misses += 1;
            if self.misses > MISSES {
                return Err("it is nested too deeply".into());
            }
        }
        if rest.starts_with("<(") || rest.starts_with(">(") {
            return self.word();
        }
        let angle = if rest.starts_with('<') { "<" } else { ">" };
        if let Some(op) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
            self.at += op.len();
            self.tokens.push(Token::Op(op));
            if matches!(*op, "<<" | "<<-") {
                self.delimiter(*op == "<<-")?;
            }
            Ok(())
        } else if rest.starts_with(angle) {
            self.at += 1;
            self.tokens.push(Token::Op(angle));
            Ok(())
        } else {
            self.word()
        }
    }

    /// Whether a command may begin here.
    fn at_command(&self) -> bool {
        match self.tokens.last() {
            None | Some(Token::Newline) => true,
            Some(Token::Op(op)) => matches!(*op, "&&" | "||" | ";" | "&" | "|" | "|&" | "(" | ";;"),
            Some(Token::Word(word)) => OPENERS.iter().any(|opener| word.is(opener)),
            _ => false,
        }
    }

    fn delimiter(&mut self, strip: bool) -> Result<(), String> {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.bump();
        }
        self.word()?;
        let Some(Token::Word(word)) = self.tokens.pop() else {
            return Err("a here-document has no delimiter".into());
        };
        let expands = !word.quoted;
        self.pending
            .push_back((self.tokens.len(), word.text, expands, strip));
        self.tokens.push(Token::Heredoc {
            text: String::new(),
            expands,
        });
        Ok(())
    }

    fn heredocs(&mut self) -> Result<(), String> {
        while let Some((index, delimiter, _, strip)) = self.pending.pop_front() {
            let mut body = String::new();
            loop {
                if self.rest().is_empty() {
                    return Err(format!("the here-document `{delimiter}` is not closed"));
                }
                let end = self.rest().find('\n').map_or(self.rest().len(), |n| n + 1);
                let line = &self.rest()[..end];
                self.at += end;
                let shown = if strip {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if shown.trim_end_matches(['\n', '\r']) == delimiter {
                    break;
                }
                body.push_str(shown);
            }
            if let Token::Heredoc { text, expands } = &mut self.tokens[index] {
                *expands = *expands && body.contains(['$', '`']);
                *text = body;
            }
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), String> {
        let start = self.at;
        let mut word = Word::default();
        while let Some(c) = self.peek() {
            match c {
                '<' | '>' if self.rest()[1..].starts_with('(') => {
                    self.at += 1;
                    self.substitution(&mut word)?;
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\\' => self.escape(&mut word),
                '\'' => {
                    self.bump();
                    self.single(&mut word)?;
                }
                '"' => {
                    self.bump();
                    self.double(&mut word)?;
                }
                '$' => self.dollar(&mut word, false)?,
                '`' => self.backtick(&mut word)?,
                '*' | '?' => {
                    word.expands = true;
                    word.text.push(c);
                    self.bump();
                }
                _ => {
                    word.text.push(c);
                    self.bump();
                }
            }
        }
        if self.at == start {
            return Err(format!("unexpected `{}`", self.peek().unwrap_or(' ')));
        }
        // `2>` and `2<`: the number belongs to the redirection.
        let digits = word.text.bytes().all(|b| b.is_ascii_digit());
        let descriptor = digits && !word.quoted && matches!(self.peek(), Some('<' | '>'));
        if !descriptor {
            self.tokens.push(Token::Word(word));
        }
        Ok(())
    }

    fn escape(&mut self, word: &mut Word) {
        self.bump();
        match self.bump() {
            Some('\n') | None => {}
            Some(c) => {
                word.quoted = true;
                word.text.push(c);
            }
        }
    }

    fn single(&mut self, word: &mut Word) -> Result<(), String> {
        let rest = self.rest();
        let end = rest.find('\'').ok_or("a single quote is not closed")?;
        word.text.push_str(&rest[..end]);
        word.quoted = true;
        self.at += end + 1;
        Ok(())
    }

    fn double(&mut self, word: &mut Word) -> Result<(), String> {
        word.quoted = true;
        loop {
            match self.peek() {
                None => return Err("a double quote is not closed".into()),
                Some('"') => {
                    self.bump();
                    return Ok(());
                }
                Some('\\') => {
                    self.bump();
                    match self.bump() {
                        Some('\n') | None => {}
                        Some(c @ ('"' | '\\' | '$' | '`')) => word.text.push(c),
                        Some(c) => {
                            word.text.push('\\');
                            word.text.push(c);
                        }
                    }
                }
                Some('$') => self.dollar(word, true)?,
                Some('`') => self.backtick(word)?,
                Some(c) => {
                    word.text.push(c);
                    self.bump();
                }
            }
        }
    }

    fn dollar(&mut self, word: &mut Word, in_quotes: bool) -> Result<(), String> {
        let rest = self.rest();
        if rest.starts_with("$(") {
            self.at += 1;
            word.text.push('$');
            return self.substitution(word);
        }
        if rest.starts_with("${") {
            let length = balanced(&rest[1..], '{', '}').ok_or("a `${` is not closed")?;
            word.text.push_str(&rest[..=length]);
            word.expands = true;
            self.at += length + 1;
            return Ok(());
        }
        if !in_quotes && rest.starts_with("$'") {
            let length = ansi_length(&rest[2..]).ok_or("a `$'` is not closed")?;
            word.text.push_str(&rest[2..2 + length]);
            word.quoted = true;
            self.at += length + 3;
            return Ok(());
        }
        self.bump();
        word.text.push('$');
        let next = self.peek();
        word.expands |= next.is_some_and(|c| c.is_alphanumeric() || "_?!#$@*-".contains(c));
        Ok(())
    }

    /// At the `(` of `$(…)` or `<(…)`.
    fn substitution(&mut self, word: &mut Word) -> Result<(), String> {
        let rest = self.rest();
        let length = balanced(rest, '(', ')').ok_or("a `$(` is not closed")?;
        let script = &rest[1..length - 1];
        if !script.starts_with('(') {
            word.scripts.push(script.to_owned());
        }
        word.text.push_str(&rest[..length]);
        word.expands = true;
        self.at += length;
        Ok(())
    }

    fn backtick(&mut self, word: &mut Word) -> Result<(), String> {
        let rest = &self.rest()[1..];
        let mut escaped = false;
        for (index, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '`' => {
                    word.scripts.push(rest[..index].replace("\\`", "`"));
                    word.text.push_str(&self.text[self.at..self.at + index + 2]);
                    word.expands = true;
                    self.at += index + 2;
                    return Ok(());
                }
                _ => {}
            }
        }
        Err("a backtick is not closed".into())
    }
}

/// Length of the text up to the closer of the opener it begins with; quotes are honoured.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            // Inside double quotes a `$(` opens a level of its own; counting it there as well
            // keeps the levels even.
            (_, c) if c == open => depth += 1,
            (_, c) if c == close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}

fn ansi_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, c)| {
        let ends = c == '\'' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(index)
    })
}

fn condition_length(text: &str) -> Option<usize> {
    if text.starts_with("((") {
        // Both must close together; else it is a subshell in a subshell.
        let inner = 1 + balanced(&text[1..], '(', ')')?;
        return text[inner..].starts_with(')').then_some(inner + 1);
    }
    if !text[2..].starts_with([' ', '\t', '\n']) {
        return None;
    }
    let mut quote = None;
    let mut escaped = false;
    let mut previous = ' ';
    for (index, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(q), c) if q == c => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (None, ']') if previous.is_whitespace() && text[index..].starts_with("]]") => {
                return Some(index + 2);
            }
            _ => {}
        }
        previous = c;
    }
    None
}
