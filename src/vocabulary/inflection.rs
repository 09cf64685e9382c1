//! English endings: `provide` and `provides`, `organization` and `organizations`.
//!
//! Gives candidates only; the caller takes the one that is declared. Nothing is ever guessed to be a word.

/// The third person of a verb given in its base form, as in `relies` for `rely`.
pub(crate) fn third_person(base: &str) -> String {
    let vowel_before_last = base.chars().rev().nth(1).is_some_and(|letter| "aeiou".contains(letter));
    match base.strip_suffix('y') {
        Some(stem) if !vowel_before_last => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh", "o"].iter().any(|ending| base.ends_with(ending)) => format!("{base}es"),
        _ => format!("{base}s"),
    }
}

/// What a word may be with its ending `s` taken off: `relies` → `rely`, `relie`; `reaches` → `reach`, `reache`.
fn without_s(word: &str) -> Vec<String> {
    let endings = [("ies", "y"), ("es", ""), ("s", "")];
    let stem =
        |(ending, instead): (&str, &str)| word.strip_suffix(ending).filter(|stem| !stem.is_empty()).map(|stem| format!("{stem}{instead}"));
    endings.into_iter().filter_map(stem).collect()
}

/// The other inflections of a verb.
pub(crate) fn verb_forms(word: &str) -> Vec<String> {
    let mut forms = vec![third_person(word)];
    forms.extend(without_s(word));
    forms
}

/// What a noun or property may be in the singular: `people` → `person`, `agencies` → `agency`.
pub(crate) fn singulars(word: &str) -> Vec<String> {
    let mut forms = without_s(word);
    if let Some(stem) = word.strip_suffix("people") {
        forms.push(format!("{stem}person"));
    }
    forms
}

/// `an` or `a`.
pub(crate) fn article(noun: &str) -> &'static str {
    if noun.starts_with(|first: char| "aeiouAEIOU".contains(first)) { "an" } else { "a" }
}

/// `an organization`, `a service`.
pub(crate) fn with_article(noun: &str) -> String {
    format!("{} {noun}", article(noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_meet() {
        for (base_form, third) in
            [("provide", "provides"), ("rely", "relies"), ("reach", "reaches"), ("pay", "pays"), ("go", "goes"), ("pass", "passes")]
        {
            assert_eq!(third_person(base_form), third);
            assert!(verb_forms(third).iter().any(|form| form == base_form), "{third}");
        }
        assert!(singulars("people").contains(&"person".to_owned()));
    }
}
