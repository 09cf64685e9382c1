//! SRL inside a Rust program: tell facts and a rule, ask, read the answers, and see what a mistake looks like.
//!
//! Run it with `cargo run --example embedding`.
#![expect(clippy::print_stdout, reason = "an example shows what it gets")]

use srl::{Error, Model};

fn main() -> Result<(), Error> {
    let mut model = Model::new();
    model.tell(
        "CloudCo provides hosting, storage to StreamCo
         StreamCo provides streaming to TrainCo
         rule upstream: ?p is critical for ?c if ?c relies on ?p and not ?p relies on someone",
    )?;

    // A table: its rows are slices of values, in the order of its columns …
    for row in model.ask("who provides what to whom?")?.rows() {
        println!("{} gets {} from {}", row[2], row[1], row[0]);
    }
    // … which also have names.
    for row in model.ask("find ?c, count ?s where ?c consumes ?s from someone")?.rows() {
        if let (Some(consumer), Some(services)) = (row.get("c"), row.get("count s")) {
            println!("{consumer} consumes {services} services");
        }
    }
    // Yes or no; of a table, `holds` says whether it has rows.
    if model.ask("is CloudCo critical for TrainCo?")?.holds() {
        println!("TrainCo cannot do without CloudCo");
    }
    // A mistake: nothing of the text was told, and each problem knows its place and a way out.
    if let Err(error) = model.tell("CloudCo provides backup to TrainCo\nCloudCo provdes power to TrainCo") {
        for problem in error.problems() {
            println!("{problem}; {}", problem.help().unwrap_or_default());
        }
    }
    assert!(!model.ask("does CloudCo provide backup to TrainCo?")?.holds());
    Ok(())
}
