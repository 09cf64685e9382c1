//! Comparisons in words and tables: what is gained (`+`), lost (`-`) and changed (`~`).

use super::grid;
use super::text::shown;
use crate::data::markdown;
use crate::diagnostics::render::printable;
use crate::model::{Comparison, Difference, Extent};
use crate::value::Value;

/// The lines that tell it; in plain words, if wanted.
pub(super) fn lines(comparison: &Comparison, plain: bool) -> Vec<String> {
    let mut lines: Vec<String> = small_models(comparison).collect();
    if comparison.small_models.as_ref().is_some_and(|models| models.facts.is_none()) {
        return lines;
    }
    lines.extend(match &comparison.extent {
        Extent::Value { same } => vec![value(comparison, same.as_ref())],
        Extent::Everything | Extent::Rows { .. } if comparison.differences.is_empty() => Vec::new(),
        Extent::Everything => comparison.differences.iter().flat_map(|difference| facts(difference, plain)).collect(),
        Extent::Rows { .. } if plain => comparison.differences.iter().map(|difference| words(comparison, difference)).collect(),
        Extent::Rows { .. } => table(comparison),
    });
    lines.extend(tally(comparison));
    lines.extend(forbidden(comparison));
    lines.extend(comparison.why.as_ref().map(|why| format!("To see why: {}", printable(why))));
    lines
}

/// The smallest model in which they differ, or how far it was looked for.
fn small_models(comparison: &Comparison) -> impl Iterator<Item = String> {
    let told = comparison.small_models.as_ref();
    let lines = told.map_or_else(Vec::new, |told| match &told.facts {
        Some(facts) if facts.is_empty() => vec!["They differ already if nothing is stated.".to_owned()],
        Some(facts) => {
            let head = "They differ if nothing is stated but".to_owned();
            std::iter::once(head).chain(facts.iter().map(|fact| format!("  {}", printable(fact)))).collect()
        }
        None => {
            let up_to = match told.all_up_to {
                1 => "1 fact".to_owned(),
                facts => format!("{facts} facts"),
            };
            let more = if told.larger > 0 { format!(", nor in {} larger ones", told.larger) } else { String::new() };
            vec![format!("No difference in any model of up to {up_to} about {} names of each kind{more}.", told.names)]
        }
    });
    lines.into_iter()
}

/// `No in base, yes in outage.`
fn value(comparison: &Comparison, same: Option<&Value>) -> String {
    let (left, right) = (printable(&comparison.left), printable(&comparison.right));
    match (comparison.differences.first(), same) {
        (Some(Difference::Changed(one, other)), _) => {
            let text = format!(
                "{} in {left}, {} in {right}.",
                one.iter().map(shown).collect::<String>(),
                other.iter().map(shown).collect::<String>()
            );
            text[..1].to_uppercase() + &text[1..]
        }
        (_, Some(same)) => format!("The same in both: {}.", shown(same)),
        _ => String::new(),
    }
}

/// A difference between facts, each on a line of its own.
fn facts(difference: &Difference, plain: bool) -> Vec<String> {
    let fact = |sign: char, word: &str, row: &[Value]| {
        let fact: String = row.iter().map(shown).collect();
        if plain { format!("{word}: {fact}") } else { format!("{sign} {fact}") }
    };
    match difference {
        Difference::Gained(row) => vec![fact('+', "gained", row)],
        Difference::Lost(row) => vec![fact('-', "lost", row)],
        Difference::Changed(left, right) => vec![fact('-', "changed from", left), fact('+', "to", right)],
    }
}

/// The sign of a difference, and its cells: where a value has changed, both.
fn cells(difference: &Difference) -> (char, Vec<String>) {
    match difference {
        Difference::Gained(row) => ('+', row.iter().map(shown).collect()),
        Difference::Lost(row) => ('-', row.iter().map(shown).collect()),
        Difference::Changed(left, right) => {
            let cell = |(left, right): (&Value, &Value)| {
                if left == right { shown(left) } else { format!("{} → {}", shown(left), shown(right)) }
            };
            ('~', left.iter().zip(right).map(cell).collect())
        }
    }
}

fn headings(comparison: &Comparison) -> impl Iterator<Item = String> {
    comparison.columns.iter().map(|column| printable(column))
}

fn table(comparison: &Comparison) -> Vec<String> {
    let headings: Vec<_> = std::iter::once(String::new()).chain(headings(comparison)).collect();
    let rows = || comparison.differences.iter().map(cells).map(|(sign, cells)| std::iter::once(sign.to_string()).chain(cells).collect());
    let is_number = |row: &[Value], column: usize| matches!(row[column], Value::Number(_));
    // The first column is that of the signs.
    let is_number = |column: usize| {
        column > 0
            && comparison.differences.iter().all(|difference| match difference {
                Difference::Gained(row) | Difference::Lost(row) => is_number(row, column - 1),
                Difference::Changed(left, right) => is_number(left, column - 1) && is_number(right, column - 1),
            })
    };
    let mut lines = Vec::new();
    grid::draw(&headings, rows, is_number, |line| lines.push(line.to_owned()));
    lines
}

/// `gained: provider B, service hosting`
fn words(comparison: &Comparison, difference: &Difference) -> String {
    let (sign, cells) = cells(difference);
    let word = match sign {
        '+' => "gained",
        '-' => "lost",
        _ => "changed",
    };
    let named = |(column, cell): (String, String)| if comparison.columns.len() == 1 { cell } else { format!("{column} {cell}") };
    format!("{word}: {}", headings(comparison).zip(cells).map(named).collect::<Vec<_>>().join(", "))
}

/// `(1 gained, 2 lost, 5 in both)`
fn tally(comparison: &Comparison) -> Option<String> {
    let same = match comparison.extent {
        Extent::Value { .. } => return None,
        Extent::Everything => None,
        Extent::Rows { same } => Some(same),
    };
    if comparison.differences.is_empty() {
        return Some(match same {
            Some(1) => "No difference: 1 answer, in both.".to_owned(),
            Some(0) => "No difference: no answer in either.".to_owned(),
            Some(same) => format!("No difference: {same} answers, in both."),
            None => "No difference.".to_owned(),
        });
    }
    let counts = [(comparison.gained().count(), "gained"), (comparison.lost().count(), "lost"), (comparison.changed().count(), "changed")];
    let mut parts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    parts.extend(same.map(|same| format!("{same} in both")));
    parts.extend((comparison.left_out > 0).then(|| format!("{} more not shown", comparison.left_out)));
    Some(format!("({})", parts.join(", ")))
}

/// What is forbidden in one of the two alone.
fn forbidden(comparison: &Comparison) -> impl Iterator<Item = String> {
    let said = |world: &str, what: &str| format!("Forbidden in {} alone: {}", printable(world), printable(what));
    let violated = comparison.violated.iter().map(move |what| said(&comparison.right, what));
    violated.chain(comparison.mended.iter().map(move |what| said(&comparison.left, what)))
}

/// The rows under their headings, after the word for what has become of them.
pub(super) fn csv(comparison: &Comparison) -> impl Iterator<Item = Vec<String>> {
    let row = |word: &str, row: &[Value]| std::iter::once(word.to_owned()).chain(row.iter().map(ToString::to_string)).collect::<Vec<_>>();
    let head = std::iter::once("change".to_owned()).chain(comparison.columns.iter().map(ToString::to_string)).collect();
    let rows = comparison.differences.iter().flat_map(move |difference| match difference {
        Difference::Gained(own) => vec![row("gained", own)],
        Difference::Lost(own) => vec![row("lost", own)],
        Difference::Changed(left, right) => vec![row("changed from", left), row("changed to", right)],
    });
    std::iter::once(head).chain(rows)
}

/// The lines of a document in Markdown.
pub(super) fn markdown(comparison: &Comparison) -> String {
    if matches!(comparison.extent, Extent::Value { .. }) || comparison.differences.is_empty() {
        return lines(comparison, false).iter().map(|line| markdown::escaped(line) + "\n").collect();
    }
    let mut text: String = small_models(comparison).map(|line| markdown::escaped(line.trim_start()) + "\n\n").collect();
    text += &markdown::head(&std::iter::once(String::new()).chain(headings(comparison)).collect::<Vec<_>>());
    for (sign, cells) in comparison.differences.iter().map(cells) {
        text += &markdown::row(std::iter::once(sign.to_string()).chain(cells));
    }
    for line in forbidden(comparison) {
        text.extend(["\n", &markdown::escaped(&line), "\n"]);
    }
    text
}
