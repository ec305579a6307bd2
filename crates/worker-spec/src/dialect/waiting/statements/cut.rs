//! Where a sentence that begins with a phrase goes on with its subject: "Once T1 is done, T2 can start".

use std::ops::Range;

use super::words::joints_list;
use super::{MOST_PHRASES, Phrase, Sentence};

/// Where what is waited for ends and the subject begins.
pub(super) struct Cut {
    pub(super) joint: Range<usize>,
    pub(super) doubtful: Option<Range<usize>>,
}

impl Sentence<'_> {
    /// Where a sentence that begins with a phrase goes on with its subject. With `is_sure` only where words, not names, stand
    /// before the comma.
    pub(super) fn cut(&self, phrase: &Phrase, is_sure: bool) -> Option<Cut> {
        let from = phrase.span.end;
        // "Depends on T1, T2" and "After: T1, T2" say nothing about what waits.
        if !self.is_adverb(phrase) || self.text[from..].starts_with([':', '：']) {
            return None;
        }
        let mut joints: Vec<Range<usize>> = Vec::new();
        for joint in [", ", "，", " then ", ": "] {
            let all = self.lower[from..].match_indices(joint);
            let all = all.map(|(at, joint)| from + at..from + at + joint.len());
            joints.extend(all.take(MOST_PHRASES));
        }
        joints.sort_by_key(|joint| joint.start);
        joints.retain(|joint| {
            let next = self
                .phrases
                .iter()
                .find(|next| next.span.start >= joint.end);
            let end = next.map_or(self.text.len(), |next| next.span.start);
            self.names(from..joint.start) && self.names(joint.end..end)
        });
        let plainly = |joint: &&Range<usize>| {
            let is_comma = self.text[(*joint).clone()].starts_with([',', '，']);
            !is_comma || !self.ends_in_name(from..joint.start)
        };
        if let Some(joint) = joints.iter().find(plainly) {
            let joint = joint.clone();
            return Some(Cut {
                joint,
                doubtful: None,
            });
        }
        // "After T1, T2" may be all that is waited for.
        let goes_on = joints
            .first()
            .is_none_or(|joint| !self.ends_in_name(joint.end..self.text.len()));
        if is_sure || !goes_on {
            return None;
        }
        let closes = |joint: &&Range<usize>| {
            let piece = self.text[from..joint.start].rsplit([',', '，']).next();
            joints_list(piece.unwrap_or_default())
        };
        match joints.as_slice() {
            [] => self.cut_between_words(from),
            [joint] => Some(Cut {
                joint: joint.clone(),
                doubtful: None,
            }),
            [first, .., last] => Some(match joints.iter().find(closes) {
                Some(joint) => Cut {
                    joint: joint.clone(),
                    doubtful: None,
                },
                None => Cut {
                    joint: first.start..last.end,
                    doubtful: Some(first.end..last.start),
                },
            }),
        }
    }

    /// "Once T1 is done T2 can start", "After T1 comes T2".
    fn cut_between_words(&self, from: usize) -> Option<Cut> {
        const OVER: [&str; 26] = [
            "done",
            "complete",
            "completed",
            "finished",
            "ready",
            "merged",
            "landed",
            "lands",
            "ends",
            "passes",
            "exists",
            "live",
            "ist",
            "fertig",
            "terminé",
            "terminée",
            "finie",
            "fini",
            "terminada",
            "terminado",
            "termine",
            "lista",
            "listo",
            "klaar",
            "готова",
            "завершена",
        ];
        // "After T1 comes T2", "Only after T1 can T2 start".
        const COMES: [&str; 22] = [
            "comes",
            "come",
            "can",
            "may",
            "must",
            "start",
            "begin",
            "kommt",
            "kommen",
            "folgt",
            "kann",
            "darf",
            "beginnt",
            "vient",
            "viene",
            "vem",
            "komt",
            "empieza",
            "commence",
            "идёт",
            "начать",
            "начинать",
        ];
        let words = self.lower[from..].split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            let at = word.as_ptr() as usize - self.lower.as_ptr() as usize;
            let end = at + word.len();
            let joint = match word {
                word if COMES.contains(&word) => at..end,
                word if OVER.contains(&word) => end..end,
                _ => continue,
            };
            let begins_name = || {
                let rest = self.text[end..].trim_start();
                (self.names)(rest.split([' ', ',']).next().unwrap_or_default())
            };
            if self.names(from..at) && begins_name() {
                return Some(Cut {
                    joint,
                    doubtful: None,
                });
            }
        }
        None
    }
}
