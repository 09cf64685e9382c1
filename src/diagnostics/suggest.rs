//! "Did you mean": the nearest of some words, if one is near enough.

/// Among more words than this none is looked for: a model of a million names has near ones to anything.
const MAX_CANDIDATES: usize = 100_000;

/// The candidate that a writer of `word` most probably meant; none if nothing is close.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    // As many slips of the finger as a word of this length suffers without turning into another one.
    let allowed = match length {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let folded = word.to_lowercase();
    let candidates = candidates.into_iter().take(MAX_CANDIDATES);
    let near = candidates.filter(|candidate| *candidate != word && candidate.chars().count().abs_diff(length) <= allowed);
    let measured = near.map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate));
    // Two slips or more in words that begin differently make two words: `sells` is not `falls`.
    let begins_alike = |candidate: &str| candidate.chars().flat_map(char::to_lowercase).next() == folded.chars().next();
    let close = measured.filter(|(distance, candidate)| *distance <= allowed && (*distance < 2 || begins_alike(candidate)));
    close.min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let words = ["provides", "consumes", "relies"];
        assert_eq!(nearest("provdes", words), Some("provides"));
        assert_eq!(nearest("google", ["Google", "Giggle"]), Some("Google"));
        assert_eq!(nearest("sells", words), None);
        assert_eq!(nearest("B", ["A", "C"]), None);
        assert_eq!(nearest("sells", ["falls"]), None);
    }
}
