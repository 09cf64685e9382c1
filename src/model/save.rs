//! A model → the program that says the same: what was declared in the words of its author, and every stated fact.
//!
//! Where a fact came from (a file, an import, a list) does not matter here: it is written as a sentence of its own.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::{Model, NoFiles, load};
use crate::logic::{Place, RelationId};
use crate::resolve::Unit;
use crate::source::Source;
use crate::syntax::ast::{Portion, Scenario, Statement, StatementKind, Word};
use crate::value::ValueId;
use crate::vocabulary::shipped;

/// A verb, a kind, a rule, a scenario, or something forbidden, as it was written.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    place: Place,
    doc: Option<Arc<str>>,
    /// Of a scenario that includes files a part, which is written in its place.
    part: Option<Piece>,
}

/// A part of a scenario.
#[derive(Clone, Debug)]
struct Piece {
    /// `scenario worse extends move`, for the first one.
    head: Option<String>,
    /// What it holds.
    changes: Vec<Declaration>,
}

impl Declaration {
    /// Nothing for other statements, and for those of the vocabularies that are shipped.
    pub(super) fn of(unit: &Unit) -> Option<Self> {
        let declares = matches!(
            unit.statement.kind,
            StatementKind::Kind { .. }
                | StatementKind::Verb(_)
                | StatementKind::Rule(_)
                | StatementKind::Forbid(_)
                | StatementKind::Scenario(_)
        );
        let is_shipped = || shipped::find(unit.source.name()).is_some_and(|own| own == *unit.source);
        (declares && !is_shipped()).then(|| Self { part: Piece::of(unit), ..Self::at(unit, &unit.statement) })
    }

    fn at(unit: &Unit, statement: &Statement) -> Self {
        let place = Place { source: unit.source.clone(), span: statement.span };
        Self { place, doc: statement.doc.clone(), part: None }
    }

    /// As it is written in a program.
    fn text(&self) -> String {
        let doc = self.doc();
        match &self.part {
            None => format!("{doc}{}\n", self.place.source.slice(self.place.span)),
            Some(Piece { head, changes }) => {
                let head = head.as_ref().map_or(String::new(), |head| format!("{doc}{head} {{\n"));
                head + &changes.iter().map(Self::text).collect::<String>()
            }
        }
    }

    fn doc(&self) -> String {
        let lines = self.doc.iter().flat_map(|doc| doc.lines());
        lines.map(|line| format!("## {line}").trim_end().to_owned() + "\n").collect()
    }
}

impl Piece {
    /// Nothing for what is whole.
    fn of(unit: &Unit) -> Option<Self> {
        let StatementKind::Scenario(Scenario { name, parent, changes, portion }) = &unit.statement.kind else { return None };
        let written = |word: &Word| crate::syntax::words::written(&word.text);
        let head = match portion {
            Portion::Whole => return None,
            Portion::First => {
                let parent = parent.as_ref().map_or(String::new(), |parent| format!(" extends {}", written(parent)));
                Some(format!("scenario {}{parent}", written(name)))
            }
            Portion::Later => None,
        };
        Some(Self { head, changes: changes.iter().map(|change| Declaration::at(unit, change)).collect() })
    }
}

impl Model {
    /// A program that makes the same model of a fresh one: the vocabularies in use, what was declared, every stated fact, and the day
    /// whose facts count. It says nothing that a rule derives, and asks nothing.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("## Power is what all need.\nrule power: ?x is vital if ?x provides power to something\nA provides power to B, C")?;
    /// assert_eq!(
    ///     model.to_script(),
    ///     "## Power is what all need.\nrule power: ?x is vital if ?x provides power to something\n\n\
    ///      A provides power to B\nA provides power to C\n"
    /// );
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn to_script(&self) -> String {
        self.script_while(|| true).unwrap_or_default()
    }

    /// The same, if it is wanted until it is complete.
    pub(crate) fn script_while(&self, is_wanted: impl Fn() -> bool) -> Option<String> {
        let mut parts = vec![self.vocabularies_in_use()];
        parts.extend(declared(&self.declarations));
        let shipped = self.sentences_of_vocabularies();
        let mut gone = shipped.clone();
        for (relation, _) in self.vocabulary.relations() {
            let mut facts = String::new();
            for fact in self.sentences_of(relation) {
                if !is_wanted() {
                    return None;
                }
                if !gone.remove(&fact) && !shipped.contains(&fact) {
                    // There may be millions, and one that fits its line is laid out as it should be.
                    let is_long = fact.chars().count() > crate::syntax::format::WIDTH;
                    facts.push_str(&if is_long { formatted(fact + "\n") } else { fact + "\n" });
                }
            }
            parts.push(facts);
        }
        parts.push(gone.iter().flat_map(|fact| ["forget ", fact, "\n"]).collect());
        parts.extend(self.database.day().map(|day| format!("as of {day}\n")));
        parts.retain(|part| !part.is_empty());
        Some(parts.join("\n"))
    }

    /// The `use` lines.
    fn vocabularies_in_use(&self) -> String {
        let mut lines = String::new();
        for name in shipped::names() {
            let (is_standard, is_used) = (name == shipped::STANDARD, self.included.contains(&load::vocabulary_key(name)));
            match (is_standard, is_used) {
                (true, false) => lines.insert_str(0, "use none\n"),
                (false, true) => {
                    let _ = writeln!(lines, "use {name}");
                }
                (true, true) | (false, false) => {}
            }
        }
        lines
    }

    /// A fresh model with the same vocabularies.
    fn only_vocabularies(&self) -> Option<Self> {
        let uses_standard = self.included.contains(&load::vocabulary_key(shipped::STANDARD));
        let mut model = if uses_standard { Self::new() } else { Self::without_vocabulary() };
        let others = self.vocabularies_in_use().replace("use none\n", "");
        let script = model.load(Source::new("used", others), &NoFiles).ok()?;
        model.run_all(script, &NoFiles).ok()?;
        Some(model)
    }

    /// What the vocabularies state that are in use.
    pub(crate) fn sentences_of_vocabularies(&self) -> BTreeSet<String> {
        let model = self.only_vocabularies();
        model.iter().flat_map(Self::stated_sentences).collect()
    }

    /// Every stated fact as a sentence, those of one verb together.
    pub(crate) fn stated_sentences(&self) -> impl Iterator<Item = String> {
        self.vocabulary.relations().flat_map(|(relation, _)| self.sentences_of(relation))
    }

    fn sentences_of(&self, relation: RelationId) -> impl Iterator<Item = String> {
        self.database.all_stated(relation).map(move |row| {
            let values = row.iter().map(|value| ValueId(*value)).collect::<Vec<_>>();
            self.vocabulary.sentence(relation, 0, &values, &self.dictionary)
        })
    }
}

/// Declarations as they are written, the parts of a scenario together where its first one stands.
fn declared(declarations: &[Declaration]) -> Vec<String> {
    let mut texts: Vec<(String, bool)> = Vec::new();
    for declaration in declarations {
        let is_later = declaration.part.as_ref().is_some_and(|part| part.head.is_none());
        match texts.iter_mut().rfind(|(_, is_divided)| is_later && *is_divided) {
            Some((scenario, _)) => *scenario += &declaration.text(),
            None => texts.push((declaration.text(), declaration.part.is_some())),
        }
    }
    texts.into_iter().map(|(text, is_divided)| formatted(if is_divided { text + "}\n" } else { text })).collect()
}

/// A statement in the layout of all programs. Should the formatter ever fail, it still says the same.
fn formatted(statement: String) -> String {
    crate::syntax::format::format(&Source::new("saved", statement.as_str())).unwrap_or(statement)
}
