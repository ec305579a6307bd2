use std::collections::HashMap;

use super::command::{self, Input};
use super::condition;
use super::play::{Class, Play};
use crate::shell::{Join, Node, Redirect, Simple, Word, parse};

/// How deep `sh -c` and functions may call one another.
const DEPTH: usize = 8;

/// How many commands are looked at, those in functions for each call; bounds the time.
const COMMANDS: usize = 100_000;

/// How many statuses of earlier commands are kept apart; each doubles what is looked at.
const STATUSES: usize = 6;

/// How many branches one `if` may have; bounds the stack.
const BRANCHES: usize = 64;

/// Reads a script and reduces it to what decides its status.
pub(super) fn lower(script: &str) -> Result<Play, String> {
    Lowering::default().script(script)
}

#[derive(Default)]
pub(super) struct Lowering {
    functions: HashMap<String, Node>,
    errexit: bool,
    /// Whether the status of what is read now is looked at, so that `set -e` does not apply.
    looked_at: bool,
    pipefail: bool,
    /// Variables that hold the status of a command: whether it was success.
    statuses: HashMap<String, bool>,
    /// So many statuses are kept apart now.
    kept: usize,
    depth: usize,
    commands: usize,
}

impl Lowering {
    /// A script of its own, as of `sh -c`.
    pub(super) fn script(&mut self, script: &str) -> Result<Play, String> {
        if self.depth >= DEPTH {
            return Err("shells call shells too deeply".into());
        }
        let node = parse(script)?;
        let mut inner = Lowering {
            depth: self.depth + 1,
            commands: self.commands,
            ..Lowering::default()
        };
        let play = inner.node(&node, &Input::Other);
        self.commands = inner.commands;
        play
    }

    fn node(&mut self, node: &Node, input: &Input<'_>) -> Result<Play, String> {
        self.commands += 1;
        if self.commands > COMMANDS {
            return Err("it is too long".into());
        }
        let play = self.plain(node, input)?;
        let ends = match node {
            Node::Simple(_) | Node::Subshell(_) | Node::Condition(_) => true,
            Node::Pipeline { negated, .. } => !negated,
            _ => false,
        };
        Ok(if ends && self.errexit && !self.looked_at {
            Play::Fatal(Box::new(play))
        } else {
            play
        })
    }

    /// A part whose failure is looked at, so that `set -e` does not apply in it.
    fn looked_at(&mut self, node: &Node, input: &Input<'_>) -> Result<Play, String> {
        let before = std::mem::replace(&mut self.looked_at, true);
        let play = self.node(node, input);
        self.looked_at = before;
        play
    }

    fn plain(&mut self, node: &Node, input: &Input<'_>) -> Result<Play, String> {
        let boxed = |play| Box::new(play);
        Ok(match node {
            Node::Simple(simple) => self.simple(simple, input)?,
            Node::Pipeline { negated, stages } => {
                let before = self.looked_at;
                self.looked_at |= negated;
                let play = self.pipeline(stages, input);
                self.looked_at = before;
                if *negated {
                    Play::Not(boxed(play?))
                } else {
                    play?
                }
            }
            Node::Chain(first, more) => {
                let (last, between) = more.split_last().expect("a chain has more than one part");
                let first = self.looked_at(first, input)?;
                let mut plays = Vec::new();
                for (join, node) in between {
                    plays.push((*join, self.looked_at(node, input)?));
                }
                plays.push((last.0, self.node(&last.1, input)?));
                Play::Chain(boxed(first), plays)
            }
            Node::Seq(items) => self.sequence(items, input)?,
            Node::Background(_) => Play::Const(true, "&".into()),
            Node::Subshell(body) => self.stage(body, input)?,
            Node::Group(body) => self.node(body, input)?,
            Node::If { arms, otherwise } => self.conditional(arms, otherwise.as_deref(), input)?,
            // What is read is the work's, as in a `for`.
            Node::While(condition, body) if reads(condition) => self.node(body, input)?,
            Node::While(condition, body) => {
                let condition = self.looked_at(condition, input)?;
                Play::If(boxed(condition), boxed(self.node(body, input)?), None)
            }
            Node::For(body) => self.node(body, input)?,
            Node::Case { arms, default } => {
                let mut plays = Vec::new();
                for arm in arms {
                    plays.push(self.node(arm, input)?);
                }
                if !default {
                    plays.push(Play::Const(true, "case".into()));
                }
                Play::OneOf(plays)
            }
            Node::Function(name, body) => {
                self.functions.insert(name.clone(), (**body).clone());
                prepares(&format!("{name}()"))
            }
            Node::Condition(text) => condition::condition(text, self),
        })
    }

    /// One after the other. What follows `status=$?` is looked at once for each of the two that it may hold.
    fn sequence(&mut self, items: &[Node], input: &Input<'_>) -> Result<Play, String> {
        let mut plays = Vec::new();
        for (index, item) in items.iter().enumerate() {
            plays.push(self.node(item, input)?);
            let Some(name) = keeps_status(item) else {
                continue;
            };
            if self.kept >= STATUSES {
                self.statuses.remove(name);
                continue;
            }
            let kept = plays.pop().expect("it was just put there");
            let (errexit, pipefail) = (self.errexit, self.pipefail);
            let before = self.statuses.get(name).copied();
            self.kept += 1;
            let mut rest = |status| {
                (self.errexit, self.pipefail) = (errexit, pipefail);
                self.statuses.insert(name.to_owned(), status);
                let rest = self.sequence(&items[index + 1..], input)?;
                Ok::<_, String>(Box::new(Play::Seq(vec![kept.clone(), rest])))
            };
            let (well, ill) = (rest(true)?, rest(false)?);
            self.kept -= 1;
            match before {
                Some(before) => self.statuses.insert(name.to_owned(), before),
                None => self.statuses.remove(name),
            };
            plays.push(Play::If(Box::new(Play::Last(true)), well, Some(ill)));
            break;
        }
        Ok(Play::Seq(plays))
    }

    /// Whether a word is a variable that holds the status of a command, and that was success.
    pub(super) fn status(&self, word: &str) -> Option<bool> {
        let name = word.strip_prefix('$')?;
        let name = name
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
            .unwrap_or(name);
        self.statuses.get(name).copied()
    }

    fn conditional(
        &mut self,
        arms: &[(Node, Node)],
        otherwise: Option<&Node>,
        input: &Input<'_>,
    ) -> Result<Play, String> {
        if arms.len() > BRANCHES {
            return Err("an `if` has too many branches".into());
        }
        let mut lowered = Vec::new();
        for (condition, body) in arms {
            lowered.push((self.looked_at(condition, input)?, self.node(body, input)?));
        }
        let mut play = otherwise.map(|body| self.node(body, input)).transpose()?;
        for (condition, body) in lowered.into_iter().rev() {
            let otherwise = play.map(Box::new);
            play = Some(Play::If(Box::new(condition), Box::new(body), otherwise));
        }
        Ok(play.expect("an `if` has an arm"))
    }

    fn pipeline(&mut self, stages: &[Node], input: &Input<'_>) -> Result<Play, String> {
        let (last, before) = stages.split_last().expect("a pipeline has a stage");
        if before.is_empty() {
            return self.node(last, input);
        }
        let mut plays = Vec::new();
        for stage in before {
            plays.push(self.stage(stage, &Input::Other)?);
        }
        let text = before.iter().all(prints_fixed_text);
        let constant = text && plays.iter().all(Play::is_constant);
        let input = if constant { Input::Fixed } else { Input::Pipe };
        let end = self.stage(last, &input)?;
        if !self.pipefail {
            return Ok(end);
        }
        // With `set -o pipefail` every stage must succeed.
        let end = match end {
            Play::Subshell(inner) if matches!(*inner, Play::Atom(Class::Masked, _)) => {
                Play::Const(true, "|".into())
            }
            end => end,
        };
        plays.push(end);
        let mut plays = plays.into_iter();
        let first = Box::new(plays.next().expect("a pipeline has a stage"));
        let more = plays.map(|play| (Join::And, play));
        Ok(Play::Chain(first, more.collect()))
    }

    /// A stage runs in a shell of its own: what it sets is lost.
    fn stage(&mut self, stage: &Node, input: &Input<'_>) -> Result<Play, String> {
        let (errexit, pipefail) = (self.errexit, self.pipefail);
        let play = self.node(stage, input);
        (self.errexit, self.pipefail) = (errexit, pipefail);
        Ok(Play::Subshell(Box::new(play?)))
    }

    fn simple(&mut self, simple: &Simple, input: &Input<'_>) -> Result<Play, String> {
        let Some(name) = simple.words.first() else {
            return Ok(self.assignment(simple));
        };
        if !name.expands && name.text == "set" {
            self.options(simple);
            return Ok(prepares("set"));
        }
        if !name.expands && self.functions.contains_key(&name.text) {
            return self.call(&name.text, input);
        }
        let input = here(simple).unwrap_or(*input);
        command::classify(&simple.words, &input, self)
    }

    fn call(&mut self, name: &str, input: &Input<'_>) -> Result<Play, String> {
        if self.depth >= DEPTH {
            return Err("functions call functions too deeply".into());
        }
        // The body is taken out while it is read, so that a function that calls itself ends.
        let body = self.functions.remove(name).expect("the function is known");
        self.depth += 1;
        let play = self.node(&body, input);
        self.depth -= 1;
        self.functions.insert(name.to_owned(), body);
        Ok(Play::Call(Box::new(play?)))
    }

    /// The status of `x=$(command)` is that of the command.
    fn assignment(&mut self, simple: &Simple) -> Play {
        let script = simple.assigns.last().and_then(|word| word.scripts.last());
        match script.map(|script| self.script(script)) {
            Some(Ok(play)) => Play::Subshell(Box::new(play)),
            Some(Err(message)) => {
                Play::Atom(Class::Indirect, format!("it could not be read: {message}"))
            }
            None => prepares("="),
        }
    }

    fn options(&mut self, simple: &Simple) {
        let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
        for (index, word) in words.iter().enumerate().skip(1) {
            let on = word.starts_with('-');
            if !on && !word.starts_with('+') {
                continue;
            }
            if word.contains('e') {
                self.errexit = on;
            }
            if word.contains('o') {
                match words.get(index + 1) {
                    Some(&"pipefail") => self.pipefail = on,
                    Some(&"errexit") => self.errexit = on,
                    _ => {}
                }
            }
        }
    }
}

/// The variable to which a command gives the status of the one before it.
fn keeps_status(node: &Node) -> Option<&str> {
    let Node::Simple(simple) = node else {
        return None;
    };
    let declares = |word: &Word| ["local", "export", "declare", "readonly"].contains(&&*word.text);
    let assigned = match (&simple.assigns[..], &simple.words[..]) {
        ([assigned], []) => assigned,
        ([], [first, assigned]) if declares(first) => assigned,
        _ => return None,
    };
    assigned.text.strip_suffix("=$?")
}

/// Whether a loop goes on as long as there is something to read.
fn reads(condition: &Node) -> bool {
    let Node::Simple(simple) = condition else {
        return false;
    };
    simple.words.first().is_some_and(|word| word.text == "read")
}

/// A part that only prepares: it succeeds, and is no test.
fn prepares(what: &str) -> Play {
    Play::Atom(Class::Setup, format!("`{what}` prepares, it tests nothing"))
}

/// A here-document or here-string as input.
fn here(simple: &Simple) -> Option<Input<'_>> {
    simple
        .redirects
        .iter()
        .rev()
        .find_map(|redirect| match redirect {
            Redirect::Heredoc { text, expands } => Some(if *expands {
                Input::Other
            } else {
                Input::Text(text)
            }),
            Redirect::File { op, target } if *op == "<<<" => Some(if target.expands {
                Input::Other
            } else {
                Input::Text(&target.text)
            }),
            Redirect::File { op, .. } if *op == "<" => Some(Input::Other),
            Redirect::File { .. } => None,
        })
}

/// Whether a pipeline stage prints the same whatever the work is like.
fn prints_fixed_text(node: &Node) -> bool {
    match node {
        Node::Simple(simple) => {
            let fixed = |word: &Word| !word.expands;
            let prints = simple.words.first().is_some_and(|word| {
                matches!(
                    word.text.as_str(),
                    "echo" | "printf" | "yes" | "seq" | "true" | ":"
                )
            });
            prints && simple.words.iter().all(fixed)
        }
        Node::Group(body) | Node::Subshell(body) => prints_fixed_text(body),
        Node::Seq(items) => items.iter().all(prints_fixed_text),
        _ => false,
    }
}
