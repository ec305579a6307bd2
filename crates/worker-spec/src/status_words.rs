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

/// The status that a field's value means: `Done`, `✅ Complete`, `in-progress`, `To Do`. `None` for other words.
pub(crate) fn status_of(value: &str) -> Option<Status> {
    let lower = value.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let first = words.first().copied().unwrap_or(" ");
    let initial = first.as_bytes()[0];
    let begins = |phrase: &str| {
        phrase.as_bytes()[0] == initial && phrase.starts_with(first) && {
            let mut words = words.iter();
            phrase.split(' ').all(|part| words.next() == Some(&part))
        }
    };
    // The longest phrase counts: "ready for review" is more than "ready".
    let mut longest = 0;
    let mut by_words = None;
    for (status, phrases) in &PHRASES {
        for phrase in *phrases {
            if phrase.len() >= longest && begins(phrase) {
                (longest, by_words) = (phrase.len(), Some(*status));
            }
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
