//! Dates of Gantt charts, in the form that the chart states: `dateFormat DD.MM.YYYY`.

/// How a chart writes its dates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates<'c> {
    format: &'c str,
}

impl Default for Dates<'_> {
    fn default() -> Self {
        Dates {
            format: "YYYY-MM-DD",
        }
    }
}

impl<'c> Dates<'c> {
    /// What a line such as `dateFormat DD.MM.YYYY` states.
    pub(super) fn stated(line: &'c str) -> Option<Self> {
        const WORD: &str = "dateformat";
        let head = line.get(..WORD.len())?;
        let format = line[WORD.len()..]
            .trim_start_matches([' ', '\t', ':'])
            .trim();
        let is_one = head.eq_ignore_ascii_case(WORD) && !format.is_empty() && format.len() <= 40;
        is_one.then_some(Dates { format })
    }

    /// The number of the day that a text means, in a count of days.
    pub(super) fn day(self, date: &str) -> Option<i64> {
        let (mut year, mut month, mut day) = (None, None, None);
        let (mut format, mut rest) = (self.format, date.trim());
        while let Some(token) = token(format) {
            format = &format[token.len()..];
            match token {
                "YYYY" => year = Some(digits(&mut rest, 4, 4)?),
                "YY" => year = Some(2000 + digits(&mut rest, 2, 2)?),
                "MMMM" | "MMM" => month = Some(month_by_name(&mut rest)?),
                "MM" => month = Some(digits(&mut rest, 2, 2)?),
                "M" => month = Some(digits(&mut rest, 1, 2)?),
                "DD" => day = Some(digits(&mut rest, 2, 2)?),
                "D" => day = Some(digits(&mut rest, 1, 2)?),
                "HH" | "H" | "hh" | "h" | "mm" | "m" | "ss" | "s" => {
                    digits(&mut rest, 1, 2)?;
                }
                mark => rest = rest.strip_prefix(mark)?,
            }
        }
        // `YYYY-MM` means the first day of a month.
        let (year, month, day) = (year?, month?, day.unwrap_or(1));
        let fits = rest.is_empty() && (1..=12).contains(&month) && (1..=31).contains(&day);
        // Counted from March, the leap day is the last of its year.
        let months = (month + 9) % 12;
        let years = year - months / 10;
        fits.then(|| {
            years * 365 + years / 4 - years / 100 + years / 400 + (months * 306 + 5) / 10 + day
        })
    }

    /// Whether dates have a time of day.
    pub(super) fn have_hours(self) -> bool {
        self.format.contains(['H', 'h'])
    }
}

/// The next part of a form: letters that are alike, or one sign.
fn token(format: &str) -> Option<&str> {
    let first = format.chars().next()?;
    let length = match first.is_ascii_alphabetic() {
        true => format
            .bytes()
            .take_while(|byte| *byte == first as u8)
            .count(),
        false => first.len_utf8(),
    };
    Some(&format[..length])
}

/// Takes a number of so many digits off a text.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let all = rest.bytes().take(most).take_while(u8::is_ascii_digit);
    let count = all.count();
    let (number, behind) = rest.split_at(count);
    *rest = behind;
    number.parse().ok().filter(|_| count >= least)
}

fn month_by_name(rest: &mut &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    *rest = behind;
    let head = name.get(..3)?.to_lowercase();
    let at = MONTHS.iter().position(|month| *month == head)?;
    i64::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::Dates;

    #[test]
    fn days_between_dates() {
        let between = |from: &str, to: &str| {
            let dates = Dates::default();
            dates
                .day(to)
                .zip(dates.day(from))
                .map(|(to, from)| to - from)
        };
        assert_eq!(between("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(between("2023-02-28", "2023-03-01"), Some(1));
        assert_eq!(between("2023-12-31", "2024-01-01"), Some(1));
        assert_eq!(between("2024-01-01", "2025-01-01"), Some(366));
        for text in ["", "2024", "2024-13-01", "24-01-01", "2024-1-1", "x-y-z"] {
            assert_eq!(Dates::default().day(text), None, "{text}");
        }
    }

    #[test]
    fn forms_of_dates() {
        let day = Dates::default().day("2025-03-04");
        for (line, date) in [
            ("dateFormat DD.MM.YYYY", "04.03.2025"),
            ("dateformat: MM/DD/YYYY", "03/04/2025"),
            ("dateFormat D-M-YY", "4-3-25"),
            ("dateFormat YYYY-MM-DD HH:mm", "2025-03-04 10:30"),
            ("dateFormat DD MMM YYYY", "04 Mar 2025"),
        ] {
            let dates = Dates::stated(line).expect("a form");
            assert_eq!(dates.day(date), day, "{line}");
            assert_eq!(dates.day("2d"), None, "{line}");
        }
        assert!(Dates::stated("title DD.MM").is_none());
        assert!(Dates::stated("dateFormat").is_none());
        let odd = Dates::stated("dateFormat é[X]").expect("a form");
        assert_eq!(odd.day("é[X]"), None);
    }
}
