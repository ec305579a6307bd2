//! Mentions of tasks become tasks.

use std::cell::OnceCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::names::{Names, WordIndex, loose_key, words};
use crate::look_alike::latin_look;
use crate::path::is_hidden;
use crate::points::story_points;
use crate::{
    Code, Diagnostic, Fragment, Location, Reference, Status, Task, TaskMention, TaskMentionKind,
};

/// A task in the making: all places that speak of it.
#[derive(Debug)]
pub(super) struct Draft<'f> {
    pub(super) id: &'f str,
    /// In the order of the documents.
    pub(super) mentions: Vec<&'f TaskMention>,
    /// The place of its first mention among all mentions.
    order: usize,
}

/// All tasks in the making, in no order.
#[derive(Debug, Default)]
pub(super) struct Drafts<'f> {
    pub(super) drafts: Vec<Draft<'f>>,
    /// The draft of every mention, in the order of the documents.
    pub(super) of_mention: Vec<usize>,
}

impl<'f> Drafts<'f> {
    pub(super) fn gather(fragments: &'f [Fragment], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mentions: Vec<&TaskMention> = fragments
            .iter()
            .flat_map(|fragment| &fragment.tasks)
            .collect();
        let mut drafts = Drafts {
            drafts: Vec::new(),
            of_mention: vec![usize::MAX; mentions.len()],
        };
        drafts.by_id(&mentions);
        drafts.join_lookalikes(diagnostics);
        drafts.by_words(&mentions);
        for draft in &mut drafts.drafts {
            draft.mentions.clear();
            draft.order = usize::MAX;
        }
        for (order, mention) in mentions.into_iter().enumerate() {
            let draft = &mut drafts.drafts[drafts.of_mention[order]];
            draft.order = draft.order.min(order);
            draft.mentions.push(mention);
        }
        drafts
    }

    fn by_id(&mut self, mentions: &[&'f TaskMention]) {
        let mut known: HashMap<&str, usize> = HashMap::with_capacity(mentions.len());
        for (order, mention) in mentions.iter().enumerate() {
            if mention.named_by == Reference::Words {
                continue;
            }
            let draft = *known.entry(&mention.id).or_insert_with(|| {
                self.drafts.push(Draft {
                    id: &mention.id,
                    mentions: Vec::new(),
                    order,
                });
                self.drafts.len() - 1
            });
            self.drafts[draft].mentions.push(mention);
            self.of_mention[order] = draft;
        }
    }

    /// Two defined ids that differ only in letters of other scripts that look the same.
    fn report_twins(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.drafts.iter().all(|draft| draft.id.is_ascii()) {
            return;
        }
        let mut looks: HashMap<String, &Draft<'_>> = HashMap::new();
        for draft in self.drafts.iter().filter(|draft| draft.is_defined()) {
            match looks.entry(loose_key(&latin_look(draft.id))) {
                Entry::Vacant(vacant) => {
                    vacant.insert(draft);
                }
                Entry::Occupied(first) => {
                    let first = first.get();
                    // Those that are alike letter by letter are told already.
                    if loose_key(first.id) != loose_key(draft.id) {
                        diagnostics.push(confusable(first, draft));
                    }
                }
            }
        }
    }

    /// Joins `worker-1`, which is only mentioned, to `WORKER_001`, which is defined. Two defined ones that look
    /// alike are an error.
    fn join_lookalikes(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let mut defined: HashMap<String, usize> = HashMap::new();
        for (at, draft) in self.drafts.iter().enumerate() {
            if !draft.is_defined() {
                continue;
            }
            match defined.entry(loose_key(draft.id)) {
                Entry::Vacant(vacant) => {
                    vacant.insert(at);
                }
                Entry::Occupied(first) => {
                    diagnostics.push(confusable(&self.drafts[*first.get()], draft))
                }
            }
        }
        self.report_twins(diagnostics);
        if defined.is_empty() || defined.len() == self.drafts.len() {
            return;
        }
        let target: Vec<usize> = (0..self.drafts.len())
            .map(|at| {
                let draft = &self.drafts[at];
                if draft.is_defined() {
                    at
                } else {
                    defined.get(&loose_key(draft.id)).copied().unwrap_or(at)
                }
            })
            .collect();
        for draft in self
            .of_mention
            .iter_mut()
            .filter(|draft| **draft != usize::MAX)
        {
            *draft = target[*draft];
        }
        for (at, &target) in target
            .iter()
            .enumerate()
            .filter(|(at, target)| at != *target)
        {
            let moved = std::mem::take(&mut self.drafts[at].mentions);
            self.drafts[target].mentions.extend(moved);
        }
    }

    /// Joins mentions by words to the tasks whose name they are: first by a common alias, then by the same words,
    /// then, for what is left, by all words of the one among those of the other.
    fn by_words(&mut self, mentions: &[&'f TaskMention]) {
        let open: Vec<usize> = (0..mentions.len())
            .filter(|&at| self.of_mention[at] == usize::MAX)
            .collect();
        if open.is_empty() {
            return;
        }
        let mut index = WordIndex::new(self.drafts.iter().map(|draft| draft.names()));
        let mut taken = vec![false; self.drafts.len()];
        let mut left = Vec::new();
        for at in open {
            let mention = mentions[at];
            match index
                .by_alias(mention)
                .or_else(|| index.same(&words(&mention.id)))
            {
                Some(draft) => {
                    self.of_mention[at] = draft;
                    taken[draft] = true;
                }
                None => left.push(at),
            }
        }
        for at in left {
            let mention = mentions[at];
            let name = words(&mention.id);
            let found = index
                .same(&name)
                .or_else(|| index.within(&name).filter(|&draft| !taken[draft]));
            let draft = found.unwrap_or_else(|| {
                self.drafts.push(Draft {
                    id: &mention.id,
                    mentions: vec![mention],
                    order: at,
                });
                taken.push(false);
                let draft = self.drafts.len() - 1;
                index.add(draft, self.drafts[draft].names());
                draft
            });
            taken[draft] = true;
            self.of_mention[at] = draft;
        }
    }

    /// The drafts that were not joined to others.
    pub(super) fn with_mentions(&self) -> impl Iterator<Item = (usize, &Draft<'f>)> {
        self.drafts
            .iter()
            .enumerate()
            .filter(|(_, draft)| !draft.mentions.is_empty())
    }

    /// Says what is defined twice.
    pub(super) fn check_duplicates(&self, diagnostics: &mut Vec<Diagnostic>) {
        for (draft, first, second) in self.duplicates() {
            diagnostics.push(
                Diagnostic::error(
                    Code::DUPLICATE_TASK,
                    format!("{} is defined twice", self.drafts[draft].id),
                )
                .at(second.location.clone())
                .related(first.location.clone(), "first defined here")
                .help("give one of them another id"),
            );
        }
    }

    /// Where tasks are defined again that count as defined elsewhere: what stands there is about another task.
    pub(super) fn not_counted(&self) -> HashSet<(usize, &str, usize)> {
        self.duplicates()
            .into_iter()
            .filter(|(_, _, second)| second.kind == TaskMentionKind::Definition)
            .map(|(draft, _, second)| (draft, &*second.location.file, second.location.line))
            .collect()
    }

    /// All that is defined twice: the draft, the place that counts, and the other one.
    fn duplicates(&self) -> Vec<(usize, &TaskMention, &TaskMention)> {
        let mut found = Vec::new();
        for (at, draft) in self.drafts.iter().enumerate() {
            for kind in [TaskMentionKind::Spec, TaskMentionKind::Definition] {
                let mut definitions = draft.mentions.iter().filter(|mention| mention.kind == kind);
                let Some(first) = definitions.next() else {
                    continue;
                };
                let title = OnceCell::new();
                for second in definitions {
                    if kind == TaskMentionKind::Spec || titles_differ(first, &title, second) {
                        found.push((at, *first, *second));
                    }
                }
            }
        }
        found
    }

    /// Says which ids hold what nobody can see, or are far too long.
    pub(super) fn check_ids(&self, diagnostics: &mut Vec<Diagnostic>) {
        for draft in &self.drafts {
            let by_id = |mention: &&&TaskMention| mention.named_by == Reference::Id;
            let Some(mention) = draft.mentions.iter().find(by_id) else {
                continue;
            };
            let id = &mention.id;
            let what = if id.contains(|c: char| c.is_control() || is_hidden(c)) {
                "hidden or control characters"
            } else if id.len() > LONGEST_ID {
                "far too many characters"
            } else {
                continue;
            };
            let end = id.floor_char_boundary(40.min(id.len()));
            diagnostics.push(
                Diagnostic::error(
                    Code::BAD_ID,
                    format!("the id `{}` holds {what}", id[..end].escape_debug()),
                )
                .at(mention.location.clone())
                .help("an id is letters, digits, `_`, `-` and `.`, such as `CORE-001`"),
            );
        }
    }

    /// The tasks in the order of their first mention.
    pub(super) fn tasks(&self, names: &Names<'_>, groups: &[Option<String>]) -> Vec<Task> {
        let mut order: Vec<usize> = (0..self.drafts.len())
            .filter(|&at| !self.drafts[at].mentions.is_empty())
            .collect();
        order.sort_by_key(|&at| self.drafts[at].order);
        order
            .into_iter()
            .map(|at| task(&self.drafts[at], names.aliases_of(at), groups[at].clone()))
            .collect()
    }
}

/// Longer than any id in earnest, also than one made of words.
const LONGEST_ID: usize = 256;

impl<'f> Draft<'f> {
    fn is_defined(&self) -> bool {
        self.mentions
            .iter()
            .any(|mention| mention.kind > TaskMentionKind::Mention)
    }

    /// All names: ids, aliases, titles.
    pub(super) fn names(&self) -> impl Iterator<Item = &'f str> + use<'f> {
        let id = self.id;
        let mentions = self.mentions.clone();
        std::iter::once(id).chain(mentions.into_iter().flat_map(|mention| {
            let aliases = mention.aliases.iter().map(String::as_str);
            std::iter::once(mention.id.as_str())
                .chain(aliases)
                .chain(mention.title.as_deref())
        }))
    }
}

fn task(draft: &Draft<'_>, aliases: Vec<String>, group: Option<String>) -> Task {
    let mentions = &draft.mentions;
    // The fullest mention first, or the plan's own words first.
    let fullest = || {
        [
            TaskMentionKind::Spec,
            TaskMentionKind::Definition,
            TaskMentionKind::Mention,
        ]
        .into_iter()
        .flat_map(|kind| mentions.iter().filter(move |mention| mention.kind == kind))
    };
    let plan_first = || {
        [
            TaskMentionKind::Definition,
            TaskMentionKind::Mention,
            TaskMentionKind::Spec,
        ]
        .into_iter()
        .flat_map(|kind| mentions.iter().filter(move |mention| mention.kind == kind))
    };
    let mut claims: Vec<String> = Vec::new();
    let mut claimed_at: Vec<Location> = Vec::new();
    let mut claimed: HashSet<&str> = HashSet::new();
    let mut depends_on_groups = Vec::new();
    let mut waited_for: HashSet<&str> = HashSet::new();
    for mention in mentions {
        for (at, claim) in mention.claims.iter().enumerate() {
            if claimed.insert(claim) {
                claims.push(claim.clone());
                claimed_at.push(
                    mention
                        .claimed_at
                        .get(at)
                        .unwrap_or(&mention.location)
                        .clone(),
                );
            }
        }
        let waits = mention.depends_on_groups.iter();
        depends_on_groups.extend(waits.filter(|wait| waited_for.insert(&wait.name)).cloned());
    }
    Task {
        id: draft.id.to_owned(),
        aliases,
        title: fullest()
            .find_map(|mention| mention.title.clone())
            .unwrap_or_default(),
        group,
        estimate: fullest().find_map(|mention| mention.estimate),
        tokens: fullest().find_map(|mention| mention.tokens),
        model: fullest().find_map(|mention| mention.model.clone()),
        agent: fullest().find_map(|mention| mention.agent.clone()),
        parallel: mentions.iter().any(|mention| mention.parallel),
        complexity: fullest().find_map(|mention| mention.complexity.clone()),
        status: plan_first()
            .find_map(|mention| mention.status)
            .unwrap_or(Status::Pending),
        claims,
        claimed_at,
        depends_on_groups,
        details: details(mentions),
        spec: fullest().find_map(|mention| mention.spec.clone()),
        location: fullest()
            .map(|mention| mention.location.clone())
            .next()
            .expect("a draft has a mention"),
    }
}

/// All that the places of a task say about it, each thing once.
fn details(mentions: &[&TaskMention]) -> Option<String> {
    let mut told: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    let all = mentions
        .iter()
        .filter_map(|mention| mention.details.as_deref());
    told.extend(all.filter(|details| seen.insert(*details)));
    (!told.is_empty()).then(|| told.join("\n\n"))
}

/// Whether each title has a word that the other one lacks. The words of the first are kept for the next comparison.
fn titles_differ(
    first: &TaskMention,
    words_of_first: &OnceCell<HashSet<String>>,
    second: &TaskMention,
) -> bool {
    match (&first.title, &second.title) {
        (Some(first), Some(second)) if first != second => {
            let first = words_of_first.get_or_init(|| words(first).into_iter().collect());
            let second: HashSet<String> = words(second).into_iter().collect();
            let (fewer, more) = if first.len() <= second.len() {
                (first, &second)
            } else {
                (&second, first)
            };
            !fewer.is_subset(more)
        }
        _ => false,
    }
}

fn confusable(first: &Draft<'_>, second: &Draft<'_>) -> Diagnostic {
    let place = |draft: &Draft<'_>| draft.mentions[0].location.clone();
    let message = format!("`{}` and `{}` look like one id", second.id, first.id);
    let look = |draft: &Draft<'_>| latin_look(draft.id).to_lowercase();
    let same_but_for_case = look(first) == look(second);
    let diagnostic = if same_but_for_case {
        Diagnostic::error(Code::CONFUSABLE_IDS, message)
    } else {
        Diagnostic::warning(Code::CONFUSABLE_IDS, message)
    };
    diagnostic
        .at(place(second))
        .related(place(first), "the other one")
        .help("rename one of them")
}

/// One warning for all tasks without an estimate, when others have one; they count as zero.
pub(super) fn report_missing_estimates(tasks: &[Task], diagnostics: &mut Vec<Diagnostic>) {
    let counts = |task: &&Task| task.status != Status::Deferred;
    let states = |task: &&Task| task.estimate.is_some() || task.tokens.is_some();
    let active = || tasks.iter().filter(counts);
    let missing: Vec<&Task> = active().filter(|task| !states(task)).collect();
    let Some(first) = missing.first() else { return };
    let names: Vec<&str> = missing
        .iter()
        .take(5)
        .map(|task| task.id.as_str())
        .collect();
    let more = missing.len() - names.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let message = format!(
        "{} of {} tasks state no estimate and count as zero: {}{more}",
        missing.len(),
        active().count(),
        names.join(", ")
    );
    let help = "add a duration, such as `4h` or `30 min`, or an amount of tokens, such as `15K`";
    let in_points = missing
        .iter()
        .find_map(|task| story_points(task.complexity.as_deref()?));
    let help = match in_points {
        Some(points) => format!("`{points}` is no time: {help}"),
        None => help.to_owned(),
    };
    diagnostics.push(
        Diagnostic::warning(Code::NO_ESTIMATE, message)
            .at(first.location.clone())
            .help(help),
    );
}
