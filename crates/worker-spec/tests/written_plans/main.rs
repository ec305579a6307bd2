//! Plans are written and read back, whatever texts they hold.

mod arbitrary;
mod dot;
mod json;
mod markdown;
mod mermaid;

use wavecrew_worker_spec::Plan;

/// The first line in which two plans differ.
fn difference(read: &Plan, written: &Plan) -> Option<String> {
    if read == written {
        return None;
    }
    let (read, written) = (format!("{read:#?}"), format!("{written:#?}"));
    let lines = read.lines().zip(written.lines());
    let (read, written) = { lines }.find(|(read, written)| read != written)?;
    Some(format!("read:    {read}\nwritten: {written}"))
}
