//! DOT, read by a lexer of Graphviz's language as its manual gives it.

use proptest::prelude::*;
use wavecrew_worker_spec::{Plan, write};

use crate::arbitrary::plan;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(String),
}

/// Words, quoted texts (in which a quote is escaped, and a doubled backslash stays), and the signs of the language.
fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            c if c.is_ascii_whitespace() => {}
            '"' => {
                let mut inside = String::new();
                loop {
                    match characters.next().ok_or("a quote is never closed")? {
                        '"' => break,
                        '\\' if characters.peek() == Some(&'"') => inside.extend(characters.next()),
                        '\\' if characters.next_if_eq(&'\\').is_some() => inside.push_str("\\\\"),
                        c => inside.push(c),
                    }
                }
                tokens.push(Token::Quoted(inside));
            }
            '-' if characters.next_if_eq(&'>').is_some() => {
                tokens.push(Token::Sign("->".to_owned()))
            }
            '{' | '}' | '[' | ']' | '=' | ';' | ',' => tokens.push(Token::Sign(c.to_string())),
            c if c.is_ascii_alphanumeric() => {
                let mut word = c.to_string();
                while let Some(c) = characters.next_if(char::is_ascii_alphanumeric) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
            c => return Err(format!("{c:?} is no sign of the language")),
        }
    }
    Ok(tokens)
}

/// Nodes with labels, and edges.
type Graph = (Vec<String>, Vec<(String, String)>);

fn graph(tokens: &[Token]) -> Graph {
    let mut found = Graph::default();
    for window in tokens.windows(3) {
        match window {
            [Token::Quoted(from), Token::Sign(arrow), Token::Quoted(to)] if arrow == "->" => {
                found.1.push((from.clone(), to.clone()));
            }
            [Token::Quoted(id), Token::Sign(open), Token::Word(label)]
                if open == "[" && label == "label" =>
            {
                found.0.push(id.clone());
            }
            _ => {}
        }
    }
    found
}

fn depth(tokens: &[Token]) -> Option<usize> {
    tokens.iter().try_fold(0_usize, |depth, token| match token {
        Token::Sign(sign) if sign == "{" => Some(depth + 1),
        Token::Sign(sign) if sign == "}" => depth.checked_sub(1),
        _ => Some(depth),
    })
}

fn check(plan: &Plan) -> Result<(), TestCaseError> {
    let written = write::to_dot(plan);
    let tokens = tokens(&written).map_err(TestCaseError::fail)?;
    prop_assert_eq!(depth(&tokens), Some(0), "{}", &written);
    let (nodes, edges) = graph(&tokens);
    let distinct: std::collections::HashSet<&String> = nodes.iter().collect();
    prop_assert_eq!(
        (nodes.len(), distinct.len()),
        (plan.tasks.len(), plan.tasks.len()),
        "{}",
        &written
    );
    prop_assert!(edges.len() >= plan.edges.len());
    let known = edges
        .iter()
        .all(|(from, to)| distinct.contains(from) && distinct.contains(to));
    prop_assert!(known, "{}", &written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_plan_is_a_graph_of_its_tasks_and_edges(plan in plan()) {
        check(&plan)?;
    }
}
