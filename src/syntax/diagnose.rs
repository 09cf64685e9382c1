//! Says what is wrong with a statement that the grammar does not read, and finds a sentence that would work.
//!
//! Pest tells only where nothing fitted any more. From there this module tries small repairs (a question mark at the end,
//! quotation marks around two words, a word left out) and offers one only if the grammar then reads the statement.

mod checks;
mod days;
mod english;
mod first_lines;
mod names;
mod phrasebook;
mod questions;
mod repair;
mod rewrite;
mod rules;
mod values;

use super::build::{self, one_line, shortened};
use super::error::SyntaxError;
use super::grammar;
use super::layout::{Token, TokenKind, Tokens};
use super::words::{self, is_preposition, is_reserved};
use crate::source::Span;

/// Longer statements get no repairs tried: each is read anew.
const MAX_REPAIRED_LEN: usize = 2_000;

/// The problem of a statement that begins at byte `base` of its source and fitted up to its byte `stop`.
pub(super) fn diagnose(text: &str, base: u32, stop: usize) -> SyntaxError {
    let tokens = tokens(text);
    let at = tokens.iter().position(|token| token.end > stop).unwrap_or(tokens.len());
    Diagnosis { text, base, tokens: &tokens, at }.problem()
}

/// The problem of a statement that fits the grammar by chance only: `SELECT * FROM services`, which might be a computation.
pub(super) fn of_another_language(text: &str, base: u32) -> Option<SyntaxError> {
    let tokens = tokens(text);
    let diagnosis = Diagnosis { text, base, tokens: &tokens, at: tokens.len() };
    diagnosis.query().or_else(|| diagnosis.courtesy()).or_else(|| diagnosis.what_if()).or_else(|| diagnosis.of_somebody())
}

fn tokens(text: &str) -> Vec<Token> {
    Tokens::new(text).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc)).collect()
}

struct Diagnosis<'a> {
    text: &'a str,
    base: u32,
    tokens: &'a [Token],
    /// The token that did not fit; beyond the last if more was expected.
    at: usize,
}

impl Diagnosis<'_> {
    fn problem(&self) -> SyntaxError {
        self.typographic_sign()
            .or_else(|| self.contraction())
            .or_else(|| self.no_colon())
            .or_else(|| self.no_one())
            .or_else(|| self.predicate())
            .or_else(|| self.first_line())
            .or_else(|| self.plain_english())
            .or_else(|| self.day_in_words())
            .or_else(|| self.day_with_slashes())
            .or_else(|| self.list_with_and())
            .or_else(|| self.no_question_mark())
            .or_else(|| self.fronted_preposition())
            .or_else(|| self.rewritten())
            .or_else(|| self.reserved())
            .unwrap_or_else(|| if self.at < self.tokens.len() { self.unexpected() } else { self.unfinished() })
    }

    fn word(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| &self.text[token.start..token.end])
    }

    fn span(&self, token: Token) -> Span {
        Span { start: self.base + Span::new(0, token.start).end, end: self.base + Span::new(0, token.end).end }
    }

    fn token_span(&self, index: usize) -> Span {
        let token = self.tokens.get(index).or(self.tokens.last()).copied();
        self.span(token.unwrap_or(Token { kind: TokenKind::LineEnd, start: 0, end: 0 }))
    }

    fn is_word(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == TokenKind::Word)
    }

    /// The first word, as a keyword would be written.
    fn first_word(&self) -> String {
        self.word(0).to_lowercase()
    }

    /// The text with the tokens `from..to` replaced.
    fn with(&self, from: usize, to: usize, replacement: &str) -> String {
        let end = |index: usize| index.min(self.tokens.len()).checked_sub(1).map_or(0, |last| self.tokens[last].end);
        let start = self.tokens.get(from).map_or(self.text.len(), |token| token.start);
        format!("{}{replacement}{}", &self.text[..start], &self.text[end(to).max(start)..])
    }

    // ---- What is wrong

    /// Quotation marks and spaces that a word processor puts in.
    fn typographic_sign(&self) -> Option<SyntaxError> {
        let is_mark = |sign: char| matches!(sign, '“' | '”' | '„' | '‟' | '«' | '»');
        let is_space = |sign: char| sign != ' ' && sign.is_whitespace() && !sign.is_ascii();
        let (start, sign) = self.text.char_indices().find(|(_, sign)| is_mark(*sign) || is_space(*sign))?;
        let plain = self.text.replace(is_mark, "\"").replace(is_space, " ");
        let statement = repaired(&plain)?;
        let what = if is_mark(sign) { "straight quotation marks" } else { "ordinary spaces" };
        Some(SyntaxError::Unexpected {
            found: if is_mark(sign) { sign.to_string() } else { format!("U+{:04X}", u32::from(sign)) },
            read: if is_mark(sign) { "this mark is no `\"`".to_owned() } else { "this is no ordinary space".to_owned() },
            help: format!("write {what}: `{}`", shortened_line(&statement)),
            at: self.span(Token { kind: TokenKind::Sign(sign), start, end: start + sign.len_utf8() }),
        })
    }

    /// `in outage who is down?`
    fn no_colon(&self) -> Option<SyntaxError> {
        let asked = self.tokens.get(2).filter(|_| self.first_word() == "in" && !is_reserved(self.word(1)))?;
        let question = repaired(&self.text[asked.start..])?;
        Some(SyntaxError::Unexpected {
            found: self.word(2).to_owned(),
            read: "a colon stands between a scenario and what is asked in it".to_owned(),
            help: format!("write `in {}: {}`", self.word(1), shortened_line(&question)),
            at: self.token_span(2),
        })
    }

    /// `01/02/2024`: a day, and nobody knows which.
    fn day_with_slashes(&self) -> Option<SyntaxError> {
        let is_digits = |index: usize| !self.word(index).is_empty() && self.word(index).bytes().all(|byte| byte.is_ascii_digit());
        let first = self.at.checked_sub(1).filter(|&first| self.word(self.at) == "/" && is_digits(first) && is_digits(first + 2))?;
        let last = if self.word(first + 3) == "/" && is_digits(first + 4) { first + 4 } else { first + 2 };
        let at = self.token_span(first).to(self.token_span(last));
        Some(SyntaxError::Malformed {
            text: self.text[self.tokens[first].start..self.tokens[last].end].to_owned(),
            help: "write a date as year-month-day, `2024-02-01`; put a name with `/` in quotation marks".to_owned(),
            at,
            problem: "`/` stands neither in numbers nor in dates".to_owned(),
        })
    }

    /// `A provides hosting to C, D and E`: a list in a fact has commas only.
    fn list_with_and(&self) -> Option<SyntaxError> {
        let joins = |token: &Token| matches!(&self.text[token.start..token.end], "and" | "or");
        let first = self.tokens.iter().position(joins)?;
        let mut text = self.text.to_owned();
        for token in self.tokens.iter().rev().filter(|token| joins(token)) {
            let start = self.text[..token.start].trim_end_matches([' ', ',']).len();
            text.replace_range(start..token.end, ",");
        }
        let statement = repaired(&text).filter(|statement| !statement.contains('?'))?;
        if self.word(first) == "or" {
            let help = "a fact says what is so: name the one that holds".to_owned();
            let read = "a fact cannot be either-or".to_owned();
            return Some(SyntaxError::Unexpected { found: "or".to_owned(), read, help, at: self.token_span(first) });
        }
        Some(SyntaxError::Unexpected {
            found: self.word(first).to_owned(),
            read: "this joins sentences, not names".to_owned(),
            help: format!("put commas between the names of a list: `{}`", shortened_line(&statement)),
            at: self.token_span(first),
        })
    }

    fn no_question_mark(&self) -> Option<SyntaxError> {
        let question = self.text.trim_end_matches('.');
        let last = self.tokens.len().checked_sub(1)?;
        repaired(&format!("{question}?"))
            .map(|question| SyntaxError::NoQuestionMark { question: question.trim_end_matches('?').to_owned(), at: self.token_span(last) })
    }

    /// A reserved word that would be read as a name if it were quoted. Tried at the place where reading stopped and before it.
    fn reserved(&self) -> Option<SyntaxError> {
        if let Some(statement) = self.quoted_statement_word() {
            let help = format!("put it in quotation marks, if it is a name: `{}`", shortened_line(&statement));
            return Some(SyntaxError::Reserved { word: self.word(0).to_owned(), help, at: self.token_span(0) });
        }
        let asks = self.first_word() == "if" || asks(&self.first_word());
        let tried = (self.at.saturating_sub(1)..=self.at).rev().chain([0]).filter(|&index| index > 0 || !asks);
        tried.filter(|&index| self.is_word(index) && is_reserved(self.word(index)) && !(asks && is_auxiliary(self.word(index)))).find_map(
            |index| {
                let word = self.word(index).to_owned();
                let quoted = repaired(&self.with(index, index + 1, &format!("\"{word}\"")))?;
                if let Some(without) = repaired(&self.with(index, index + 1, "")).filter(|_| is_preposition(&word)) {
                    let help = format!(
                        "leave it out: `{}`; or quote it, if it is a name: `{}`",
                        shortened_line(&without),
                        shortened_line(&quoted)
                    );
                    return Some(SyntaxError::Reserved { word, help, at: self.token_span(index) });
                }
                let help = format!("put it in quotation marks, if it is a name: `{}`", shortened_line(&quoted));
                Some(SyntaxError::Reserved { word, help, at: self.token_span(index) })
            },
        )
    }

    /// `warn is odd`: the first word is a name here, and not the beginning of a statement.
    fn quoted_statement_word(&self) -> Option<String> {
        let is_name = self.at <= 1 && words::is_statement_word(self.word(0)) && is_auxiliary(self.word(1));
        repaired(&self.with(0, 1, &format!("\"{}\"", self.word(0)))).filter(|_| is_name)
    }

    /// `to whom does B provide hosting?`: the preposition belongs to the end.
    fn fronted_preposition(&self) -> Option<SyntaxError> {
        let preposition = Some(self.first_word()).filter(|word| is_preposition(word))?;
        let question = self.text[self.tokens.get(1)?.start..].trim_end_matches(['?', ' ']);
        let statement = repaired(&format!("{question} {preposition}?"))?;
        Some(SyntaxError::Unexpected {
            found: self.word(0).to_owned(),
            read: "a question begins with its question word".to_owned(),
            help: format!("write `{}`", shortened_line(&statement)),
            at: self.token_span(0),
        })
    }

    fn unexpected(&self) -> SyntaxError {
        SyntaxError::Unexpected {
            found: shortened(self.word(self.at)),
            read: self.read_before(self.at),
            help: self.repair().unwrap_or_else(|| self.form()),
            at: self.token_span(self.at),
        }
    }

    /// The last words before a token.
    fn read_before(&self, index: usize) -> String {
        if index > 0 {
            let from = self.tokens[index.saturating_sub(4)].start;
            return format!("read up to here: `{}`", one_line(&self.text[from..self.tokens[index - 1].end]));
        }
        if words::is_statement_word(self.word(0)) {
            "this statement has another form".into()
        } else {
            "no statement begins with this".into()
        }
    }

    /// One sentence that says what to do, with a statement that can be read.
    fn repair(&self) -> Option<String> {
        self.misspelled_preposition()
            .or_else(|| self.misspelled_statement())
            .or_else(|| self.object_at_the_end())
            .or_else(|| self.hint())
            .or_else(|| self.names_of_several_words())
            .or_else(|| self.name_of_several_words())
            .or_else(|| self.idle_article())
            .or_else(|| self.preposition_left_out())
            .or_else(|| self.second_statement())
            .or_else(|| self.word_of_several_words())
            .or_else(|| self.quoted_verb())
            .or_else(|| self.unquoted_name())
            .or_else(|| self.superfluous_word())
    }

    fn unfinished(&self) -> SyntaxError {
        let word = self.word(self.tokens.len().saturating_sub(1));
        let example = [" Acme", " Acme?", " Acme is critical", " something?", " ?x is critical", " where ?x is critical", "? "].iter();
        let text = self.text.trim_end_matches(['.', '?']);
        let mut example = example.map(|end| format!("{text}{end}"));
        let help = match example.find_map(|statement| repaired(&statement)) {
            Some(statement) if is_preposition(word) || matches!(word, "," | "and" | "or" | "if" | "where") => {
                format!("finish it, as in `{}`", shortened_line(&statement))
            }
            _ => self.form(),
        };
        self.unfinished_with(help)
    }

    fn unfinished_with(&self, help: String) -> SyntaxError {
        let last = self.tokens.len().saturating_sub(1);
        let word = self.word(last);
        let missing = if is_preposition(word) {
            format!("a name should follow `{word}`")
        } else if is_reserved(word) || word == "," || word == ":" {
            format!("something should follow `{word}`")
        } else if self.tokens.len() == 1 {
            "this alone says nothing".to_owned()
        } else {
            "more should follow".to_owned()
        };
        SyntaxError::Unfinished { missing, help, at: self.token_span(last) }
    }

    /// How statements of this sort look.
    fn form(&self) -> String {
        let first = self.first_word();
        let counts = first == "how" && self.word(1).starts_with("many");
        let own = form_of(&first).filter(|_| !counts);
        let example = own.unwrap_or(match first.as_str() {
            "also" => "`also` continues the declaration of a verb; nothing may stand between them",
            word if asks(word) => "ask in one sentence: `who provides hosting to C?`, `does B provide hosting to C?`, `is B a provider?`",
            _ if self.tokens.len() == 2 && self.word(1) == "?" => {
                "ask in one sentence: `who provides hosting to C?`, `does B provide hosting to C?`, `is B a provider?`"
            }
            _ if self.text.contains('?') => {
                "conditions are sentences or comparisons, joined by `and` or by `or`: `?x provides something to ?y and ?x != ?y`"
            }
            _ => "a sentence is a subject, a verb, perhaps an object, and phrases: `B provides hosting to C`",
        });
        example.to_owned()
    }
}

/// How a statement looks that begins with this word, in a sentence with an example.
pub(crate) fn form_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "verb" => "declare a verb with its slots: `verb provider:organization provides service:service to consumer:organization`",
        "kind" => "declare a kind: `kind person is an organization`",
        "use" => "name a vocabulary that comes with SRL: `use members-count`",
        "include" => "give the file in quotation marks: `include \"suppliers.srl\"`",
        "import" => {
            "name the file, then a sentence with its columns as variables: `import \"contracts.csv\" as ?provider provides ?service to ?consumer`"
        }
        "forget" => "say what no longer holds: `forget Google provides hosting to someone`",
        "rule" => "a labelled rule: `rule chain: ?a relies on ?c if ?a relies on ?b and ?b relies on ?c`",
        "find" => "say what to find and where: `find ?p, count ?c where ?p provides something to ?c order by count ?c descending limit 10`",
        "expect" => "say what holds, or a question with its answers: `expect who relies on B: C, D`",
        "forbid" => "say what must not be: `forbid ?x relies on ?x because \"{?x} would hold itself up\"`",
        "warn" => "say what is to be told of: `warn ?x relies on Google because \"{?x} has no other supplier\"`",
        "export" => "name the file, then the question: `export \"out.csv\": who provides what to whom?`",
        "as" => "name a day, `as of 2026-01-31`, or all of them: `as of any day`",
        "describe" => "name what is to be described: `describe B`",
        "why" => "ask for the reasons of one sentence: `why does C rely on B?`, `why is B a provider?`, `why not B relies on C?`",
        "all" => "name one sentence: `all reasons for C relies on B?`, `all chains for C relies on B?`",
        "scenario" => "name it, and write its changes in brackets, one a line: `scenario outage { forget B provides hosting to someone }`",
        "in" => "name a scenario, and ask: `in outage: who relies on B?`",
        "suppose" => "write changes, a colon, a question: `suppose forget B provides hosting to C: who relies on B?`",
        "compare" => "name two scenarios, or one and the model itself: `compare base with outage: who relies on B?`",
        "how" => "ask for the way from one name to another: `how does C rely on B?`",
        "if" => "a rule begins with what follows from it: `?c relies on ?p if ?p provides something to ?c`",
        _ => return None,
    })
}

/// Words that a question begins with.
fn asks(word: &str) -> bool {
    matches!(word, "who" | "whom" | "what" | "which" | "how" | "why" | "does" | "do" | "is" | "are")
}

/// In a question such a word stands where it stands because something else is missing, not because it is a name.
fn is_auxiliary(word: &str) -> bool {
    matches!(word, "is" | "are" | "has" | "have" | "does" | "do")
}

/// A repaired statement on one line, if it can be read now.
fn repaired(text: &str) -> Option<String> {
    let is_read = || grammar::parse(text).is_ok_and(|pair| build::statement(pair, text, 0).is_ok());
    (text.len() <= MAX_REPAIRED_LEN && is_read()).then(|| one_line(text))
}

/// A statement that is shown inside a message.
fn shortened_line(statement: &str) -> String {
    const MAX: usize = 160;
    if statement.chars().count() <= MAX { statement.to_owned() } else { statement.chars().take(MAX - 1).chain(['…']).collect() }
}
