//! The words of the language, as messages and printed sentences need them: which are reserved, and which names need quotes.

use super::grammar::{Rule, SrlParser};
use pest::Parser as _;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Every preposition, as section 2 of the language lists them.
pub(crate) const PREPOSITIONS: &[&str] = &[
    "to", "from", "of", "for", "on", "in", "at", "by", "with", "under", "via", "as", "about", "into", "through", "towards", "since",
    "until", "over", "against", "within", "before", "after", "per",
];

/// Reserved words that are no prepositions.
const OTHER_RESERVED: &[&str] = &[
    "is",
    "are",
    "has",
    "have",
    "does",
    "do",
    "if",
    "and",
    "or",
    "not",
    "then",
    "whenever",
    "where",
    "because",
    "both",
    "also",
    "keeping",
    "who",
    "whom",
    "what",
    "which",
    "why",
    "how",
    "someone",
    "somebody",
    "something",
    "anyone",
    "anybody",
    "anything",
    "nobody",
    "nothing",
    "none",
    "no",
    "each",
    "every",
    "everyone",
    "everybody",
    "everything",
];

/// Reserved words that would invent a name: refused wherever one belongs.
pub(crate) const QUANTIFIERS: &[&str] = &["nobody", "nothing", "none", "no", "each", "every", "everyone", "everybody", "everything"];

/// Verbs of everyday English, what the standard vocabulary says for each, and the preposition before its last name. They serve messages
/// alone, each of which is offered only if it can be read: a program may give these words any other meaning.
pub(crate) const EVERYDAY_VERBS: &[(&str, &str, &str)] = &[
    ("provides", "provides", "to"),
    ("gives", "provides", "to"),
    ("offers", "provides", "to"),
    ("sells", "provides", "to"),
    ("supplies", "provides", "to"),
    ("delivers", "provides", "to"),
    ("hosts", "provides", "to"),
    ("consumes", "consumes", "from"),
    ("buys", "consumes", "from"),
    ("gets", "consumes", "from"),
    ("uses", "consumes", "from"),
    ("receives", "consumes", "from"),
    ("purchases", "consumes", "from"),
    ("relies", "relies", "on"),
    ("depends", "relies", "on"),
    ("requires", "relies", "on"),
];

/// The everyday verb with this word, in its third person or as it stands after `does`.
pub(crate) fn everyday_verb(word: &str) -> Option<(&'static str, &'static str)> {
    let found = EVERYDAY_VERBS.iter().find(|(theirs, _, _)| *theirs == word || base_of(theirs) == word);
    found.map(|(_, ours, preposition)| (*ours, *preposition))
}

/// The base form of an everyday verb.
pub(crate) fn base_of(verb: &str) -> String {
    match verb.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => verb.strip_suffix('s').unwrap_or(verb).to_owned(),
    }
}

/// The words that a statement may begin with, as the grammar lists them.
pub(crate) const STATEMENT_WORDS: &[&str] = &[
    "find",
    "forget",
    "expect",
    "forbid",
    "warn",
    "describe",
    "rule",
    "verb",
    "kind",
    "use",
    "include",
    "import",
    "export",
    "as of",
    "what would make",
    "what would stop",
    "why",
    "all reasons for",
    "all chains for",
    "scenario",
    "suppose",
    "compare",
];

/// The words that make one value of many.
pub(crate) const AGGREGATES: &[&str] = &["count", "sum", "min", "max", "avg"];

pub(crate) fn is_preposition(word: &str) -> bool {
    PREPOSITIONS.contains(&word)
}

pub(crate) fn is_reserved(word: &str) -> bool {
    is_preposition(word) || OTHER_RESERVED.contains(&word)
}

/// What may stand before a name. Capitalised it is one.
const ARTICLES: &[&str] = &["a", "an", "the"];

/// Words of the grammar that are names in other places.
const OTHER_WORDS: &[&str] = &[
    "there",
    "itself",
    "himself",
    "herself",
    "themselves",
    "order",
    "limit",
    "ascending",
    "descending",
    "least",
    "greatest",
    "extends",
    "small",
    "models",
    "being",
    "prevent",
    "reason",
    "chain",
    "any",
    "many",
    "day",
];

/// No word of the grammar is longer.
const MAX_WORD_LEN: usize = 10;

/// The number of a bare word of letters, if the grammar knows it, wherever it does so, in lower case or capitalised. Quick: there may be
/// millions to look at.
pub(super) fn of_the_grammar(word: &str) -> Option<u8> {
    static NUMBERS: LazyLock<FxHashMap<&'static str, u8>> = LazyLock::new(|| all_words().into_iter().zip(0..).collect());
    if word.len() > MAX_WORD_LEN {
        return None;
    }
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return NUMBERS.get(word).copied();
    }
    let mut lower = [0; MAX_WORD_LEN];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let lower = std::str::from_utf8(lower).ok().filter(|lower| !ARTICLES.contains(lower))?;
    NUMBERS.get(lower).copied()
}

fn all_words() -> BTreeSet<&'static str> {
    let parts = STATEMENT_WORDS.iter().flat_map(|words| words.split(' '));
    [PREPOSITIONS, OTHER_RESERVED, AGGREGATES, ARTICLES, OTHER_WORDS].concat().into_iter().chain(parts).collect()
}

/// A name as it must be written in a statement: bare where the grammar takes it so, quoted otherwise.
pub(crate) fn written(name: &str) -> String {
    if is_plainly_bare(name) { name.to_owned() } else { written_by_grammar(name) }
}

/// Whether a name is bare without a doubt, as most are: letters and digits that make no word of the language. There may be millions to
/// write, and the grammar takes its time.
fn is_plainly_bare(name: &str) -> bool {
    // The longest word of the language has ten letters.
    let is_word = || name.len() <= 10 && !name.bytes().any(|byte| byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !is_word()
}

/// A text in quotation marks, as a statement holds it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn written_by_grammar(name: &str) -> String {
    let bare = SrlParser::parse(Rule::name, name).is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str() == name));
    // At the start of a statement `Who` is read as the word of the language.
    let opens_statement = is_statement_word(name) || is_reserved(&name.to_lowercase()) || name == "There";
    if bare && !name.starts_with('"') && !opens_statement { name.to_owned() } else { quoted(name) }
}

/// A name that would be read as a keyword if a statement began with it.
pub(super) fn is_statement_word(name: &str) -> bool {
    SrlParser::parse(Rule::statement_word, name).is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str() == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_reserves_the_same_words() {
        assert!(QUANTIFIERS.iter().all(|word| OTHER_RESERVED.contains(word)));
        for word in PREPOSITIONS.iter().chain(OTHER_RESERVED) {
            assert_eq!(written(word), format!("\"{word}\""));
            let longer = format!("{word}x");
            assert_eq!(written(&longer), longer);
        }
    }

    #[test]
    fn the_grammar_has_the_same_statement_words() {
        for word in STATEMENT_WORDS {
            assert!(is_statement_word(word), "{word}");
        }
        let grammar = include_str!("../../grammar/srl.pest");
        let listed = grammar.split("statement_word = @{").nth(1).unwrap().split("~ !inside").next().unwrap();
        assert_eq!(listed.matches("k_").count(), STATEMENT_WORDS.len());
    }

    /// Shapes of lines rest on it: a word that is not known here is to the grammar as any other one.
    #[test]
    fn every_word_of_the_grammar_is_known() {
        let grammar = include_str!("../../grammar/srl.pest");
        let code = grammar.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n").replace("\\\"", "");
        let known = all_words();
        let literals = code.split('"').skip(1).step_by(2).filter(|literal| literal.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let mut count = 0;
        for literal in literals.filter(|literal| literal.len() > 1).map(str::to_lowercase) {
            // Some are put together: `("k" | "K") ~ "ind"`.
            assert!(known.iter().any(|word| word.starts_with(&literal) || word.ends_with(&literal)), "{literal}");
            count += 1;
        }
        assert!(count > 100);
        for word in known {
            assert!(word.len() <= MAX_WORD_LEN && of_the_grammar(word).is_some(), "{word}");
            assert_eq!(of_the_grammar(&word.to_uppercase()), of_the_grammar(word).filter(|_| !ARTICLES.contains(&word)), "{word}");
        }
        assert_eq!(of_the_grammar("provides"), None);
    }

    #[test]
    fn what_is_plainly_bare_is_so_by_the_grammar() {
        let words = || PREPOSITIONS.iter().chain(OTHER_RESERVED).chain(STATEMENT_WORDS).chain(AGGREGATES).copied();
        assert!(words().all(|word| word.len() <= 10 || word.contains(' ')));
        let longer = words().map(|word| format!("{word}Corporation"));
        let others = ["org5", "A1", "x2Y", "Organization", "everybodys1", "Scenarios99"].map(str::to_owned);
        for name in longer.chain(others).filter(|name| is_plainly_bare(name)) {
            assert_eq!(written_by_grammar(&name), name);
        }
        for name in words().chain(["scenario", "Suppose", "compare", "why", "3M", "a-b", "a_", "é"]) {
            assert!(!is_plainly_bare(name), "{name}");
        }
        assert!(is_plainly_bare("org5") && is_plainly_bare("Organization"));
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        for bare in ["Google", "3M", "web-hosting", "diontraining.com", "O'Neill", "a", "Zürich", "order", "limit"] {
            assert_eq!(written(bare), bare);
        }
        for quoted in ["Dion Training", "3", "2024-01-01", "#channel", "to", "Find", "a\"b", "x-"] {
            assert_ne!(written(quoted), quoted);
        }
        assert_eq!(written("a\"b\\"), r#""a\"b\\""#);
    }
}
