//! The names of columns ↔ the variables of an import: which column a variable takes. Knows nothing of cells.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::Origin;
use super::error::DataError;
use crate::value::composed;

/// So many names of columns a message lists.
const MAX_LISTED: usize = 30;

/// So many different keys of objects are remembered.
const MAX_KEYS: usize = 1000;

/// Longer keys are not remembered.
const MAX_KEY_LEN: usize = 200;

/// Names without what makes no difference between them.
pub(super) fn folded(name: &str) -> String {
    composed(name).chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

// ---- Headers

/// For each variable the number of its column.
pub(super) fn of_headers(origin: Origin<'_>, headers: &[String]) -> Result<Vec<usize>, DataError> {
    let names = headers.iter().map(|header| folded(header)).collect::<Vec<_>>();
    (0..origin.import.variables.len()).map(|variable| of_header(origin, headers, &names, variable)).collect()
}

fn of_header(origin: Origin<'_>, headers: &[String], names: &[String], variable: usize) -> Result<usize, DataError> {
    let (name, at) = &origin.import.variables[variable];
    let wanted = folded(name);
    let mut matching = (0..names.len()).filter(|column| names[*column] == wanted);
    match (matching.next(), matching.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(_)) => Err(DataError::RepeatedColumn { path: origin.path(), column: name.to_string(), at: *at }),
        (None, _) => {
            let other_separator = [';', '\t', '|'].into_iter().find(|sign| headers.len() == 1 && headers[0].contains(*sign));
            let help = if let Some(sign) = other_separator {
                format!("its cells are separated by `{}`: save it with commas, or with tabs as `.tsv`", sign.escape_default())
            } else if headers.iter().all(|header| header.trim().is_empty()) {
                "the file is empty: its first line gives the columns their names".to_owned()
            } else {
                help(name, headers.iter().map(String::as_str))
            };
            let label = "no header matches this".to_owned();
            Err(DataError::MissingColumn { path: origin.path(), column: name.to_string(), help, label, at: *at })
        }
    }
}

/// A header as a variable is written: `Vendor Name` → `Vendor-Name`.
fn as_variable(header: &str) -> String {
    let words = header.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// What helps where no column is called `name`.
fn help<'h>(name: &str, headers: impl Iterator<Item = &'h str>) -> String {
    let mut names = BTreeSet::new();
    let variables = headers.filter(|header| names.insert(folded(header))).map(as_variable).collect::<Vec<_>>();
    let near = crate::diagnostics::suggest::nearest(name, variables.iter().map(String::as_str));
    let listed = variables.iter().take(MAX_LISTED).map(|variable| format!("`?{variable}`")).collect::<Vec<_>>().join(", ");
    let more = match variables.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    near.map_or_else(|| format!("its columns are {listed}{more}"), |near| format!("did you mean `?{near}`? Its columns are {listed}{more}"))
}

// ---- Keys

/// The keys of objects as columns: each object may have others.
pub(super) struct Keys<'a> {
    origin: Origin<'a>,
    /// The different names of the variables.
    wanted: Vec<Wanted>,
    /// For each variable, which of these it is.
    places: Vec<usize>,
    /// For each variable, its key as it was written where it was met first; until then, its own name.
    headings: Vec<String>,
    /// Keys that were met, and which of the wanted ones each is.
    met: IndexMap<String, Option<usize>>,
}

struct Wanted {
    folded: String,
    is_met: bool,
}

impl<'a> Keys<'a> {
    pub(super) fn new(origin: Origin<'a>) -> Self {
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut places = Vec::new();
        for (name, _) in &origin.import.variables {
            let folded = folded(name);
            let known = wanted.iter().position(|other| other.folded == folded);
            places.push(known.unwrap_or(wanted.len()));
            if known.is_none() {
                wanted.push(Wanted { folded, is_met: false });
            }
        }
        let headings = origin.import.variables.iter().map(|(name, _)| name.to_string()).collect();
        Self { origin, wanted, places, headings, met: IndexMap::new() }
    }

    /// How many different columns are looked for.
    pub(super) fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Which of them a key is.
    pub(super) fn find(&mut self, key: &str) -> Option<usize> {
        if let Some(known) = self.met.get(key) {
            return *known;
        }
        let name = folded(key);
        let found = self.wanted.iter().position(|wanted| wanted.folded == name);
        if let Some(found) = found.filter(|found| !self.wanted[*found].is_met) {
            self.wanted[found].is_met = true;
            let own = self.headings.iter_mut().zip(&self.places).filter(|(_, place)| **place == found);
            own.for_each(|(heading, _)| key.clone_into(heading));
        }
        if self.met.len() < MAX_KEYS && key.len() <= MAX_KEY_LEN {
            self.met.insert(key.to_owned(), found);
        }
        found
    }

    /// Which of them a variable takes.
    pub(super) fn place(&self, variable: usize) -> usize {
        self.places[variable]
    }

    pub(super) fn headings(&self) -> &[String] {
        &self.headings
    }

    pub(super) fn are_all_met(&self) -> bool {
        self.wanted.iter().all(|wanted| wanted.is_met)
    }

    /// After the last object: whether each variable was a key of one of them. Without any keys there were no rows either.
    pub(super) fn finish(&self) -> Result<(), DataError> {
        let missing = self.places.iter().position(|place| !self.wanted[*place].is_met);
        let Some(variable) = missing.filter(|_| !self.met.is_empty()) else { return Ok(()) };
        let (name, at) = &self.origin.import.variables[variable];
        let help = help(name, self.met.keys().map(String::as_str));
        let label = "no object has a key like this".to_owned();
        Err(DataError::MissingColumn { path: self.origin.path(), column: name.to_string(), help, label, at: *at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_columns_is_cut_off() {
        let headers = (0..1000).map(|number| format!("column {number}")).collect::<Vec<_>>();
        let help = help("provider", headers.iter().map(String::as_str));
        assert!(help.starts_with("its columns are `?column-0`, `?column-1`,") && help.ends_with("`?column-29` and 970 more"), "{help}");
    }

    #[test]
    fn columns_that_are_the_same_are_listed_once() {
        assert_eq!(help("x", ["Start Date", "start_date", "name"].into_iter()), "its columns are `?Start-Date`, `?name`");
    }
}
