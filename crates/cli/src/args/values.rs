//! Values of flags.

use std::time::Duration;

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
        return Err(format!("`{text}` is not between 0 and 31536000 seconds"));
    }
    Ok(Duration::from_secs_f64(seconds))
}
