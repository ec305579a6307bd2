//! Sections and lines above lists that say what is checked, needed or handed over, in the usual languages. Their boxes are
//! ticked when work is done or before it begins; they are no work themselves.

/// What the boxes below a heading or a line are, where they are no tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Checked {
    /// What comes out of the work: "Deliverables". Where nothing else has boxes, these are the work after all.
    Outcome,
    /// What is looked at or has to be there: "Acceptance criteria", "Prerequisites".
    Check,
}

/// More words than a heading of such a section has.
const LONGEST: usize = 9;

/// Reads a heading, or a line above a list.
pub(super) fn checked(text: &str) -> Option<Checked> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .skip_while(|word| is_number(word))
        .collect();
    if words.is_empty() || words.len() > LONGEST {
        return None;
    }
    if is_check(&words) || UNSPACED.iter().any(|name| lower.contains(name)) {
        Some(Checked::Check)
    } else if OUTCOMES.contains(&words[0])
        || words.last().is_some_and(|last| OUTCOMES.contains(last))
        || UNSPACED_OUTCOMES.iter().any(|name| lower.contains(name))
    {
        Some(Checked::Outcome)
    } else {
        None
    }
}

/// `3`, `iv`.
fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
        || word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
}

fn is_check(words: &[&str]) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let pairs = || words.windows(2).map(|pair| (pair[0], pair[1]));
    has(&ANYWHERE)
        || FIRST.contains(&words[0])
        || words.len() == 1 && ALONE.contains(&words[0])
        || words.last().is_some_and(|last| LAST.contains(last))
        || pairs().any(|pair| PAIRS.contains(&pair))
        || BEGINNINGS.iter().any(|known| words.starts_with(known))
        || has(&CHECKLISTS) && !has(&OF_WORK)
        || words
            .windows(3)
            .any(|three| THREES.iter().any(|known| three == known))
}

/// Words that make a section one of checks wherever they stand.
const ANYWHERE: [&str; 44] = [
    "acceptance",
    "criteria",
    "criterion",
    "dod",
    "precondition",
    "preconditions",
    "prerequisite",
    "prerequisites",
    "signoff",
    "abnahme",
    "abnahmekriterien",
    "abnahmekriterium",
    "akzeptanzkriterien",
    "erfolgskriterien",
    "qualitätskriterien",
    "testfälle",
    "voraussetzung",
    "voraussetzungen",
    "vorbedingungen",
    "critère",
    "critères",
    "prérequis",
    "criterio",
    "criterios",
    "prerrequisito",
    "prerrequisitos",
    "prerequisito",
    "prerequisitos",
    "critério",
    "critérios",
    "criteri",
    "prerequisiti",
    "acceptatiecriteria",
    "randvoorwaarden",
    "kryteria",
    "acceptanskriterier",
    "förutsättningar",
    "kriterleri",
    "kriterler",
    "критерии",
    "критерий",
    "предпосылки",
    "приёмка",
    "приемка",
];

/// Words that do so at the beginning.
const FIRST: [&str; 24] = [
    "requisitos",
    "assumptions",
    "before",
    "goals",
    "legend",
    "objectives",
    "questions",
    "references",
    "risks",
    "summary",
    "offene",
    "risiken",
    "ziele",
    "zusammenfassung",
    "objectifs",
    "objetivos",
    "riesgos",
    "riscos",
    "risques",
    "rischi",
    "obiettivi",
    "resumen",
    "риски",
    "цели",
];

/// Words that do so at the end.
const LAST: [&str; 6] = [
    "anforderungen",
    "exigences",
    "kpi",
    "kpis",
    "requirements",
    "requisitos",
];

/// Words that do so alone.
const ALONE: [&str; 18] = [
    "approval",
    "coverage",
    "gate",
    "gates",
    "metrics",
    "status",
    "validation",
    "verification",
    "validierung",
    "überprüfung",
    "prüfung",
    "vérification",
    "verificación",
    "validación",
    "verificação",
    "validação",
    "verifica",
    "проверка",
];

const PAIRS: [(&str, &str); 33] = [
    ("sign", "off"),
    ("self", "check"),
    ("must", "pass"),
    ("pre", "requisites"),
    ("pré", "requis"),
    ("pré", "requisitos"),
    ("quality", "gate"),
    ("quality", "gates"),
    ("exit", "gate"),
    ("review", "gate"),
    ("success", "metrics"),
    ("quality", "metrics"),
    ("success", "indicators"),
    ("expected", "results"),
    ("expected", "outcomes"),
    ("open", "questions"),
    ("manual", "testing"),
    ("manual", "tests"),
    ("manual", "verification"),
    ("test", "cases"),
    ("test", "plan"),
    ("test", "scenarios"),
    ("test", "strategy"),
    ("testing", "requirements"),
    ("testing", "strategy"),
    ("verification", "steps"),
    ("validation", "steps"),
    ("tests", "manuels"),
    ("pruebas", "manuales"),
    ("testes", "manuais"),
    ("manuelle", "tests"),
    ("ön", "koşullar"),
    ("wymagania", "wstępne"),
];

const BEGINNINGS: [[&str; 2]; 5] = [
    ["antes", "de"],
    ["avant", "de"],
    ["prima", "di"],
    ["vor", "dem"],
    ["vor", "der"],
];

const THREES: [[&str; 3]; 19] = [
    ["type", "of", "change"],
    ["cas", "de", "test"],
    ["casos", "de", "prueba"],
    ["casos", "de", "teste"],
    ["casi", "di", "test"],
    ["definition", "of", "done"],
    ["definition", "of", "ready"],
    ["out", "of", "scope"],
    ["définition", "du", "fini"],
    ["définition", "de", "terminé"],
    ["definición", "de", "hecho"],
    ["definición", "de", "terminado"],
    ["definición", "de", "listo"],
    ["definição", "de", "pronto"],
    ["definição", "de", "concluído"],
    ["definizione", "di", "fatto"],
    ["definizione", "di", "finito"],
    ["lista", "de", "verificación"],
    ["lista", "de", "verificação"],
];

/// Words for a list of checks, which one of work is called too.
const CHECKLISTS: [&str; 6] = [
    "checklist",
    "checklists",
    "checkliste",
    "controlelijst",
    "чеклист",
    "чек",
];

const OF_WORK: [&str; 17] = [
    "action",
    "build",
    "development",
    "execution",
    "implementation",
    "implementierung",
    "implémentation",
    "implementación",
    "implementação",
    "migration",
    "project",
    "rollout",
    "sprint",
    "task",
    "tasks",
    "todo",
    "work",
];

const OUTCOMES: [&str; 15] = [
    "deliverable",
    "deliverables",
    "ergebnisse",
    "liefergegenstände",
    "livrable",
    "livrables",
    "entregable",
    "entregables",
    "entregável",
    "entregáveis",
    "consegne",
    "consegnabili",
    "opleveringen",
    "leveranser",
    "результаты",
];

/// Such words of languages that put no space between words.
const UNSPACED: [&str; 58] = [
    "验收",
    "驗收",
    "成功标准",
    "完成标准",
    "验证标准",
    "质量标准",
    "评估标准",
    "完成定义",
    "前置条件",
    "前提条件",
    "先决条件",
    "检查清单",
    "檢查清單",
    "检查表",
    "检查项",
    "测试要求",
    "测试清单",
    "测试用例",
    "测试验证",
    "验证清单",
    "验证步骤",
    "成功指标",
    "质量门",
    "受け入れ",
    "受入",
    "完了条件",
    "完了基準",
    "完了判定",
    "完了の定義",
    "成功基準",
    "成功指標",
    "判定基準",
    "評価基準",
    "チェックリスト",
    "確認項目",
    "検証項目",
    "テスト項目",
    "テストケース",
    "テスト計画",
    "인수 조건",
    "인수 기준",
    "수용 기준",
    "수락 기준",
    "완료 조건",
    "완료 기준",
    "완료 정의",
    "성공 기준",
    "성공 지표",
    "검증 기준",
    "검증 항목",
    "전제 조건",
    "전제조건",
    "사전 조건",
    "선행 조건",
    "체크리스트",
    "테스트 항목",
    "테스트 케이스",
    "확인 사항",
];

const UNSPACED_OUTCOMES: [&str; 7] = [
    "交付物",
    "交付成果",
    "成果物",
    "納品物",
    "산출물",
    "결과물",
    "交付清单",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_checks_and_of_work() {
        for text in [
            "Acceptance Criteria",
            "6. Success criteria",
            "VI. Success Criteria",
            "Definition of Done (DoD)",
            "DoD",
            "Testing checklist",
            "Pre-requisites",
            "Before leaving",
            "Approval & Sign-Off",
            "Quality Gates",
            "Voraussetzungen",
            "Critères de succès",
            "Prerequisitos (Ana debe hacer)",
            "Pré-requisitos",
            "Критерии приёмки",
            "验收标准",
            "完了条件",
            "완료 기준",
            "✅ Verification",
            "Test plan for v3",
        ] {
            assert_eq!(checked(text), Some(Checked::Check), "{text}");
        }
        for text in [
            "Deliverables",
            "Key deliverables",
            "Livrables",
            "成果物",
            "交付物",
        ] {
            assert_eq!(checked(text), Some(Checked::Outcome), "{text}");
        }
        for text in [
            "Implementation checklist",
            "Email verification",
            "Form validation",
            "Metrics system",
            "Approval workflow",
            "Testing",
            "表单验证",
            "Tarefas",
            "Phase 2: Shop",
            "Unit tests",
            "Features",
            "",
            "3.",
        ] {
            assert_eq!(checked(text), None, "{text}");
        }
    }
}
