use super::lexer::{Token, lex};
use super::signature::is_class_name;

/// A name that Python code uses, and how. Only names: what stands in strings or as numbers is lost
/// before this is made.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::heuristic) enum Spoken {
    /// `from module import name`.
    Import { module: String, name: String },
    /// `name(a, key=b)`: the number of arguments without a name, and the names of the others.
    Call {
        name: String,
        positional: usize,
        keywords: Vec<String>,
    },
    /// `instance.method(…)` of an imported class.
    Method {
        class: String,
        method: String,
        positional: usize,
        keywords: Vec<String>,
    },
}

/// The names in a piece of code; none if it is not Python.
pub(in crate::heuristic) fn spoken_names(code: &str) -> Vec<Spoken> {
    let mut reader = Reader::default();
    for line in lex(code).unwrap_or_default() {
        reader.line(&line.tokens);
    }
    reader.spoken
}

#[derive(Default)]
struct Reader {
    spoken: Vec<Spoken>,
    imported: Vec<String>,
    /// Variables that hold an instance, with its class.
    instances: Vec<(String, String)>,
}

impl Reader {
    fn line(&mut self, tokens: &[Token]) {
        for at in 0..tokens.len() {
            match tokens[at] {
                Token::Name("from") => self.import(&tokens[at + 1..]),
                Token::Name(name) if tokens.get(at + 1) == Some(&Token::Operator('(')) => {
                    self.call(name, tokens, at);
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, tokens: &[Token]) {
        let Some(middle) = tokens
            .iter()
            .position(|token| *token == Token::Name("import"))
        else {
            return;
        };
        let module: String = tokens[..middle].iter().map(written).collect();
        let mut skip = false;
        for token in &tokens[middle + 1..] {
            match token {
                Token::Name("as") => skip = true,
                Token::Name(_) if skip => skip = false,
                Token::Name(name) => {
                    self.imported.push((*name).to_owned());
                    let (module, name) = (module.clone(), (*name).to_owned());
                    self.spoken.push(Spoken::Import { module, name });
                }
                Token::Operator('(' | ')' | ',') => {}
                _ => return,
            }
        }
    }

    fn call(&mut self, name: &str, tokens: &[Token], at: usize) {
        let (positional, keywords) = arguments(&tokens[at + 2..]);
        let before = at.checked_sub(1).map(|index| tokens[index]);
        if before == Some(Token::Operator('.')) {
            if let Some(class) = self.class_before(tokens, at) {
                let method = name.to_owned();
                self.spoken.push(Spoken::Method {
                    class,
                    method,
                    positional,
                    keywords,
                });
            }
        } else if self.imported.iter().any(|own| own == name) {
            if let (Some(Token::Operator('=')), Some(Token::Name(variable))) =
                (before, at.checked_sub(2).map(|index| tokens[index]))
                && is_class_name(name)
            {
                self.instances.push((variable.to_owned(), name.to_owned()));
            }
            self.spoken.push(Spoken::Call {
                name: name.to_owned(),
                positional,
                keywords,
            });
        }
    }

    /// The class of `instance` in `instance.method(` or of `Class` in `Class(…).method(`.
    fn class_before(&self, tokens: &[Token], at: usize) -> Option<String> {
        match tokens.get(at.checked_sub(2)?)? {
            Token::Name(variable) => {
                let known = self.instances.iter().rev().find(|(own, _)| own == variable);
                known.map(|(_, class)| class.clone())
            }
            Token::Operator(')') => {
                let mut depth = 0_usize;
                let open = (0..at - 1).rev().find(|index| {
                    match tokens[*index] {
                        Token::Operator(')') => depth += 1,
                        Token::Operator('(') => depth -= 1,
                        _ => return false,
                    }
                    depth == 0
                })?;
                match tokens.get(open.checked_sub(1)?)? {
                    Token::Name(name) if is_class_name(name) => {
                        self.imported.iter().find(|own| own == name).cloned()
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Counts and names the arguments up to the closing bracket.
fn arguments(tokens: &[Token]) -> (usize, Vec<String>) {
    let mut depth = 1_usize;
    let mut keywords = Vec::new();
    let mut count = 0;
    let mut starts = true;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Operator('(' | '[' | '{') => depth += 1,
            Token::Operator(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let is_keyword = starts
            && tokens.get(index + 1) == Some(&Token::Operator('='))
            && tokens.get(index + 2) != Some(&Token::Operator('='));
        match token {
            Token::Name(name) if is_keyword => keywords.push((*name).to_owned()),
            _ if starts => count += 1,
            _ => {}
        }
        starts = depth == 1 && *token == Token::Operator(',');
    }
    (count, keywords)
}

fn written(token: &Token) -> String {
    match token {
        Token::Name(name) => (*name).to_owned(),
        Token::Operator(sign) => sign.to_string(),
        _ => String::new(),
    }
}
