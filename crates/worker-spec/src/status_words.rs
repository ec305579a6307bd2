//! The words in which a task's status field is written.

use crate::Status;

/// The phrases that a status is written in.
const PHRASES: [(Status, &[&str]); 5] = [
    (
        Status::Pending,
        &[
            "to do",
            "todo",
            "not done",
            "not complete",
            "not started",
            "incomplete",
            "draft",
            "approved",
            "ready for dev",
            "ready for development",
            "ready",
            "pending",
            "planned",
            "open",
            "backlog",
            "new",
            "blocked",
            "proposed",
            "未着手",
            "未開始",
            "予定",
            "待办",
            "未开始",
            "待开始",
            "计划中",
            "대기",
            "예정",
            "не начато",
        ],
    ),
    (
        Status::InProgress,
        &[
            "in progress",
            "inprogress",
            "in review",
            "review",
            "ready for review",
            "ready for qa",
            "in development",
            "started",
            "active",
            "doing",
            "wip",
            "testing",
            "in testing",
            "executing",
            "ongoing",
            "drafted",
            "進行中",
            "着手中",
            "対応中",
            "作業中",
            "进行中",
            "正在进行",
            "开发中",
            "진행중",
            "진행 중",
            "в работе",
            "in arbeit",
            "en cours",
            "en curso",
            "en progreso",
            "em andamento",
            "in corso",
        ],
    ),
    (
        Status::Done,
        &[
            "done",
            "complete",
            "completed",
            "closed",
            "finished",
            "shipped",
            "merged",
            "implemented",
            "verified",
            "released",
            "完了",
            "完了済み",
            "済",
            "已完成",
            "完成",
            "완료",
            "완료됨",
            "готово",
            "выполнено",
            "erledigt",
            "fertig",
            "abgeschlossen",
            "terminé",
            "fini",
            "hecho",
            "terminado",
            "completado",
            "concluído",
            "feito",
            "fatto",
        ],
    ),
    (
        Status::Deferred,
        &[
            "deferred",
            "postponed",
            "on hold",
            "cancelled",
            "canceled",
            "wont do",
            "won t do",
            "wont fix",
            "won t fix",
            "will not do",
            "dropped",
            "duplicate",
            "withdrawn",
            "skipped",
            "cancelado",
            "cancelada",
            "aplazado",
            "annulé",
            "reporté",
            "verworfen",
            "zurückgestellt",
            "annullato",
            "superseded",
            "archived",
            "obsolete",
            "parked",
            "abandoned",
            "延期",
            "保留",
            "中止",
            "已取消",
            "取消",
            "已延期",
            "推迟",
            "搁置",
            "보류",
            "연기",
            "отложено",
        ],
    ),
    (
        Status::Optional,
        &[
            "optional",
            "nice to have",
            "stretch",
            "任意",
            "可选",
            "선택",
        ],
    ),
];

/// How many phrases there are.
const COUNT: usize = {
    let (mut count, mut list) = (0, 0);
    while list < PHRASES.len() {
        count += PHRASES[list].1.len();
        list += 1;
    }
    count
};

/// All phrases in one list.
const LISTED: [(Status, &str); COUNT] = {
    let mut listed = [(Status::Pending, ""); COUNT];
    let (mut at, mut list) = (0, 0);
    while list < PHRASES.len() {
        let (status, phrases) = PHRASES[list];
        let mut phrase = 0;
        while phrase < phrases.len() {
            listed[at] = (status, phrases[phrase]);
            at += 1;
            phrase += 1;
        }
        list += 1;
    }
    listed
};

/// The first byte of each of them: these few bytes tell sooner than as many texts, which stand apart in memory.
const INITIALS: [u8; COUNT] = {
    let mut initials = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        initials[at] = LISTED[at].1.as_bytes()[0];
        at += 1;
    }
    initials
};

/// The status that a field's value means: `Done`, `✅ Complete`, `in-progress`, `To Do`. `None` for other words.
pub(crate) fn status_of(value: &str) -> Option<Status> {
    let lower = value.to_lowercase();
    let mut words = String::with_capacity(lower.len());
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            words.push_str(word);
            words.push(' ');
        }
    }
    let begins = |phrase: &str| {
        let rest = words.strip_prefix(phrase);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    // The longest phrase counts: "ready for review" is more than "ready".
    let mut longest = 0;
    let mut by_words = None;
    let initial = words.as_bytes().first().copied().unwrap_or(b' ');
    for at in memchr::memchr_iter(initial, &INITIALS) {
        let (status, phrase) = LISTED[at];
        if phrase.len() >= longest && begins(phrase) {
            (longest, by_words) = (phrase.len(), Some(status));
        }
    }
    by_words
        .or_else(|| by_share(value))
        .or_else(|| match value.trim().chars().next()? {
            '✅' | '☑' | '✔' => Some(Status::Done),
            '🔄' | '🚧' | '⏳' => Some(Status::InProgress),
            _ => None,
        })
}

/// The status of a share: `100%` is done.
fn by_share(value: &str) -> Option<Status> {
    let share = value.trim().strip_suffix('%')?.trim_end();
    Some(match share.parse::<u8>().ok()? {
        0 => Status::Pending,
        1..100 => Status::InProgress,
        100 => Status::Done,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_status() {
        for (value, expected) in [
            ("Done", Some(Status::Done)),
            ("✅ Complete (2026-01-02)", Some(Status::Done)),
            ("✅", Some(Status::Done)),
            ("In Progress", Some(Status::InProgress)),
            ("in-progress", Some(Status::InProgress)),
            ("Ready for Review", Some(Status::InProgress)),
            ("ready-for-dev", Some(Status::Pending)),
            ("Not complete", Some(Status::Pending)),
            ("○ To Do", Some(Status::Pending)),
            ("Draft", Some(Status::Pending)),
            ("Won't do", Some(Status::Deferred)),
            ("已完成（2 月）", Some(Status::Done)),
            ("未完了", None),
            ("진행 중", Some(Status::InProgress)),
            ("Won't fix", Some(Status::Deferred)),
            ("Duplicate of A1", Some(Status::Deferred)),
            ("Cancelado", Some(Status::Deferred)),
            ("erledigt", Some(Status::Done)),
            ("100%", Some(Status::Done)),
            ("40 %", Some(Status::InProgress)),
            ("0%", Some(Status::Pending)),
            ("400%", None),
            ("100 rows", None),
            ("Whatever", None),
            ("", None),
        ] {
            assert_eq!(status_of(value), expected, "{value}");
        }
    }
}
