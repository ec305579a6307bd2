//! The groups of a list: phases, numbered parts, stories.

use std::collections::{HashMap, HashSet};

use super::super::wave_plan::group_heading;
use super::entry::Name;
use super::layout::{Layout, Row, Section, SectionKind};
use crate::duration::parse_duration;
use crate::label::split_label;
use crate::{Document, Group, TaskMention};

/// All groups that a list can have, and which section is which.
#[derive(Debug)]
pub(super) struct GroupList {
    pub(super) groups: Vec<Group>,
    by_id: HashMap<String, usize>,
    /// The group of every section.
    of_section: Vec<usize>,
    /// The group of a story: a phase whose heading names it, or the story itself.
    pub(super) of_story: HashMap<String, Vec<usize>>,
}

impl GroupList {
    pub(super) fn new(document: &Document, layout: &Layout<'_>) -> GroupList {
        let mut list = GroupList {
            groups: Vec::new(),
            by_id: HashMap::new(),
            of_section: Vec::new(),
            of_story: HashMap::new(),
        };
        for section in &layout.sections {
            let at = list.section(document, section);
            list.of_section.push(at);
            if let Some(story) = &section.story {
                let owners = list.of_story.entry(story.clone()).or_default();
                if !owners.contains(&at) {
                    owners.push(at);
                }
            }
        }
        for row in layout.rows.iter().filter(|row| !row.place.sample) {
            if let Name::Number(number) = &row.entry.name
                && layout.is_parent(number)
            {
                let title = row.entry.title.clone();
                list.add(
                    format!("group-{number}"),
                    title,
                    document,
                    row.entry.span.clone(),
                );
            }
            for story in &row.entry.stories {
                if !list.of_story.contains_key(story) {
                    let at = list.add(
                        format!("story-{story}"),
                        format!("User Story {story}"),
                        document,
                        row.entry.span.clone(),
                    );
                    list.of_story.insert(story.clone(), vec![at]);
                }
            }
        }
        for (section, span) in &layout.group_lines {
            let group = list.of_section[*section];
            for line in document.text()[span.clone()].lines() {
                for piece in line.split('|') {
                    list.states(group, piece);
                }
            }
        }
        list
    }

    fn section(&mut self, document: &Document, section: &Section) -> usize {
        let text = document.text()[section.span.clone()].trim();
        match &section.kind {
            SectionKind::Phase(id) => {
                let heading = group_heading(text);
                let title = heading.as_ref().map_or(text, |heading| heading.title);
                // What looks like ids after the colon is the title here: tasks are checkboxes.
                let cut = text.find([':', '：']) == Some(title.len()) && text.starts_with(title);
                let title = if cut { text } else { title };
                let title = title.trim_matches(|c: char| c.is_whitespace() || c == '*');
                let at = self.add(id.clone(), title.to_owned(), document, section.span.clone());
                if let Some(heading) = heading {
                    let group = &mut self.groups[at];
                    group.stated_tasks = group.stated_tasks.or(heading.stated_tasks);
                    group.stated_duration = group.stated_duration.or(heading.stated_duration);
                }
                at
            }
            SectionKind::Number(number) => {
                let title = text[number.len()..]
                    .trim_start_matches(['.', ')', ' '])
                    .to_owned();
                self.add(
                    format!("group-{number}"),
                    title,
                    document,
                    section.span.clone(),
                )
            }
            SectionKind::Story(number) => self.add(
                format!("story-{number}"),
                text.trim_matches('*').to_owned(),
                document,
                section.span.clone(),
            ),
        }
    }

    fn add(
        &mut self,
        id: String,
        title: String,
        document: &Document,
        span: std::ops::Range<usize>,
    ) -> usize {
        if let Some(&at) = self.by_id.get(&id) {
            return at;
        }
        self.by_id.insert(id.clone(), self.groups.len());
        self.groups.push(Group {
            title,
            ..Group::new(id, document.location(span))
        });
        self.groups.len() - 1
    }

    /// `**Duration**: 1-2 days` below the heading of a group.
    fn states(&mut self, group: usize, piece: &str) {
        let piece = piece.trim_start_matches(['-', ' ']);
        if let Some((label, value)) = split_label(piece)
            && matches!(
                label.to_lowercase().as_str(),
                "duration" | "estimated duration" | "estimated time" | "time" | "estimate"
            )
        {
            let group = &mut self.groups[group];
            group.stated_duration = group.stated_duration.or_else(|| parse_duration(value));
        }
    }

    /// The group of a section.
    pub(super) fn at(&self, section: usize) -> usize {
        self.of_section[section]
    }

    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The id of the innermost group of sections around a row.
    pub(super) fn id_of(&self, row: &Row<'_>) -> Option<&str> {
        let place = row.place;
        let section = place.phase.or(place.number).or(place.story)?;
        Some(&self.groups[self.of_section[section]].id)
    }

    /// The ids of all groups that a row is in, its phase first.
    pub(super) fn ids_of(&self, layout: &Layout<'_>, row: &Row<'_>) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        let mut add = |at: usize| {
            let id = &self.groups[at].id;
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        };
        if let Some(section) = row.place.phase {
            add(self.of_section[section]);
        }
        if let Name::Number(number) = &row.entry.name {
            for (dot, _) in number.match_indices('.') {
                if let Some(at) = self.by_id(&format!("group-{}", &number[..dot])) {
                    add(at);
                }
            }
        }
        // A numbered heading above ids of another kind is a part as well.
        if let Some(section) = row.place.number
            && (!matches!(row.entry.name, Name::Number(_)) || layout.ids().is_empty())
        {
            add(self.of_section[section]);
        }
        if let Some(section) = row.place.story {
            add(self.of_section[section]);
        }
        for story in &row.entry.stories {
            // A story that phases stand for is told by them.
            for &at in self.of_story.get(story).into_iter().flatten() {
                if self.groups[at].id.starts_with("story-") {
                    add(at);
                }
            }
        }
        ids
    }

    /// The groups that hold tasks or that others wait for.
    pub(super) fn used_by(self, tasks: &[TaskMention]) -> Vec<Group> {
        let named: HashSet<&str> = tasks
            .iter()
            .flat_map(|task| task.groups.iter().map(String::as_str))
            .collect();
        let needed: HashSet<String> = self
            .groups
            .iter()
            .flat_map(|group| group.prerequisites.iter().cloned())
            .collect();
        self.groups
            .into_iter()
            .filter(|group| named.contains(group.id.as_str()) || needed.contains(&group.id))
            .collect()
    }
}
