//! What fits a word that has been begun: offers in, the best of them out, in order.

use super::complete::Candidate;

/// More candidates than this are of no use to anybody.
const MAX_CANDIDATES: usize = 200;

/// How well a word fits what has been typed of it, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Prefix,
    PrefixInOtherCase,
    Inside,
}

/// Offers that begin with, or hold, what has been typed.
pub(super) struct Gather {
    typed: String,
    folded: Vec<char>,
    /// How well it fits, the group that it belongs to, and its place there.
    offers: Vec<(Fit, usize, usize, Candidate)>,
    group: usize,
}

impl Gather {
    pub(super) fn new(typed: &str) -> Self {
        let folded = typed.chars().flat_map(char::to_lowercase).collect();
        Self { typed: typed.to_owned(), folded, offers: Vec::new(), group: 0 }
    }

    /// What is offered from here on stands behind what was offered before.
    pub(super) fn next_group(&mut self) {
        self.group += 1;
    }

    /// Whether anything fits so far by its beginning.
    pub(super) fn has_prefix(&self) -> bool {
        self.offers.iter().any(|(fit, ..)| *fit != Fit::Inside)
    }

    /// Offers a word, if it fits; `candidate` makes what is shown and written for it.
    pub(super) fn offer(&mut self, word: &str, candidate: impl FnOnce() -> Candidate) {
        if let Some(fit) = self.fit(word) {
            self.offers.push((fit, self.group, self.offers.len(), candidate()));
        }
    }

    /// Offers a word as it is.
    pub(super) fn word(&mut self, word: &str) {
        self.offer(word, || Candidate { text: word.to_owned(), display: word.to_owned() });
    }

    /// Offers names, each as it must be written; in alphabetical order if something has been typed of them.
    pub(super) fn names<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let names = names.collect::<Vec<_>>();
        let mut fitting = names.iter().filter_map(|name| Some((self.fit_of_beginning(name)?, *name))).collect::<Vec<_>>();
        if fitting.is_empty() && !self.has_prefix() {
            fitting = names.into_iter().filter(|name| self.is_inside(name)).map(|name| (Fit::Inside, name)).collect();
        }
        if !self.typed.is_empty() {
            if fitting.len() > MAX_CANDIDATES {
                fitting.select_nth_unstable(MAX_CANDIDATES);
                fitting.truncate(MAX_CANDIDATES);
            }
            fitting.sort_unstable();
        }
        for (fit, name) in fitting.into_iter().take(MAX_CANDIDATES) {
            let text = crate::syntax::words::written(name);
            self.offers.push((fit, self.group, self.offers.len(), Candidate { display: text.clone(), text }));
        }
    }

    fn fit(&self, word: &str) -> Option<Fit> {
        self.fit_of_beginning(word).or_else(|| self.is_inside(word).then_some(Fit::Inside))
    }

    fn fit_of_beginning(&self, word: &str) -> Option<Fit> {
        if word.starts_with(&self.typed) {
            return Some(Fit::Prefix);
        }
        self.begins(word).then_some(Fit::PrefixInOtherCase)
    }

    /// Whether a word holds what was typed. One letter is inside of too much.
    fn is_inside(&self, word: &str) -> bool {
        self.folded.len() > 1 && word.char_indices().skip(1).any(|(at, _)| self.begins(&word[at..]))
    }

    /// Whether a word begins with what was typed, in small or capital letters.
    fn begins(&self, word: &str) -> bool {
        // Nearly always the first letter tells, and without its table of case.
        let (Some(first), Some(wanted)) = (word.bytes().next(), self.folded.first()) else { return self.folded.is_empty() };
        if first.is_ascii() && wanted.is_ascii() && char::from(first.to_ascii_lowercase()) != *wanted {
            return false;
        }
        word.chars().flat_map(char::to_lowercase).take(self.folded.len()).eq(self.folded.iter().copied())
    }

    /// The best ones: without those that only hold what was typed if others begin with it.
    pub(super) fn finish(mut self) -> Vec<Candidate> {
        let has_prefix = self.has_prefix();
        self.offers.retain(|(fit, ..)| !has_prefix || *fit != Fit::Inside);
        self.offers.sort_by_key(|(fit, group, number, _)| (*group, *fit, *number));
        let mut candidates: Vec<Candidate> = Vec::new();
        for (.., candidate) in self.offers {
            if candidates.len() < MAX_CANDIDATES && candidates.iter().all(|known| known.text != candidate.text) {
                candidates.push(candidate);
            }
        }
        candidates
    }
}
