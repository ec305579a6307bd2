//! Text of others between the words of a prompt.

/// A text in a fence that nothing in it can close.
pub(super) fn fenced(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// A text whole, or its first quarter and its end with a line between them that says how much is left out. It has at most
/// `most` bytes besides that line.
pub(super) fn clipped(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = floor(text, most / 4);
    let tail = ceil(text, text.len() - (most - most / 4));
    let left = tail - head;
    format!(
        "{}\n[… {left} bytes are left out …]\n{}",
        &text[..head],
        &text[tail..]
    )
}

/// The nearest place at or before this one where a character begins.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The nearest place at or behind this one where a character begins.
fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(fenced("x"), "```\nx\n```\n");
        assert_eq!(fenced("a\n````\nb\n"), "`````\na\n````\nb\n`````\n");
    }

    #[test]
    fn what_is_clipped_keeps_its_ends_and_says_how_much_is_left_out() {
        let text = "aé🚀\nxyz".repeat(9);
        for most in 0..=text.len() + 1 {
            let short = clipped(&text, most);
            if text.len() <= most {
                assert_eq!(short, text);
                continue;
            }
            let (head, tail) = short.split_once("\n[… ").expect("it says so");
            let (count, tail) = tail
                .split_once(" bytes are left out …]\n")
                .expect("and how much");
            assert!(text.starts_with(head) && text.ends_with(tail), "{short}");
            assert!(head.len() + tail.len() <= most, "{short}");
            let count: usize = count.parse().expect("a number");
            assert_eq!(head.len() + count + tail.len(), text.len());
        }
    }
}
