//! A provider of one's own: everything that can answer a request can do a plan's work.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use wavecrew::providers::{
    ErrorKind, Fallback, Provider, ProviderError, Request, Response, Scripted, async_trait,
};

/// Answers from a phrase book, and says so when it has no phrase.
#[derive(Debug)]
struct PhraseBook(&'static [(&'static str, &'static str)]);

#[async_trait]
impl Provider for PhraseBook {
    fn name(&self) -> &str {
        "phrase-book"
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let asked = request
            .messages
            .last()
            .map_or("", |message| &message.content);
        match self.0.iter().find(|(phrase, _)| asked.contains(phrase)) {
            Some((_, answer)) => Ok(Response::new(self.name(), *answer)),
            None => {
                let unknown =
                    ProviderError::new(ErrorKind::ModelNotFound, self.name(), "no such phrase");
                Err(unknown)
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ProviderError> {
    let book = PhraseBook(&[
        ("good morning", "goede morgen"),
        ("thank you", "dank je wel"),
    ]);
    // It composes with every wrapper: here the book is asked first, and a script answers the rest.
    let script = Scripted::new("script", [Ok("ik weet het niet")]);
    let chain = Fallback::new(vec![Box::new(book) as Box<dyn Provider>, Box::new(script)]);

    for question in ["thank you", "where is the harbour?"] {
        let answer = chain.complete(&Request::prompt(question)).await?;
        println!("{question} -> {} ({})", answer.text, answer.provider);
        for reason in &answer.passed_over {
            println!("   passed over {reason}");
        }
    }
    Ok(())
}
