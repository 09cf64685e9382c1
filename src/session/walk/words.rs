//! What the words of a statement are, by the place in which they stand.

use super::{Place, Stranger, Walk, is_date};
use crate::session::highlight::Class;
use crate::source::Span;
use crate::syntax::ast::Form;
use crate::syntax::words::{AGGREGATES, STATEMENT_WORDS, is_preposition, is_reserved};
use crate::vocabulary::Reading;
use crate::vocabulary::inflection::bases_of_gerund;

/// What leads a question for what would make a sentence true, or would stop it.
const REMEDY: &str = "what would";

/// The verbs of conditions on texts.
const TEXT_TESTS: &[&str] = &["contains", "contain", "matches", "match", "begins", "begin", "ends", "end"];

impl<'a> Walk<'a> {
    pub(super) fn word(&mut self, word: &'a str, span: Span) -> Option<Class> {
        if matches!(self.place, Place::Many | Place::All | Place::For)
            && let Some(class) = self.explaining(word, span)
        {
            return Some(class);
        }
        Some(match self.place {
            Place::Start => self.first(word),
            Place::Subject => self.subject(word),
            Place::Verb => self.predicate(word, span),
            Place::Is => self.is_word(word, span),
            Place::Has => match word {
                "a" | "an" | "the" => Class::Verb,
                _ => self.verb(Form::Has, word, span),
            },
            Place::Not | Place::Base if word == "not" => {
                self.place = Place::Base;
                Class::Keyword
            }
            // `Maya does training`: it was the verb.
            Place::Not => {
                self.verb(Form::Acts, "does", span);
                return self.phrase(word, span);
            }
            Place::Would => return self.remedy(word),
            Place::Base if matches!(word, "have" | "has") => {
                self.place = Place::Has;
                Class::Verb
            }
            Place::Base => match self.connective(word) {
                Some(class) if !matches!(word, "do" | "does") => class,
                _ => self.verb(Form::Acts, word, span),
            },
            Place::Object(_) | Place::Phrase => return self.phrase(word, span),
            Place::Value | Place::Column if AGGREGATES.contains(&word) => Class::Keyword,
            Place::Inverted(_) | Place::Described | Place::Answer | Place::Slot(_) | Place::Value => self.term(word),
            Place::Column | Place::AfterColumn => self.connective(word)?,
            Place::Many => {
                self.place = Place::Kind;
                self.is_plural = true;
                Class::Keyword
            }
            Place::Kind => match word {
                "a" | "an" | "the" => Class::Keyword,
                _ => self.kind(word),
            },
            Place::New => {
                self.after_new();
                return None;
            }
            Place::KindIs => match word {
                "is" | "are" => {
                    self.after_kind = Place::End;
                    self.place = Place::Kind;
                    Class::Keyword
                }
                _ => return None,
            },
            Place::NewVerb => match word {
                "is" | "are" | "has" | "have" | "a" | "an" | "the" => Class::Verb,
                _ => {
                    self.declares.push(word);
                    self.place = Place::Declaration;
                    Class::Verb
                }
            },
            Place::Declaration => match word {
                "also" => {
                    self.place = Place::New;
                    Class::Keyword
                }
                "keeping" | "least" | "greatest" => Class::Keyword,
                _ if is_preposition(word) => Class::Keyword,
                _ => return None,
            },
            Place::Vocabulary => {
                self.place = Place::End;
                Class::Text
            }
            Place::Of => {
                if self.led_by == "import" {
                    self.sentence();
                } else {
                    self.place = Place::Day;
                }
                Class::Keyword
            }
            Place::Day if is_date(word) => {
                self.place = Place::End;
                Class::Date
            }
            Place::Day => Class::Keyword,
            Place::By => {
                (self.place, self.term) = (Place::Column, Place::Column);
                Class::Keyword
            }
            Place::Path | Place::Text | Place::End | Place::Unknown if is_reserved(word) => Class::Keyword,
            Place::Unknown if word.starts_with(|first: char| first.is_ascii_digit()) => Class::Number,
            Place::All | Place::For | Place::Path | Place::Text | Place::End | Place::Unknown => return self.connective(word),
        })
    }

    /// After `what would`.
    fn remedy(&mut self, word: &'a str) -> Option<Class> {
        if !matches!(word, "make" | "stop" | "prevent") {
            return self.connective(word);
        }
        (self.asks, self.led_by) = (true, REMEDY);
        self.sentence();
        Some(Class::Keyword)
    }

    /// The words before the sentence that is to be explained: `how does`, `all reasons for`.
    fn explaining(&mut self, word: &'a str, span: Span) -> Option<Class> {
        match (self.place, word) {
            (Place::Many, "does" | "do" | "is" | "are") => {
                self.wh_first = false;
                self.place = Place::Inverted(if word.starts_with('d') { Form::Acts } else { Form::Is });
            }
            (Place::All, "reasons" | "chains") => {
                self.place = Place::For;
                self.asks = true;
            }
            // `all is well`: it was a name.
            (Place::All, _) => {
                (self.led_by, self.place) = ("", Place::Verb);
                return self.word(word, span);
            }
            (Place::For, _) => self.sentence(),
            _ => return None,
        }
        Some(Class::Keyword)
    }

    fn first(&mut self, word: &'a str) -> Class {
        self.place = match word.to_lowercase().as_str() {
            "kind" | "verb" | "rule" => Place::New,
            "use" => Place::Vocabulary,
            "include" | "import" | "export" => Place::Path,
            "as" => Place::Of,
            "find" => Place::Column,
            "describe" => Place::Described,
            "forget" => Place::Subject,
            "why" => {
                self.asks = true;
                Place::Subject
            }
            "all" => Place::All,
            "expect" | "forbid" | "warn" => {
                self.is_condition = true;
                Place::Subject
            }
            _ => return self.subject(word),
        };
        self.term = self.place;
        let leaders = STATEMENT_WORDS.iter().filter_map(|words| words.split(' ').next());
        self.led_by = leaders.into_iter().find(|leader| word.eq_ignore_ascii_case(leader)).unwrap_or_default();
        Class::Keyword
    }

    fn subject(&mut self, word: &'a str) -> Class {
        let plain = if self.is_first { word.to_lowercase() } else { word.to_owned() };
        match plain.as_str() {
            "not" => Class::Keyword,
            "whenever" => {
                self.is_condition = true;
                Class::Keyword
            }
            "find" if matches!(self.led_by, "expect" | "export") => {
                (self.place, self.term) = (Place::Column, Place::Column);
                Class::Keyword
            }
            "does" | "do" | "is" | "are" => {
                self.asks = true;
                self.place = Place::Inverted(if plain.starts_with('d') { Form::Acts } else { Form::Is });
                Class::Keyword
            }
            _ => self.term(word),
        }
    }

    /// A new sentence begins.
    pub(super) fn sentence(&mut self) {
        self.said = None;
        self.filled.clear();
        (self.subject, self.subject_kind) = (None, None);
        (self.wh_first, self.both, self.is_plural) = (false, false, false);
        (self.place, self.term) = (Place::Subject, Place::Subject);
    }

    pub(super) fn kind(&mut self, word: &str) -> Class {
        let kind = self.model.vocabulary().find_kind(word);
        if self.after_kind == Place::Verb {
            self.subject_kind = kind;
            self.is_plural |= kind.is_some_and(|kind| **self.model.vocabulary().kind_name(kind) != *word);
        }
        self.place = self.after_kind;
        Class::Kind
    }

    pub(super) fn after_new(&mut self) {
        self.place = match self.led_by {
            "kind" => Place::KindIs,
            "verb" => Place::NewVerb,
            _ => Place::Unknown,
        };
    }

    // ---- Verbs

    fn predicate(&mut self, word: &'a str, span: Span) -> Class {
        let vocabulary = self.model.vocabulary();
        match word {
            "is" | "are" => {
                self.place = Place::Is;
                Class::Verb
            }
            "has" | "have" => {
                self.place = Place::Has;
                Class::Verb
            }
            "does" | "do" if vocabulary.find(Form::Acts, word).is_some() && !self.wh_first => self.verb(Form::Acts, word, span),
            "does" | "do" => {
                self.place = if self.wh_first { Place::Inverted(Form::Acts) } else { Place::Not };
                Class::Keyword
            }
            "would" if self.wh_first => {
                self.place = Place::Would;
                Class::Keyword
            }
            // `stop Student from relying on Google`, `make Google a consumer`
            "from" if self.led_by == REMEDY => Class::Keyword,
            "being" | "a" | "an" | "the" if self.led_by == REMEDY => {
                self.place = Place::Is;
                Class::Verb
            }
            // `what services does B provide?`
            _ if self.wh_first && self.subject_kind.is_none() && vocabulary.find_kind(word).is_some() => {
                self.after_kind = Place::Verb;
                self.kind(word)
            }
            _ => match self.connective(word) {
                Some(class) => class,
                None => self.verb(Form::Acts, word, span),
            },
        }
    }

    fn is_word(&mut self, word: &'a str, span: Span) -> Class {
        let vocabulary = self.model.vocabulary();
        let declared = vocabulary.find(Form::Is, word);
        let is_declared = declared.is_some();
        let takes_of = declared.is_some_and(|(relation, reading)| vocabulary.reading(relation, reading).slot("of").is_some());
        match word {
            "not" => Class::Keyword,
            "both" => {
                self.both = true;
                Class::Keyword
            }
            "a" | "an" | "the" => Class::Verb,
            "there" => {
                self.place = Place::End;
                Class::Keyword
            }
            // `what is the availability of hosting?`
            _ if self.wh_first && !takes_of && vocabulary.find(Form::Has, word).is_some() => {
                let class = self.verb(Form::Has, word, span);
                self.filled.clear();
                self.place = Place::Phrase;
                class
            }
            // `who is Maya a member of?`, `what is hosting?`
            _ if self.wh_first && !is_declared && self.model.known_name(word).is_some() => {
                self.wh_first = false;
                Class::Name
            }
            _ => self.verb(Form::Is, word, span),
        }
    }

    fn verb(&mut self, form: Form, word: &'a str, span: Span) -> Class {
        let vocabulary = self.model.vocabulary();
        self.said = vocabulary.find(form, word);
        if self.said.is_none() && self.led_by == REMEDY {
            let bases = bases_of_gerund(word);
            self.said = bases.iter().find_map(|base| vocabulary.find(form, base)).or_else(|| vocabulary.find(Form::Is, word));
        }
        self.filled.clear();
        self.place = match self.reading() {
            Some((_, reading)) => {
                self.filled.push(reading.subject);
                reading.object.map_or(Place::Phrase, |slot| Place::Object(Some(slot)))
            }
            None if form == Form::Is => Place::Phrase,
            None => Place::Object(None),
        };
        if self.said.is_none() && form == Form::Acts && !TEXT_TESTS.contains(&word) {
            if !self.is_condition && matches!(self.led_by, "" | "rule") {
                self.head = Some(word);
            }
            // What begins with a variable may become the head of a rule, which declares its verb; `make Dion down` speaks of a word with `is`,
            // which any rule may declare.
            let may_be_declared = self.led_by == REMEDY || (self.has_variable && !self.is_condition && !self.asks);
            if !may_be_declared {
                self.strangers.push(Stranger { word, span });
            }
        }
        Class::Verb
    }

    /// After what stands in a slot.
    fn phrase(&mut self, word: &'a str, span: Span) -> Option<Class> {
        if is_preposition(word) {
            let reading = self.reading();
            // `what is the availability of hosting?`
            let is_turned = |reading: &Reading| reading.form == Form::Has && word == "of" && self.filled.is_empty();
            let slot = reading.and_then(|(_, reading)| if is_turned(reading) { Some(reading.subject) } else { reading.slot(word) });
            if reading.is_some() && slot.is_none() {
                self.misplaced.push(span);
            }
            self.place = Place::Slot(slot);
            return Some(Class::Keyword);
        }
        if let Some(class) = self.connective(word) {
            return Some(class);
        }
        let is_object = matches!(self.place, Place::Object(_));
        is_object.then(|| self.term(word))
    }

    fn is_find(&self) -> bool {
        matches!(self.led_by, "find" | "expect" | "export")
    }

    /// What joins sentences, or ends them.
    fn connective(&mut self, word: &'a str) -> Option<Class> {
        match word {
            "and" if self.both => {
                self.both = false;
                self.place = Place::Is;
            }
            "and" | "or" | "then" => self.sentence(),
            "if" | "where" | "whenever" => {
                self.sentence();
                self.is_condition = true;
                self.declares.extend(self.head.take().filter(|_| word == "if"));
            }
            "because" => self.place = Place::Text,
            "order" if self.is_find() => self.place = Place::By,
            "limit" if self.is_find() => self.place = Place::Unknown,
            "descending" | "ascending" if self.is_find() => {}
            _ if is_reserved(word) => {}
            _ => return None,
        }
        Some(Class::Keyword)
    }
}
