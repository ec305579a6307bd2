use crate::shell::Join;

/// What a part of a command looks at, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Setup,
    Vacuous,
    Indirect,
    Masked,
    Real,
}

/// A command reduced to what decides its exit status.
#[derive(Clone, Debug)]
pub(super) enum Play {
    /// Always this status: success or not. The text names it.
    Const(bool, String),
    /// Success depends on something; the text says why it is of its class.
    Atom(Class, String),
    /// A list of `&&` and `||`.
    Chain(Box<Play>, Vec<(Join, Play)>),
    Not(Box<Play>),
    /// One after the other, whatever the status.
    Seq(Vec<Play>),
    /// A part whose failure ends the script (`set -e`).
    Fatal(Box<Play>),
    If(Box<Play>, Box<Play>, Option<Box<Play>>),
    /// Any one of these, as the data has it.
    OneOf(Vec<Play>),
    /// The status of what ran just before; with `false`, turned round.
    Last(bool),
    /// Ends the script: success, failure, or the last status.
    Exit(Option<bool>),
    /// Ends the function: the same.
    Return(Option<bool>),
    /// A subshell: an exit in it ends only itself.
    Subshell(Box<Play>),
    /// A function's body: a return in it ends only itself.
    Call(Box<Play>),
}

/// Whether the adversary wins from each way in which a part may end.
#[derive(Clone, Copy)]
struct Ends {
    ok: bool,
    no: bool,
    exit_ok: bool,
    exit_no: bool,
    return_ok: bool,
    return_no: bool,
}

impl Play {
    /// Whether the parts of at least this class can make the whole fail, however the other parts
    /// end: seen as a game in which an adversary picks how the weaker parts end and wants success,
    /// and the parts of the class pick theirs and want failure.
    pub(super) fn can_fail(&self, class: Class) -> bool {
        let ends = Ends {
            ok: true,
            no: false,
            exit_ok: true,
            exit_no: false,
            return_ok: true,
            return_no: false,
        };
        !self.wins(class, ends).0
    }

    /// Whether the adversary wins if the status before was success, and if it was failure.
    fn wins(&self, class: Class, ends: Ends) -> (bool, bool) {
        let both = |wins| (wins, wins);
        match self {
            Play::Const(true, _) => both(ends.ok),
            Play::Const(false, _) => both(ends.no),
            Play::Atom(own, _) if *own >= class => both(ends.ok && ends.no),
            Play::Atom(..) => both(ends.ok || ends.no),
            Play::Chain(first, more) => {
                let mut next = (ends.ok, ends.no);
                for (join, play) in more.iter().rev() {
                    let (ok, no) = next;
                    let run = play.wins(class, Ends { ok, no, ..ends });
                    next = match join {
                        Join::And => (run.0, no),
                        Join::Or => (ok, run.1),
                    };
                }
                let (ok, no) = next;
                first.wins(class, Ends { ok, no, ..ends })
            }
            Play::Not(inner) => {
                let (ok, no) = (ends.no, ends.ok);
                inner.wins(class, Ends { ok, no, ..ends })
            }
            Play::Fatal(inner) => {
                let no = ends.exit_no;
                inner.wins(class, Ends { no, ..ends })
            }
            Play::Seq(items) => {
                let mut next = (ends.ok, ends.no);
                for item in items.iter().rev() {
                    let no = next.1;
                    next = item.wins(
                        class,
                        Ends {
                            ok: next.0,
                            no,
                            ..ends
                        },
                    );
                }
                next
            }
            Play::If(condition, then, otherwise) => {
                let ok = then.wins(class, ends).0;
                let no = match otherwise {
                    Some(otherwise) => otherwise.wins(class, ends).1,
                    None => ends.ok,
                };
                condition.wins(class, Ends { ok, no, ..ends })
            }
            Play::OneOf(parts) => {
                let each = parts.iter().map(|part| part.wins(class, ends));
                each.fold((true, true), |all, one| (all.0 && one.0, all.1 && one.1))
            }
            Play::Last(true) => (ends.ok, ends.no),
            Play::Last(false) => (ends.no, ends.ok),
            Play::Exit(status) => status.map_or((ends.exit_ok, ends.exit_no), |ok| {
                both(if ok { ends.exit_ok } else { ends.exit_no })
            }),
            Play::Return(status) => status.map_or((ends.return_ok, ends.return_no), |ok| {
                both(if ok { ends.return_ok } else { ends.return_no })
            }),
            Play::Subshell(inner) => {
                let (exit_ok, exit_no) = (ends.ok, ends.no);
                let ends = Ends {
                    exit_ok,
                    exit_no,
                    ..ends
                };
                inner.wins(class, ends)
            }
            Play::Call(inner) => {
                let (return_ok, return_no) = (ends.ok, ends.no);
                let ends = Ends {
                    return_ok,
                    return_no,
                    ..ends
                };
                inner.wins(class, ends)
            }
        }
    }

    /// Whether it is a constant success without any part that looks at something.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Play::Const(ok, _) => *ok,
            Play::Seq(items) => items.iter().all(Play::is_constant),
            Play::Fatal(inner) => inner.is_constant(),
            Play::Chain(first, more) => {
                let and = |(join, play): &(Join, Play)| *join == Join::And && play.is_constant();
                first.is_constant() && more.iter().all(and)
            }
            Play::Subshell(inner) | Play::Call(inner) => inner.is_constant(),
            _ => false,
        }
    }

    /// Whether it is nothing but an `exit` that does not fail by itself.
    pub(super) fn only_ends(&self) -> bool {
        match self {
            Play::Exit(status) => *status != Some(false),
            Play::Seq(items) => matches!(&items[..], [only] if only.only_ends()),
            _ => false,
        }
    }

    /// The reason that the first part of this class gives.
    pub(super) fn why(&self, class: Class) -> Option<String> {
        match self {
            Play::Atom(own, why) if *own == class => Some(why.clone()),
            Play::Chain(first, more) => {
                (first.why(class)).or_else(|| more.iter().find_map(|(_, play)| play.why(class)))
            }
            Play::Not(inner) | Play::Fatal(inner) | Play::Subshell(inner) | Play::Call(inner) => {
                inner.why(class)
            }
            Play::Seq(items) => items.iter().find_map(|item| item.why(class)),
            Play::OneOf(items) => items.iter().find_map(|item| item.why(class)),
            Play::If(condition, then, otherwise) => (condition.why(class))
                .or_else(|| then.why(class))
                .or_else(|| otherwise.as_ref()?.why(class)),
            _ => None,
        }
    }

    /// What makes a command that cannot fail succeed.
    pub(super) fn swallowed(&self) -> String {
        match self {
            Play::Const(_, what) => format!("`{what}` always succeeds"),
            Play::Not(inner) if matches!(**inner, Play::Const(false, _)) => {
                format!(
                    "`{}` always fails, and `!` makes that a success",
                    inner.name()
                )
            }
            Play::Chain(_, more) => match more.last() {
                Some((Join::Or, last)) if !last.can_fail(Class::Setup) => {
                    format!("`|| {}` turns every failure into success", last.name())
                }
                Some((Join::And, last)) => last.swallowed(),
                _ => "some way through it succeeds whatever the work is like".into(),
            },
            Play::Seq(items) => match items.last() {
                Some(last) if items.len() > 1 => format!(
                    "the status is that of the last command, `{}`, which always succeeds",
                    last.name()
                ),
                Some(last) => last.swallowed(),
                None => "there is no command in it".into(),
            },
            Play::If(_, _, None) => {
                "an `if` without `else` succeeds when its condition fails".into()
            }
            Play::If(..) => "every branch of the `if` succeeds".into(),
            Play::Exit(Some(true)) => "`exit 0` always succeeds".into(),
            Play::Subshell(inner) | Play::Call(inner) | Play::Not(inner) | Play::Fatal(inner) => {
                inner.swallowed()
            }
            _ => "some way through it succeeds whatever the work is like".into(),
        }
    }

    fn name(&self) -> String {
        match self {
            Play::Const(_, what) => what.clone(),
            Play::Seq(items) => items.last().map_or("…".into(), Play::name),
            Play::Subshell(inner) | Play::Call(inner) | Play::Fatal(inner) => inner.name(),
            Play::Exit(_) => "exit".into(),
            _ => "…".into(),
        }
    }
}
