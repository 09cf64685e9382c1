//! What may be written in place of a word that has been begun: words of the language, verbs, names that stand in such a place.

use super::gather::Gather;
use super::scenarios;
use super::typing::{Typing, rest};
use super::walk::{Place, unquoted};
use crate::logic::RelationId;
use crate::model::{Budget, Model};
use crate::syntax::ast::Form;
use crate::syntax::words::{AGGREGATES, STATEMENT_WORDS};
use crate::vocabulary::{KindId, Origin, Reading, Relation, SlotKind, inflection};

/// So many rows and names are looked at for one key.
const MAX_LOOKED_AT: usize = 100_000;

/// Something that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is written, in quotation marks where it must be.
    pub text: String,
    /// What is shown: `provides service to consumer`.
    pub display: String,
}

/// What may stand at a place of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The byte where the word begins that they replace; it ends at the cursor.
    pub start: usize,
    /// The best first.
    pub candidates: Vec<Candidate>,
}

/// What may stand at the byte `at` of a text. `files` gives the paths that begin as it is given, those of folders with `/` at their end. A
/// line that is for the prompt itself (`:help`) is left to the prompt.
///
/// ```
/// let mut model = srl::Model::new();
/// model.tell("B provides \"web hosting\" to C")?;
/// let completions = srl::session::complete(&model, "B provides w", 12, &|_| Vec::new());
/// assert_eq!(completions.start, 11);
/// assert_eq!(completions.candidates[0].text, "\"web hosting\"");
/// # Ok::<(), srl::Error>(())
/// ```
pub fn complete(model: &Model, text: &str, at: usize, files: &dyn Fn(&str) -> Vec<String>) -> Completions {
    let at = text.floor_char_boundary(at);
    let Some(typing) = Typing::new(model, text, at) else { return Completions { start: at, candidates: Vec::new() } };
    typing.complete(files)
}

impl<'a> Typing<'a> {
    pub(super) fn complete(&self, files: &dyn Fn(&str) -> Vec<String>) -> Completions {
        let mut gather = Gather::new(self.begun.strip_prefix('"').unwrap_or(self.begun));
        self.offer(&mut gather, files);
        Completions { start: self.start, candidates: gather.finish() }
    }

    fn offer(&self, gather: &mut Gather, files: &dyn Fn(&str) -> Vec<String>) {
        if scenarios::offer(self.model, &self.head, gather) {
            return;
        }
        if self.walk.place == Place::Path {
            return self.paths(gather, files);
        }
        if self.begun.starts_with('?') {
            if self.walk.is_term_place() {
                self.variables(gather);
            }
            return;
        }
        let budget = Budget::new(MAX_LOOKED_AT);
        let is_quoted = self.begun.starts_with('"');
        match self.walk.place {
            Place::Start | Place::Subject | Place::Inverted(_) | Place::Described | Place::Answer => {
                if !is_quoted {
                    self.openings(gather);
                }
                self.subjects(gather, &budget);
            }
            Place::Object(slot) | Place::Slot(slot) => {
                self.fillers(gather, slot, &budget);
                if !is_quoted {
                    gather.next_group();
                    self.stand_ins(gather);
                }
                if matches!(self.walk.place, Place::Object(_)) && !is_quoted {
                    gather.next_group();
                    self.phrases(gather);
                }
            }
            _ if is_quoted => {}
            Place::Verb => self.verbs(gather, &budget),
            Place::Is => {
                self.properties(gather, Form::Is, &budget);
                // `what is the availability of hosting?`
                if self.walk.wh_first {
                    self.properties(gather, Form::Has, &budget);
                }
            }
            Place::Has => self.properties(gather, Form::Has, &budget),
            Place::Not => gather.word("not"),
            Place::Base => self.acting(gather, inflection::base, &budget),
            Place::Value => {
                self.variables(gather);
                AGGREGATES.iter().for_each(|word| gather.word(word));
            }
            Place::Phrase => self.phrases(gather),
            Place::Many => ["many", "does", "is"].into_iter().for_each(|word| gather.word(word)),
            Place::All => ["reasons for", "chains for"].into_iter().for_each(|word| gather.word(word)),
            Place::For => gather.word("for"),
            Place::Would => ["make", "stop"].into_iter().for_each(|word| gather.word(word)),
            Place::Kind => self.kinds(gather),
            Place::KindIs => gather.word("is"),
            Place::Vocabulary => {
                Model::vocabularies().for_each(|name| gather.word(name));
                gather.word("none");
            }
            Place::Of => gather.word(if self.walk.led_by == "import" { "as" } else { "of" }),
            Place::Day => gather.word("any day"),
            Place::Column => {
                self.variables(gather);
                AGGREGATES.iter().for_each(|word| gather.word(word));
            }
            Place::AfterColumn => ["where", "descending", "ascending", "limit"].into_iter().for_each(|word| gather.word(word)),
            Place::By => gather.word("by"),
            Place::Declaration => ["also", "keeping least", "keeping greatest"].into_iter().for_each(|word| gather.word(word)),
            Place::New | Place::NewVerb | Place::Path | Place::Text | Place::End | Place::Unknown => {}
        }
    }

    // ---- Words of the language

    /// What a statement or a condition may begin with.
    fn openings(&self, gather: &mut Gather) {
        let (is_start, is_condition) = (self.walk.place == Place::Start, self.walk.is_condition);
        if is_start {
            STATEMENT_WORDS.iter().for_each(|word| gather.word(word));
            ["how does", "in"].into_iter().for_each(|word| gather.word(word));
        }
        if self.walk.led_by == "why" && self.walk.place == Place::Subject {
            ["does", "is", "not"].into_iter().for_each(|word| gather.word(word));
        }
        if is_start || self.walk.place == Place::Subject && matches!(self.walk.led_by, "expect" | "export") {
            ["who", "what", "which", "how many", "does", "is"].into_iter().for_each(|word| gather.word(word));
        }
        if is_condition && self.walk.place == Place::Subject {
            self.variables(gather);
            ["not", "whenever"].into_iter().for_each(|word| gather.word(word));
        }
        gather.next_group();
    }

    /// What stands for a name.
    fn stand_ins(&self, gather: &mut Gather) {
        self.variables(gather);
        if self.walk.is_condition || self.walk.asks || self.walk.led_by == "forget" {
            ["something", "someone"].into_iter().for_each(|word| gather.word(word));
        }
    }

    /// The variables of the statement, but for the one that is being typed.
    fn variables(&self, gather: &mut Gather) {
        let mut known = crate::syntax::variables(self.statement).collect::<Vec<_>>();
        if let Some(own) = known.iter().position(|variable| *variable == self.begun) {
            known.remove(own);
        }
        known.into_iter().for_each(|variable| gather.word(variable));
    }

    /// The phrases that are left, and what joins sentences.
    fn phrases(&self, gather: &mut Gather) {
        if let Some((relation, reading)) = self.walk.reading() {
            for (preposition, slot) in reading.phrases.iter().filter(|(_, slot)| !self.walk.filled.contains(slot)) {
                let display = format!("{preposition} {}", relation.slots[*slot].name);
                gather.offer(preposition, || Candidate { text: preposition.to_string(), display });
            }
        }
        gather.next_group();
        let is_fact = self.walk.led_by.is_empty() && !self.walk.is_condition && !self.walk.asks;
        let words: &[&str] = match self.walk.led_by {
            "find" => &["and", "or", "order by", "limit"],
            "forget" | "import" => &[],
            _ if is_fact => &["if", "and", "or"],
            _ if self.walk.asks => &[],
            _ => &["and", "or", "then", "because"],
        };
        words.iter().for_each(|word| gather.word(word));
    }

    fn kinds(&self, gather: &mut Gather) {
        let vocabulary = self.model.vocabulary();
        for kind in vocabulary.kinds() {
            let name = vocabulary.kind_name(kind);
            let singular = crate::syntax::words::written(name);
            let plural = if singular.starts_with('"') { singular.clone() } else { inflection::plural(name) };
            let offered = match self.walk.led_by {
                "verb" | "kind" => [Some(singular), None],
                _ if self.walk.is_plural => [Some(plural), None],
                _ => [Some(plural), Some(singular)],
            };
            for text in offered.into_iter().flatten() {
                gather.word(&text);
            }
        }
        if self.walk.led_by == "verb" {
            ["number", "date"].into_iter().for_each(|word| gather.word(word));
        }
    }

    // ---- Verbs

    fn verbs(&self, gather: &mut Gather, budget: &Budget) {
        let is_plural = self.walk.is_plural;
        self.acting(gather, if is_plural { inflection::base } else { str::to_owned }, budget);
        gather.next_group();
        let words = if is_plural { ["are", "have", "do not"] } else { ["is", "has", "does not"] };
        let may_deny = self.walk.is_condition || self.walk.asks;
        words.into_iter().take(if may_deny { 3 } else { 2 }).for_each(|word| gather.word(word));
    }

    /// The verbs that are one word, in some form; those first that are said of such a subject.
    fn acting(&self, gather: &mut Gather, form: fn(&str) -> String, budget: &Budget) {
        let kinds = self.subject_kinds(budget);
        let fits = |relation: &Relation, reading: &Reading| self.is_said_of(&kinds, relation.slots[reading.subject].kind);
        for is_fitting in [true, false] {
            for (relation, reading) in self.readings(Form::Acts).filter(|(relation, reading)| fits(relation, reading) == is_fitting) {
                let word = form(&reading.word);
                gather.offer(&word, || Candidate {
                    display: beginning(&word, &rest(relation, reading, &[reading.subject])),
                    text: word.clone(),
                });
            }
            gather.next_group();
        }
    }

    /// The kinds that the subject is known to be of.
    fn subject_kinds(&self, budget: &Budget) -> Vec<KindId> {
        if let Some(kind) = self.walk.subject_kind {
            return vec![kind];
        }
        let known = self.walk.subject.and_then(|name| self.model.known_name(&unquoted(name)));
        known.map_or_else(Vec::new, |name| self.model.kinds_seen(name, budget))
    }

    fn is_said_of(&self, kinds: &[KindId], slot: SlotKind) -> bool {
        let SlotKind::Kind(slot) = slot else { return true };
        let vocabulary = self.model.vocabulary();
        kinds.is_empty() || kinds.iter().any(|kind| vocabulary.is_within(*kind, slot) || vocabulary.is_within(slot, *kind))
    }

    fn readings(&self, form: Form) -> impl Iterator<Item = (&'a Relation, &'a Reading)> {
        let relations = self.model.vocabulary().relations();
        let readings = relations.flat_map(|(_, relation)| relation.readings.iter().map(move |reading| (relation, reading)));
        readings.filter(move |(_, reading)| reading.form == form)
    }

    /// What may follow `is` or `has`: first what is said of such a subject, kinds last. With its article unless one has been typed.
    fn properties(&self, gather: &mut Gather, form: Form, budget: &Budget) {
        let last = self.last.map_or("", |token| &self.text[token.start..token.end]);
        let kinds = self.subject_kinds(budget);
        let group = |(relation, reading): &(&Relation, &Reading)| {
            let fits = self.is_said_of(&kinds, relation.slots[reading.subject].kind);
            if relation.origin == Origin::Kind { 2 } else { usize::from(!fits) }
        };
        for number in 0..3 {
            for (relation, reading) in self.readings(form).filter(|said| group(said) == number) {
                let article = reading.article.as_deref();
                if form == Form::Is && matches!(last, "a" | "an") && article != Some(last) {
                    continue;
                }
                let article = article.filter(|_| form == Form::Is && last == "is");
                let text = article.into_iter().chain([&*reading.word]).collect::<Vec<_>>().join(" ");
                let display = beginning(&text, &rest(relation, reading, &[reading.subject]));
                gather.offer(&reading.word, || Candidate { text, display });
            }
            gather.next_group();
        }
    }

    // ---- Names

    /// Every name: what a sentence may be about.
    fn subjects(&self, gather: &mut Gather, budget: &Budget) {
        gather.names(self.model.known_names(budget));
    }

    /// The names that were seen in a slot, then those of its kind, then all.
    fn fillers(&self, gather: &mut Gather, slot: Option<usize>, budget: &Budget) {
        if let (Some(slot), Some((relation, _))) = (slot, self.walk.said) {
            gather.names(self.model.names_in_slot(relation, slot, budget));
            let kind = self.model.vocabulary().relation(relation).slots[slot].kind;
            gather.next_group();
            match kind {
                SlotKind::Kind(kind) => self.of_kind(gather, kind, (relation, slot), budget),
                SlotKind::Number | SlotKind::Date => return,
                SlotKind::Any => {}
            }
        }
        if !gather.has_prefix() {
            gather.next_group();
            self.subjects(gather, &Budget::new(MAX_LOOKED_AT));
        }
    }

    fn of_kind(&self, gather: &mut Gather, kind: KindId, but: (RelationId, usize), budget: &Budget) {
        for (relation, slot) in self.model.slots_of_kind(kind).filter(|slot| *slot != but) {
            gather.names(self.model.names_in_slot(relation, slot, budget));
        }
    }

    // ---- Files

    fn paths(&self, gather: &mut Gather, files: &dyn Fn(&str) -> Vec<String>) {
        let begun = unquoted(self.begun);
        let mut paths = files(&begun);
        let is_program = |path: &String| path.rsplit('.').next() == Some("srl");
        let is_folder = |path: &String| path.ends_with('/');
        paths.sort_by_key(|path| (is_folder(path), is_program(path) != (self.walk.led_by == "include")));
        for path in paths {
            // In a folder one goes on typing.
            let text = if is_folder(&path) { format!("\"{path}") } else { format!("\"{path}\"") };
            gather.offer(&path, || Candidate { text, display: path.clone() });
        }
    }
}

/// A word and what follows it.
fn beginning(word: &str, rest: &str) -> String {
    if rest.is_empty() { word.to_owned() } else { format!("{word} {rest}") }
}
