//! What is right, as numbers in which it cannot be read: a short hash for each row of an answer, mixed with where it belongs.
//!
//! So a pack can be checked where its solutions are not. It hides nothing from somebody who tries all possible rows; it keeps the
//! answer out of sight.

use super::Fault;
use super::pack::Fingerprint;
use super::program::Answer;
use super::sections::Section;
use super::trial::Case;
use crate::value::Value;

/// For each case of a check the rows that are right, in order.
pub(super) type Sealed = Vec<Vec<u32>>;

/// The number of a row in the answer to a case.
pub(super) fn row<'v>(check: &str, case: usize, values: impl IntoIterator<Item = &'v Value>) -> u32 {
    let mut print = Fingerprint::default();
    print.add(check);
    print.add(&case.to_string());
    for value in values {
        print.add(match value {
            Value::Number(_) => "number",
            Value::Date(_) => "date",
            Value::Name(_) => "name",
        });
        print.add(&value.to_string());
    }
    // The upper half is the better mixed one.
    u32::try_from(print.0 >> 32).unwrap_or_default()
}

/// The answers of a solution.
pub(super) fn seal(check: &str, cases: &[Case]) -> Sealed {
    let one = |(number, case): (usize, &Case)| match &case.answer {
        Answer::Rows(rows) => {
            let mut rows: Vec<_> = rows.iter().map(|values| row(check, number, values)).collect();
            rows.sort_unstable();
            rows
        }
        Answer::Unknown(_) => Vec::new(),
    };
    cases.iter().enumerate().map(one).collect()
}

/// What makes two answers to a check the same misunderstanding.
pub(super) fn signature(check: &str, cases: &[Case]) -> u64 {
    let mut print = Fingerprint::default();
    print.add(check);
    for case in seal(check, cases) {
        case.iter().for_each(|row| print.add(&row.to_string()));
        print.add("");
    }
    print.0
}

/// As it stands in a pack: a line for each case.
pub(super) fn written(sealed: &Sealed) -> String {
    let line = |rows: &Vec<u32>| match rows.as_slice() {
        [] => "| -\n".to_owned(),
        rows => format!("| {}\n", rows.iter().map(|row| format!("{row:08x}")).collect::<Vec<_>>().join(" ")),
    };
    sealed.iter().map(line).collect()
}

pub(super) fn unwritten(file: &str, section: &Section) -> Result<Sealed, Fault> {
    let row = |word: &str| u32::from_str_radix(word, 16);
    let line = |line: &str| line.split_whitespace().filter(|word| *word != "-").map(row).collect::<Result<Vec<_>, _>>();
    let sealed: Result<Sealed, _> = section.block.lines().map(line).collect();
    sealed.map_err(|_| Fault::new(file, section.line, "this is not as `srl learn build-pack` writes it"))
}
