//! How far a statement has been typed: what each of its words is, and what may stand next.
//!
//! Goes over the tokens from left to right, once, and never fails: what it does not understand leads to [`Place::Unknown`]. It only guesses as
//! a reader does; whether a statement is right, the grammar and [`crate::resolve`] say.

use super::highlight::Class;
use crate::logic::RelationId;
use crate::model::Model;
use crate::source::Span;
use crate::syntax::ast::Form;
use crate::syntax::layout::{Token, TokenKind};
use crate::syntax::words::{AGGREGATES, STATEMENT_WORDS, is_preposition, is_reserved};
use crate::vocabulary::{KindId, Reading, Relation};

/// What stands where the next word will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first word of a statement.
    Start,
    /// The first word of a sentence or condition.
    Subject,
    /// The verb, after its subject.
    Verb,
    /// The word after `is`.
    Is,
    /// The word after `has`.
    Has,
    /// The subject, after a `does` or `is` that comes first.
    Inverted(Form),
    /// `not`, after `B does`.
    Not,
    /// The verb in its base form, after `does B`.
    Base,
    /// What the verb has for its object, in this slot if it is known, or a phrase.
    Object(Option<usize>),
    /// Something in this slot.
    Slot(Option<usize>),
    /// What is compared with.
    Value,
    /// A phrase, or something that joins the next sentence.
    Phrase,
    /// `many`
    Many,
    /// A kind.
    Kind,
    /// A new name for a kind, a slot, a rule.
    New,
    /// `is`, after the kind that is declared.
    KindIs,
    /// The verb that is declared.
    NewVerb,
    /// Slots and what else stands after a verb that is declared.
    Declaration,
    /// A name, after `describe`.
    Described,
    /// A vocabulary, after `use`.
    Vocabulary,
    /// A path in quotation marks.
    Path,
    /// `of`, after `as`.
    Of,
    /// A day, after `as of`.
    Day,
    /// What `find` asks for, or what it is ordered by.
    Column,
    AfterColumn,
    /// `by`, after `order`.
    By,
    /// What `expect` expects.
    Answer,
    /// A text in quotation marks.
    Text,
    /// The statement is complete.
    End,
    /// Nothing is known.
    Unknown,
}

/// A verb that is not declared, where a sentence with names stands.
#[derive(Clone, Debug)]
pub(super) struct Stranger<'a> {
    pub(super) word: &'a str,
    pub(super) span: Span,
}

pub(super) struct Walk<'a> {
    model: &'a Model,
    text: &'a str,
    pub(super) place: Place,
    /// The place that a term was last expected in: a comma or an operator leads back there.
    term: Place,
    /// Where to go on after a kind.
    after_kind: Place,
    /// The word that the statement began with, if that is a word of its own.
    pub(super) led_by: &'a str,
    /// The relation and reading of the sentence that is being typed.
    pub(super) said: Option<(RelationId, usize)>,
    /// Its slots that have something in them.
    pub(super) filled: Vec<usize>,
    /// The name that is its subject, and the kind after `which` or `how many`.
    pub(super) subject: Option<&'a str>,
    pub(super) subject_kind: Option<KindId>,
    /// Its subject is several, so that its verb is in the plural.
    pub(super) is_plural: bool,
    /// A question word or a verb before its subject has been read.
    pub(super) asks: bool,
    /// Behind `if`, `where` and the like: no statement of its own.
    pub(super) is_condition: bool,
    /// `who is …`: the subject may still come.
    pub(super) wh_first: bool,
    /// `is both provider …`
    both: bool,
    has_variable: bool,
    brackets: Vec<Place>,
    /// The verb of the first sentence if it is not declared: `if` makes it the head of a rule.
    head: Option<&'a str>,
    /// Verbs that this statement declares.
    pub(super) declares: Vec<&'a str>,
    pub(super) strangers: Vec<Stranger<'a>>,
    /// Prepositions that the verb before them does not know.
    pub(super) misplaced: Vec<Span>,
    is_first: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(model: &'a Model, text: &'a str) -> Self {
        Self {
            model,
            text,
            place: Place::Start,
            term: Place::Subject,
            after_kind: Place::End,
            led_by: "",
            said: None,
            filled: Vec::new(),
            subject: None,
            subject_kind: None,
            is_plural: false,
            asks: false,
            is_condition: false,
            wh_first: false,
            both: false,
            has_variable: false,
            brackets: Vec::new(),
            head: None,
            declares: Vec::new(),
            strangers: Vec::new(),
            misplaced: Vec::new(),
            is_first: true,
        }
    }

    /// The relation and the reading that are being said.
    pub(super) fn reading(&self) -> Option<(&'a Relation, &'a Reading)> {
        let (relation, reading) = self.said?;
        let relation = self.model.vocabulary().relation(relation);
        Some((relation, &relation.readings[reading]))
    }

    /// Goes over a token; tells what it is.
    pub(super) fn take(&mut self, token: Token) -> Option<Class> {
        let word = &self.text[token.start..token.end];
        let class = match token.kind {
            TokenKind::LineEnd => return None,
            TokenKind::Doc => return Some(Class::Comment),
            TokenKind::Sign(sign) => {
                self.sign(sign);
                None
            }
            TokenKind::Variable => {
                self.has_variable = true;
                self.fill(None);
                Some(Class::Variable)
            }
            TokenKind::Quoted | TokenKind::OpenQuote => Some(self.quoted(word, token.kind)),
            TokenKind::Word => self.word(word, Span::new(token.start, token.end)),
        };
        self.is_first = false;
        class
    }

    // ---- Signs

    fn sign(&mut self, sign: char) {
        match sign {
            '(' => self.brackets.push(self.place),
            '[' | '{' => {
                self.brackets.push(self.place);
                self.place = Place::Declaration;
            }
            ')' | ']' | '}' => self.close(),
            ',' => self.again(),
            '+' | '*' | '/' => self.again(),
            '-' if self.is_after_term() => self.again(),
            ':' => self.colon(),
            '?' if self.is_after_term() || !self.is_term_place() => self.place = Place::End,
            '=' | '<' | '>' | '!' if matches!(self.place, Place::Verb | Place::Value) => {
                self.term = Place::Value;
                self.place = Place::Value;
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(opened) = self.brackets.pop() else { return };
        if opened == Place::Answer || opened == Place::Declaration {
            self.place = opened;
        } else if self.place == Place::AfterColumn || opened == Place::Column {
            self.place = Place::AfterColumn;
        } else if self.place != Place::Verb {
            // Around a subject the brackets belong to a computation, else to a group.
            let is_group = matches!(opened, Place::Start | Place::Subject);
            self.place = Place::Phrase;
            if is_group {
                self.said = None;
                self.filled.clear();
            }
        }
    }

    /// After a comma or an operator: the same once more.
    fn again(&mut self) {
        if self.is_after_term() || self.place == Place::AfterColumn {
            self.is_plural |= self.place == Place::Verb;
            self.place = self.term;
        }
    }

    fn colon(&mut self) {
        match self.led_by {
            "verb" => {
                self.after_kind = if self.place == Place::NewVerb { Place::NewVerb } else { Place::Declaration };
                self.place = Place::Kind;
            }
            "rule" | "export" => self.sentence(),
            "expect" => (self.place, self.term) = (Place::Answer, Place::Answer),
            _ => self.place = Place::Unknown,
        }
    }

    // ---- Terms

    fn is_after_term(&self) -> bool {
        matches!(self.place, Place::Verb | Place::Phrase | Place::Object(_))
    }

    pub(super) fn is_term_place(&self) -> bool {
        matches!(
            self.place,
            Place::Start
                | Place::Subject
                | Place::Object(_)
                | Place::Slot(_)
                | Place::Inverted(_)
                | Place::Value
                | Place::Column
                | Place::Answer
        )
    }

    /// Something stands in the place where a term belongs.
    fn fill(&mut self, name: Option<&'a str>) {
        match self.place {
            Place::Start | Place::Subject => {
                (self.subject, self.subject_kind) = (name, None);
                self.term = Place::Subject;
                self.place = Place::Verb;
            }
            Place::Inverted(form) => {
                (self.subject, self.subject_kind) = (name, None);
                self.place = if form == Form::Is { Place::Is } else { Place::Base };
            }
            Place::Object(slot) | Place::Slot(slot) => {
                self.filled.extend(slot);
                self.term = Place::Slot(slot);
                self.place = Place::Phrase;
            }
            Place::Value => {
                self.said = None;
                self.place = Place::Phrase;
            }
            Place::Column => {
                self.term = Place::Column;
                self.place = Place::AfterColumn;
            }
            Place::Described => self.place = Place::End,
            // `who is "Maya B" a member of?`
            Place::Is => self.wh_first = false,
            _ => {}
        }
    }

    fn quoted(&mut self, word: &'a str, kind: TokenKind) -> Class {
        match self.place {
            Place::Path => {
                self.place = match self.led_by {
                    "import" => Place::Of,
                    _ => Place::End,
                };
                return Class::Text;
            }
            Place::Text => {
                self.place = Place::End;
                return Class::Text;
            }
            Place::Kind => return self.kind(&word.replace('"', "")),
            Place::New => {
                self.after_new();
                return Class::Text;
            }
            _ => {}
        }
        let is_text = self.said.is_none() && matches!(self.place, Place::Slot(_)) || kind == TokenKind::OpenQuote;
        self.fill(Some(word));
        if is_text { Class::Text } else { self.name(&unquoted(word)) }
    }

    fn name(&self, name: &str) -> Class {
        if self.model.known_name(name).is_some() { Class::Name } else { Class::NewName }
    }

    /// A word where a term belongs.
    fn term(&mut self, word: &'a str) -> Class {
        let plain = if self.is_first { word.to_lowercase() } else { word.to_owned() };
        match plain.as_str() {
            "who" | "whom" | "what" => {
                self.asks = true;
                self.wh_first = matches!(self.place, Place::Start | Place::Subject);
                self.fill(None);
                Class::Keyword
            }
            "which" | "how" => {
                self.asks = true;
                let is_subject = matches!(self.place, Place::Start | Place::Subject);
                self.wh_first = is_subject;
                self.fill(None);
                self.after_kind = self.place;
                self.place = if plain == "which" { Place::Kind } else { Place::Many };
                Class::Keyword
            }
            "_" | "something" | "someone" | "anything" | "anyone" => {
                self.fill(None);
                Class::Keyword
            }
            _ if word.starts_with(|first: char| first.is_ascii_digit()) && !is_name(word) => {
                self.fill(None);
                if is_date(word) { Class::Date } else { Class::Number }
            }
            _ if is_reserved(word) => {
                // `expect who relies on B: nobody`
                if self.place != Place::Answer {
                    self.place = Place::Unknown;
                }
                Class::Keyword
            }
            _ => {
                let class = self.name(word);
                self.fill(Some(word));
                class
            }
        }
    }

    // ---- Words

    fn word(&mut self, word: &'a str, span: Span) -> Option<Class> {
        Some(match self.place {
            Place::Start => return self.first(word),
            Place::Subject => self.subject(word),
            Place::Inverted(_) | Place::Described | Place::Answer => self.term(word),
            Place::Verb => return self.predicate(word, span),
            Place::Is => return self.is_word(word, span),
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
            Place::Base if matches!(word, "have" | "has") => {
                self.place = Place::Has;
                Class::Verb
            }
            Place::Base => match self.connective(word) {
                Some(class) if !matches!(word, "do" | "does") => class,
                _ => self.verb(Form::Acts, word, span),
            },
            Place::Object(_) | Place::Phrase => return self.phrase(word, span),
            Place::Slot(_) => self.term(word),
            Place::Value | Place::Column if AGGREGATES.contains(&word) => Class::Keyword,
            Place::Value => self.term(word),
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
            Place::Path | Place::Text | Place::End | Place::Unknown => return self.connective(word),
        })
    }

    fn first(&mut self, word: &'a str) -> Option<Class> {
        self.place = match word.to_lowercase().as_str() {
            "kind" | "verb" | "rule" => Place::New,
            "use" => Place::Vocabulary,
            "include" | "import" | "export" => Place::Path,
            "as" => Place::Of,
            "find" => Place::Column,
            "describe" => Place::Described,
            "forget" => Place::Subject,
            "expect" | "forbid" => {
                self.is_condition = true;
                Place::Subject
            }
            _ => return Some(self.subject(word)),
        };
        self.term = self.place;
        let leaders = STATEMENT_WORDS.iter().filter_map(|words| words.split(' ').next());
        self.led_by = leaders.into_iter().find(|leader| word.eq_ignore_ascii_case(leader)).unwrap_or_default();
        Some(Class::Keyword)
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
    fn sentence(&mut self) {
        self.said = None;
        self.filled.clear();
        (self.subject, self.subject_kind) = (None, None);
        (self.wh_first, self.both, self.is_plural) = (false, false, false);
        (self.place, self.term) = (Place::Subject, Place::Subject);
    }

    fn kind(&mut self, word: &str) -> Class {
        let kind = self.model.vocabulary().find_kind(word);
        if self.after_kind == Place::Verb {
            self.subject_kind = kind;
            self.is_plural |= kind.is_some_and(|kind| **self.model.vocabulary().kind_name(kind) != *word);
        }
        self.place = self.after_kind;
        Class::Kind
    }

    fn after_new(&mut self) {
        self.place = match self.led_by {
            "kind" => Place::KindIs,
            "verb" => Place::NewVerb,
            _ => Place::Unknown,
        };
    }

    // ---- Verbs

    fn predicate(&mut self, word: &'a str, span: Span) -> Option<Class> {
        let vocabulary = self.model.vocabulary();
        Some(match word {
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
            // `what services does B provide?`
            _ if self.wh_first && self.subject_kind.is_none() && vocabulary.find_kind(word).is_some() => {
                self.after_kind = Place::Verb;
                self.kind(word)
            }
            _ => match self.connective(word) {
                Some(class) => class,
                None => self.verb(Form::Acts, word, span),
            },
        })
    }

    fn is_word(&mut self, word: &'a str, span: Span) -> Option<Class> {
        let vocabulary = self.model.vocabulary();
        let declared = vocabulary.find(Form::Is, word);
        let is_declared = declared.is_some();
        let takes_of = declared.is_some_and(|(relation, reading)| vocabulary.reading(relation, reading).slot("of").is_some());
        Some(match word {
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
        })
    }

    fn verb(&mut self, form: Form, word: &'a str, span: Span) -> Class {
        self.said = self.model.vocabulary().find(form, word);
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
            // What begins with a variable may become the head of a rule, which declares its verb.
            if self.is_condition || self.asks || !self.has_variable {
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

/// The verbs of conditions on texts.
const TEXT_TESTS: &[&str] = &["contains", "contain", "matches", "match", "begins", "begin", "ends", "end"];

/// A quoted name without its marks.
pub(super) fn unquoted(word: &str) -> String {
    let inner = word.strip_prefix('"').unwrap_or(word);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// Digits first and then a letter: `3M`.
fn is_name(word: &str) -> bool {
    let rest = word.trim_start_matches(|sign: char| sign.is_ascii_digit());
    rest.strip_prefix('-').unwrap_or(rest).starts_with(char::is_alphabetic)
}

fn is_date(word: &str) -> bool {
    matches!(word.split('-').map(str::len).collect::<Vec<_>>()[..], [4, 2, 2])
}
