//! Columns that say how long the work takes.

use super::Column;
use crate::duration::whole_duration;

/// The column of estimates that a name in lower case means, with the unit that it names.
pub(super) fn estimate(name: &str) -> Option<Column> {
    let (words, unit) = match name.split_once(['(', '（', '[']) {
        Some((words, unit)) => (words.trim(), unit.trim_end_matches([')', '）', ']']).trim()),
        None => (name, ""),
    };
    // "Time (T+)", "Time (UTC)": when, not how long.
    if is_time_of_day(unit) {
        return None;
    }
    if NAMES.contains(&words) {
        return Some(Column::Estimate(unit_of(unit)));
    }
    if BARE_UNITS.contains(&words) {
        let last = words.rsplit(' ').next().unwrap_or_default();
        return Some(Column::Estimate(unit_of(last)));
    }
    None
}

/// Whether a column may hold either how long the work takes or when it is due: its cells tell.
pub(in crate::dialect::wave_plan) fn may_be_estimate(name: &str) -> bool {
    const TERMS: [&str; 12] = [
        "срок",
        "сроки",
        "plazo",
        "prazo",
        "délai",
        "délais",
        "frist",
        "termin",
        "looptijd",
        "tempi",
        "timeline",
        "timeframe",
    ];
    TERMS.contains(&super::words(name).as_str())
}

fn is_time_of_day(unit: &str) -> bool {
    unit.starts_with("t+")
        || unit.starts_with("t-")
        || unit.starts_with("t−")
        || matches!(
            unit,
            "t" | "utc"
                | "gmt"
                | "cet"
                | "cest"
                | "est"
                | "edt"
                | "pst"
                | "pdt"
                | "local"
                | "hh:mm"
                | "hhmm"
                | "clock"
        )
}

/// The seconds of a unit that stands in a heading.
fn unit_of(unit: &str) -> Option<u32> {
    const DAY: u32 = 8 * 3600;
    match unit {
        "" => None,
        "pt" | "pd" | "md" | "mt" | "person-day" | "jh" | "j/h" | "чел-дни" | "чел-дней"
        | "чел/дни" | "人日" | "人天" | "工日" | "日数" | "天数" | "일수" => {
            Some(DAY)
        }
        "ph" | "mh" | "人時" | "工时" => Some(3600),
        _ => {
            // Whatever is a unit behind a number is one here: `1 Stunden`.
            let one = whole_duration(&format!("1 {unit}"))?;
            u32::try_from(one.as_secs()).ok()
        }
    }
}

/// Names of columns whose numbers count in the unit that they name last.
const BARE_UNITS: &[&str] = &[
    "est hours",
    "estimated hours",
    "est minutes",
    "est mins",
    "est days",
    "est hrs",
    "estimated days",
    "hours",
    "hrs",
    "hr",
    "minutes",
    "mins",
    "days",
    "weeks",
    "person-days",
    "person days",
    "man-days",
    "person-hours",
    "man-hours",
    "pd",
    "時間",
    "日数",
    "stunden",
    "tage",
    "personentage",
    "heures",
    "jours",
    "horas",
    "días",
    "dias",
    "ore",
    "giorni",
    "uren",
    "dagen",
    "часы",
    "дни",
    "小时",
    "天数",
    "人天",
    "人日",
    "일수",
];

const NAMES: &[&str] = &[
    "duration",
    "estimate",
    "estimated",
    "est",
    "time required",
    "time needed",
    "time",
    "effort",
    "estimated time",
    "est time",
    "time estimate",
    "estimated duration",
    "est duration",
    "estimated effort",
    "est effort",
    "effort estimate",
    "time est",
    "推定時間",
    "所要時間",
    "見積",
    "見積もり",
    "見積り",
    "見積時間",
    "見積工数",
    "工数",
    "予定時間",
    "予定工数",
    "作業時間",
    "예상 시간",
    "예상시간",
    "예상 소요 시간",
    "기간",
    "소요 시간",
    "소요시간",
    "예상 기간",
    "소요 기간",
    "작업 시간",
    "공수",
    "예상 공수",
    "时长",
    "预计时间",
    "预计",
    "预计耗时",
    "预计工时",
    "预计工期",
    "预计时长",
    "预估",
    "预估时间",
    "预估工时",
    "估时",
    "耗时",
    "工时",
    "工期",
    "计划工时",
    "所需时间",
    "預計時間",
    "預計工時",
    "工時",
    "оценка",
    "оценка времени",
    "время",
    "длительность",
    "продолжительность",
    "трудозатраты",
    "трудоёмкость",
    "трудоемкость",
    "aufwand",
    "arbeitsaufwand",
    "aufwandsschätzung",
    "dauer",
    "geschätzte dauer",
    "geplante dauer",
    "geschätzter aufwand",
    "schätzung",
    "zeit",
    "zeitaufwand",
    "esfuerzo",
    "duración",
    "duración estimada",
    "estimación",
    "tiempo",
    "tiempo estimado",
    "horas estimadas",
    "esforço",
    "duração",
    "duração estimada",
    "estimativa",
    "tempo",
    "tempo estimado",
    "durée",
    "durée estimée",
    "temps",
    "temps estimé",
    "charge",
    "charge estimée",
    "effort estimé",
    "estimation",
    "estimasi",
    "durata",
    "durata stimata",
    "tempo stimato",
    "stima",
    "impegno",
    "schatting",
    "duur",
    "geschatte duur",
    "geschatte tijd",
    "tijd",
    "inspanning",
];
