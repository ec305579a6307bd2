//! Values of flags.

use std::time::Duration;

use wavecrew::exec::Answer;

/// An address of the web.
pub fn web_address(text: &str) -> Result<String, String> {
    match text.split_once("://") {
        Some(("http" | "https", rest)) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err("an address begins with http:// or https://".to_owned()),
    }
}

/// A share of 100.
pub fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=100.0).contains(&share) => Ok(share),
        _ => Err("a number from 0 to 100 is meant".to_owned()),
    }
}

/// Seconds from the command line: more than none, less than a year.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a number of seconds"))?;
    if !(seconds > 0.0 && seconds < 31_536_000.0) {
        return Err(format!(
            "`{text}` is not it: more than 0 and less than 31536000 seconds are meant"
        ));
    }
    let time = Duration::from_secs_f64(seconds);
    if time.is_zero() {
        return Err(format!("`{text}` is less than a nanosecond"));
    }
    Ok(time)
}

/// A decision about a task: `A-1=retry:mind the order`.
pub fn answer(text: &str) -> Result<(String, Answer), String> {
    let wrong =
        || format!("`{text}` is no answer; TASK=retry, TASK=skip, TASK=fail and TASK=abort are");
    // An id may have a `=` of its own, and so may the words.
    for (place, _) in text.match_indices('=') {
        let (task, said) = (&text[..place], &text[place + 1..]);
        let answer = match said.split_once(':') {
            Some(("retry", words)) if !words.trim().is_empty() => Answer::Retry {
                directive: Some(words.trim().to_owned()),
            },
            None if said == "retry" => Answer::Retry { directive: None },
            None if said == "skip" => Answer::Skip,
            None if said == "fail" => Answer::Fail,
            None if said == "abort" => Answer::Abort,
            _ => continue,
        };
        if task.is_empty() {
            break;
        }
        return Ok((task.to_owned(), answer));
    }
    Err(wrong())
}

#[cfg(test)]
mod tests {
    use wavecrew::exec::Answer;

    use super::answer;

    #[test]
    fn an_answer_names_its_task() {
        let retry = |words: Option<&str>| Answer::Retry {
            directive: words.map(str::to_owned),
        };
        for (text, task, expected) in [
            ("A-1=retry", "A-1", retry(None)),
            (
                "A-1=retry: use x=1: always",
                "A-1",
                retry(Some("use x=1: always")),
            ),
            ("a=b=skip", "a=b", Answer::Skip),
            ("A-1/2=fail", "A-1/2", Answer::Fail),
            ("A-1=abort", "A-1", Answer::Abort),
        ] {
            assert_eq!(answer(text), Ok((task.to_owned(), expected)), "{text}");
        }
        for wrong in [
            "",
            "A-1",
            "A-1=",
            "=skip",
            "A-1=later",
            "A-1=retry:",
            "A-1=skip:x",
        ] {
            assert!(answer(wrong).is_err(), "{wrong}");
        }
    }
}
