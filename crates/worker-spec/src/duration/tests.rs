use super::*;

fn check(text: &str, minutes: Option<f64>) {
    assert_eq!(
        parse_duration(text).map(|d| d.as_secs_f64() / 60.0),
        minutes,
        "{text}"
    );
}

#[test]
fn amounts_and_units() {
    check("4h", Some(240.0));
    check("30min", Some(30.0));
    check("1hr", Some(60.0));
    check("20 minutes", Some(20.0));
    check("1.5 days", Some(720.0));
    check("90s", Some(1.5));
    check("1h 30m", Some(90.0));
    check("**~2 hours** (with review)", Some(120.0));
    check("1,000 minutes", Some(1000.0));
    check("2時間", Some(120.0));
    check("30분", Some(30.0));
    check("2日", Some(960.0));
    check("1,5 Tage", Some(720.0));
    check("4 Std.", Some(240.0));
    check("3 horas", Some(180.0));
    check("10 minutos y medio", Some(10.5));
    check("2 días", Some(960.0));
    check("1時間半", Some(90.0));
    check("半日", Some(240.0));
    check("20 mins", Some(20.0));
    check("1 week", Some(2400.0));
    check("3-day", Some(1440.0));
}

#[test]
fn amounts_with_parts() {
    check("1,5 h", Some(90.0));
    check("1,25 hours", Some(75.0));
    check("1½ h", Some(90.0));
    check("1 1/2 hours", Some(90.0));
    check("1h30", Some(90.0));
    check("1h30m", Some(90.0));
    check("1 hour and 30 minutes", Some(90.0));
    check("1 hr, 30 min", Some(90.0));
    check("1 hour, 2 people", Some(60.0));
    check("half a day", Some(240.0));
    check("half an hour", Some(30.0));
    check("a day", Some(480.0));
    check("two days", Some(960.0));
    check("approx. 2 h", Some(120.0));
    check("PT1H30M", Some(90.0));
    check("P1DT2H", Some(600.0));
}

#[test]
fn amounts_in_other_wordings() {
    check("1 h 30", Some(90.0));
    check("1 h 30 min", Some(90.0));
    check("2 h 05, then rest", Some(125.0));
    check("1 h 30 files", Some(60.0));
    check("~~6h~~ 4h", Some(240.0));
    check("~~1d~~ ~~6h~~ ~4h", Some(240.0));
    check("~~6h~~", Some(360.0));
    check("2h dev + 1h review", Some(180.0));
    check("2h (dev) + 1h (review) + 30 min docs", Some(210.0));
    check("2h + 2 people", Some(120.0));
    check("1/2 day", Some(240.0));
    check("1/2/2026", None);
    check("2 man-days", Some(960.0));
    check("3 person-days", Some(1440.0));
    check("2 person-weeks", Some(4800.0));
    check("3 business days", Some(1440.0));
    check("4 working hours", Some(240.0));
    check("1 full day", Some(480.0));
    check("2 x 30 min", Some(60.0));
    check("3× 1h", Some(180.0));
    check("half-day", Some(240.0));
    check("3 Personentage", Some(1440.0));
    check("2 Arbeitstage", Some(960.0));
    check("ein halber Tag", Some(240.0));
    check("eine Stunde", Some(60.0));
    check("une demi-journée", Some(240.0));
    check("deux jours", Some(960.0));
    check("medio día", Some(240.0));
    check("meio dia", Some(240.0));
    check("mezza giornata", Some(240.0));
    check("een halve dag", Some(240.0));
    check("2 недели", Some(4800.0));
    check("2 people", None);
    check("2 man pages", None);
}

#[test]
fn stretches_of_a_calendar_are_estimates() {
    for (text, minutes) in [
        ("Day 2-3", 960),
        ("Days 1 to 3", 1440),
        ("Day 4", 480),
        ("Week 1-2", 4800),
    ] {
        let found = parse_estimate(text).map(|found| found.as_secs() / 60);
        assert_eq!(found, Some(minutes), "{text}");
    }
    assert_eq!(parse_estimate("Day 3-2"), None);
    assert_eq!(parse_estimate("Day one"), None);
}

#[test]
fn times_with_a_colon() {
    for (text, expected) in [
        ("1:30", Some("1h 30m")),
        ("0:45 h", Some("0h 45m")),
        ("1:75", None),
        ("12:30:00", None),
        ("a:30", None),
        ("1:3", None),
    ] {
        assert_eq!(
            Clock::read(text).map(|clock| clock.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }
    assert_eq!(
        Clock::read("1:30").map(Clock::duration),
        Some(Duration::from_secs(5400))
    );
}

#[test]
fn of_a_range_the_upper_end_counts() {
    check("2-3 hours", Some(180.0));
    check("2 – 3h", Some(180.0));
    check("30min - 1h", Some(60.0));
    check("1 to 2 days", Some(960.0));
    check("2〜3時間", Some(180.0));
}

#[test]
fn what_is_no_duration() {
    for text in [
        "",
        "4",
        "h",
        "soon",
        "12 tasks",
        "Day 1-2",
        "1e400 h",
        "-1 h",
        "NaN h",
        "99999999999999999999999 h",
        "1:30",
        "2 sprints",
        "1 month",
        "a while",
        "P",
        "PT",
        "P1H",
        "Person",
    ] {
        check(text, None);
    }
}
