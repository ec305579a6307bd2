use super::lex::{Token, Word, tokens};

/// A shell command as far as its exit status goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Simple(Simple),
    Pipeline {
        negated: bool,
        stages: Vec<Node>,
    },
    /// A list of `&&` and `||`, which bind alike: the first command, and how each further one
    /// hangs on those before.
    Chain(Box<Node>, Vec<(Join, Node)>),
    Seq(Vec<Node>),
    Background(Box<Node>),
    Subshell(Box<Node>),
    Group(Box<Node>),
    If {
        arms: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    /// `while` and `until` with their condition.
    While(Box<Node>, Box<Node>),
    For(Box<Node>),
    Case {
        arms: Vec<Node>,
        default: bool,
    },
    Function(String, Box<Node>),
    /// `[[ … ]]` or `(( … ))`, as written.
    Condition(String),
}

/// When a command of a chain runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// After success (`&&`).
    And,
    /// After failure (`||`).
    Or,
}

/// Assignments, words and redirections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Simple {
    pub assigns: Vec<Word>,
    pub words: Vec<Word>,
    pub redirects: Vec<Redirect>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    File { op: &'static str, target: Word },
    Heredoc { text: String, expands: bool },
}

/// Deeper nesting than any test has; bounds the stack.
const DEPTH: usize = 48;

/// Reads a whole script.
///
/// # Errors
///
/// What could not be read, in words.
pub(crate) fn parse(script: &str) -> Result<Node, String> {
    let tokens = tokens(script)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let node = parser.list(&[])?;
    match parser.peek() {
        None => Ok(node),
        Some(token) => Err(format!("unexpected {}", describe(token))),
    }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{}`", word.text),
        Token::Op(op) => format!("`{op}`"),
        Token::Newline => "end of line".into(),
        Token::Condition(text) => format!("`{text}`"),
        Token::Heredoc { .. } => "here-document".into(),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

const REDIRECTS: [&str; 11] = [
    "<", ">", ">>", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>", "<<-",
];

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn op(&mut self, op: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Op(found)) if *found == op);
        self.at += usize::from(found);
        found
    }

    fn keyword_next(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.is(keyword))
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = self.keyword_next(keyword);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, keyword: &str) -> Result<(), String> {
        if self.keyword(keyword) {
            Ok(())
        } else {
            Err(format!("`{keyword}` is missing"))
        }
    }

    fn newlines(&mut self) {
        while self.peek() == Some(&Token::Newline) {
            self.at += 1;
        }
    }

    /// Commands up to one of the `ends` words, a `)`, a `;;`, or the end.
    fn list(&mut self, ends: &[&str]) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".into());
        }
        let mut items = Vec::new();
        loop {
            while self.peek() == Some(&Token::Newline) || self.op(";") {
                self.newlines();
            }
            let ended = match self.peek() {
                None | Some(Token::Op(")" | ";;" | ";&" | ";;&")) => true,
                Some(Token::Word(word)) => ends.iter().any(|end| word.is(end)),
                _ => false,
            };
            if ended {
                break;
            }
            let item = self.and_or()?;
            if self.op("&") {
                items.push(Node::Background(Box::new(item)));
                continue;
            }
            items.push(item);
            let separated = matches!(
                self.peek(),
                None | Some(Token::Newline | Token::Op(";" | ")" | ";;" | ";&" | ";;&"))
            );
            if !separated {
                let token = self.peek().map(describe).unwrap_or_default();
                return Err(format!("unexpected {token}"));
            }
        }
        self.depth -= 1;
        Ok(if items.len() == 1 {
            items.remove(0)
        } else {
            Node::Seq(items)
        })
    }

    fn and_or(&mut self) -> Result<Node, String> {
        let first = self.pipeline()?;
        let mut more = Vec::new();
        loop {
            let join = if self.op("&&") {
                Join::And
            } else if self.op("||") {
                Join::Or
            } else {
                break;
            };
            self.newlines();
            more.push((join, self.pipeline()?));
        }
        Ok(if more.is_empty() {
            first
        } else {
            Node::Chain(Box::new(first), more)
        })
    }

    fn pipeline(&mut self) -> Result<Node, String> {
        let mut negated = false;
        while self.keyword("!") {
            negated = !negated;
        }
        let mut stages = vec![self.command()?];
        while self.op("|") || self.op("|&") {
            self.newlines();
            stages.push(self.command()?);
        }
        if stages.len() == 1 && !negated {
            Ok(stages.remove(0))
        } else {
            Ok(Node::Pipeline { negated, stages })
        }
    }

    fn command(&mut self) -> Result<Node, String> {
        let node = match self.peek() {
            Some(Token::Op("(")) => {
                self.at += 1;
                let body = self.list(&[])?;
                if !self.op(")") {
                    return Err("a `(` is not closed".into());
                }
                Node::Subshell(Box::new(body))
            }
            Some(Token::Condition(text)) => {
                let node = Node::Condition(text.clone());
                self.at += 1;
                node
            }
            Some(Token::Word(word)) if !word.quoted && !word.expands => {
                let word = word.text.clone();
                match self.compound(&word)? {
                    Some(node) => node,
                    None => return self.simple(),
                }
            }
            _ => return self.simple(),
        };
        // Redirections of a compound command do not change its status.
        let mut ignored = Simple::default();
        while self.redirect(&mut ignored)? {}
        Ok(node)
    }

    fn compound(&mut self, word: &str) -> Result<Option<Node>, String> {
        let node = match word {
            "{" => {
                self.at += 1;
                let body = self.list(&["}"])?;
                self.expect("}")?;
                Node::Group(Box::new(body))
            }
            "if" => self.conditional()?,
            "while" | "until" => {
                self.at += 1;
                let condition = self.list(&["do"])?;
                let body = self.do_group()?;
                Node::While(Box::new(condition), Box::new(body))
            }
            "for" | "select" => {
                self.at += 1;
                while !self.keyword_next("do") {
                    if self.next().is_none() {
                        return Err("`do` is missing".into());
                    }
                }
                Node::For(Box::new(self.do_group()?))
            }
            "case" => self.case()?,
            "function" => {
                self.at += 1;
                let Some(Token::Word(name)) = self.next() else {
                    return Err("`function` has no name".into());
                };
                if self.op("(") && !self.op(")") {
                    return Err("`)` is missing".into());
                }
                self.function(name.text)?
            }
            "then" | "do" | "done" | "fi" | "else" | "elif" | "esac" | "}" => {
                return Err(format!("unexpected `{word}`"));
            }
            _ => {
                let called = self.tokens.get(self.at + 1) == Some(&Token::Op("("))
                    && self.tokens.get(self.at + 2) == Some(&Token::Op(")"));
                if !called {
                    return Ok(None);
                }
                self.at += 3;
                self.function(word.to_owned())?
            }
        };
        Ok(Some(node))
    }

    fn function(&mut self, name: String) -> Result<Node, String> {
        self.newlines();
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".into());
        }
        let body = self.command()?;
        self.depth -= 1;
        Ok(Node::Function(name, Box::new(body)))
    }

    fn do_group(&mut self) -> Result<Node, String> {
        self.expect("do")?;
        let body = self.list(&["done"])?;
        self.expect("done")?;
        Ok(body)
    }

    fn conditional(&mut self) -> Result<Node, String> {
        self.at += 1;
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.list(&["then"])?;
            self.expect("then")?;
            let body = self.list(&["elif", "else", "fi"])?;
            arms.push((condition, body));
            if self.keyword("elif") {
                continue;
            }
            if self.keyword("else") {
                otherwise = Some(Box::new(self.list(&["fi"])?));
            }
            self.expect("fi")?;
            return Ok(Node::If { arms, otherwise });
        }
    }

    fn case(&mut self) -> Result<Node, String> {
        self.at += 1;
        self.next();
        self.newlines();
        self.expect("in")?;
        let mut arms = Vec::new();
        let mut default = false;
        loop {
            self.newlines();
            if self.keyword("esac") {
                return Ok(Node::Case { arms, default });
            }
            self.op("(");
            loop {
                match self.next() {
                    Some(Token::Word(word)) => default |= !word.quoted && word.text == "*",
                    Some(Token::Op("|")) => {}
                    Some(Token::Op(")")) => break,
                    _ => return Err("a `case` pattern is not closed".into()),
                }
            }
            arms.push(self.list(&["esac"])?);
            let next = self.op(";;") || self.op(";&") || self.op(";;&");
            if !next && !self.keyword_next("esac") {
                return Err("`esac` is missing".into());
            }
        }
    }

    fn simple(&mut self) -> Result<Node, String> {
        let mut simple = Simple::default();
        loop {
            if self.redirect(&mut simple)? {
                continue;
            }
            match self.peek() {
                Some(Token::Word(word)) => {
                    if simple.words.is_empty() && is_assignment(word) {
                        simple.assigns.push(word.clone());
                    } else {
                        simple.words.push(word.clone());
                    }
                    self.at += 1;
                    self.array(&mut simple)?;
                }
                _ => break,
            }
        }
        if simple == Simple::default() {
            let token = self.peek().map_or("the end".into(), describe);
            return Err(format!("unexpected {token}"));
        }
        Ok(Node::Simple(simple))
    }

    /// The `(…)` of `name=(…)`.
    fn array(&mut self, simple: &mut Simple) -> Result<(), String> {
        let assigned = simple.words.is_empty()
            && (simple.assigns.last()).is_some_and(|word| word.text.ends_with('='));
        if !assigned || !self.op("(") {
            return Ok(());
        }
        while let Some(token) = self.next() {
            if token == Token::Op(")") {
                return Ok(());
            }
        }
        Err("a `(` is not closed".into())
    }

    fn redirect(&mut self, simple: &mut Simple) -> Result<bool, String> {
        let Some(Token::Op(op)) = self.peek() else {
            return Ok(false);
        };
        let op = *op;
        if op == "<<" || op == "<<-" {
            self.at += 1;
            let Some(Token::Heredoc { text, expands }) = self.next() else {
                return Err("a here-document has no delimiter".into());
            };
            simple.redirects.push(Redirect::Heredoc { text, expands });
            return Ok(true);
        }
        if !REDIRECTS.contains(&op) {
            return Ok(false);
        }
        self.at += 1;
        let Some(Token::Word(target)) = self.next() else {
            return Err(format!("`{op}` has no target"));
        };
        simple.redirects.push(Redirect::File { op, target });
        Ok(true)
    }
}

fn is_assignment(word: &Word) -> bool {
    let Some((name, _)) = word.text.split_once('=') else {
        return false;
    };
    let name = name.trim_end_matches('+');
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
